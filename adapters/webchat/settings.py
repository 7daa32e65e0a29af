"""What an operator may set under `adapters: webchat:`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.messaging import Setting

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS: Final[Mapping[str, Setting]] = {
    "upload_max": Setting(
        kind=int, default=50_000_000, help="largest photo or video a page may send, in bytes"
    ),
    "heartbeat_s": Setting(
        kind=int, default=15, help="seconds between signs of life to an open page"
    ),
    "history": Setting(kind=int, default=200, help="messages kept for each person's page"),
    "history_days": Setting(kind=int, default=30, help="days a message stays on the page"),
}


def value(settings: Mapping[str, object], key: str) -> int:
    """The number set for `key`, or its default."""
    found = settings.get(key, SETTINGS[key].default)
    if not isinstance(found, int):
        raise TypeError(f"webchat.{key} must be a whole number")
    return found
