"""One frame of the websocket, read without trust: what is missing or of another type is absent."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENTS = (
    "dataMessage",
    "editMessage",
    "syncMessage",
    "receiptMessage",
    "typingMessage",
    "callMessage",
    "storyMessage",
)


class Fields:
    """A JSON object with typed access; anything that is no object is an empty one."""

    __slots__ = ("_values",)

    def __init__(self, value: Any) -> None:
        self._values: dict[str, Any] = value if isinstance(value, dict) else {}

    def __bool__(self) -> bool:
        return bool(self._values)

    def __iter__(self) -> Iterator[str]:
        """The keys that say something: signal-cli writes null for what isn't there."""
        return (key for key, value in self._values.items() if value not in (None, False, [], ""))

    def has(self, key: str) -> bool:
        return isinstance(self._values.get(key), dict)

    def fields(self, key: str) -> Fields:
        return Fields(self._values.get(key))

    def many(self, key: str) -> list[Any]:
        value = self._values.get(key)
        return value if isinstance(value, list) else []

    def text(self, key: str) -> str:
        """A text; half a surrogate pair, which no store takes, becomes the replacement sign."""
        value = self._values.get(key)
        if not isinstance(value, str):
            return ""
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def number(self, key: str) -> int | None:
        value = self._values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, key: str) -> bool:
        return self._values.get(key) is True


def read(payload: str) -> Fields:
    """The frame's object; empty if it isn't JSON or no object."""
    try:
        return Fields(json.loads(payload))
    except (ValueError, RecursionError):
        return Fields(None)


def author(envelope: Fields) -> str:
    """Who sent it: the uuid, which stays when a number is hidden or changes; else the number."""
    return envelope.text("sourceUuid") or envelope.text("sourceNumber") or envelope.text("source")


def kind(frame: Fields) -> str:
    """What the envelope carries, in signal-cli's word."""
    envelope = frame.fields("envelope")
    found = next((name for name in CONTENTS if envelope.has(name)), "")
    return found or ("exception" if frame.has("exception") else "nothing")


def key(payload: str) -> str:
    """The same for the same frame, also when the server hands it out again.

    Author, timestamp and kind identify what Signal delivered; the server's delivery time, which
    differs the second time, is left out. A frame without them is named by its bytes.
    """
    frame = read(payload)
    envelope = frame.fields("envelope")
    who, when = author(envelope), envelope.number("timestamp")
    if not who or when is None:
        return "sha256:" + hashlib.sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{who}|{when}|{kind(frame)}"
