"""Open dialogues: at most one per person and neighbourhood."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from bot.store import schema as s
from bot.store.statement import Statement, put

if TYPE_CHECKING:
    from bot.store.tx import Reader, Tx


class Dialogue(NamedTuple):
    """Where a conversation stands; `data` is the engine's state as JSON."""

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
)
_OF_PERSON = Statement(
    select(*_COLUMNS)
    .where(s.dialogue.c.person_id == bindparam("person"))
    .order_by(s.dialogue.c.spoken_at.desc(), s.dialogue.c.id)
)
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
    )
)
_CLOSE = Statement(delete(s.dialogue).where(s.dialogue.c.id == bindparam("id_")))


def of_person(reader: Reader, person_id: int) -> list[Dialogue]:
    """A person's open dialogues, the one spoken last first."""
    return [Dialogue._make(row) for row in reader.all(_OF_PERSON, person=person_id)]


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
    )


def end(tx: Tx, dialogue_id: int) -> None:
    """The conversation is over."""
    tx.run(_CLOSE, id_=dialogue_id)
