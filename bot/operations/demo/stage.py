"""What the demonstration's page needs from the demonstration that runs.

The page shows three people's phones, the police mailbox, a clock and what happens now; it
decides nothing. Whoever runs the demonstration implements `Stage`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.operations.demo.mailbox import Mailbox

# The same words in Dutch and in English.
Both: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One of the three phones: the made-up person's name in the page's address, and the title."""

    name: str
    title: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One entry of the journal so far; `code` is the beginning of its hash."""

    number: int
    at: datetime
    words: Both
    code: str


class Button(StrEnum):
    """What the first button does now."""

    PLAY = "play"
    PAUSE = "pause"
    ANEW = "anew"  # a new night: somebody began this one by hand
    AGAIN = "again"  # a new night: the played story is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the page says now. Step 0 is before anything happened.

    `done` are the steps that were seen, whatever their order. `column` is the one of the four
    that acts: 1 the reporter, 2 the neighbour, 3 the coordinator, 4 the police; 0 nobody.
    `lines` are the English lines above them. `notice` is for the visitor, about the page itself.
    `led` while the story is a played one: then the page may turn the phones to what matters.
    """

    step: int
    done: frozenset[int]
    says: Both
    column: int
    lines: tuple[str, str, str, str]
    notice: Both | None
    button: Button
    led: bool


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
        """How far the story is, and what is said about it."""
        ...

    def log(self) -> Sequence[LogLine]:
        """The journal so far, oldest first."""
        ...

    def photos(self) -> Sequence[str]:
        """The check codes of the pictures that were kept, eight letters each."""
        ...

    def photo(self, proof: str) -> bytes | None:
        """The picture with this check code."""
        ...

    async def play(self) -> None:
        """Let the story go on by itself; a new night if this one is no longer its own."""
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
