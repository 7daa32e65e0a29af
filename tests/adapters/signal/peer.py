"""The loopback signal-cli-rest-api as the contract suite drives it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from adapters.signal.adapter import SignalAdapter
from adapters.signal.ids import NativeId
from bot.messaging import Address, Outgoing, RawInbound, Receipt
from bot.testkit.peer import Ability, Fault, Seen
from bot.testkit.storage import MemoryStorage
from tests.adapters.signal import faults
from tests.adapters.signal.building import build_context
from tests.adapters.signal.people import Group, Person, Shown
from tests.adapters.signal.restapi import SignalServer

CANNOT = {
    Ability.PRESS: "Signal has no buttons; a number is typed",
    Ability.LOCATION: "Signal shares a place as a link in the text",
    Ability.KEEPS_WHILE_AWAY: "json-rpc mode loses what comes while nobody reads (docs/connect-signal.md)",
    Ability.FORBIDDEN: "rights exist in groups only; test_failing.py has them",
}

FAULTS = {
    Fault.RATE_LIMITED: faults.rate_limited("a-token"),
    Fault.SERVER_ERROR: faults.BROKEN,
    Fault.GONE: faults.gone("+32470000002"),
    Fault.HANG: faults.HANG,
    Fault.LOST_ANSWER: faults.DROP_AFTER_SENDING,
}


class Watched(SignalAdapter):
    """The adapter, with an act of the test's own after the next send."""

    after_send: Callable[[], object] | None = None

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        try:
            return await super().send(chat, message, key=key)
        finally:
            act, self.after_send = self.after_send, None
            if act is not None:
                act()


class SignalPeer:
    """Rozenstraat on Signal, and her neighbour."""

    cannot = CANNOT

    def __init__(self, server: SignalServer, spool: Path) -> None:
        self.server = server
        self.resident = server.person("Rozenstraat", "+32470000002")
        self.neighbour = server.person("Buur", "+32470000003", hidden=True)
        self.street = server.group("Munsterbilzen", self.resident)
        self.person = Address("signal", self.resident.uuid)
        self.other = Address("signal", self.neighbour.uuid)
        self.group: Address | None = Address("signal", self.street.id)
        self.secrets = (server.number, server.number[1:], self.resident.number)
        self._spool = spool
        self._storage = MemoryStorage()
        self.adapter = self._build()

    async def says(self, text: str, *, in_group: bool = False, reply_to: str | None = None) -> str:
        group = self.street if in_group else None
        answered = self._find(group or self.resident, reply_to) if reply_to else None
        shown = self.resident.says(text, group, quote=answered)
        return self._native(shown)

    async def edits(self, message_id: str, text: str) -> None:
        self.resident.edits(self._find(self.resident, message_id), text)

    async def sends_photo(self, data: bytes, *, caption: str = "") -> str:
        return self._native(self.resident.sends_photo(data, caption=caption))

    async def sends_location(self, latitude: float, longitude: float) -> str:
        raise NotImplementedError

    async def sends_sticker(self) -> str:
        return self._native(self.resident.sends_sticker())

    async def presses(self, part: str, label: str) -> None:
        raise NotImplementedError

    def shown(self, chat: Address) -> list[Seen]:
        where = self._where(chat)
        return [
            Seen(
                id=str(shown.timestamp),
                text=shown.text,
                files=tuple(content for _, _, content in shown.files),
                reply_to=str(NativeId(*shown.quote)) if shown.quote else None,
            )
            for shown in where.shown
            if shown.author is None and not shown.deleted
        ]

    def unknown(self) -> RawInbound:
        payload = self.server.frame(self.resident, giftMessage={"kind": "badge"})
        now = datetime.now(UTC)
        return RawInbound(source="signal", key="gift", payload=payload, received_at=now)

    def acknowledged(self) -> bool | None:
        """Signal's server hands over and never asks."""
        return None

    def fail_next(self, fault: Fault, chat: Address) -> None:
        if fault is Fault.DOWN:
            self.server.stop()
            self.adapter.after_send = self.server.start
        else:
            self.server.fail_next(FAULTS[fault], recipient=chat.id)

    async def redeliver(self) -> None:
        self.server.hand_over_again()

    async def goes_away(self) -> None:
        self.server.stop()

    async def comes_back(self) -> None:
        self.server.start()

    async def restart(self) -> Watched:
        await self.adapter.close()
        self.adapter = self._build()
        return self.adapter

    def _build(self) -> Watched:
        return Watched(build_context(self.server, self._spool, storage=self._storage))

    def _where(self, chat: Address) -> Person | Group:
        if self.group is not None and chat.id == self.group.id:
            return self.street
        return next(one for one in self.server.people if one.uuid == chat.id)

    def _find(self, where: Person | Group, message_id: str) -> Shown:
        timestamp = NativeId.parse(message_id).timestamp
        return next(one for one in where.shown if one.timestamp == timestamp)

    def _native(self, shown: Shown) -> str:
        return str(NativeId(self.resident.uuid, shown.timestamp))
