"""The police zone's mail server: real SMTP with STARTTLS in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.police.sink import MailboxSink
from tests.police.postoffice import Authority


@contextmanager
def mail_server(folder: Path, authority: Authority | None = None) -> Iterator[MailboxSink]:
    """A mailbox that takes mail until the end; with an authority, only encrypted mail."""
    loop = asyncio.new_event_loop()
    sink = MailboxSink(folder, tls=authority.server() if authority else None)
    thread = threading.Thread(target=loop.run_forever, name="mail server", daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(sink.start(), loop).result(10)
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(_end(sink), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(sink: MailboxSink) -> None:
    await sink.stop()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
