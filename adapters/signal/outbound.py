"""From one message of ours to what signal-cli-rest-api takes. Pure but for reading files.

Bold. The server's `styled` mode understands `**bold**` and also `*`, `~`, `` ` `` and `||`, each
escaped by a backslash before it (`src/utils/textstyleparser.go`). Everything that isn't our bold is
escaped. Three things it can't express: a star or backslash right before a bold mark, and two bold
passages that touch. Such a part is sent without bold rather than wrongly.

Files travel as `data:` URIs. Name and type are cut at `;` there and the name becomes a path on the
server, so both are cleaned first.
"""

from __future__ import annotations

import base64
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.signal.ids import NativeId
from bot.errors import Permanent, TooLarge
from bot.messaging import TextUnit
from bot.messaging.text import plain, split, with_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.messaging import File, Outgoing

TEXT_MAX = 2000  # bytes; above it signal-cli makes the text an attachment (ServiceConfig.java)
UPLOAD_MAX = 100_000_000  # bytes; what Signal's own apps accept
FILES_MAX = 32  # files in one message, as Signal's own apps have it
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_SPECIAL = re.compile(r"[*~`|]")
_IN_NAME = re.compile(r"[^\w.()+ -]")
_IN_TYPE = re.compile(r"[^\w.+/-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message on Signal: some text, some files, at most one quote."""

    text: str
    files: tuple[File, ...] = ()
    quote: NativeId | None = None


def parts(message: Outgoing) -> list[Part]:
    """What one message of ours becomes: first the answered one is quoted, files go with the text."""
    texts = split(with_numbers(message), TEXT_MAX, TextUnit.BYTES)
    groups = [message.files[at : at + FILES_MAX] for at in range(0, len(message.files), FILES_MAX)]
    quote = _answered(message)
    count = max(len(texts), len(groups))
    return [
        Part(
            text=texts[at] if at < len(texts) else "",
            files=groups[at] if at < len(groups) else (),
            quote=quote if at == 0 else None,
        )
        for at in range(count)
    ]


def _answered(message: Outgoing) -> NativeId | None:
    try:
        return NativeId.parse(message.reply_to.id) if message.reply_to else None
    except ValueError:  # an id that no message on Signal has: better unquoted than unsent
        return None


def body(part: Part, *, number: str, recipient: str, edit: int | None = None) -> dict[str, Any]:
    """The body of POST /v2/send. Reads the files.

    `quote_message` stays empty: Signal's apps show their own copy of the quoted message, and we
    keep no texts here.
    """
    text, mode = styled(part.text)
    request: dict[str, Any] = {
        "number": number,
        "recipients": [recipient],
        "message": text,
        "text_mode": mode,
        "notify_self": False,
    }
    if part.files:
        request["base64_attachments"] = [data_uri(file) for file in part.files]
    if part.quote is not None:
        request["quote_timestamp"] = part.quote.timestamp
        request["quote_author"] = part.quote.author or number
        request["quote_message"] = ""
    if edit is not None:
        request["edit_timestamp"] = edit
    return request


def styled(text: str) -> tuple[str, str]:
    """The text as the server is to read it, and the mode in which it says so.

    The mode is always named, because the server's default can be set by its environment.
    """
    if not _BOLD.search(text):
        return text, "normal"
    written = "".join(_escaped(text))
    return (plain(text), "normal") if _misread(text) else (written, "styled")


def _escaped(text: str) -> Iterator[str]:
    at = 0
    for bold in _BOLD.finditer(text):
        yield _escape(text[at : bold.start()])
        yield f"**{_escape(bold[1])}**"
        at = bold.end()
    yield _escape(text[at:])


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _misread(text: str) -> bool:
    """Whether a bold mark stands where the server would take it for something else."""
    at = 0
    for bold in _BOLD.finditer(text):
        before, inside = text[at : bold.start()], bold[1]
        touching = at > 0 and not before
        if touching or before.endswith(("*", "\\")) or inside.endswith(("*", "\\")):
            return True
        at = bold.end()
    return False


def check(files: tuple[File, ...]) -> None:
    """Raise TooLarge or Permanent for a file that can't go, before anything of the message does."""
    for file in files:
        size = _size(file)
        if size > UPLOAD_MAX:
            raise TooLarge("file too large for Signal", limit=UPLOAD_MAX)
        if size == 0:
            raise Permanent("Signal takes no empty file")


def _size(file: File) -> int:
    with suppress(OSError):
        return Path(file.path).stat().st_size
    raise Permanent("a file to send can't be read")


def data_uri(file: File) -> str:
    """The file with its type and name; raises Permanent if it can't be read."""
    content = b""
    with suppress(OSError):
        content = Path(file.path).read_bytes()
    if not content:
        raise Permanent("a file to send can't be read")
    name = _IN_NAME.sub("_", Path(file.name).name).strip(" .") or "file"
    mime = _IN_TYPE.sub("", file.mime) or "application/octet-stream"
    return f"data:{mime};filename={name};base64,{base64.b64encode(content).decode()}"
