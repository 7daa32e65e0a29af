"""How long the outbox keeps what is over.

The words of a message are needed until it has gone: they are blanked when it is sent, and when
nobody needs it any more. A dead letter keeps them for thirty days, as long as the operator is shown
it. Which message of ours a messenger's message is, for a reply or an edit, is kept for thirty days
too; for an alert's messages, as long as the alert.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.store import old_posts as rows

if TYPE_CHECKING:
    from bot.store.engine import Store

KEPT_MS = int(timedelta(days=30).total_seconds() * 1000)
_PAGE = 200


async def forget_old(store: Store) -> None:
    """Remove what is old, some at a time, so that nobody waits for it."""
    while found := await asyncio.to_thread(_old, store):
        await store.writer.submit(partial(rows.forget, posts=found), label="tidy")
    await store.writer.submit(lambda tx: rows.fade(tx, before=tx.now_ms - KEPT_MS), label="tidy")


def _old(store: Store) -> list[int]:
    with store.reading() as reader:
        return rows.old(reader, before=reader.now_ms - KEPT_MS, most=_PAGE)
