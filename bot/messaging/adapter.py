"""The port: everything that somebody who adds a messenger needs to know, on one page.

An adapter receives and hands over, sends and reports. It knows no neighbourhood and no
dialogue. It gets a `Context`, offers a `Factory` under the entry point `saarbot.adapters`, and
passes `bot.testkit.contract`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from bot.clock import Clock
from bot.messaging.address import Address, MessageRef
from bot.messaging.capabilities import Capabilities
from bot.messaging.events import Event, MediaRef
from bot.messaging.outgoing import Outgoing, Receipt
from bot.messaging.panels import Panels


@dataclass(frozen=True, slots=True, kw_only=True)
class RawInbound:
    """Something received and not yet read. `key` is unique per source: the same thing received
    again has the same key. `payload` is text exactly as received (JSON, for most).
    """

    source: str
    key: str
    payload: str
    received_at: datetime


class Sink(Protocol):
    """Where an adapter hands over."""

    async def accept(self, raw: RawInbound, *, cursor: tuple[str, str] | None = None) -> None:
        """Return when `raw` is on disk, handled or set aside; only then tell the messenger.

        `cursor` (a storage key and its value) is stored in the same commit. Raises StoreError
        when nothing can be kept: then do not acknowledge.
        """
        ...

    async def state(self, state: AdapterState) -> None:
        """Tell how the connection is. Call it at each change."""
        ...


class Condition(StrEnum):
    """How an adapter is."""

    STARTING = "starting"
    CONNECTED = "connected"
    DEGRADED = "degraded"
    DISCONNECTED = "disconnected"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterState:
    """An adapter's condition and, for the operator, why. No secrets, numbers or texts."""

    source: str
    condition: Condition
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `saarbot check`: what was looked at, whether it is right, and the cure."""

    subject: str
    ok: bool
    detail: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMenu:
    """Commands a messenger may list: (name without slash, description), by language."""

    audience: str
    entries: Mapping[str, Sequence[tuple[str, str]]]


class Storage(Protocol):
    """The adapter's own small durable key-value store."""

    async def get(self, key: str) -> str | None: ...
    async def put(self, key: str, value: str | None) -> None:
        """Store `value`, or forget the key when it is None; durable on return."""
        ...

    async def put_many(self, values: Mapping[str, str | None]) -> None: ...
    async def scan(
        self, prefix: str, *, after: str = "", limit: int = 1000
    ) -> list[tuple[str, str]]:
        """Pairs whose key starts with `prefix` and sorts behind `after`, in key order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An HTTP route an adapter mounts: `app` is an ASGI application at `path`."""

    path: str
    app: Any
    name: str = ""


async def no_panels(chat: Address) -> AsyncGenerator[Panels, None]:  # noqa: ARG001  # the port's shape
    """Nothing stands around any conversation: it ends at once."""
    nothing: tuple[Panels, ...] = ()
    for one in nothing:
        yield one


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an adapter is given.

    `settings` is its section of the configuration, already checked against `Factory.settings`.
    `spool` is a private folder. `public_url` is the bot's own address, without a slash at the end.
    `about` is what a page may show without a login (a neighbourhood's name by invite code, …).
    `panels` is for a chat that can draw them: while somebody looks at it, what stands around the
    conversation, now and again at each change. Whoever never asks is never sent any.
    """

    name: str
    settings: Mapping[str, Any]
    storage: Storage
    clock: Clock
    spool: Path
    public_url: str | None = None
    mount: Callable[[Page], None] = lambda page: None
    about: Mapping[str, Any] = field(default_factory=dict)
    panels: Callable[[Address], AsyncGenerator[Panels, None]] = no_panels


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of an adapter's configuration. `secret` values are never printed."""

    kind: type
    required: bool = False
    default: Any = None
    secret: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""


class Adapter(Protocol):
    """One account on one messenger."""

    name: str

    async def probe(self) -> Sequence[Finding]:
        """Reach the messenger and tell what is right and wrong; raises nothing."""
        ...

    async def run(self, sink: Sink) -> None:
        """Receive until cancelled. Connection trouble is a state, not an exception."""
        ...

    def parse(self, raw: RawInbound) -> Sequence[Event]:
        """Turn `raw` into events. Pure. What it doesn't know becomes `Unknown`."""
        ...

    def capabilities(self, chat: Address) -> Capabilities:
        """What this chat can do. Pure and cheap."""
        ...

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        """Send; `key` is the same when the same message is sent again. Raises MessengerError."""
        ...

    async def edit(self, refs: Sequence[MessageRef], message: Outgoing, *, key: str) -> Receipt:
        """Change what `refs` (all parts of one message of ours) show. Raises MessengerError."""
        ...

    async def delete(self, refs: Sequence[MessageRef]) -> None:
        """Take back a message of ours. Raises MessengerError."""
        ...

    async def react(self, ref: MessageRef, emoji: str | None) -> None:
        """Put an emoji on a message, or take ours off. Raises MessengerError."""
        ...

    def fetch(self, media: MediaRef, *, max_bytes: int) -> AsyncIterator[bytes]:
        """The bytes as the messenger has them. Raises TooLarge past `max_bytes`, MessengerError."""
        ...

    async def release(self, media: MediaRef) -> None:
        """The bytes are stored: the messenger's server need not keep them for us."""
        ...

    async def is_member(self, group: Address, person: Address) -> bool | None:
        """Whether `person` is in a native group; None where that can't be told."""
        ...

    async def members_may_post(self, group: Address) -> bool | None:
        """Whether any member may write in a native group; None where that can't be told."""
        ...

    async def decide_join(self, request: Mapping[str, Any], *, admit: bool) -> None:
        """Answer a join request; one already answered is no error."""
        ...

    def deep_link(self, payload: str) -> str | None:
        """A link that opens a direct chat with the bot and sends `/start payload`."""
        ...

    async def set_commands(self, menus: Sequence[CommandMenu]) -> None:
        """Fill the messenger's own command list, where it has one."""
        ...

    async def close(self) -> None:
        """Give back connections. Called once, after `run` has ended."""
        ...


class Factory(Protocol):
    """What the entry point names."""

    settings: Mapping[str, Setting]

    def __call__(self, context: Context) -> Adapter: ...
