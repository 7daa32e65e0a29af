"""The messenger in memory, driven as the contract asks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.errors import NotAllowed, RateLimited, RecipientGone, Retryable
from bot.messaging import Adapter, Address, Capabilities, RawInbound
from bot.testkit.memory import MemoryWorld
from bot.testkit.peer import Ability, Fault, Seen
from bot.testkit.storage import MemoryStorage, context


class MemoryPeer:
    """Els and Jan, and a group that Els is in."""

    adapter: Adapter
    secrets: tuple[str, ...] = ()

    def __init__(self, world: MemoryWorld, spool: Path, profile: Capabilities) -> None:
        self.messenger = world.messenger(profile=profile)
        self._factory = world.factory()
        self._spool = spool
        self._storage = MemoryStorage()
        self.els = self.messenger.person("Els")
        self.jan = self.messenger.person("Jan")
        self.street = self.messenger.group("Rozenstraat", self.els)
        self.person: Address = self.els.address
        self.other: Address = self.jan.address
        self.group: Address | None = self.street.address
        self.cannot: dict[Ability, str] = {}
        self._build()

    def _build(self) -> None:
        self.adapter = self._factory(
            context("memory", self._spool, storage=self._storage, clock=self.messenger.clock)
        )

    async def says(self, text: str, *, in_group: bool = False, reply_to: str | None = None) -> str:
        return self.els.says(text, to=self.street if in_group else None, reply_to=reply_to)

    async def edits(self, message_id: str, text: str) -> None:
        self.els.edits(message_id, text)

    async def sends_photo(self, data: bytes, *, caption: str = "") -> str:
        return self.els.sends_photo(data, caption=caption)

    async def sends_location(self, latitude: float, longitude: float) -> str:
        return self.els.sends_location(latitude, longitude)

    async def sends_sticker(self) -> str:
        return self.els.sends_sticker()

    async def presses(self, part: str, label: str) -> None:
        self.els.presses(label, on=self.els.chat[part])

    def shown(self, chat: Address) -> list[Seen]:
        return [
            Seen(
                id=shown.id,
                text=shown.text,
                buttons=shown.buttons,
                files=tuple(file.data for file in shown.files),
                reply_to=shown.reply_to,
            )
            for shown in self.messenger.chat(chat).of_bot
        ]

    def unknown(self) -> RawInbound:
        payload = '{"n": 9, "kind": "hologram", "chat": "1", "group": false}'
        now = self.messenger.now()
        return RawInbound(source="memory", key="9", payload=payload, received_at=now)

    def acknowledged(self) -> bool | None:
        return self.messenger.all_acknowledged

    def fail_next(self, fault: Fault, chat: Address) -> None:
        if fault is Fault.HANG:
            self.messenger.hangs(at=chat)
        elif fault is Fault.LOST_ANSWER:
            self.messenger.loses_answers(at=chat)
        else:
            self.messenger.fails(_ERRORS[fault], at=chat)

    async def redeliver(self) -> None:
        self.messenger.redelivers()

    async def goes_away(self) -> None:
        self.messenger.goes_away()

    async def comes_back(self) -> None:
        self.messenger.comes_back()

    async def restart(self) -> Adapter:
        await self.adapter.close()
        self._build()
        return self.adapter


_ERRORS = {
    Fault.RATE_LIMITED: RateLimited("slow down", after=timedelta(seconds=3)),
    Fault.SERVER_ERROR: Retryable("the server has trouble"),
    Fault.DOWN: Retryable("nobody listens"),
    Fault.GONE: RecipientGone("blocked"),
    Fault.FORBIDDEN: NotAllowed("no right"),
}
