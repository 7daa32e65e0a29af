"""The far side of an adapter under test: what the contract suite asks it to do and to show.

A peer is the messenger as the adapter meets it: a loopback server, a browser page, a world in
memory. It stands on the other side of the adapter's own client library, never inside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.errors import StoreFull
from bot.messaging import Adapter, AdapterState, Address, Condition, Event, RawInbound


class Fault(StrEnum):
    """What goes wrong with the next request that sends or edits, and what the port calls it."""

    RATE_LIMITED = "rate_limited"  # refused, with a time to wait: RateLimited
    SERVER_ERROR = "server_error"  # the messenger's own trouble: Retryable
    DOWN = "down"  # nobody listens; the request never left: Retryable
    GONE = "gone"  # blocked, deleted, left: RecipientGone
    FORBIDDEN = "forbidden"  # the bot may not: NotAllowed (or RecipientGone)
    HANG = "hang"  # the request is taken and never answered: Uncertain
    LOST_ANSWER = "lost_answer"  # it was carried out and the connection cut: Uncertain


class Ability(StrEnum):
    """What not every messenger can do. A peer names what its messenger can't, and why."""

    GROUP = "group"
    EDIT_OWN = "edit_own"  # people can edit what they wrote
    PHOTO = "photo"
    LOCATION = "location"
    STICKER = "sticker"
    REPLY = "reply"  # people can answer a message
    PRESS = "press"  # buttons
    REDELIVER = "redeliver"  # the same thing can come twice
    KEEPS_WHILE_AWAY = "keeps_while_away"
    DISCONNECT = "disconnect"
    # and each Fault, by its own name
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    DOWN = "down"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    HANG = "hang"
    LOST_ANSWER = "lost_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message as the messenger shows it now. Deleted ones aren't shown."""

    id: str
    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[bytes, ...] = ()
    reply_to: str | None = None


class Peer(Protocol):
    """One messenger with one bot account on it (ours) and, at the least, two people.

    `person` and `other` are the direct chats of two people whom the bot may write to; `group`
    is a native group that `person` and the bot are in, or None. `cannot` says for each ability
    the messenger lacks why, in a sentence that a reader of the test report understands.
    `secrets` are strings that may stand in no error and no state (tokens, numbers).
    """

    adapter: Adapter
    person: Address
    other: Address
    group: Address | None
    cannot: dict[Ability, str]
    secrets: tuple[str, ...]

    async def says(self, text: str, *, in_group: bool = False, reply_to: str | None = None) -> str:
        """`person` writes to the bot or in the group; returns the message's native id.

        It behaves as the person's app does: when the message can't be handed over it tries
        again, so it may take as long as the adapter's sink refuses.
        """
        ...

    async def edits(self, message_id: str, text: str) -> None:
        """`person` changes what they wrote in their direct chat."""
        ...

    async def sends_photo(self, data: bytes, *, caption: str = "") -> str: ...
    async def sends_location(self, latitude: float, longitude: float) -> str: ...
    async def sends_sticker(self) -> str: ...
    async def presses(self, part: str, label: str) -> None:
        """`person` presses the button labelled `label` under our message `part`."""
        ...

    def shown(self, chat: Address) -> list[Seen]:
        """What the bot's messages in `chat` look like now, oldest first. People's own are left out."""
        ...

    def unknown(self) -> RawInbound:
        """Something well-formed that a later version of the messenger might send."""
        ...

    def acknowledged(self) -> bool | None:
        """Whether the messenger believes everything sent so far to be received.

        None where it never asks.
        """
        ...

    def fail_next(self, fault: Fault, chat: Address) -> None:
        """Let the next request that sends to or edits in `chat` end so, and only that one."""
        ...

    async def redeliver(self) -> None:
        """Hand over the last thing once more, as the messenger does after a lost answer."""
        ...

    async def goes_away(self) -> None:
        """Break the connection on which the adapter receives; `comes_back` mends it."""
        ...

    async def comes_back(self) -> None: ...
    async def restart(self) -> Adapter:
        """A new adapter with the same storage, as after a restart of the process.

        The old one has been closed or is closed here; `adapter` is the new one from now on.
        """
        ...


async def eventually(condition: Callable[[], bool], *, what: str, within: float = 10.0) -> None:
    """Return as soon as `condition` holds; fail, saying `what`, when it doesn't `within` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while not condition():
        if loop.time() > deadline:
            raise AssertionError(f"{what}: not within {within:g} s")
        await asyncio.sleep(0.005)


@dataclass(slots=True, kw_only=True)
class KeepingSink:
    """A core that only keeps: what was accepted, which cursor came with it, and the states told.

    `hold` makes `accept` wait until `go`; `refuse` makes the next ones raise StoreFull.
    """

    offered: list[RawInbound] = field(default_factory=list)
    accepted: list[RawInbound] = field(default_factory=list)
    cursors: list[tuple[str, str]] = field(default_factory=list)
    states: list[AdapterState] = field(default_factory=list)
    _gate: asyncio.Event = field(default_factory=asyncio.Event)
    _refusals: int = 0

    def __post_init__(self) -> None:
        self._gate.set()

    def hold(self) -> None:
        self._gate.clear()

    def go(self) -> None:
        self._gate.set()

    def refuse(self, times: int) -> None:
        self._refusals = times

    async def accept(self, raw: RawInbound, *, cursor: tuple[str, str] | None = None) -> None:
        self.offered.append(raw)
        await self._gate.wait()
        if self._refusals:
            self._refusals -= 1
            raise StoreFull("the disk is full, for a test")
        self.accepted.append(raw)
        if cursor is not None:
            self.cursors.append(cursor)

    async def state(self, state: AdapterState) -> None:
        self.states.append(state)

    @property
    def condition(self) -> Condition | None:
        """The adapter's latest condition."""
        return self.states[-1].condition if self.states else None

    async def connected(self) -> None:
        """Return when the adapter says that it is connected."""
        await eventually(
            lambda: self.condition is Condition.CONNECTED, what="the adapter says CONNECTED"
        )

    async def event(self, adapter: Adapter, kind: type[Event], *, nth: int = 1) -> Event:
        """Return the `nth` event of this kind, other than the bot's own, when it is there."""

        def found() -> list[Event]:
            events = [event for raw in self.accepted for event in adapter.parse(raw)]
            return [event for event in events if isinstance(event, kind) and not event.is_self]

        await eventually(lambda: len(found()) >= nth, what=f"{nth} × {kind.__name__} is accepted")
        return found()[nth - 1]


@asynccontextmanager
async def receiving(adapter: Adapter) -> AsyncIterator[KeepingSink]:
    """The adapter, running and connected, with a sink that keeps; stopped at the end.

    An adapter whose `run` raises fails the test here.
    """
    sink = KeepingSink()
    running = asyncio.create_task(adapter.run(sink))
    try:
        await sink.connected()
        yield sink
        if running.done():
            running.result()
    finally:
        sink.go()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(running, 10)
