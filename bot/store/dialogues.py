"""Open dialogues: at most one per person and neighbourhood, each with its moments to look again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sqlalchemy import bindparam, delete, select, update

from bot.store import schema as s
from bot.store.statement import Statement, put
from bot.store.timers import Timer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.tx import Reader, Tx

Moment: TypeAlias = tuple[int, str]  # when, in milliseconds, and its name
TIMER = "dialogue"
NONE = "[]"
_compact = json.JSONEncoder(separators=(",", ":")).encode


class Dialogue(NamedTuple):
    """Where a conversation stands; `data` is the engine's state as JSON.

    `moments` are the [milliseconds, name] at which to look again, as JSON, and `due_at` the first.
    """

    id: int
    person_id: int
    neighbourhood: str
    script: str
    step: str
    question: int
    chat: str
    data: str
    started_at: int
    spoken_at: int
    due_at: int | None = None
    moments: str = NONE


_COLUMNS = (
    s.dialogue.c.id,
    s.dialogue.c.person_id,
    s.dialogue.c.neighbourhood_id,
    s.dialogue.c.script,
    s.dialogue.c.step,
    s.dialogue.c.question,
    s.dialogue.c.chat,
    s.dialogue.c.data,
    s.dialogue.c.started_at,
    s.dialogue.c.spoken_at,
    s.dialogue.c.due_at,
    s.dialogue.c.moments,
)
_OF_PERSON = Statement(select(*_COLUMNS).where(s.dialogue.c.person_id == bindparam("person")))
_BY_ID = Statement(select(*_COLUMNS).where(s.dialogue.c.id == bindparam("id_")))
_OPEN = put(
    s.dialogue,
    ("person_id", "neighbourhood_id"),
    "id",
    "script",
    "step",
    "question",
    "chat",
    "data",
    "started_at",
    "spoken_at",
    "due_at",
    "moments",
)
_SAVE = Statement(
    update(s.dialogue)
    .where(s.dialogue.c.id == bindparam("id_"))
    .values(
        neighbourhood_id=bindparam("place"),
        script=bindparam("script_"),
        step=bindparam("step_"),
        question=bindparam("question_"),
        chat=bindparam("chat_"),
        data=bindparam("data_"),
        spoken_at=bindparam("spoken_at_"),
        due_at=bindparam("due_at_"),
        moments=bindparam("moments_"),
    )
)
_DUE = Statement(
    select(s.dialogue.c.id, s.dialogue.c.due_at)
    .where(s.dialogue.c.due_at <= bindparam("at"))
    .order_by(s.dialogue.c.due_at, s.dialogue.c.id)
    .limit(200)
)
_TAKE = Statement(
    update(s.dialogue)
    .where(s.dialogue.c.id == bindparam("id_"), s.dialogue.c.due_at == bindparam("at"))
    .values(due_at=None)
)
_ARM = Statement(
    update(s.dialogue)
    .where(s.dialogue.c.id == bindparam("id_"))
    .values(due_at=bindparam("due_at_"), moments=bindparam("moments_"))
)
_CLOSE = Statement(delete(s.dialogue).where(s.dialogue.c.id == bindparam("id_")))


def of_person(reader: Reader, person_id: int) -> list[Dialogue]:
    """A person's open dialogues, the one spoken last first."""
    found = [Dialogue._make(row) for row in reader.all(_OF_PERSON, person=person_id)]
    found.sort(key=lambda one: (-one.spoken_at, one.id))  # one or two: cheaper here
    return found


def by_id(reader: Reader, dialogue_id: int) -> Dialogue | None:
    """One dialogue, if it is still open."""
    row = reader.one(_BY_ID, id_=dialogue_id)
    return None if row is None else Dialogue._make(row)


def new_id(tx: Tx) -> int:
    """An id that no conversation had before: old buttons and late files name it for ever."""
    return int.from_bytes(tx.random(6))


def begin(tx: Tx, new: Dialogue) -> None:
    """Open a dialogue in place of any other of this person here."""
    tx.run(
        _OPEN,
        id=new.id,
        person_id=new.person_id,
        neighbourhood_id=new.neighbourhood,
        script=new.script,
        step=new.step,
        question=new.question,
        chat=new.chat,
        data=new.data,
        started_at=new.started_at,
        spoken_at=tx.now_ms,
        due_at=new.due_at,
        moments=new.moments,
    )


def save(tx: Tx, new: Dialogue) -> None:
    """Write where the conversation stands now."""
    tx.run(
        _SAVE,
        id_=new.id,
        place=new.neighbourhood,
        script_=new.script,
        step_=new.step,
        question_=new.question,
        chat_=new.chat,
        data_=new.data,
        spoken_at_=tx.now_ms,
        due_at_=new.due_at,
        moments_=new.moments,
    )


def end(tx: Tx, dialogue_id: int) -> None:
    """The conversation is over."""
    tx.run(_CLOSE, id_=dialogue_id)


def when(moments: Iterable[Moment]) -> tuple[int | None, str]:
    """The first of these moments, and all of them, as a dialogue keeps them."""
    kept = list(moments)
    return min([at for at, _ in kept], default=None), _compact(kept) if kept else NONE


def moments(dialogue: Dialogue) -> list[Moment]:
    """When to look at it again, and why."""
    return [(at, name) for at, name in json.loads(dialogue.moments)]


def arm(tx: Tx, dialogue_id: int, moments: Iterable[Moment]) -> None:
    """Look at it again at these moments, and at no others."""
    first, kept = when(moments)
    tx.run(_ARM, id_=dialogue_id, due_at_=first, moments_=kept)


def due(reader: Reader) -> list[Timer]:
    """Those of which a moment has come, oldest first, at most 200."""
    return [
        Timer(id=0, due_at=at, kind=TIMER, subject=str(found), data=None)
        for found, at in reader.all(_DUE, at=reader.now_ms)
    ]


def take(tx: Tx, timer: Timer) -> bool:
    """Its first moment is dealt with from now on; False where that was moved or is past already."""
    return tx.run(_TAKE, id_=int(timer.subject), at=timer.due_at) == 1
