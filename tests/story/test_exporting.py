"""Story 8, in chat: a coordinator asks for the log; nobody else gets it, and no group does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.intake.periods import read_period
from bot.store import requests as request_store

if TYPE_CHECKING:
    from tests.story.village import Village

NOW = datetime(2026, 11, 14, 22, 14, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")


def asked(street: Village) -> list[tuple[str, str | None, str]]:
    """What was asked of the running process: format, case, period."""
    with street.store.reading() as reader:
        found = request_store.waiting(reader)
    if found is None:
        return []
    assert found.kind == "chat.export"
    return [(found.args["format"], found.args["case"], found.args["period"])]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("/export", ("zip", None, "")),
        ("export", ("zip", None, "")),
        ("/export gisteren pdf", ("pdf", None, "gisteren")),
        ("export gisteren", ("zip", None, "gisteren")),
        ("/export M-2026-0001 zip", ("zip", "M-2026-0001", "")),
        ("/export m-2026-0001", ("zip", "M-2026-0001", "")),
        ("export 1", ("zip", "M-2026-0001", "")),
        ("/export #1 csv", ("csv", "M-2026-0001", "")),
        ("/export JSONL 1", ("jsonl", "M-2026-0001", "")),
        ("/export 1-11-2026 tot 8-11-2026 pdf", ("pdf", None, "1-11-2026 tot 8-11-2026")),
    ],
)
async def test_an_export_is_asked_for(
    street: Village, words: str, expected: tuple[str, str | None, str]
) -> None:
    """Period or number, and a format; the file comes from the process beside the conversation."""
    await street.reports(street.anna)
    street.els.says(words)
    await street.settled()
    assert asked(street) == [expected]


async def test_a_number_that_is_none_is_said(street: Village) -> None:
    street.els.says("/export 77 pdf")
    await street.els.hears("Ik vind geen melding 77")
    assert asked(street) == []


async def test_residents_are_refused_kindly(street: Village) -> None:
    street.anna.says("/export")
    await street.anna.hears("enkel een beheerder")
    assert asked(street) == []


async def test_in_a_group_nothing_is_exported(street: Village) -> None:
    """The coordinator is told to use the private chat."""
    street.els.says("/export gisteren", to=street.telegram_group)
    await street.telegram_group.hears("enkel in het privégesprek")
    assert asked(street) == []


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("vandaag", (14, 0), (15, 0)),
        ("today", (14, 0), (15, 0)),
        ("gisteren", (13, 0), (14, 0)),
        ("hier", (13, 0), (14, 0)),
        ("week", (8, 0), (15, 0)),
        ("3-11-2026", (3, 0), (4, 0)),
        ("2026-11-03", (3, 0), (4, 0)),
        ("1-11-2026 tot 8-11-2026", (1, 0), (9, 0)),
        ("8/11/2026 1/11/2026", (1, 0), (9, 0)),
    ],
)
def test_a_period_is_whole_local_days(
    words: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    """From midnight to midnight on the neighbourhood's clock, in any order."""
    since, until = read_period(words, NOW, BRUSSELS)
    assert since == datetime(2026, 11, *first, tzinfo=BRUSSELS)
    assert until == datetime(2026, 11, *last, tzinfo=BRUSSELS)


@pytest.mark.parametrize("words", ["ooit", "31-2-2026", "1-1-2026 2-1-2026 3-1-2026", "docx"])
def test_what_is_no_period_is_said(words: str) -> None:
    with pytest.raises(ValueError, match=r"period|day|month"):
        read_period(words, NOW, BRUSSELS)


def test_no_words_is_everything() -> None:
    assert read_period("  ", NOW, BRUSSELS) == (None, None)
