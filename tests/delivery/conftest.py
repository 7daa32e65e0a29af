"""A messenger that answers as its script says, and a delivery on a real store to send to it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.clock import SettableClock
from bot.delivery.delivery import Delivery
from bot.delivery.outbox import Outbox
from bot.delivery.post import Kind, Outcome, Post, Priority
from bot.messaging import Address, Capabilities, Feature, Level, MessageRef, Outgoing, Receipt
from bot.store.engine import Store
from bot.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bot.messaging import Rate
    from bot.store.tx import Tx

MARK = "(misschien al gezien)"
START = datetime(2026, 11, 12, 22, 14, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Call:
    """One call that the messenger got."""

    what: str
    chat: str
    text: str
    key: str
    at: datetime
    reply_to: str | None = None
    refs: tuple[str, ...] = ()


@dataclass
class Messenger:
    """The part of an adapter that delivery uses. `script` holds what each chat's next calls meet:
    an exception to raise, a Receipt to return, or an event to wait for first.
    """

    clock: SettableClock
    name: str = "paper"
    chat_rates: tuple[Rate, ...] = ()
    account_rates: tuple[Rate, ...] = ()
    edit_age_s: int | None = None
    edit_count: int | None = None
    call_max_s: float = 30.0
    edits: Level = Level.FULL
    script: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    calls: list[Call] = field(default_factory=list)
    number: int = 0
    on_call: Callable[[str], BaseException | None] = lambda _text: None

    def capabilities(self, chat: Address) -> Capabilities:
        return Capabilities(
            support={Feature.EDIT: self.edits, Feature.DELETE: Level.FULL},
            chat_rates=self.chat_rates,
            account_rates=self.account_rates,
            edit_age_s=self.edit_age_s,
            edit_count=self.edit_count,
            call_max_s=self.call_max_s,
        )

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        reply = None if message.reply_to is None else message.reply_to.id
        return await self._meet("send", chat, message.text, key, reply_to=reply)

    async def edit(self, refs: Sequence[MessageRef], message: Outgoing, *, key: str) -> Receipt:
        ids = tuple(ref.id for ref in refs)
        return await self._meet("edit", refs[0].chat, message.text, key, refs=ids)

    async def delete(self, refs: Sequence[MessageRef]) -> None:
        await self._meet("delete", refs[0].chat, "", "", refs=tuple(ref.id for ref in refs))

    async def _meet(self, what: str, chat: Address, text: str, key: str, **more: Any) -> Receipt:
        self.calls.append(
            Call(what=what, chat=str(chat), text=text, key=key, at=self.clock.now(), **more)
        )
        if (trouble := self.on_call(text)) is not None:
            raise trouble
        steps = self.script[str(chat)]
        while steps:
            step = steps.pop(0)
            if isinstance(step, asyncio.Event):
                await step.wait()
                continue
            if isinstance(step, BaseException):
                raise step
            answer: Receipt = step
            return answer
        self.number += 1
        return Receipt(parts=(f"m{self.number}",))

    def texts(self, chat: str) -> list[str]:
        return [call.text for call in self.calls if call.chat == chat]


@dataclass
class Office:
    """A store, an outbox, a messenger, and what the core was told."""

    store: Store
    clock: SettableClock
    messenger: Messenger
    outbox: Outbox
    outcomes: list[Outcome] = field(default_factory=list)
    on_outcome: Callable[[Tx, Outcome], None] | None = None
    causes: int = 0
    delivery: Delivery | None = None

    def make(self, **more: Any) -> Delivery:
        self.delivery = Delivery(
            store=self.store,
            outbox=self.outbox,
            adapters={"paper": self.messenger},  # type: ignore[dict-item]  # delivery uses only this part
            clock=self.clock,
            on_outcome=self._heard,
            markers={"nl": MARK},
            chance=lambda: 0.0,
            **more,
        )
        return self.delivery

    @asynccontextmanager
    async def delivering(self, **more: Any) -> AsyncIterator[Delivery]:
        # One thread: what is asked of it last comes last, which `settle` waits for.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        delivery = self.make(**more)
        task = asyncio.create_task(delivery.run())
        try:
            yield delivery
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def post(self, text: str, chat: str = "paper:anna", **more: Any) -> int:
        found = await self.store.writer.submit(
            lambda tx: self.outbox.post(tx, self.a(text, chat, **more))
        )
        assert found is not None
        return found

    def a(self, text: str, chat: str = "paper:anna", **more: Any) -> Post:
        self.causes += 1
        given: dict[str, Any] = {
            "chat": Address.parse(chat),
            "message": Outgoing(text=text),
            "cause": f"c{self.causes}",
            "priority": Priority.ANSWER,
            "purpose": "answer",
            **more,
        }
        if "target" in more:
            given.setdefault("kind", Kind.EDIT)
        return Post(**given)

    def state(self, outbox_id: int) -> tuple[str, str]:
        from bot.store import outbox as rows

        with self.store.reading() as reader:
            row = rows.get(reader, outbox_id)
        assert row is not None
        return row.state, row.reason

    def _heard(self, tx: Tx, outcome: Outcome) -> None:
        if self.on_outcome is not None:
            self.on_outcome(tx, outcome)
        tx.after_commit(lambda: self.outcomes.append(outcome))


async def until(true: Callable[[], Any], *, within: float = 5) -> None:
    """Wait for something to become true, or fail."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.002)


async def settle(office: Office) -> None:
    """Let everything that can happen now happen: until nobody asks the store or the messenger."""
    writer, own, quiet = office.store.writer, 0, 0
    before = (-1, -1)
    while quiet < 5:  # looks in a row, each behind all that waited
        await asyncio.to_thread(_nothing)
        await Writer.submit(writer, _nothing)
        own += 1
        now = (writer.stats().works - own, len(office.messenger.calls))
        quiet = quiet + 1 if now == before else 0
        before = now


def _nothing(_tx: Tx | None = None) -> None:
    """Only takes its turn."""


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


async def turn(office: Office, by: float) -> None:
    """Let things happen, then turn the clock."""
    await settle(office)
    office.clock.advance(seconds(by))
    await settle(office)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture
def office(store: Store, clock: SettableClock) -> Office:
    return Office(store=store, clock=clock, messenger=Messenger(clock), outbox=Outbox())
