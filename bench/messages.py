"""Messages per second through parse, dialogue, commit and outbox, beside the peer.

200 people report, six messages each, everybody's first before anybody's second, from raw updates.
Each lives in a neighbourhood of their own, so that what is counted is messages and not the fan-out
of their cards. Ours ends when everything is committed to the outbox, while delivery, which keeps
to Telegram's 30 messages a second, runs beside it; the peer ends when its answers are given to a
transport in memory.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.house import delivering, house, percentile
from bench.peers import ptb_conversation
from bot.clock import SystemClock
from bot.journal import journal
from bot.messaging import RawInbound

if TYPE_CHECKING:
    from bench.house import Bench
    from bot.store.tx import Tx

BATCH = 100  # what getUpdates brings at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass: seconds until all was committed to the outbox; latencies in ms."""

    messages: int
    committed_s: float
    p50_ms: float
    p99_ms: float


async def ours(
    updates: list[dict[str, object]],
    *,
    people: int,
    batch: int = BATCH,
    others: int = 0,
    entries: int = 0,
) -> Run:
    """Our side, with a store that syncs every commit.

    `others` more people have a report half made; `entries` entries stand in the log before.
    """
    clock = SystemClock()
    raws = [
        RawInbound(
            source="telegram",
            key=str(update["update_id"]),
            payload=json.dumps(update),
            received_at=clock.now(),
        )
        for update in updates
    ]
    with tempfile.TemporaryDirectory() as folder:
        async with house(Path(folder), places=people + others) as bench, delivering(bench):
            await _fill(bench, people=people, others=others, entries=entries)
            await asyncio.sleep(0.05)
            settle()
            waits: list[float] = []

            async def accept(raw: RawInbound) -> None:
                began = time.perf_counter()
                await bench.inbox.accept(raw, cursor=("offset", raw.key))
                waits.append((time.perf_counter() - began) * 1000)

            began = time.perf_counter()
            for start in range(0, len(raws), batch):
                await asyncio.gather(*(accept(raw) for raw in raws[start : start + batch]))
            committed = time.perf_counter() - began
            return Run(
                messages=len(raws),
                committed_s=committed,
                p50_ms=percentile(waits, 0.5),
                p99_ms=percentile(waits, 0.99),
            )


async def _fill(bench: Bench, *, people: int, others: int, entries: int) -> None:
    """What is there before the measurement."""
    for number in range(others):
        await bench.inbox.accept(_said(number, 1_000_000 + people + number))

    def write(tx: Tx) -> None:
        for _ in range(min(1000, entries)):
            journal.append(tx, "n0", "export.made", {"by": "bench"})

    for _ in range(0, entries, 1000):
        await bench.store.writer.submit(write)


def _said(number: int, person: int) -> RawInbound:
    user = {"id": person, "is_bot": False, "first_name": "Buur", "language_code": "nl"}
    chat = {"id": person, "type": "private", "first_name": "Buur"}
    message = {"message_id": 1, "from": user, "chat": chat, "date": int(time.time())}
    update = {"update_id": number + 1, "message": {**message, "text": "meld"}}
    return RawInbound(
        source="telegram",
        key=str(number + 1),
        payload=json.dumps(update),
        received_at=SystemClock().now(),
    )


def peer(updates: list[dict[str, object]]) -> float:
    """python-telegram-bot's ConversationHandler: seconds for the same updates."""
    settle()
    return ptb_conversation.run(updates)


def settle() -> None:
    """What stands already is looked at by no collection: as `saarbot run` has it, for both sides."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    made = ptb_conversation.updates(200)
    for _ in range(3):
        theirs = peer(made)
        mine = asyncio.run(ours(made, people=200))
        print(
            f"peer {len(made) / theirs:,.0f}/s  ours {len(made) / mine.committed_s:,.0f}/s"
            f"  p50 {mine.p50_ms:.1f} p99 {mine.p99_ms:.1f} ms"
        )
