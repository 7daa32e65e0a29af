"""Running it: health, metrics, logs, schedule, stored requests, the operator's commands."""
