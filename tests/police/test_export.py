"""Files that a coordinator or the operator asks for."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from bot.errors import RequestRefused
from bot.journal import journal
from bot.police.export import Exporter
from bot.police.verify import verify
from bot.settings import SmtpSettings
from tests.police.desk import Desk, settings
from tests.police.issued import TEXTS, unzipped
from tests.police.story import PLACE, Story, local
from tests.police.test_mail import INJECTIONS


@pytest.fixture
def exporter(story: Story) -> Exporter:
    server = SmtpSettings(host="127.0.0.1", port=1)
    return Exporter(
        story.store,
        story.vault,
        settings(story.store.data_dir, server),
        TEXTS,
        story.clock,
    )


async def made(exporter: Exporter, kind: str, **wish: object) -> Path:
    given = {"place": PLACE, "case": None, "since": None, "until": None, **wish}
    return await exporter.build(kind=kind, **given)  # type: ignore[arg-type]  # a test's own mapping


async def test_a_case_as_zip_verifies_and_hides_the_others(
    story: Story, exporter: Exporter, tmp_path: Path
) -> None:
    """Only the case's entries are shown; what stood between travels as digests; no number."""
    story.night()
    file = await made(exporter, "zip", case="M-2026-0117")
    assert file.name == "saar-munsterbilzen-export-M-2026-0117.zip"
    assert verify(file).ok
    bag = unzipped(file, tmp_path / "b")
    whole = b"".join(path.read_bytes() for path in bag.rglob("*") if path.is_file())
    assert b"Kloosterstraat" in whole
    assert b"Eikstraat" not in whole
    assert b"P-0" not in (bag / "bag-info.txt").read_bytes()
    assert json.loads((bag / "data/inhoud.json").read_text())["number"] is None


async def test_a_bare_number_means_the_newest_case(
    story: Story, exporter: Exporter, tmp_path: Path
) -> None:
    """`117` is M-2026-0117 today and M-2027-0117 once there is one."""
    story.night()
    assert "M-2026-0117" in (await made(exporter, "pdf", case="117")).name
    story.report("M-2027-0117")
    assert "M-2027-0117" in (await made(exporter, "pdf", case="117")).name


async def test_a_period_holds_its_entries_and_no_others(
    story: Story, exporter: Exporter, tmp_path: Path
) -> None:
    """From nine in the evening: the bicycle and the car doors, not the van of the afternoon."""
    story.night()
    file = await made(exporter, "jsonl", since=local(12, 21), until=local(12, 23, 20))
    found = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["n"] for line in found] == list(range(12, 25))
    assert {line["fields"]["case"]["value"] for line in found} == {"M-2026-0116", "M-2026-0117"}


async def test_the_whole_log_as_zip_is_checkable(
    story: Story, exporter: Exporter, tmp_path: Path
) -> None:
    story.night()
    assert verify(await made(exporter, "zip")).ok


async def test_csv_opens_in_a_dutch_excel(story: Story, exporter: Exporter, tmp_path: Path) -> None:
    """Byte order mark, semicolons, CRLF, one row an entry with its line number and local time."""
    story.night()
    file = await made(exporter, "csv", case="M-2026-0117")
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert list(rows[0])[:4] == ["Regel", "Ontvangen", "Volgens de app", "Melding"]
    assert rows[0]["Ontvangen"] == "2026-11-12 23:15:00"
    assert rows[0]["Plaats"] == "Kloosterstraat 12"
    assert rows[-1]["Wat"] == "Afgesloten: politie ter plaatse geweest"


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x";"klik")',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r\n=1+1",
        "\u200b=1+1",
        "\u202e=1+1",
        "＝1+1",
        "|calc",
        *INJECTIONS,
    ],
    ids=str,
)
async def test_no_cell_becomes_a_formula(
    story: Story, exporter: Exporter, tmp_path: Path, text: str
) -> None:
    """Whatever somebody types, in whatever field: a spreadsheet sees text."""
    story.at(local(12, 23)).report("M-2026-0117", what=text, place=text, who=text)
    story.say("M-2026-0117", text, who=text)
    file = await made(exporter, "csv")
    rows = list(
        csv.reader(StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";")
    )
    assert {len(row) for row in rows} == {11}
    for cell in (cell for row in rows for cell in row):
        assert not cell.lstrip("\ufeff \u200b\t\r\n").startswith(("=", "+", "-", "@", "＝", "|"))


async def test_nothing_to_export_is_said(story: Story, exporter: Exporter, tmp_path: Path) -> None:
    """An unknown case, an empty period, an unknown format: refused in words."""
    story.night()
    with pytest.raises(RequestRefused, match="no case"):
        await made(exporter, "zip", case="999")
    with pytest.raises(RequestRefused, match="nothing"):
        await made(exporter, "pdf", since=local(20, 0))
    with pytest.raises(RequestRefused, match="zip, pdf, csv, jsonl"):
        await made(exporter, "exe")


async def test_the_operators_export_stands_in_the_log(story: Story) -> None:
    """`saarbot export` gives a file, and an entry that says what was exported."""
    desk = Desk(story, SmtpSettings(host="127.0.0.1", port=1))
    story.night()
    args = {"neighbourhood": PLACE, "case": "117", "format": "zip", "since": None, "until": None}
    outcome = await desk.police.handlers()["export"](args, lambda *_: None)
    assert verify(Path(str(outcome["file"]))).ok
    with story.store.reading() as reader:
        *_, last = journal.entries(reader, PLACE)
    assert last.kind == "export.made"
    assert last.fields["by"] == "operator"
