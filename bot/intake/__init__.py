"""Takes each event to exactly one handler, once."""
