"""What stands in one message on Signal: its text, its files, and what else it is. Pure."""

from __future__ import annotations

from adapters.signal.frame import Fields
from bot.messaging import ContentKind, MediaKind, MediaRef

_MENTION = "\ufffc"  # stands in the text where a mention is


def kind(data: Fields) -> ContentKind:
    """What the message is besides its text and files."""
    if data.has("sticker"):
        return ContentKind.STICKER
    if data.many("contacts"):
        return ContentKind.CONTACT
    if data.has("pollCreate"):
        return ContentKind.POLL
    return ContentKind.OTHER if data.has("payment") else ContentKind.PLAIN


def text(data: Fields, *, own_number: str) -> str:
    """The text, with each mention as `@…`: signal-cli gives a number there, never a name.

    The bot's own mention only says whom the text is for, and goes.
    """
    said = data.text("message") or data.fields("pollCreate").text("question")
    mentions = [Fields(mention) for mention in data.many("mentions")]
    for mention in sorted(mentions, key=lambda one: -(one.number("start") or 0)):
        own = own_number in (mention.text("number"), mention.text("name"))
        said = _replace(said, mention, "" if own else "@…")
    return said.strip() if mentions else said


def _replace(text: str, mention: Fields, by: str) -> str:
    """Put `by` where the mention stands; Signal counts in UTF-16 units."""
    start, length = mention.number("start") or 0, mention.number("length") or 0
    units = text.encode("utf-16-le")
    head, tail = units[: 2 * start], units[2 * (start + length) :]
    if start < 0 or units[len(head) : len(units) - len(tail)].decode("utf-16-le", "replace") != (
        _MENTION
    ):
        return text
    return head.decode("utf-16-le", "replace") + by + tail.decode("utf-16-le", "replace")


def media(data: Fields, *, source: str, message_id: str) -> tuple[MediaRef, ...]:
    """The files, in order."""
    attachments = (Fields(one) for one in data.many("attachments"))
    return tuple(
        _file(source, attachment, f"{message_id}#{place}")
        for place, attachment in enumerate(attachments, 1)
    )


def _file(source: str, attachment: Fields, place: str) -> MediaRef:
    """`native` holds no id where signal-cli didn't download the file."""
    mime, name, native = (attachment.text(key) for key in ("contentType", "filename", "id"))
    what = _file_kind(mime, name)
    return MediaRef(
        source=source,
        id=native or place,
        kind=what,
        native={"attachment": native} if native else {},
        mime=mime or None,
        name=name or None,
        size=attachment.number("size"),
        as_file=True if what is MediaKind.DOCUMENT else None,
        width=attachment.number("width") or None,
        height=attachment.number("height") or None,
    )


def _file_kind(mime: str, name: str) -> MediaKind:
    """signal-cli doesn't pass on that a recording is a voice note; those have no file name."""
    family = mime.partition("/")[0].lower()
    if family == "audio":
        return MediaKind.AUDIO if name else MediaKind.VOICE
    known = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO}
    return known.get(family, MediaKind.DOCUMENT)
