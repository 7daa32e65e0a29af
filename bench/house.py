"""A whole core for the bench: real store, real Telegram adapter, its transport in memory."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import Bot

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.outbound import Outbound
from bench.peers.ptb_conversation import TOKEN, Memory
from bot.clock import SystemClock
from bot.delivery.delivery import Delivery
from bot.house import House
from bot.intake.sink import Inbox
from bot.messaging import Context
from bot.operations.metrics import Metrics
from bot.settings import load
from bot.store import people
from bot.store import places as place_store
from bot.store.engine import open_store
from bot.store.storage import AdapterStorage
from bot.words import Words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from bot.messaging import Adapter
    from bot.store.engine import Store
    from bot.store.tx import Tx

_HEAD = """
data_dir: {data}
adapters:
  telegram: {{token: "{token}"}}
mail: {{from: saarbot@example.org, smtp: {{host: 127.0.0.1, port: 1, security: none}}}}
neighbourhoods:
"""
_PLACE = """  n{number}: {{name: Buurt {number}, preset: bilzen, streets: [{streets}], police: {{mailbox: [wijk@politie.example], on_close: false}}}}
"""


@dataclass(kw_only=True)
class Bench:
    """What a measurement needs."""

    store: Store
    house: House
    adapter: Adapter
    inbox: Inbox
    delivery: Delivery
    wire: Memory


def _telegram(context: Context, wire: Memory) -> TelegramAdapter:
    """The real adapter; only its wire is another one."""
    adapter = TelegramAdapter(context)
    bot = Bot(TOKEN, request=wire, get_updates_request=wire)
    adapter._outbound = Outbound(bot, upload_max=50_000_000)  # noqa: SLF001  # only the wire is another one
    return adapter


@asynccontextmanager
async def house(
    folder: Path,
    *,
    places: int = 1,
    members: int = 1,
    first_id: int = 1_000_000,
    streets: Sequence[str] = ("Kerkstraat",),
    wrap: Callable[[Adapter], Adapter] = lambda adapter: adapter,
) -> AsyncIterator[Bench]:
    """`members` active residents in each of `places` neighbourhoods, all with a direct chat.

    `wrap` may put another adapter around the real one.
    """
    file = folder / "bench.yaml"
    listed = ", ".join(streets)
    rows = "".join(_PLACE.format(number=number, streets=listed) for number in range(places))
    file.write_text(_HEAD.format(data=folder / "data", token=TOKEN) + rows, "utf-8")
    settings = load(file, {})
    clock = SystemClock()
    store = open_store("sqlite", settings.data_dir, clock)
    store.migrate()
    wire = Memory()
    context = Context(
        name="telegram",
        settings=settings.adapters["telegram"].plain(),
        storage=AdapterStorage(store.writer, store, "telegram"),
        clock=clock,
        spool=folder,
    )
    adapter = wrap(_telegram(context, wire))
    core = House(settings, store, Words.load(), {"telegram": adapter})
    await store.writer.submit(core.seed)
    await store.writer.submit(lambda tx: _fill(tx, places, members, first_id))
    delivery = Delivery(
        store=store,
        outbox=core.outbox,
        adapters=core.adapters,
        clock=clock,
        on_outcome=core.on_outcome,
        markers={"nl": ""},
    )
    inbox = Inbox(
        adapter=adapter,
        writer=store.writer,
        intake=core.intake,
        metrics=Metrics(),
        on_state=lambda _state: None,
        cry=lambda _lang: "",
        seconds=time.monotonic,
    )
    try:
        yield Bench(
            store=store, house=core, adapter=adapter, inbox=inbox, delivery=delivery, wire=wire
        )
    finally:
        store.close()


def _fill(tx: Tx, places: int, members: int, first_id: int) -> None:
    for place in range(places):
        for member in range(members):
            person = people.add_person(tx, name="", language="nl")
            address = f"telegram:{first_id + place * members + member}"
            people.add_account(tx, address, person, canonical=address, direct=address)
            number = place_store.next_pseudonym(tx, f"n{place}")
            people.add_member(
                tx, f"n{place}", person, role="resident", state="active", pseudonym=number
            )


@asynccontextmanager
async def delivering(bench: Bench) -> AsyncIterator[None]:
    """Delivery runs meanwhile."""
    task = asyncio.create_task(bench.delivery.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def told(**values: Any) -> str:
    """Figures in one line."""
    return "  ".join(f"{name} {value}" for name, value in values.items())
