"""An adapter for a loopback server, with patience that suits a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from adapters.signal.adapter import SignalAdapter
from bot.messaging import Context
from bot.testkit.storage import MemoryStorage, context
from tests.adapters.signal.restapi import SignalServer


def build_context(
    server: SignalServer, spool: Path, *, storage: MemoryStorage | None = None, **settings: Any
) -> Context:
    """What the adapter is given; `settings` go over the usual ones."""
    section = {"api_url": server.url, "number": server.number, "timeout_s": 1.0, **settings}
    return context("signal", spool, settings=section, storage=storage)


def build(
    server: SignalServer, spool: Path, *, storage: MemoryStorage | None = None, **settings: Any
) -> SignalAdapter:
    """The real adapter before that server."""
    return SignalAdapter(build_context(server, spool, storage=storage, **settings))
