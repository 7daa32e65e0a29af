"""A script after reading: everything looked up and compiled, nothing left to parse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from bot.dialogue.expression import Condition, always
from bot.dialogue.kinds import Kind
from bot.dialogue.state import Path
from bot.dialogue.turn import Option


class Move(Enum):
    """Where an action leads, if not to a step or to another script."""

    STAY = "stay"  # the question stands; nothing more is said
    AGAIN = "again"  # the question is asked again
    END = "end"


@dataclass(frozen=True, slots=True)
class Ref:
    """A value looked up when it is needed: `$answer`, `$choice`, `$now`, a fact, `data.key`."""

    name: str


@dataclass(frozen=True, slots=True)
class Hand:
    """Go on with another script, taking this data along."""

    script: str
    data: Mapping[str, Any]


Template: TypeAlias = Any  # JSON values, with Refs among them
Target: TypeAlias = str | Move | Hand | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One text to say. `values` are the names it wants; `number` is what chooses the plural."""

    key: str
    values: tuple[str, ...] = ()
    number: str = ""
    when: Condition = always


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One effect, with arguments beside the data that it takes anyway."""

    effect: str
    args: Mapping[str, Template] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What follows an answer: data set, effects, texts, and where it goes on.

    `branches` are tried in order, each an action of its own; `target` is for when none holds.
    """

    when: Condition = always
    sets: tuple[tuple[Path, Template], ...] = ()
    deeds: tuple[Deed, ...] = ()
    lines: tuple[Line, ...] = ()
    branches: tuple[Action, ...] = ()
    target: Target = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that is offered. `number` None: the next free one."""

    id: str
    label: str
    action: Action
    values: tuple[str, ...] = ()
    number: int | None = None
    when: Condition = always


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Answers made from a fact that is a list of tables (open alerts)."""

    fact: str
    id: str
    label: str
    values: tuple[str, ...]
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText:
    """What typed words become."""

    kind: Kind
    kind_name: str
    into: Path
    action: Action
    when: Condition = always


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that happens when nobody answers for `after_s` seconds."""

    name: str
    after_s: int
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question, or (with `route`) a fork in the way.

    All `notes` that hold are said first, then the first of `lines` that holds, with the choices.
    `again` is said instead to whoever has the question before them already.
    `made` keeps the choices, by emergency number, where nothing else changes them; else None.
    """

    name: str
    route: Action | None = None
    notes: tuple[Line, ...] = ()
    lines: tuple[Line, ...] = ()
    again: Line | None = None
    panel: str = ""
    ask: str = ""
    choices: tuple[Choice, ...] = ()
    listed: Listed | None = None
    text: FreeText | None = None
    location: FreeText | None = None
    media: Action | None = None
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    words: Mapping[str, Choice] = field(default_factory=dict)
    made: dict[str, tuple[Option, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A whole conversation.

    `keeps` names what is kept at any question: said, media, place, late. `each` is done after
    every answer that changed something. `words` answer everywhere (stop, help, done). `texts` are
    the keys of all that it may say, `begins` the other scripts that it may go on with.
    """

    name: str
    start: Action
    steps: Mapping[str, Step]
    keeps: frozenset[str] = frozenset()
    each: tuple[Deed, ...] = ()
    words: Mapping[str, Action] = field(default_factory=dict)
    help: Line | None = None
    texts: frozenset[str] = frozenset()
    begins: frozenset[str] = frozenset()
