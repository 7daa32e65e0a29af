"""Files and places in a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from telegram import Message, PhotoSize, TelegramObject

from bot.messaging.events import Location, MediaKind, MediaRef

# Telegram's clients shrink photos; a document stays as it was; of the rest it can't be told.
_KINDS: Final[tuple[tuple[str, MediaKind, bool | None, str | None], ...]] = (
    ("video", MediaKind.VIDEO, None, "video/mp4"),
    ("video_note", MediaKind.VIDEO, None, "video/mp4"),
    ("animation", MediaKind.VIDEO, None, "video/mp4"),
    ("live_photo", MediaKind.VIDEO, None, "video/mp4"),
    ("voice", MediaKind.VOICE, None, "audio/ogg"),
    ("audio", MediaKind.AUDIO, None, None),
    ("document", MediaKind.DOCUMENT, True, None),
)


def files(message: Message, source: str) -> tuple[MediaRef, ...]:
    """All files in the message: nearly always one."""
    return tuple(_files(message, source))


def _files(message: Message, source: str) -> Iterator[MediaRef]:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        yield _photo(largest, source)
    for name, kind, as_file, mime in _KINDS:
        found = getattr(message, name)
        # An animation comes with a document of the same file, for old programs.
        if found is not None and not (name == "document" and message.animation):
            yield _file(found, source, kind, as_file=as_file, mime=mime)


def _photo(size: PhotoSize, source: str) -> MediaRef:
    return MediaRef(
        source=source,
        id=size.file_unique_id,
        kind=MediaKind.PHOTO,
        native={"file_id": size.file_id},
        mime="image/jpeg",
        size=size.file_size,
        as_file=False,
        width=size.width,
        height=size.height,
    )


def _file(
    found: TelegramObject, source: str, kind: MediaKind, *, as_file: bool | None, mime: str | None
) -> MediaRef:
    # By the plain form, since reading `duration` off the object warns of a change to come.
    given: dict[str, Any] = found.to_dict()
    side = given.get("length")
    duration = given.get("duration")
    return MediaRef(
        source=source,
        id=given["file_unique_id"],
        kind=kind,
        native={"file_id": given["file_id"]},
        mime=given.get("mime_type") or mime,
        name=given.get("file_name"),
        size=given.get("file_size"),
        as_file=as_file,
        width=given.get("width") or side,
        height=given.get("height") or side,
        duration_s=None if duration is None else int(duration),
    )


def location(message: Message) -> Location | None:
    """The point in the message; a venue's name and address are its label."""
    point = message.location
    if point is None:
        return None
    venue = message.venue
    parts = (venue.title, venue.address) if venue else ()
    return Location(
        latitude=point.latitude,
        longitude=point.longitude,
        accuracy_m=point.horizontal_accuracy,
        label=", ".join(part for part in parts if part),
    )
