"""Times as an operator types them: local, a date or a date and time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import ConfigurationError


def beginning(text: str, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which `text` begins: a date begins at its local midnight."""
    return _moment(text, zone, "--since", 0)


def ending(text: str, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which `text` ends: a date ends at the next local midnight."""
    return _moment(text, zone, "--until", 1)


def _moment(text: str, zone: ZoneInfo, option: str, days: int) -> datetime:
    try:
        if "T" in text or " " in text.strip() or ":" in text:
            found = datetime.fromisoformat(text)
        else:
            found = datetime.combine(date.fromisoformat(text) + timedelta(days=days), time())
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"{option} {text!r}: write a date as 2026-11-01 or a time as 2026-11-01T06:30"
        ) from None
    local = found if found.tzinfo else found.replace(tzinfo=zone)
    return local.astimezone(UTC)
