"""From `Outgoing` to calls of the Bot API.

One message of ours becomes: its text (in parts if it is long, the buttons under the last), then
its files. A single file carries a text that fits as its caption. When a message is sent again
under the same key, parts that Telegram already has are not repeated.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from adapters.telegram.failures import says, translated
from bot.errors import Permanent, TooLarge
from bot.messaging.address import Address, MessageRef
from bot.messaging.capabilities import TextUnit
from bot.messaging.outgoing import Choice, File, Outgoing, Receipt
from bot.messaging.text import length, plain, split

# core.telegram.org/bots/api: sendMessage, sendPhoto, "Sending files", sendMediaGroup
TEXT_MAX: Final = 4096
CAPTION_MAX: Final = 1024
PHOTO_MAX: Final = 10_000_000
ALBUM_MAX: Final = 10

_PHOTO_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_ROW_WIDTH = 24
_ROW_MAX = 3
_REMEMBERED = 1000
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


def markup(text: str) -> str:
    """The text in Telegram's HTML: bold is bold, everything else is what it is."""
    return _BOLD.sub(r"<b>\1</b>", html.escape(text, quote=False))


def texts(text: str) -> list[str]:
    """Parts that Telegram takes, in HTML; bold that a cut went through goes on in the next."""
    parts = split(text, TEXT_MAX, TextUnit.UTF16) if text else []
    return [markup(part) for part in _rejoined(parts)]


def _rejoined(parts: Sequence[str]) -> Iterator[str]:
    is_open = False
    for part in parts:
        whole = f"**{part}" if is_open else part
        is_open = whole.count("**") % 2 == 1
        yield f"{whole}**" if is_open and len(parts) > 1 else whole


def keyboard(choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """The choices as buttons, each with the number that may be typed instead."""
    if not choices:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    room = 0
    for choice in choices:
        label = f"{choice.number} {plain(choice.label)}"
        room -= len(label)
        if room < 0 or len(rows[-1]) == _ROW_MAX:
            rows.append([])
            room = _ROW_WIDTH - len(label)
        rows[-1].append(InlineKeyboardButton(label, callback_data=choice.token))
    return InlineKeyboardMarkup(rows)


class Outbound:
    """Sends, edits and deletes through one bot."""

    def __init__(self, bot: Bot, *, upload_max: int) -> None:
        self._bot = bot
        self._upload_max = upload_max
        self._begun: OrderedDict[str, list[str]] = OrderedDict()

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        """Raises MessengerError; the parts that are out are remembered under `key`."""
        _check_size(message.files, self._upload_max)
        sent = self._begun.pop(key, [])
        try:
            await self._rest(chat, message, sent)
        except BaseException:
            self._remember(key, sent)
            raise
        return Receipt(parts=tuple(sent))

    def _remember(self, key: str, sent: list[str]) -> None:
        if sent:
            self._begun[key] = sent
        while len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)

    async def _rest(self, chat: Address, message: Outgoing, sent: list[str]) -> None:
        """Send what `sent` does not hold yet, adding to it."""
        options = _options(chat, message)
        buttons = keyboard(message.choices)
        if _is_caption(message):
            if not sent:
                options |= {"caption": markup(message.text) or None, "reply_markup": buttons}
                sent += await self._file(chat, message.files[0], options)
            return
        parts = texts(message.text)
        for n, part in enumerate(parts):
            if n >= len(sent):
                last = n == len(parts) - 1
                sent += await self._text(chat, part, buttons if last else None, options)
        for group in _groups(message.files, already=len(sent) - len(parts)):
            sent += await self._files(chat, group, options)

    async def _text(
        self,
        chat: Address,
        text: str,
        buttons: InlineKeyboardMarkup | None,
        options: dict[str, Any],
    ) -> list[str]:
        with translated(chat):
            message = await self._bot.send_message(
                chat_id=int(chat.id),
                text=text,
                parse_mode=ParseMode.HTML,
                reply_markup=buttons,
                link_preview_options=_NO_PREVIEW,
                **options,
            )
        return [str(message.message_id)]

    async def _files(
        self, chat: Address, files: Sequence[File], options: dict[str, Any]
    ) -> list[str]:
        if len(files) == 1:
            return await self._file(chat, files[0], options)
        with contextlib.ExitStack() as opened, translated(chat):
            kind = InputMediaPhoto if _is_photo(files[0]) else InputMediaDocument
            album = [kind(media=_opened(file, opened, attach=True)) for file in files]
            messages = await self._bot.send_media_group(
                chat_id=int(chat.id), media=album, **options
            )
        return [str(message.message_id) for message in messages]

    async def _file(self, chat: Address, file: File, options: dict[str, Any]) -> list[str]:
        """A picture that Telegram can't show as one goes as a document."""
        if _is_photo(file):
            try:
                with translated(chat):
                    return await self._upload(chat, file, options, as_photo=True)
            except Permanent as refused:
                if not _is_unshowable(refused):
                    raise
        with translated(chat):
            return await self._upload(chat, file, options, as_photo=False)

    async def _upload(
        self, chat: Address, file: File, options: dict[str, Any], *, as_photo: bool
    ) -> list[str]:
        if "caption" in options:
            options = options | {"parse_mode": ParseMode.HTML}
        with contextlib.ExitStack() as opened:
            content = _opened(file, opened)
            message: Message
            if as_photo:
                message = await self._bot.send_photo(chat_id=int(chat.id), photo=content, **options)
            else:
                message = await self._bot.send_document(
                    chat_id=int(chat.id), document=content, **options
                )
        return [str(message.message_id)]

    # Changing what is there

    async def edit(self, refs: Sequence[MessageRef], message: Outgoing) -> Receipt:
        """Make `refs` show `message`: its text, and as many files as it names stay."""
        kept = refs[len(refs) - len(message.files) :] if message.files else ()
        parts = texts(message.text)
        if _is_caption(message) and len(refs) == 1:
            await self._edit_caption(refs[0], message)
            return Receipt(parts=(refs[0].id,))
        written = refs[: len(refs) - len(kept)]
        shown = await self._edit_texts(written, parts, message)
        await self.delete(written[len(parts) :])
        return Receipt(parts=(*shown, *(ref.id for ref in kept)))

    async def _edit_texts(
        self, refs: Sequence[MessageRef], parts: Sequence[str], message: Outgoing
    ) -> list[str]:
        shown: list[str] = []
        for n, part in enumerate(parts):
            buttons = keyboard(message.choices) if n == len(parts) - 1 else None
            if n < len(refs):
                await self._edit_text(refs[n], part, buttons)
                shown.append(refs[n].id)
            else:
                options = _options(refs[0].chat, message)
                shown += await self._text(refs[0].chat, part, buttons, options)
        return shown

    async def _edit_text(
        self, ref: MessageRef, text: str, buttons: InlineKeyboardMarkup | None
    ) -> None:
        with translated(ref.chat):
            try:
                await self._bot.edit_message_text(
                    text,
                    chat_id=int(ref.chat.id),
                    message_id=int(ref.id),
                    parse_mode=ParseMode.HTML,
                    reply_markup=buttons,
                    link_preview_options=_NO_PREVIEW,
                )
            except BadRequest as refused:
                if not says(refused, "message is not modified"):
                    raise

    async def _edit_caption(self, ref: MessageRef, message: Outgoing) -> None:
        with translated(ref.chat):
            try:
                await self._bot.edit_message_caption(
                    chat_id=int(ref.chat.id),
                    message_id=int(ref.id),
                    caption=markup(message.text),
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard(message.choices),
                )
            except BadRequest as refused:
                if not says(refused, "message is not modified"):
                    raise

    async def delete(self, refs: Sequence[MessageRef]) -> None:
        """Take messages back; one that is gone already is no error."""
        for ref in refs:
            with translated(ref.chat, again=True):
                try:
                    await self._bot.delete_message(int(ref.chat.id), int(ref.id))
                except BadRequest as refused:
                    if not says(refused, "message to delete not found", "message_id_invalid"):
                        raise

    async def react(self, ref: MessageRef, emoji: str | None) -> None:
        """Telegram allows a fixed list of emoji; another is refused (Permanent)."""
        with translated(ref.chat, again=True):
            await self._bot.set_message_reaction(int(ref.chat.id), int(ref.id), reaction=emoji)


