"""The report as pages: read back with other people's tools."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from bot.errors import PackageError
from bot.police import package, pdf
from bot.police.glyphs import Glyphs
from bot.police.sheet import sheet
from tests.police.issued import WORDS, issue
from tests.police.story import Story, local, photo
from tests.tools import tool


@dataclass(frozen=True)
class Drawn:
    """A report on disk and what others read in it."""

    file: Path

    @property
    def text(self) -> str:
        return self._run("pdftotext", "-layout", str(self.file), "-")

    @property
    def pages(self) -> int:
        with pikepdf.open(self.file) as found:
            return len(found.pages)

    def _run(self, name: str, *args: str) -> str:
        program = Path(tool("pdffonts")).with_name(name) if name.startswith("pdf") else tool(name)
        done = subprocess.run([program, *args], capture_output=True, text=True, check=True)
        return done.stdout

    def check(self) -> str:
        return self._run("qpdf", "--check", str(self.file))

    def fonts(self) -> list[list[str]]:
        lines = self._run("pdffonts", str(self.file)).splitlines()[2:]
        return [line.split() for line in lines]


def draw(story: Story, folder: Path, **changes: Any) -> Drawn:
    file = folder / "rapport.pdf"
    made = package.draw(
        issue(story, **changes), find=story.vault.path, words=WORDS, folder=folder
    )  # fmt: skip
    file.write_bytes(made)
    return Drawn(file)


def test_one_page_a_case_with_everything_a_detective_asks(story: Story, tmp_path: Path) -> None:
    """Who, what, where, when, who called as stated; the line in the log; hashes; the head."""
    story.night()
    drawn = draw(story, tmp_path)
    for words in (
        "3 meldingen, 4 beelden",
        "Dringend: M-2026-0117, Kloosterstraat 12, 23:15.",
        "Dit verslag is geen noodoproep.",
        "23:14, door de melder zelf",
        "Neen, feiten al voorbij",
        "RECHTZETTING",
        "lichte pet, geen bril gezien",
        "Verstuurd naar 18 van 21 buren",
        "Vorige mail: P-0117",
        "Wat dit verslag niet bewijst",
    ):
        assert words in drawn.text, words
    head = issue(story).head
    assert " ".join(head[i : i + 8] for i in range(0, 64, 8)) in drawn.text
    assert f"Blad {drawn.pages} van {drawn.pages}" in drawn.text
    for picture in issue(story).report.pictures:
        assert picture.sha256[:8] in drawn.text


def test_the_file_is_sound_tagged_archival_and_carries_its_fonts(
    story: Story, tmp_path: Path
) -> None:
    """qpdf finds no fault; tags, language and title are there; PDF/A-3b is declared; every font
    is embedded and ours."""
    story.night()
    drawn = draw(story, tmp_path)
    assert "No syntax or stream encoding errors" in drawn.check()
    fonts = drawn.fonts()
    assert fonts
    assert all("Plex" in row[0] or "NotoEmoji" in row[0] for row in fonts)
    assert all(row[-5] == "yes" for row in fonts), fonts
    with pikepdf.open(drawn.file) as found:
        assert found.Root.MarkInfo.Marked
        assert str(found.Root.Lang) == "nl"
        with found.open_metadata() as told:
            assert (told.pdfa_status, told["dc:title"][:4]) == ("3B", "SAAR")


def test_what_pdf_a_3b_asks_is_there_as_another_library_sees_it(
    story: Story, tmp_path: Path
) -> None:
    """Conformance in the metadata, an output intent with its profile, tags, title, language and a
    date in UTC; no encryption, script, hidden file, or colour of a device without the intent."""
    story.night()
    with pikepdf.open(draw(story, tmp_path).file) as found:
        assert not found.is_encrypted
        assert "/ID" in found.trailer
        root = found.Root
        with found.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "B")
            assert told["xmp:CreateDate"] == "2026-11-13T05:30:00Z"
            assert told["dc:language"] == {"nl"}
            assert "P-0118" in told["dc:title"]
        (intent,) = root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        profile = intent.DestOutputProfile.read_bytes()
        assert (profile[16:20], profile[36:40]) == (b"RGB ", b"acsp")
        assert root.StructTreeRoot.K
        assert root.MarkInfo.Marked
        assert not {"/AA", "/OpenAction", "/AcroForm", "/AF", "/Names"} & set(root.keys())
        for page in found.pages:
            assert not {"/Annots", "/AA"} & set(page.obj.keys()) or all(
                note.Subtype == "/Link" for note in page.get("/Annots", [])
            )
        for thing in found.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                keys = set(thing.keys())
                assert "/JS" not in keys
                assert thing.get("/Type") != "/Filespec"
                assert "LZWDecode" not in str(thing.get("/Filter", ""))


def test_every_font_is_embedded_with_its_characters_names(story: Story, tmp_path: Path) -> None:
    """Each font file lies inside, and each composite font tells which letters its glyphs are, so
    that text can be searched and read aloud."""
    story.night()
    with pikepdf.open(draw(story, tmp_path).file) as found:
        fonts = [
            thing
            for thing in found.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"
        ]
        composite = [font for font in fonts if font.Subtype == "/Type0"]
        descriptors = [font.FontDescriptor for font in fonts if "/FontDescriptor" in font]
    assert composite
    assert all("/ToUnicode" in font for font in composite)
    assert len(descriptors) >= len(composite)
    assert all({"/FontFile2", "/FontFile3"} & set(one.keys()) for one in descriptors)


def test_the_same_sheet_gives_the_same_bytes(story: Story, tmp_path: Path) -> None:
    """Drawn twice, another second: not a byte differs."""
    story.night()
    first = draw(story, tmp_path).file.read_bytes()
    time.sleep(1.1)
    assert draw(story, tmp_path).file.read_bytes() == first


def test_forty_cases_and_none(story: Story, tmp_path: Path) -> None:
    """A quiet week is one page; forty cases have forty pages and their numbers on the cover."""
    story.log("drill.held", by="Beheerder 1")
    quiet = draw(story, tmp_path)
    assert quiet.pages == 1
    assert "Geen meldingen" in quiet.text
    for n in range(1, 41):
        story.later(5).report(f"M-2026-{n:04d}")
    many = draw(story, tmp_path)
    assert many.pages >= 41
    assert "40 meldingen" in many.text


HOSTILE = (
    '#let x = read("/etc/passwd"); #x',
    "= Kop *vet* _schuin_ `code` $x^2$ @ref <label> // weg",
    '#image("a.png") \\ #pagebreak()',
    "<script>alert(1)</script>",
    "\u202egnirts\u202c\u200b\u2066x\u2069",
    "regel1\r\nregel2\x00\x07\x1b[31m",
    "(PDF) Tj ET endstream endobj %%EOF",
    "a" * 2000,
    "😀👮🏽‍♀️ 🇧🇪 ✅ 👍 1️⃣",
    "مرحبا بكم في الحي (حارة 12)",
    "שלום 你好 ไทย ꙮ \U0001f6de \uffff \ue000",
    "Zo\u0308e\u0301 n\u0303a\u0328",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_changes_the_page(story: Story, tmp_path: Path, text: str) -> None:
    """Markup, control characters, long words, emoji, Arabic: set as text, nothing takes effect."""
    story.at(local(12, 23)).report("M-2026-0117", what=text[:500], place=text[:300], who=text[:60])
    story.say("M-2026-0117", text, who=text)
    story.log(
        "case.description",
        "M-2026-0117",
        author=text,
        persons=[{"sex": text, text[:40] or "x": text}],
        vehicle={"plate": text, "type": text},
        direction=text,
    )
    story.log("case.closed", "M-2026-0117", outcome=text, by=text)
    story.picture("M-2026-0117", photo(), name=text, mime=text, kind=text)
    drawn = draw(story, tmp_path, name=text, predecessor=text)
    assert "No syntax or stream encoding errors" in drawn.check()
    assert "root:" not in drawn.text
    if text.startswith(("#", "=", "<script")):
        shown = "".join(drawn.text.split())
        assert "".join(text.split())[:20] in shown


def test_a_message_of_two_thousand_characters_is_whole(story: Story, tmp_path: Path) -> None:
    """Nothing of a long message is cut off: its first and last words stand in the report."""
    text = "begin " + "woord " * 330 + "einde-van-het-bericht"
    story.at(local(12, 23)).report("M-2026-0117")
    story.say("M-2026-0117", text)
    drawn = draw(story, tmp_path)
    assert "einde-van-het-bericht" in drawn.text
    assert drawn.text.count("woord ") + drawn.text.count("woord\n") >= 330


def _bomb() -> bytes:
    out = BytesIO()
    Image.new("1", (40_000, 40_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (b"", "image/jpeg"),
        (b"\x00\x00\x00\x18ftypheic" + b"x" * 400, "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42" + b"x" * 400, "video/mp4"),
        (photo()[:2000], "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (_bomb(), "image/png"),
    ],
    ids=["empty", "heic", "video", "cut off", "svg", "bomb"],
)
def test_what_can_not_be_shown_gets_a_grey_frame(
    story: Story, tmp_path: Path, data: bytes, mime: str
) -> None:
    """The file is listed with its hash and where it lies; the report is drawn all the same."""
    story.at(local(12, 23)).report("M-2026-0117")
    story.picture("M-2026-0117", data, mime=mime)
    story.picture("M-2026-0117", photo())
    drawn = draw(story, tmp_path)
    assert "Geen voorbeeld mogelijk" in drawn.text
    assert issue(story).report.pictures[0].sha256[:8] in drawn.text
    with pikepdf.open(drawn.file) as found:
        images = [obj for obj in found.objects if _is_image(obj)]
    assert len(images) == 1


def _is_image(obj: Any) -> bool:
    return isinstance(obj, pikepdf.Stream) and obj.get("/Subtype") == "/Image"


def test_a_picture_lies_the_way_it_was_held_and_is_not_brightened(
    story: Story, tmp_path: Path
) -> None:
    """An Exif orientation is applied to the small copy; a dark picture stays as dark."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = BytesIO()
    Image.new("RGB", (400, 200), (10, 10, 10)).save(out, "JPEG", exif=exif)
    story.at(local(12, 23)).report("M-2026-0117")
    story.picture("M-2026-0117", out.getvalue())
    drawn = draw(story, tmp_path)
    with pikepdf.open(drawn.file) as found:
        (image,) = [obj for obj in found.objects if _is_image(obj)]
        assert isinstance(image, pikepdf.Stream)
        shown = pikepdf.PdfImage(image).as_pil_image()
    assert shown.size == (200, 400)
    assert shown.convert("L").point(lambda value: 255 if value > 20 else 0).getbbox() is None


