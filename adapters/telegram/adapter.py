"""One Telegram bot, behind the port.

Receiving is in `polling` and `inbound`, sending in `outbound`, chats in `chats`, and what
Telegram's errors mean in `failures`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx
from telegram import Bot, User, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from adapters.telegram import chats, inbound
from adapters.telegram.failures import REJECTED, translated, words
from adapters.telegram.me import Me
from adapters.telegram.outbound import Outbound
from adapters.telegram.polling import Poller, Timing
from adapters.telegram.settings import SETTINGS, Settings, read
from adapters.telegram.transport import Transport, quiet
from bot.errors import Retryable, TooLarge
from bot.messaging.adapter import CommandMenu, Context, Finding, RawInbound, Setting, Sink
from bot.messaging.address import Address, MessageRef
from bot.messaging.capabilities import Capabilities
from bot.messaging.events import Event, MediaRef
from bot.messaging.outgoing import Outgoing, Receipt

_USERNAME: Final = "username"
_PIECE: Final = 64 * 1024
_START_PAYLOAD = re.compile(
    r"[\w-]{1,64}", re.ASCII
)  # core.telegram.org/bots/features#deep-linking


class TelegramAdapter:
    """One bot account on Telegram's server or a local Bot API server."""

    def __init__(self, context: Context, *, timing: Timing | None = None) -> None:
        """Raises ConfigurationError; connects to nothing yet."""
        quiet()
        self.name = context.name
        self._context = context
        self._settings = read(context.settings)
        self._timing = timing or Timing()
        self._transport, self._polling = _transports(self._timing)
        self._bot = Bot(
            self._settings.token,
            base_url=f"{self._settings.api_url}/bot",
            base_file_url=f"{self._settings.api_url}/file/bot",
            request=self._transport,
            get_updates_request=self._polling,
        )
        limits = self.capabilities(Address(self.name, "0"))
        self._outbound = Outbound(self._bot, upload_max=limits.upload_max)
        self._me = Me(source=self.name, bot_id=self._settings.bot_id)
        self._answers: set[asyncio.Task[None]] = set()

    # Receiving

    async def run(self, sink: Sink) -> None:
        """Receive until cancelled."""
        self._know(await self._context.storage.get(_USERNAME))
        poller = Poller(
            source=self.name,
            url=self._settings.base_url,
            request=self._polling,
            storage=self._context.storage,
            clock=self._context.clock,
            timing=self._timing,
            identify=self._identify,
            unhook=self._unhook,
            kept=self._kept,
        )
        await poller.run(sink)

    async def _identify(self) -> None:
        me = await self._bot.get_me()
        if me.username != self._me.username:
            self._know(me.username)
            await self._context.storage.put(_USERNAME, me.username)

    def _know(self, username: str | None) -> None:
        self._me = Me(source=self.name, bot_id=self._settings.bot_id, username=username)

    async def _unhook(self) -> None:
        await self._bot.delete_webhook(drop_pending_updates=False)

    def _kept(self, update: dict[str, Any]) -> None:
        """A pressed button shows a clock until it is answered."""
        query = update.get("callback_query")
        if isinstance(query, dict) and query.get("id"):
            task = asyncio.create_task(self._answer(str(query["id"])))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, query: str) -> None:
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError:
            return  # too old, or no connection: the press itself is safe

    def parse(self, raw: RawInbound) -> Sequence[Event]:
        """The events in one update."""
        return inbound.events(raw, self._me)

    # Sending

    def capabilities(self, chat: Address) -> Capabilities:
        """Telegram's published limits for this kind of chat."""
        return chats.capabilities(chat, official=self._settings.is_official)

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        """Send; under the same key, what is already out is not sent again."""
        return await self._outbound.send(chat, message, key=key)

    async def edit(
        self,
        refs: Sequence[MessageRef],
        message: Outgoing,
        *,
        key: str,  # noqa: ARG002 - an edit may be repeated without harm
    ) -> Receipt:
        """Change the text, caption and buttons of `refs`."""
        return await self._outbound.edit(refs, message)

    async def delete(self, refs: Sequence[MessageRef]) -> None:
        """Take back messages not older than 48 hours."""
        await self._outbound.delete(refs)

    async def react(self, ref: MessageRef, emoji: str | None) -> None:
        """Put one of Telegram's emoji on a message, or take ours off."""
        await self._outbound.react(ref, emoji)

    # Files

    async def fetch(self, media: MediaRef, *, max_bytes: int) -> AsyncIterator[bytes]:
        """The file's bytes; Telegram's own server gives none over 20 MB."""
        if (media.size or 0) > max_bytes:
            raise TooLarge("the file is over the limit", limit=max_bytes)
        seen = 0
        async with aclosing(self._pieces(str(media.native["file_id"]))) as pieces:
            async for piece in pieces:
                seen += len(piece)
                if seen > max_bytes:
                    raise TooLarge("the file is over the limit", limit=max_bytes)
                yield piece

    async def _pieces(self, file_id: str) -> AsyncGenerator[bytes, None]:
        with translated(again=True):
            file = await self._bot.get_file(file_id)
            # The path is an address with the token in it: it must not outlive this call.
            path = file.file_path
            if not path:
                raise Retryable("Telegram gives no file now")
            if path.startswith(self._settings.file_url):
                url = self._settings.file_url + quote(path.removeprefix(self._settings.file_url))
                async with aclosing(self._transport.pieces(url)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
        # A local server that runs with --local names a file on this machine.
        with Path(path).open("rb") as stored:  # noqa: ASYNC230 - a local disk
            while piece := stored.read(_PIECE):
                yield piece

    async def release(self, media: MediaRef) -> None:
        """Telegram keeps files by itself."""

    # Chats

    async def is_member(self, group: Address, person: Address) -> bool | None:
        """By getChatMember; None where Telegram doesn't tell."""
        return await chats.is_member(self._bot, group, person)

    async def members_may_post(self, group: Address) -> bool | None:
        """By getChat: what a group allows whoever is no administrator."""
        return await chats.members_may_post(self._bot, group)

    async def decide_join(self, request: Mapping[str, Any], *, admit: bool) -> None:
        """Approve or decline; already answered is no error."""
        await chats.decide_join(self._bot, request, admit=admit)

    def deep_link(self, payload: str) -> str | None:
        """`https://t.me/OURNAME?start=payload`; None before our name is known or if it can't be."""
        if self._me.username and _START_PAYLOAD.fullmatch(payload):
            return f"https://t.me/{self._me.username}?start={payload}"
        return None

    async def set_commands(self, menus: Sequence[CommandMenu]) -> None:
        """By scope and language; see `chats.set_commands`."""
        await chats.set_commands(self._bot, menus)

    # Health

    async def probe(self) -> Sequence[Finding]:
        """Ask Telegram who we are and whether groups will work."""
        try:
            me = await self._bot.get_me()
            hook = await self._bot.get_webhook_info()
        except TelegramError as error:
            return [_unreachable(error, self._settings)]
        self._know(me.username)
        return [_account(me), _groups(me), _privacy(me), _webhook(hook)]

    async def close(self) -> None:
        """Give back connections."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self._transport.shutdown()
        await self._polling.shutdown()


def _transports(timing: Timing) -> tuple[Transport, Transport]:
    """For sending, and for the poll that waits. Both share one set of certificates to check by."""
    kwargs = {"verify": httpx.create_ssl_context()}
    sending = Transport(
        read_timeout=timing.answer,
        write_timeout=timing.answer,
        connect_timeout=timing.connect,
        pool_timeout=timing.connect,
        media_write_timeout=timing.upload,
        httpx_kwargs=kwargs,
    )
    polling = Transport(
        connection_pool_size=1,
        connect_timeout=timing.connect,
        pool_timeout=timing.connect,
        httpx_kwargs=kwargs,
    )
    return sending, polling


def _unreachable(error: TelegramError, settings: Settings) -> Finding:
    if isinstance(error, InvalidToken):
        return Finding(
            subject="token",
            ok=False,
            detail=REJECTED,
            cure="copy the token from @BotFather (/mybots, API Token) into adapters.telegram.token",
        )
    host = urlsplit(settings.api_url).netloc.rpartition("@")[2]
    return Finding(
        subject="connection",
        ok=False,
        detail=f"{host} gives no good answer: {words(error)}",
        cure="see that this machine may reach it over HTTPS, or correct adapters.telegram.api_url",
    )


def _account(me: User) -> Finding:
    return Finding(subject="token", ok=True, detail=f"@{me.username}")


def _groups(me: User) -> Finding:
    allowed = me.can_join_groups is not False
    return Finding(
        subject="groups",
        ok=allowed,
        detail="may be added to groups" if allowed else "may not be added to groups",
        cure="" if allowed else "@BotFather: /setjoingroups, Enable",
    )


def _privacy(me: User) -> Finding:
    """No fault: a bot that is administrator reads all, whatever this says."""
    if me.can_read_all_group_messages:
        return Finding(
            subject="privacy mode", ok=True, detail="off: reads what is posted in groups"
        )
    return Finding(
        subject="privacy mode",
        ok=True,
        detail="on: in a group it reads only commands and replies, unless it is administrator there",
        cure="make the bot administrator of each group; or @BotFather: /setprivacy, Disable, "
        "then remove the bot from the group and add it again",
    )


def _webhook(hook: WebhookInfo) -> Finding:
    if not hook.url:
        return Finding(subject="receiving", ok=True, detail="by polling")
    host = urlsplit(hook.url).hostname
    return Finding(
        subject="receiving",
        ok=True,
        detail=f"by polling; the webhook at {host} will be removed when the bot runs",
        cure="if that is another installation, give this one a bot of its own",
    )


class TelegramFactory:
    """What the entry point names."""

    settings: Mapping[str, Setting] = SETTINGS

    def __call__(self, context: Context) -> TelegramAdapter:
        """Raises ConfigurationError."""
        return TelegramAdapter(context)


factory = TelegramFactory()
