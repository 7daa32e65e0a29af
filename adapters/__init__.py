"""One package per messenger; each knows `bot.messaging` and its own client library."""
