"""What a page sends: checked at the door, kept as JSON, read into events.

`Said` is the shape of one kept payload. Checking happens once, in `said_by`; `parse` reads
what was kept, and anything it can't read becomes `Unknown`.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeGuard

from bot.messaging import (
    Address,
    ButtonPressed,
    ChatKind,
    Event,
    Location,
    MediaKind,
    MediaRef,
    MessageReceived,
    RawInbound,
    Sender,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TEXT_MAX = 200_000
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MESSAGE_ID = re.compile(r"[0-9]{1,12}")
_WEEK_MS = 7 * 24 * 3600 * 1000
_KINDS = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


class NotUnderstood(ValueError):
    """A page sent something that no page of ours sends."""


def client_id(found: object) -> str:
    """The page's own name for a message: the same when it is sent again."""
    if isinstance(found, str) and _CLIENT_ID.fullmatch(found):
        return found
    raise NotUnderstood("client_id")


def said_by(body: object) -> dict[str, Any]:
    """One message, press or location from the page's JSON; raises NotUnderstood."""
    if not isinstance(body, dict):
        raise NotUnderstood("body")
    said = {"client": client_id(body.get("client_id")), "waited_ms": waited(body.get("waited_ms"))}
    kinds = [kind for kind in ("text", "token", "location") if kind in body]
    if len(kinds) != 1:
        raise NotUnderstood("one of text, token, location")
    return said | _READERS[kinds[0]](body)


def waited(found: object) -> int:
    """How long a message waited in the page before it could leave, in milliseconds."""
    return min(max(found, 0), _WEEK_MS) if isinstance(found, int) else 0


def caption(text: str) -> dict[str, Any]:
    """The words that came with a file; raises NotUnderstood."""
    return _text({"text": text})


def _text(body: Mapping[str, Any]) -> dict[str, Any]:
    text = body["text"]
    if not isinstance(text, str) or not text.strip() or len(text) > TEXT_MAX:
        raise NotUnderstood("text")
    return {"text": _whole(text.strip())}


def _whole(text: str) -> str:
    """With a sign in the place of half a character: what is no Unicode can't be written anywhere."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _press(body: Mapping[str, Any]) -> dict[str, Any]:
    token, message = body["token"], str(body.get("message"))
    if not isinstance(token, str) or not 0 < len(token) <= 60 or not token.isascii():
        raise NotUnderstood("token")
    if not _MESSAGE_ID.fullmatch(message):
        raise NotUnderstood("message")
    return {"token": token, "message": message, "label": _whole(str(body.get("label", "")))[:200]}


def _location(body: Mapping[str, Any]) -> dict[str, Any]:
    point = body["location"]
    if not isinstance(point, dict):
        raise NotUnderstood("location")
    return {
        "location": {
            "latitude": _degrees(point.get("latitude"), 90),
            "longitude": _degrees(point.get("longitude"), 180),
            "accuracy_m": _metres(point.get("accuracy_m")),
        }
    }


def _degrees(found: object, limit: int) -> float:
    if _is_number(found) and -limit <= found <= limit:
        return float(found)
    raise NotUnderstood("degrees")


def _metres(found: object) -> float | None:
    return float(found) if _is_number(found) and 0 <= found <= 1e7 else None


def _is_number(found: object) -> TypeGuard[int | float]:
    return isinstance(found, int | float) and not isinstance(found, bool)


_READERS = {"text": _text, "token": _press, "location": _location}


def media_kind(mime: str) -> MediaKind:
    """What a file is to the person who sent it, by its type."""
    return _KINDS.get(mime.partition("/")[0], MediaKind.DOCUMENT)


def parse(raw: RawInbound) -> Sequence[Event]:
    """The one event that a kept payload holds. Pure."""
    try:
        said = json.loads(raw.payload)
        return [_event(raw, said)]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return [_unknown(raw)]


def _event(raw: RawInbound, said: Mapping[str, Any]) -> Event:
    common = _common(raw, said)
    if "token" in said:
        return ButtonPressed(**common, message_id=said["message"], token=said["token"])
    if not {"text", "location", "file"} & said.keys():
        return _unknown(raw)
    return MessageReceived(
        **common,
        message_id=said["id"],
        text=said.get("text", ""),
        media=(_media(raw.source, said["file"]),) if "file" in said else (),
        location=Location(**said["location"]) if "location" in said else None,
        group_key=said.get("group"),
    )


def _common(raw: RawInbound, said: Mapping[str, Any]) -> dict[str, Any]:
    address = Address(raw.source, said["person"])
    return {
        "source": raw.source,
        "event_id": raw.key,
        "chat": address,
        "chat_kind": ChatKind.DIRECT,
        "sender": Sender(address=address, direct=address, language=said.get("language", "nl")),
        "occurred_at": raw.received_at - timedelta(milliseconds=said.get("waited_ms", 0)),
        "received_at": raw.received_at,
    }


def _media(source: str, file: Mapping[str, Any]) -> MediaRef:
    return MediaRef(
        source=source,
        id=file["file"],
        kind=media_kind(file["mime"]),
        native={"file": file["file"]},
        mime=file["mime"],
        name=file["name"],
        size=file["size"],
        as_file=True,
    )


def _unknown(raw: RawInbound) -> Unknown:
    return Unknown(
        source=raw.source,
        event_id=raw.key,
        chat=Address(raw.source, raw.key.partition(":")[0] or "unknown"),
        chat_kind=ChatKind.DIRECT,
        sender=None,
        occurred_at=raw.received_at,
        received_at=raw.received_at,
        kind="unreadable",
    )
