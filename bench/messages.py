"""Messages per second through parse, dialogue, commit and outbox, beside the peer.

200 people report, six messages each, everybody's first before anybody's second, from raw updates.
Each lives in a neighbourhood of their own, so that what is counted is messages and not the fan-out
of their cards. Both sides end with their answers given to a transport in memory; ours is also
timed to the moment when everything is committed to the outbox.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.house import delivering, house, percentile
from bench.peers import ptb_conversation
from bot.clock import SystemClock
from bot.messaging import RawInbound

BATCH = 100  # what getUpdates brings at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass: seconds until all was in the outbox, and until all was sent; latencies in ms."""

    messages: int
    committed_s: float
    sent_s: float
    p50_ms: float
    p99_ms: float


async def ours(updates: list[dict[str, object]], *, people: int, batch: int = BATCH) -> Run:
    """Our side, with a store that syncs every commit."""
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
        async with house(Path(folder), places=people) as bench, delivering(bench):
            await asyncio.sleep(0.05)
            waits: list[float] = []

            async def accept(raw: RawInbound) -> None:
                began = time.perf_counter()
                await bench.inbox.accept(raw, cursor=("offset", raw.key))
                waits.append((time.perf_counter() - began) * 1000)

            began = time.perf_counter()
            for start in range(0, len(raws), batch):
                await asyncio.gather(*(accept(raw) for raw in raws[start : start + batch]))
            committed = time.perf_counter() - began
            while bench.delivery.stats().waiting or bench.delivery.stats().active:  # noqa: ASYNC110  # counters have no event
                await asyncio.sleep(0.002)
            sent = time.perf_counter() - began
            return Run(
                messages=len(raws),
                committed_s=committed,
                sent_s=sent,
                p50_ms=percentile(waits, 0.5),
                p99_ms=percentile(waits, 0.99),
            )


def peer(updates: list[dict[str, object]]) -> float:
    """python-telegram-bot's ConversationHandler: seconds for the same updates."""
    return ptb_conversation.run(updates)


if __name__ == "__main__":
    made = ptb_conversation.updates(200)
    for _ in range(3):
        theirs = peer(made)
        mine = asyncio.run(ours(made, people=200))
        print(
            f"peer {len(made) / theirs:,.0f}/s  ours {len(made) / mine.committed_s:,.0f}/s committed,"
            f" {len(made) / mine.sent_s:,.0f}/s sent  p50 {mine.p50_ms:.1f} p99 {mine.p99_ms:.1f} ms"
        )
