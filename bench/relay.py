"""From an accepted *send* to the first relay call: alone, and while 10,000 campaign messages wait.

A neighbourhood of 200; the transport is in memory and has no limits of its own, so that what is
measured is ours: parse, dialogue, commit, claim, call.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.house import Bench, delivering, house, percentile
from bench.peers.ptb_conversation import SAID
from bot.clock import SystemClock
from bot.delivery.post import Post, Priority
from bot.messaging import Address, Capabilities, Outgoing, RawInbound, Receipt

if TYPE_CHECKING:
    from bot.messaging import Adapter
    from bot.store.tx import Tx

MEMBERS = 200
ALERTS = 40
CAMPAIGN = 10_000
FIRST = 5_000_000


@dataclass(slots=True)
class Wire:
    """Stands before the real adapter: notes when a card's first call comes, answers at once."""

    real: Adapter
    first_card: float = 0.0
    calls: int = 0
    slow_s: float = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def capabilities(self, chat: Address) -> Capabilities:
        return replace(self.real.capabilities(chat), chat_rates=(), account_rates=())

    async def send(self, _chat: Address, message: Outgoing, *, key: str) -> Receipt:
        if message.card is not None and not self.first_card:
            self.first_card = time.perf_counter()
        self.calls += 1
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        return Receipt(parts=(key,))

    async def edit(self, _refs: Any, _message: Outgoing, *, key: str) -> Receipt:
        return Receipt(parts=(key,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Milliseconds from acceptance to the first relay call."""

    p50_ms: float
    p99_ms: float
    worst_ms: float


def _raw(number: int, person: int, text: str) -> RawInbound:
    user = {"id": person, "is_bot": False, "first_name": "Buur", "language_code": "nl"}
    chat = {"id": person, "type": "private", "first_name": "Buur"}
    body = {"message_id": number, "from": user, "chat": chat, "date": int(time.time())}
    payload = json.dumps({"update_id": number, "message": {**body, "text": text}})
    return RawInbound(
        source="telegram", key=str(number), payload=payload, received_at=SystemClock().now()
    )


def _street(alert: int) -> str:
    """A street of its own for each, so that none is taken for another's."""
    return f"{chr(65 + alert // 26)}{chr(97 + alert % 26)}dorpstraat"


def _campaign(tx: Tx, bench: Bench) -> None:
    for number in range(CAMPAIGN):
        post = Post(
            chat=Address("telegram", str(FIRST + number % MEMBERS)),
            message=Outgoing(text="Een tip"),
            cause=f"tip:{number}",
            priority=Priority.CAMPAIGN,
            purpose="campaign",
        )
        bench.house.outbox.post(tx, post)


async def measure(*, campaign: bool, alerts: int = ALERTS) -> Delay:
    """So many alerts one after another."""
    wires: list[Wire] = []

    def wrap(adapter: Adapter) -> Adapter:
        wires.append(Wire(adapter, slow_s=0.05 if campaign else 0.0))
        return wires[0]

    with tempfile.TemporaryDirectory() as folder:
        async with (
            house(
                Path(folder),
                members=MEMBERS,
                first_id=FIRST,
                streets=[_street(alert) for alert in range(alerts)],
                wrap=wrap,
            ) as bench,
            delivering(bench),
        ):
            if campaign:
                await bench.store.writer.submit(lambda tx: _campaign(tx, bench))
            delays = [await _one(bench, wires[0], alert) for alert in range(alerts)]
            waiting = bench.delivery.stats().waiting
    if campaign and waiting < CAMPAIGN // 20:
        raise RuntimeError("the campaign was over before the measurement was")
    return Delay(
        p50_ms=percentile(delays, 0.5), p99_ms=percentile(delays, 0.99), worst_ms=max(delays)
    )


async def _one(bench: Bench, wire: Wire, alert: int) -> float:
    person = FIRST + alert
    for step, text in enumerate([*SAID[:3], f"{_street(alert)} 12"]):
        await bench.inbox.accept(_raw(alert * 10 + step + 1, person, text))
    await asyncio.sleep(0.3)
    wire.first_card = 0.0
    await bench.inbox.accept(_raw(alert * 10 + 9, person, SAID[4]))
    accepted = time.perf_counter()
    deadline = accepted + 20
    while not wire.first_card:
        if time.perf_counter() > deadline:
            raise RuntimeError("no relay call came")
        await asyncio.sleep(0.001)
    return max(0.0, (wire.first_card - accepted) * 1000)


if __name__ == "__main__":
    for busy in (False, True):
        found = asyncio.run(measure(campaign=busy))
        print(
            f"campaign {busy}: p50 {found.p50_ms:.1f} p99 {found.p99_ms:.1f} worst {found.worst_ms:.1f} ms"
        )
