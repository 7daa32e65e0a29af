"""What the demonstration's page needs from the demonstration that runs.

The page shows three people's phones, the police mailbox, a clock and what happens now; it
decides nothing. Whoever runs the demonstration implements `Stage`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.operations.demo.mailbox import Mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the story, in both languages.

    `name` is its word in the row of steps, `says` the sentence while it is on. `column` is the
    one of the four that acts: 1 the reporter, 2 the neighbour, 3 the coordinator, 4 the police.
    `columns` are the English lines above them.
    """

    name: tuple[str, str]
    says: tuple[str, str]
    column: int
    columns: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One of the three phones: the made-up person's name in the page's address, and the title."""

    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One entry of the journal so far; `code` is the beginning of its hash."""

    number: int
    at: datetime
    words: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """How far the story is. Step 0 is before it begins."""

    step: int
    playing: bool


class Stage(Protocol):
    """A running demonstration."""

    @property
    def phones(self) -> Sequence[Phone]: ...
    @property
    def mailbox(self) -> Mailbox: ...
    @property
    def police_address(self) -> str: ...
    @property
    def due(self) -> str:
        """When the police mail goes: `06:30`."""
        ...

    def now(self) -> datetime:
        """The demonstration's time, in the neighbourhood's zone."""
        ...

    def scene(self) -> Scene:
        """How far the story is, and whether it plays by itself."""
        ...

    def log(self) -> Sequence[LogLine]:
        """The journal so far, oldest first."""
        ...

    async def play(self) -> None:
        """Let the story go on by itself; from its beginning if it has not begun."""
        ...

    async def pause(self) -> None:
        """Stop after what is being said now."""
        ...

    async def morning(self) -> None:
        """Turn the clock to the time at which the police mail goes."""
        ...

    async def restart(self) -> None:
        """Everything from the start: an empty neighbourhood with the same people."""
        ...