def _options(chat: Address, message: Outgoing) -> dict[str, Any]:
    options: dict[str, Any] = {
        "disable_notification": message.silent or None,
        "protect_content": message.protect or None,
    }
    if message.reply_to and message.reply_to.chat == chat:
        options["reply_parameters"] = ReplyParameters(
            int(message.reply_to.id), allow_sending_without_reply=True
        )
    return options


def _is_caption(message: Outgoing) -> bool:
    return len(message.files) == 1 and (length(plain(message.text), TextUnit.UTF16) <= CAPTION_MAX)


def _check_size(files: Sequence[File], limit: int) -> None:
    for file in files:
        if (size := Path(file.path).stat().st_size) > limit:
            raise TooLarge(f"a file of {size} bytes is over Telegram's limit", limit=limit)
        if not size:
            raise Permanent("Telegram takes no empty file")


def _is_photo(file: File) -> bool:
    return file.mime in _PHOTO_TYPES and Path(file.path).stat().st_size <= PHOTO_MAX


def _is_unshowable(refused: Permanent) -> bool:
    reason = refused.reason.lower()
    return "photo_invalid_dimensions" in reason or "image_process_failed" in reason


def _groups(files: Sequence[File], *, already: int) -> Iterator[Sequence[File]]:
    """Albums of one kind each, without the first `already` files."""
    group: list[File] = []
    for file in files[max(already, 0) :]:
        if group and (len(group) == ALBUM_MAX or _is_photo(file) != _is_photo(group[0])):
            yield group
            group = []
        group.append(file)
    if group:
        yield group


def _opened(file: File, opened: contextlib.ExitStack, *, attach: bool = False) -> InputFile:
    """The file, read while it is sent and not before."""
    handle = opened.enter_context(Path(file.path).open("rb"))  # noqa: SIM115 - `opened` closes it
    return InputFile(handle, filename=file.name, attach=attach, read_file_handle=False)