def test_a_child_that_is_too_slow_is_ended_and_the_report_comes_without_pictures(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time limit hits while pictures are read: once more without them. A second time: said."""
    story.at(local(12, 23)).report("M-2026-0117")
    story.picture("M-2026-0117", photo())
    made = issue(story)
    stuck = tmp_path / "stuck.jpg"
    os.mkfifo(stuck)
    # Long enough for a busy machine to draw it the second time.
    drawn = pdf.render(sheet(made, WORDS), {"0001.jpg": stuck}, tmp_path, time_limit=20)
    assert drawn.startswith(b"%PDF")
    with pytest.raises(PackageError, match="not done within"):
        pdf.render(sheet(made, WORDS), {}, tmp_path, time_limit=0.01)


def test_where_a_process_may_not_even_step_back_the_report_is_drawn(
    story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As under deploy/saarbot.service, whose filter of system calls forbids setpriority(2)."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os\n\n\ndef refused(_):\n    raise PermissionError(1, 'not permitted')\n\n\n"
        "os.nice = refused\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    assert draw(story, tmp_path).pages > 0


def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tokens in the environment stay with the parent, and an error's text with the child."""
    monkeypatch.setenv("TELEGRAM_TOKEN", "geheim")
    with pytest.raises(PackageError) as caught:
        pdf.render({"cases": [], "date": [], "text": "iemands woorden"}, {}, tmp_path)
    assert "geheim" not in str(caught.value)
    assert "woorden" not in str(caught.value)


def test_a_demonstration_says_so_on_every_case(story: Story, tmp_path: Path) -> None:
    """Cover and case pages carry the notice; a real report doesn't."""
    story.night()
    assert "DEMONSTRATIE" not in draw(story, tmp_path).text
    assert draw(story, tmp_path, simulated=True).text.count("DEMONSTRATIE") == 4


def test_every_glyph_of_the_texts_is_in_our_fonts() -> None:
    """Nothing that we write ourselves is shown as a code point."""
    import config

    glyphs = Glyphs()
    for lang in ("nl", "en"):
        glyphs.shown((config.TEXTS / lang / "police.yaml").read_text("utf-8"))
    assert not glyphs.replaced


def test_typst_finds_nothing_against_pdf_ua_either(story: Story, tmp_path: Path) -> None:
    """The report claims PDF/A-3b only; drawn as PDF/UA-1 its maker has no complaint."""
    import typst

    from bot.police.glyphs import FONTS
    from bot.police.render import TEMPLATE

    story.night()
    told = Glyphs().shown(sheet(replace(issue(story)), WORDS))
    (tmp_path / "sheet.json").write_text(json.dumps(told))
    (tmp_path / "rapport.typ").write_text(TEMPLATE.read_text())
    made = typst.compile(
        str(tmp_path / "rapport.typ"),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": "sheet.json"},
        pdf_standards=["a-3a", "ua-1"],
    )
    assert isinstance(made, bytes)
