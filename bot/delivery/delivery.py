"""Sending what the outbox holds. What is promised stands in `bot/delivery/__init__.py`.

The lanes live in memory and are filled by what is posted (told after the commit) and, at the
start and now and then, by what the table holds. A message is claimed in a commit of its own before
the adapter is called, and its outcome recorded in another: whatever is claimed and not recorded
when a process starts is unknown.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.delivery import ledger
from bot.delivery.alarm import Alarm
from bot.delivery.deadlines import Deadlines
from bot.delivery.lanes import Account, Item, Rates, Turn
from bot.delivery.ledger import Elsewhere, OnOutcome, Ticket
from bot.delivery.policy import Again, Move, Park, Sent, Verdict, judge
from bot.delivery.post import Kind, Priority
from bot.errors import Permanent, StoreBusy, StoreError, StoreFull
from bot.messaging.address import Address
from bot.messaging.capabilities import Capabilities
from bot.messaging.outgoing import Receipt
from bot.store import outbox as rows
from bot.store.tx import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.clock import Clock
    from bot.delivery.outbox import Outbox
    from bot.messaging.adapter import Adapter
    from bot.store.engine import Store
    from bot.store.tx import Tx

T = TypeVar("T")

AT_ONCE = 48  # sends under way on one account; a third of them may be campaigns
SLOWEST = 50  # bytes of a file in a millisecond
SWEEP_MS = 60_000
STORE_RETRY_MS = 1_000
GRACE_S = 5.0
_PAGE = 200
_CHUNK = 100

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class DeliveryStats:
    """Counters since the start, and how things stand, for the operator."""

    sent: int = 0
    retried: int = 0
    parked: int = 0
    unknown: int = 0
    waiting: int = 0
    active: int = 0


class Delivery:
    """One per process. `adapters` by messenger; `markers` say "perhaps a repetition" by language."""

    def __init__(
        self,
        *,
        store: Store,
        outbox: Outbox,
        adapters: Mapping[str, Adapter],
        clock: Clock,
        on_outcome: OnOutcome,
        markers: Mapping[str, str],
        at_once: int = AT_ONCE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._clock = clock
        self._on_outcome = on_outcome
        self._markers = dict(markers)
        self._at_once = at_once
        self._chance = chance
        self._accounts: dict[str, Account] = {}
        self._known: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._deadlines = Deadlines(clock)
        self._alarm = Alarm(clock, self._pump_all)
        self._arrivals: deque[rows.Queued] = deque()
        self._campaign_arrivals: deque[rows.Queued] = deque()
        self._departures: deque[tuple[str, int]] = deque()
        self._woken = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open = False
        self._since = 0
        self._counts = DeliveryStats()
        outbox.listen(self._posted, self._withdrawn)

    async def run(self) -> None:
        """Deliver until cancelled; then let what is under way end, for a few seconds."""
        self._loop = asyncio.get_running_loop()
        await self._recover()
        self._since = self._now()
        try:
            while True:
                await self._look_around()
                self._begin()
                await self._clock.sleep_until(from_ms(self._now() + SWEEP_MS))
        finally:
            await self._end()

    def _begin(self) -> None:
        """What waits in the table is in its lanes: nothing that is new overtakes it."""
        if not self._open:
            self._open = True
            self._pump_all()

    def stats(self) -> DeliveryStats:
        """Counters, and how much waits and is under way."""
        active = sum(account.active for account in self._accounts.values())
        new = len(self._arrivals) + len(self._campaign_arrivals)
        waiting = len(self._known) + new - active
        return replace(self._counts, waiting=waiting, active=active)

    # --- what is to be sent ---------------------------------------------------------------

    def _posted(self, queued: rows.Queued) -> None:
        """In the writer's thread: something new is on disk."""
        campaign = queued.priority >= Priority.CAMPAIGN
        (self._campaign_arrivals if campaign else self._arrivals).append(queued)
        self._wake()

    def _withdrawn(self, chat: str, outbox_id: int) -> None:
        """In the writer's thread: something won't go out after all."""
        self._departures.append((chat, outbox_id))
        self._wake()

    def _wake(self) -> None:
        if self._loop is None or self._woken:
            return
        self._woken = True
        try:
            self._loop.call_soon_threadsafe(self._take_in)
        except RuntimeError:  # the loop has ended; the table keeps it for the next start
            self._woken = False

    def _take_in(self) -> None:
        """Put what arrived in its lanes; of a large campaign some at a time, so that the rest goes on."""
        self._woken = False
        touched = set()
        while self._arrivals:
            touched.add(self._enqueue_new(self._arrivals.popleft()))
        for _ in range(min(_CHUNK, len(self._campaign_arrivals))):
            touched.add(self._enqueue_new(self._campaign_arrivals.popleft()))
        while self._departures:
            touched.add(self._remove(*self._departures.popleft()))
        for name in touched - {""}:
            self._pump(name)
        if self._campaign_arrivals and self._loop is not None:
            self._loop.call_soon(self._take_in)

    def _enqueue_new(self, queued: rows.Queued) -> str:
        return "" if queued.id in self._known else self._enqueue(queued)

    def _remove(self, chat: str, outbox_id: int) -> str:
        name = chat.partition(":")[0]
        account = self._accounts.get(name)
        if account is None or not account.remove(chat, outbox_id, self._now()):
            return ""
        self._known.discard(outbox_id)
        return name

    def _enqueue(self, queued: rows.Queued) -> str:
        self._known.add(queued.id)
        name = queued.chat.partition(":")[0]
        item = Item(queued.priority, queued.id, queued.not_before)
        self._account(name).add(queued.chat, item, self._now())
        return name

    async def _look_around(self) -> None:
        try:
            await self._sweep()
            await self._give_up()
        except Exception as error:  # noqa: BLE001  # the lanes go on; the next look may succeed
            log.error("the outbox could not be read: %s", type(error).__name__)  # noqa: TRY400  # a trace may quote a message

    async def _give_up(self) -> None:
        """Park what no messenger would take for too long, so that somebody hears of it."""
        with self._store.reading() as reader:
            found = ledger.hopeless(reader, self._now(), self._since)
        for outbox_id in found:
            await self._tell(outbox_id, partial(ledger.give_up, outbox_id=outbox_id))
            self._counts.parked += 1

    async def _sweep(self) -> None:
        """Find what waits in the table and in no lane."""
        after = 0
        while page := await asyncio.to_thread(self._page, after):
            for queued in page:
                self._enqueue_new(queued)
            after = page[-1].id
        for account in self._accounts.values():
            account.forget_idle(self._now())
        self._pump_all()

    def _page(self, after: int) -> list[rows.Queued]:
        with self._store.reading() as reader:
            return rows.queue(reader, after=after, most=_PAGE)

    async def _recover(self) -> None:
        with self._store.reading() as reader:
            left = ledger.under_way(reader)
        for row in left:
            await self._tell(row.id, partial(ledger.recover, row=row))
        if left:
            log.warning("%d sends were under way when the last process ended", len(left))

    # --- choosing -------------------------------------------------------------------------

    def _pump_all(self) -> None:
        for name in list(self._accounts):
            self._pump(name)

    def _pump(self, name: str) -> None:
        """Start every send of an account that may start now."""
        if not self._open:
            return
        account = self._accounts[name]
        now = self._now()
        while (turn := account.take(now)) is not None:
            task = asyncio.create_task(self._serve(name, account, turn))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if (when := account.next_time()) is not None:
            self._alarm.set(when)

    def _account(self, name: str) -> Account:
        account = self._accounts.get(name)
        if account is None:
            rates = partial(self._rates, name)
            account = self._accounts[name] = Account(at_once=self._at_once, rates=rates)
        return account

    def _rates(self, name: str, chat: str) -> tuple[Rates, Rates]:
        can = self._capabilities(name, Address.parse(chat))
        return can.chat_rates, can.account_rates

    def _capabilities(self, name: str, chat: Address) -> Capabilities:
        adapter = self._adapters.get(name)
        return Capabilities() if adapter is None else adapter.capabilities(chat)

    # --- one send -------------------------------------------------------------------------

    async def _serve(self, name: str, account: Account, turn: Turn) -> None:
        parts = 1
        try:
            parts = await self._deliver(name, account, turn)
        except Exception as error:  # noqa: BLE001  # one message must not end the lane
            self._known.discard(turn.item.id)  # the next sweep finds it, if it still waits
            log.error("delivery of %d failed: %s", turn.item.id, type(error).__name__)  # noqa: TRY400  # a trace may quote a message
        finally:
            account.free(turn.chat, self._now(), parts=parts)
            self._pump(name)

    async def _deliver(self, name: str, account: Account, turn: Turn) -> int:
        """Claim, send, record; how many messages the messenger made of it."""
        chat = Address.parse(turn.chat)
        can = self._capabilities(name, chat)
        ticket = await self._claim(turn, can)
        if not isinstance(ticket, Ticket):
            self._known.discard(turn.item.id)
            if isinstance(ticket, Elsewhere):
                other = rows.Queued(turn.item.id, ticket.chat, turn.item.priority, self._now())
                self._pump(self._enqueue(other))
            return 1
        verdict = await self._attempt(name, ticket, can)
        await self._tell(ticket.row.id, partial(ledger.record, row=ticket.row, verdict=verdict))
        self._follow(account, turn, verdict)
        return max(1, len(verdict.receipt.parts)) if isinstance(verdict, Sent) else 1

    async def _claim(self, turn: Turn, can: Capabilities) -> Ticket | Elsewhere | None:
        claim = partial(
            ledger.claim, outbox_id=turn.item.id, chat=turn.chat, can=can, markers=self._markers
        )
        try:
            return await self._write(claim)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # a poisoned row is set aside; the lane goes on
            log.error("post %d can't be read: %s", turn.item.id, type(error).__name__)  # noqa: TRY400  # a trace may quote a message
            await self._tell(turn.item.id, partial(ledger.set_aside, outbox_id=turn.item.id))
            self._counts.parked += 1
            return None

    async def _attempt(self, name: str, ticket: Ticket, can: Capabilities) -> Verdict:
        try:
            return Sent(receipt=await self._call(name, ticket, can))
        except Exception as error:  # noqa: BLE001  # adapters may raise anything; unknown is temporary
            return judge(ticket.row, error, self._now(), self._chance)

    async def _call(self, name: str, ticket: Ticket, can: Capabilities) -> Receipt:
        """Call the adapter; raises Uncertain when it hangs or gives up by itself."""
        adapter = self._adapters.get(name)
        if adapter is None:
            raise Permanent(f"no adapter {name} is configured")
        return await self._deadlines.within(_patience(ticket, can), _hand_over(adapter, ticket))

    def _follow(self, account: Account, turn: Turn, verdict: Verdict) -> None:
        """Do in the lanes what was recorded in the table."""
        now = self._now()
        if isinstance(verdict, Again | Park):
            _keep_silent(account, turn.chat, verdict)
        if isinstance(verdict, Again):
            self._counts.retried += 1
            item = turn.item._replace(not_before=verdict.not_before)
            account.again(turn.chat, item, now, aside=verdict.aside)
        elif isinstance(verdict, Move):
            account.move(turn.chat, str(verdict.to), now)
            account.add(str(verdict.to), turn.item, now)
        else:
            self._over(turn.item.id, verdict)

    def _over(self, outbox_id: int, verdict: Sent | Park) -> None:
        self._known.discard(outbox_id)
        if isinstance(verdict, Park):
            self._counts.parked += 1
            self._counts.unknown += verdict.unknown
        else:
            self._counts.sent += 1

    # --- writing --------------------------------------------------------------------------

    async def _tell(self, outbox_id: int, work: Callable[..., None]) -> None:
        """Record an outcome; even where the core can't take it in, what happened is kept."""
        try:
            await self._write(partial(work, on_outcome=self._on_outcome))
        except Exception as error:  # noqa: BLE001  # a row left `sending` would be sent again
            log.error("outcome of %d not taken in: %s", outbox_id, type(error).__name__)  # noqa: TRY400  # a trace may quote a message
            await self._write(partial(work, on_outcome=None))

    async def _write(self, work: Callable[[Tx], T]) -> T:
        """Write, waiting for room on the disk if there is none."""
        while True:
            try:
                return await self._store.writer.submit(work, label="delivery")
            except (StoreFull, StoreBusy):
                await self._clock.sleep_until(from_ms(self._now() + STORE_RETRY_MS))

    async def _end(self) -> None:
        """Let sends end; those that don't are cut off, and unknown at the next start."""
        self._open = False
        self._alarm.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE_S)
        self._deadlines.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _now(self) -> int:
        return to_ms(self._clock.now())


def _keep_silent(account: Account, chat: str, verdict: Again | Park) -> None:
    if verdict.pause == "account":
        account.pause(verdict.not_before)
    elif verdict.pause:
        account.pause_chat(chat, verdict.not_before)


def _patience(ticket: Ticket, can: Capabilities) -> int:
    """How long a call may take, in milliseconds: a large file takes its time on a slow line."""
    try:
        size = sum(Path(file.path).stat().st_size for file in ticket.message.files)
    except FileNotFoundError:
        raise Permanent("the file to send is gone") from None
    return round(can.call_max_s * 1000) + size // SLOWEST


async def _hand_over(adapter: Adapter, ticket: Ticket) -> Receipt:
    if ticket.row.kind == Kind.EDIT:
        return await adapter.edit(ticket.refs, ticket.message, key=ticket.key)
    if ticket.row.kind == Kind.DELETE:
        await adapter.delete(ticket.refs)
        return Receipt(parts=())
    return await adapter.send(ticket.chat, ticket.message, key=ticket.key)
