"""Story 5: outside an open alert, what is written in a native group is kept nowhere without a yes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.errors import Retryable
from bot.testkit.faults import Mishap

if TYPE_CHECKING:
    from tests.story.village import Village

WORDS = "wie heeft een ladder voor mij"
TOLD = "ladder"


def rows_with(street: Village, words: str) -> list[str]:
    """Every table that holds the words in any row, whatever the column."""
    found = []
    with closing(sqlite3.connect(street.settings.data_dir / "saarbot.db")) as store:
        tables = [
            row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        assert "outbox" in tables
        for table in tables:
            for row in store.execute(f'SELECT * FROM "{table}"'):  # its own tables
                if any(words in str(value) for value in row):
                    found.append(f"{table}: {row}")
    return found


async def asked(street: Village) -> None:
    """Bram writes in the Signal group, and is asked privately."""
    street.bram.says(WORDS, to=street.signal_group)
    await street.bram.hears(f"«{WORDS}»")
    await street.settled()


@pytest.mark.parametrize("answer", ["nee", "2", "stop", "/stop"])
async def test_a_no_takes_the_words_out_everywhere(street: Village, answer: str) -> None:
    """No row of any table holds them, and the question on the phone shows them no more."""
    await asked(street)
    street.bram.says("hoezo?")  # the question is put once more, words and all
    await street.bram.hears(f"«{WORDS}»")
    street.bram.says(answer)
    await street.bram.hears("ik maak er geen melding van")
    await street.settled()
    assert rows_with(street, TOLD) == []
    assert not any(TOLD in text for text in street.bram.texts)
    assert any("Je schreef in de groep" in text for text in street.bram.texts)
    assert street.open_conversations() == 0


async def test_no_answer_is_a_no_after_an_hour(street: Village) -> None:
    await asked(street)
    await street.later(minutes=61)
    assert rows_with(street, TOLD) == []
    assert not any(TOLD in text for text in street.bram.texts)


async def test_no_answer_while_nothing_ran_is_a_no_at_the_next_start(street: Village) -> None:
    await asked(street)
    await street.stops()
    await street.starts()
    await street.later(minutes=61)
    assert rows_with(street, TOLD) == []


async def test_another_conversation_instead_is_a_no_too(street: Village) -> None:
    """`meld` while the question stands begins another report, without the words."""
    await asked(street)
    street.bram.says("/meld")
    await street.bram.hears("Bel eerst 101")
    await street.settled()
    assert rows_with(street, TOLD) == []


async def test_a_question_that_never_arrived_is_taken_back(street: Village) -> None:
    """The messenger takes nothing for an hour: what waited goes out without the words."""
    street.signal.faults.add(Mishap(error=Retryable("busy"), carried_out=False), times=None)
    street.bram.says(WORDS, to=street.signal_group)
    await street.settled()
    assert rows_with(street, TOLD)
    await street.later(minutes=61)
    street.signal.faults.clear()
    await street.later(minutes=61)
    assert rows_with(street, TOLD) == []
    assert not any(TOLD in text for text in street.bram.texts)


async def test_a_yes_keeps_them(street: Village) -> None:
    await asked(street)
    street.bram.says("ja")
    await street.bram.hears("Bel eerst 101")
    assert rows_with(street, TOLD)
