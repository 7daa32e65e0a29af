"""`python -m bench`: every figure in one table, each beside its peer in the same run.

`--quick` makes one short run of each, to see that everything works. Figures are medians; in
brackets stand the smallest and the largest. Machines are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench import messages, process, relay
from bench.peers import ptb_conversation
from bench.store import sync_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

DIALOGUES = 200


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    runs = 1 if quick else 5
    print(f"{'figure':<58} {'median':>10}  (from, to)")
    _messages(runs)
    _one_by_one(runs)
    _sizes(1 if quick else 3, quick=quick)
    _relay(quick=quick)
    _processes(1 if quick else 5, rest_s=1.0 if quick else 10.0)


def _row(name: str, values: Sequence[float], form: str = ",.0f") -> None:
    low, high = min(values), max(values)
    print(
        f"{name:<58} {statistics.median(values):>10{form}}  ({low:{form}}, {high:{form}})",
        flush=True,
    )


def _messages(runs: int) -> None:
    """Row 1: messages a second, interleaved pairs."""
    updates = ptb_conversation.updates(DIALOGUES)
    theirs, ours = [], []
    for _ in range(runs):
        theirs.append(messages.peer(updates))
        ours.append(asyncio.run(messages.ours(updates, people=DIALOGUES)))
    count = len(updates)
    _row("1 peer: ConversationHandler, messages/s", [count / took for took in theirs])
    _row(
        "1 ours: grouped commits, synchronous=FULL, messages/s",
        [count / r.committed_s for r in ours],
    )
    ratios = [took / run.committed_s for took, run in zip(theirs, ours, strict=True)]
    _row("1 ratio ours : peer", ratios, ".2f")
    _row("1 accepted after, p50 ms (100 at once)", [run.p50_ms for run in ours], ".1f")
    _row("1 accepted after, p99 ms (100 at once)", [run.p99_ms for run in ours], ".1f")


def _one_by_one(runs: int) -> None:
    """Row 1, last part: one commit a message, and what the disk takes for one."""
    updates = ptb_conversation.updates(40)
    found = [asyncio.run(messages.ours(updates, people=40, batch=1)) for _ in range(runs)]
    _row("1 one commit a message, messages/s", [len(updates) / r.committed_s for r in found])
    with tempfile.TemporaryDirectory() as folder:
        _row("1 the disk's own sync, ms", [sync_ms(Path(folder)) for _ in range(runs)], ".2f")


def _sizes(runs: int, *, quick: bool) -> None:
    """Row 2: many dialogues open, many entries in the store, against few of both."""
    updates = ptb_conversation.updates(DIALOGUES)
    open_ones = (100,) if quick else (100, 1_000)
    entries = (1_000,) if quick else (1_000, 100_000)

    def rate(**more: int) -> float:
        run = asyncio.run(messages.ours(updates, people=DIALOGUES, **more))
        return len(updates) / run.committed_s

    for number in open_ones:
        _row(
            f"2 ratio with {number:,} other dialogues open : 1",
            [rate(others=number) / rate(others=1) for _ in range(runs)],
            ".2f",
        )
    for number in entries:
        _row(
            f"2 ratio with {number:,} entries in the log : none",
            [rate(entries=number) / rate() for _ in range(runs)],
            ".2f",
        )


def _relay(*, quick: bool) -> None:
    """Row 3: accepted to first relay call."""
    for busy, name in ((False, "alone"), (True, "10,000 campaign messages waiting")):
        found = asyncio.run(relay.measure(campaign=busy, alerts=10 if quick else relay.ALERTS))
        _row(f"3 accepted to first relay call, {name}, p50 ms", [found.p50_ms], ".1f")
        _row(f"3 accepted to first relay call, {name}, p99 ms", [found.p99_ms], ".1f")


def _processes(runs: int, *, rest_s: float) -> None:
    """Row 4: whole processes."""
    with tempfile.TemporaryDirectory() as folder:
        bytecode = Path(folder)
        pairs = process.pairs(runs, rest_s=rest_s, bytecode=bytecode)
        demonstrations = [process.demonstration(bytecode) for _ in range(runs)]
    _row("4 ours: ready after, s", [ours.ready_s for ours, _ in pairs], ".2f")
    _row("4 ratio ready ours : peer", [o.ready_s / p.ready_s for o, p in pairs], ".2f")
    _row("4 ours: idle memory, MB", [ours.rss_mb for ours, _ in pairs], ".0f")
    _row("4 ratio idle memory ours : peer", [o.rss_mb / p.rss_mb for o, p in pairs], ".2f")
    _row("4 saarbot demo --headless, s", demonstrations, ".1f")


if __name__ == "__main__":
    main()
