"""Telegram as the contract suite asks for it: the loopback server with two people and a group."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.polling import Timing
from bot.messaging import Address, Outgoing, RawInbound, Receipt
from bot.testkit.peer import Ability, Fault, Seen
from bot.testkit.storage import MemoryStorage, context
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.faults import Fault as ServerFault
from tests.adapters.telegram.faults import broken, drop, flood, hang, refusal
from tests.adapters.telegram.people import User
from tests.adapters.telegram.world import Group

QUICK = Timing(poll=2, answer=1.0, connect=1.0, upload=5.0, first_pause=0.02, longest_pause=0.2)


class Watched(TelegramAdapter):
    """The real adapter, and something to do when its next send has ended."""

    after_send: Callable[[], object] | None = None

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        try:
            return await super().send(chat, message, key=key)
        finally:
            if self.after_send:
                self.after_send()
                self.after_send = None


def adapter(
    server: BotApiServer, spool: Path, storage: MemoryStorage | None = None, **settings: Any
) -> Watched:
    """The real adapter, set to the loopback server, quick to give up."""
    section = {"token": server.token, "api_url": server.url, "receive": "polling", **settings}
    return Watched(context("telegram", spool, settings=section, storage=storage), timing=QUICK)


def address(chat: User | Group) -> Address:
    return Address.parse(chat.address)


@dataclass(slots=True)
class TelegramPeer:
    """See `bot.testkit.peer.Peer`."""

    server: BotApiServer
    spool: Path
    storage: MemoryStorage = field(default_factory=MemoryStorage)
    cannot: dict[Ability, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    els: User = field(init=False)
    jan: User = field(init=False)
    straat: Group = field(init=False)
    adapter: Watched = field(init=False)

    def __post_init__(self) -> None:
        self.els, self.jan = self.server.user("Els"), self.server.user("Jan")
        for user in (self.els, self.jan):
            user.has_started = True
        self.straat = self.server.group("Rozenstraat")
        self.straat.members |= {self.els.id, self.jan.id}
        self.secrets = (self.server.token, self.server.token.partition(":")[2])
        self.adapter = adapter(self.server, self.spool, self.storage)

    @property
    def person(self) -> Address:
        return address(self.els)

    @property
    def other(self) -> Address:
        return address(self.jan)

    @property
    def group(self) -> Address | None:
        return address(self.straat)

    async def says(self, text: str, *, in_group: bool = False, reply_to: str | None = None) -> str:
        answered = int(reply_to) if reply_to else None
        to = self.straat if in_group else None
        return str(self.els.says(text, to=to, reply_to=answered))

    async def edits(self, message_id: str, text: str) -> None:
        self.els.edits(int(message_id), text)

    async def sends_photo(self, data: bytes, *, caption: str = "") -> str:
        return str(self.els.sends_photo(data, caption))

    async def sends_location(self, latitude: float, longitude: float) -> str:
        return str(self.els.sends_location(latitude, longitude))

    async def sends_sticker(self) -> str:
        return str(self.els.sends_sticker())

    async def presses(self, part: str, label: str) -> None:
        post = self.els.posts[int(part)]
        button = next(each for each in post.buttons if each.answers(label))
        self.els.presses_button(post, button.data)

    def shown(self, chat: Address) -> list[Seen]:
        return [
            Seen(
                id=str(post.id),
                text=post.text,
                buttons=tuple(button.text for button in post.buttons),
                files=(post.file.content or b"",) if post.file else (),
                reply_to=str(post.reply_to) if post.reply_to else None,
            )
            for post in self.server.chat(int(chat.id)).messages
        ]

    def unknown(self) -> RawInbound:
        update = {"update_id": 9, "hologram": {"chat": self.els.as_json(), "beam": [1, 2]}}
        return RawInbound(
            source="telegram",
            key="9-0",
            payload=json.dumps(update),
            received_at=self.adapter._context.clock.now(),
        )

    def acknowledged(self) -> bool | None:
        return self.server.waiting == 0

    def fail_next(self, fault: Fault, chat: Address) -> None:
        where = self.server.chat(int(chat.id))
        if fault is Fault.DOWN:
            self.server.stop()
            self.adapter.after_send = self.server.start
            return
        self.server.fails("sendMessage", "editMessageText", fault=_FAULTS[fault], chat=where)

    async def redeliver(self) -> None:
        self.server.redeliver()

    async def goes_away(self) -> None:
        self.server.stop()

    async def comes_back(self) -> None:
        self.server.start()

    async def restart(self) -> Watched:
        await self.adapter.close()
        self.adapter = adapter(self.server, self.spool, self.storage)
        return self.adapter


_FAULTS: dict[Fault, ServerFault] = {
    Fault.RATE_LIMITED: flood(3),
    Fault.SERVER_ERROR: broken(),
    Fault.GONE: refusal(403, "Forbidden: bot was blocked by the user"),
    Fault.FORBIDDEN: refusal(
        400, "Bad Request: not enough rights to send text messages to the chat"
    ),
    Fault.HANG: hang(),
    Fault.LOST_ANSWER: drop(acts=True),
}
