"""Signal, through signal-cli-rest-api and its json-rpc mode."""
