"""Where adapters hand over: returns when what they brought is safe.

The raw key, the decisions, the messages that follow and the adapter's cursor are one commit, in
the writer's next group. What can't be read or handled is rolled back and set aside with its
reason; the rest goes on, and whoever wrote is asked, in the same commit, to try again. When nothing
can be kept, whoever wrote is told at once to call the emergency number, past the outbox, and the
messenger is not told that we have it.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from bot.errors import MessengerError, StoreError
from bot.messaging import (
    Adapter,
    AdapterState,
    Address,
    ButtonPressed,
    ChatKind,
    MessageReceived,
    Outgoing,
    RawInbound,
    Unknown,
)
from bot.store import inbox
from bot.store.storage import move_cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.intake.intake import Intake
    from bot.messaging import Event
    from bot.operations.metrics import Metrics
    from bot.store.tx import Tx
    from bot.store.writer import Writer

log = logging.getLogger(__name__)
SAY_EVERY_S = 60.0


class Inbox:
    """The `Sink` of one adapter."""

    def __init__(
        self,
        *,
        adapter: Adapter,
        writer: Writer,
        intake: Intake,
        metrics: Metrics,
        on_state: Callable[[AdapterState], None],
        cry: Callable[[str], str],
        seconds: Callable[[], float],
    ) -> None:
        self._adapter = adapter
        self._writer = writer
        self._intake = intake
        self._received = metrics.received.labels(adapter.name)
        self._handled = metrics.events.labels(adapter.name, "handled")
        self._aside = metrics.events.labels(adapter.name, "set_aside")
        self._handling = metrics.handling
        self._on_state = on_state
        self._cry = cry
        self._seconds = seconds
        self._said: dict[Address, float] = {}

    async def state(self, state: AdapterState) -> None:
        """An adapter's condition, for health, metrics and the log."""
        self._on_state(state)

    async def accept(self, raw: RawInbound, *, cursor: tuple[str, str] | None = None) -> None:
        """Return when `raw` is on disk and handled, or set aside. Raises StoreError."""
        self._received.inc()
        began = self._seconds()
        try:
            await self._writer.submit(lambda tx: self._take(tx, raw, cursor), label="accept")
        except StoreError:
            await self._cry_out(raw)
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the payload must not be lost
            await self._one_by_one(raw, cursor, error)
        else:
            self._handled.inc()
            self._handling.observe(self._seconds() - began)

    def _take(self, tx: Tx, raw: RawInbound, cursor: tuple[str, str] | None) -> None:
        events = self._adapter.parse(raw)
        # A single event's own id is enough to know it again; the raw key saves work for more.
        if len(events) == 1 or inbox.first_sight_of_raw(tx, *_key(raw)):
            for event in events:
                self._handle(tx, raw, event)
        if cursor is not None:
            move_cursor(tx, self._adapter.name, *cursor)

    def _handle(self, tx: Tx, raw: RawInbound, event: Event) -> None:
        if not self._intake.handle(tx, event):
            tx.after_commit(self._aside.inc)
            inbox.set_aside(tx, raw.source, raw.key, raw.payload, f"unknown kind {_kind(event)}")

    # --- what can't be handled ---------------------------------------------------------------

    async def _one_by_one(
        self, raw: RawInbound, cursor: tuple[str, str] | None, error: Exception
    ) -> None:
        """Something in it failed: each event by itself, so that the others are handled."""
        failed: list[Event] = []
        for event in self._events(raw):
            try:
                await self._writer.submit(partial(self._handle, raw=raw, event=event))
            except StoreError:
                await self._cry_out(raw)
                raise
            except Exception as again:  # noqa: BLE001  # as above
                error = again
                failed.append(event)
        await self._set_aside(raw, cursor, error, failed)

    def _events(self, raw: RawInbound) -> Sequence[Event]:
        try:
            return self._adapter.parse(raw)
        except Exception:  # noqa: BLE001  # then there is nobody to answer
            return ()

    async def _set_aside(
        self,
        raw: RawInbound,
        cursor: tuple[str, str] | None,
        error: Exception,
        failed: Sequence[Event],
    ) -> None:
        """Keep it for the operator; its text goes to no log, only where it was and what failed.

        Whoever wrote is not left in silence, whatever failed.
        """
        self._aside.inc()
        where = place_of(error)
        log.error(
            "set aside: %s update %s: %s at %s", raw.source, raw.key, type(error).__name__, where
        )

        def work(tx: Tx) -> None:
            if inbox.first_sight_of_raw(tx, *_key(raw)):
                reason = f"{type(error).__name__} at {where}"
                inbox.set_aside(tx, raw.source, raw.key, raw.payload, reason)
            for event in filter(self._can_answer, failed):
                self._intake.apologise(tx, event)
            if cursor is not None:
                move_cursor(tx, self._adapter.name, *cursor)

        await self._writer.submit(work, label="set aside")

    async def _cry_out(self, raw: RawInbound) -> None:
        """Nothing can be kept: say so where somebody just wrote, at most once a minute a chat."""
        log.error("nothing can be stored: %s update %s was not accepted", raw.source, raw.key)
        for event in self._events(raw):
            if self._can_answer(event):
                lang = event.sender.language if event.sender else None
                await self._say_past_all(event.chat, self._cry(lang or ""))

    @staticmethod
    def _can_answer(event: Event) -> bool:
        private = event.chat_kind is ChatKind.DIRECT and not event.is_self
        return private and isinstance(event, MessageReceived | ButtonPressed)

    async def _say_past_all(self, chat: Address, text: str) -> None:
        """Past the outbox, since that is what can't be trusted now; at most once a minute a chat."""
        now = self._seconds()
        if now - self._said.get(chat, -SAY_EVERY_S) < SAY_EVERY_S:
            return
        self._said[chat] = now
        try:
            await self._adapter.send(chat, Outgoing(text=text), key=f"past:{chat}:{now}")
        except MessengerError as error:
            log.warning("could not say so to one chat of %s: %s", chat.messenger, error.reason)


def _key(raw: RawInbound) -> tuple[str, str, int]:
    return raw.source, raw.key, int(raw.received_at.timestamp() * 1000)


def _kind(event: Event) -> str:
    return event.kind if isinstance(event, Unknown) else type(event).__name__


def place_of(error: BaseException) -> str:
    """File and line where it failed: never its text, which may quote a message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    name = trace.tb_frame.f_code.co_filename.rpartition("/")[2]
    return f"{name}:{trace.tb_lineno}"
