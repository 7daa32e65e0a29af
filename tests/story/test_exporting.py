"""Story 8, in chat: a coordinator asks for the log; nobody else gets it, and no group does."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

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


@pytest.mark.parametrize("format", ["geojson", "kml", "CAP", ".docx"])
async def test_a_format_that_there_is_not_is_said(street: Village, format: str) -> None:  # noqa: A002  # the command's word
    """Which there are, and an example to type; nothing is made."""
    street.els.says(f"/export gisteren {format}")
    await street.els.hears("Wel als zip, pdf, csv of jsonl")
    assert asked(street) == []


async def test_residents_are_refused_kindly(street: Village) -> None:
    street.anna.says("/export")
    await street.anna.hears("enkel een beheerder")
    assert asked(street) == []


async def test_a_residents_sentence_is_no_command(street: Village) -> None:
    """ "export gezien in garage" begins a report, not a lecture about roles."""
    street.anna.says("export in garage")
    await street.anna.hears("Bel eerst 101")


async def test_in_a_group_nothing_is_exported(street: Village) -> None:
    """The coordinator is told to use the private chat."""
    street.els.says("/export gisteren", to=street.telegram_group)
    await street.telegram_group.hears("enkel in het privégesprek")
    assert asked(street) == []


# --- what comes of it ----------------------------------------------------------------------------


async def handed_over(street: Village) -> bytes:
    """The file that arrived in Els's private chat."""
    while not (shown := [s for s in street.els.chat.of_bot if s.files]):
        await asyncio.sleep(0.02)
    return shown[-1].files[0].data


@pytest.mark.parametrize("kind", ["jsonl", "csv", "zip"])
async def test_the_file_arrives_and_the_log_knows(street: Village, kind: str) -> None:
    """In the private chat, with the case's number, noted before it is handed over; no names in it."""
    await street.reports(street.anna)
    street.works()
    street.els.says(f"export 1 {kind}")
    data = await handed_over(street)
    text = data.decode("utf-8", "replace")
    assert "Peeters" not in text
    assert text.startswith("PK") if kind == "zip" else "M-2026-0001" in text
    told = await street.els.hears("Export van melding M-2026-0001")
    assert told.files[0].name.endswith(kind)
    (entry,) = street.log("export.made")
    assert (entry.fields["by"], entry.fields["format"], entry.fields["case"]) == (
        "Beheerder 1",
        kind,
        "M-2026-0001",
    )


async def test_a_period_without_anything_and_one_that_is_none(street: Village) -> None:
    street.works()
    street.els.says("export 1-1-2020 csv")
    await street.els.hears("geen melding om te exporteren")
    street.els.says("/export ooit pdf")
    await street.els.hears("Ik begrijp de periode niet")
    await street.settled()
    assert street.log("export.made") == []


async def test_status_and_verify_answer_in_the_chat(street: Village) -> None:
    await street.reports(street.anna)
    street.works()
    street.els.says("status")
    told = await street.els.hears("Open meldingen: 1")
    assert "Laatste politiemail: nog geen" in told.text
    street.gert.says("controleer")
    await street.gert.hears("Keten in orde")


async def test_one_picture_is_released_and_goes_again_with_a_rectification(
    street: Village,
) -> None:
    """Without its hidden data, to every copy of the card; taken away when it was of nobody."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(picture, "JPEG", exif=_exif())
    await street.reports(street.anna)
    street.anna.sends_photo(picture.getvalue())
    await street.settled()
    street.works()
    street.els.says("vrijgeven 1 2")
    await street.els.hears("heeft 1 beeld. Kijk het nummer na")
    street.els.says("/vrijgeven 1 1")
    await street.els.hears("wordt naar de buurt gestuurd")
    shown = await street.carla.chat.hears("vrijgegeven door een beheerder")
    assert "Canon" not in shown.files[0].data.decode("latin-1")
    assert [e.fields["by"] for e in street.log("case.media_released")] == ["Beheerder 1"]
    street.els.says("rechtzetting 1")
    await street.els.hears("een rechtzetting")
    street.els.presses("Ja")
    await street.carla.hears("RECHTZETTING")
    await street.settled()
    for chat in (street.carla, street.telegram_group, street.signal_group):
        assert not any(s.files for s in chat.chat.of_bot)


async def ended(street: Village, number: int) -> request_store.Request:
    """What was asked of the running process, once it is done."""
    async with asyncio.timeout(20):
        while True:
            await street.settled()
            with street.store.reading() as reader:
                request = request_store.look(reader, number)
            if request is not None and request.state == "done":
                return request


@pytest.mark.parametrize(
    ("words", "done", "kind"),
    [
        ("/vrijgeven 1 1", "wordt naar de buurt gestuurd", "case.media_released"),
        ("/export 1 csv", "Export van", "export.made"),
    ],
)
async def test_what_was_done_before_a_crash_is_not_done_again(
    street: Village, words: str, done: str, kind: str
) -> None:
    """The process ended between the work and the note that it ended: one entry, one answer."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(picture, "JPEG")
    await street.reports(street.anna)
    street.anna.sends_photo(picture.getvalue())
    await street.settled()
    street.works()
    street.els.says(words)
    await street.els.hears(done)
    request = await ended(street, 1)
    read = len(street.els.chat.of_bot)
    again = await street.store.writer.submit(
        lambda tx: request_store.ask(tx, request.kind, request.args)
    )
    await street.store.writer.submit(request_store.take)
    await street.restarts()
    street.works()
    await ended(street, again)
    assert len(street.log(kind)) == 1
    assert len(street.els.chat.of_bot) == read


async def test_a_picture_that_may_not_go_is_not_said_to_go(street: Village) -> None:
    """While relaying is stopped, and once it turned out to be of somebody innocent."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(picture, "JPEG")
    await street.reports(street.anna)
    street.anna.sends_photo(picture.getvalue())
    await street.settled()
    street.works()
    street.gert.says("pauze")
    await street.els.chat.hears("heeft het doorsturen gepauzeerd")
    street.els.says("/vrijgeven 1 1")
    await street.els.hears("Doorsturen is gepauzeerd")
    street.gert.says("pauze")
    await street.els.chat.hears("laat meldingen opnieuw doorsturen")
    street.els.says("rechtzetting 1")
    await street.els.hears("een rechtzetting")
    street.els.presses("Ja")
    await street.carla.hears("RECHTZETTING")
    street.els.says("/vrijgeven 1 1")
    await street.els.hears("is al rechtgezet")
    await street.settled()
    assert not any(shown.files for shown in street.carla.chat.of_bot)
    assert not street.log("case.media_released")
    assert not any("wordt naar de buurt gestuurd" in text for text in street.els.texts)


def _exif() -> bytes:
    made = Image.Exif()
    made[0x010F] = "Canon"  # Make
    return made.tobytes()


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
