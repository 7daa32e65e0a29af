"""The mail as a detective's mail program reads it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from bot.police import clean
from bot.police.issue import Awaited, message_id
from bot.police.mail import Mail, compose
from tests.browser import ARGUMENTS
from tests.police.desk import attached, body
from tests.police.issued import ENGLISH, WORDS, packed
from tests.police.story import Story, local, photo
from tests.police.test_pdf import HOSTILE
from tests.tools import tool


def mailed(story: Story, folder: Path, **changes: Any) -> Mail:
    return compose(
        packed(story, folder, **changes),
        WORDS,
        sender="saarbot@example.org",
        to="wijk@politie.example",
    )


def read(mail: Mail) -> EmailMessage:
    message = message_from_bytes(mail.data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


class Page(HTMLParser):
    """What an HTML reader makes of a body: its text, its tags, everything it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.words: list[str] = []
        self._in_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_style = tag == "style"
        self.loads += [f"{k}={v}" for k, v in attrs if k in ("src", "href", "background")]
        self.loads += [str(v) for k, v in attrs if k == "style" and "url(" in str(v)]
        self.loads += [k for k, _ in attrs if k.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)
        elif "url(" in data or "@import" in data:
            self.loads.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_headers_are_those_of_the_contract(story: Story, tmp_path: Path) -> None:
    """Subject, sender, time of the cut, id, automatic, head: all there, all once."""
    story.night()
    mail = read(mailed(story, tmp_path / "a"))
    assert mail["Subject"] == "[SAAR Munsterbilzen P-0118 1/1]"
    assert mail["From"] == "Buurtpreventie Munsterbilzen <saarbot@example.org>"
    assert mail["To"] == "wijk@politie.example"
    assert mail["Date"] == "Fri, 13 Nov 2026 06:30:00 +0100"
    assert mail["Message-ID"] == "<saar.munsterbilzen-1a2b3c4d.118.1of1.r0@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch("[0-9a-f]{64}", mail["X-Saar-Chain-Head"])
    assert len(mail.keys()) == len({name.lower() for name in mail})


def test_both_bodies_say_the_same(story: Story, tmp_path: Path) -> None:
    """Every case, statement, outcome, hash and the head stand in the plain and the HTML body."""
    story.night()
    mail = read(mailed(story, tmp_path / "a"))
    plain, page = " ".join(body(mail).split()), Page(body(mail, "html"))
    for words in (
        *("M-2026-0117", "M-2026-0116", "M-2026-0115", "DRINGEND", "RECHTZETTING"),
        *("Man voelt aan autodeuren", "gebeld om 23:14", "niet gebeld"),
        *("Dit is geen noodoproep.", "Periode: do 12 nov 2026 06:30 tot vr 13 nov 2026 06:30."),
        *("P-0117 van do 12 nov 2026 06:30", "namen op vraag bij de beheerder"),
        *re.findall("[0-9a-f]{64}", body(mail)),
    ):
        assert words in plain, words
        assert words in page.text, words
    assert page.text.split(".")[0].endswith("3 meldingen, 1 dringend, 4 beelden")


def test_nothing_is_loaded_and_nothing_runs(story: Story, tmp_path: Path) -> None:
    """No image, link or script, and a style that loads nothing."""
    story.night()
    page = Page(body(read(mailed(story, tmp_path / "a")), "html"))
    assert page.loads == []
    assert not page.tags & {"script", "img", "link", "iframe", "form", "object", "a", "svg"}


def test_the_list_of_sums_works_in_sha256sum(story: Story, tmp_path: Path) -> None:
    """Save the attachments, unpack the zip, paste the list: everything is OK."""
    story.night()
    mail = read(mailed(story, tmp_path / "a"))
    desk = tmp_path / "desk"
    desk.mkdir()
    for name, data in attached(mail).items():
        (desk / name).write_bytes(data)
    subprocess.run(["python3", "-m", "zipfile", "-e", next(desk.glob("*.zip")), desk], check=True)
    sums = [x for x in body(mail).splitlines() if re.match("[0-9a-f]{64}  ", x)]
    assert len(sums) == 6
    done = subprocess.run(
        ["sha256sum", "-c", "--strict"],
        input="\n".join(sums),
        cwd=desk,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_package_gives_the_same_bytes(story: Story, tmp_path: Path) -> None:
    """Composed twice, and read and written by another parser: not a byte differs."""
    story.night()
    first = mailed(story, tmp_path / "a").data
    story.at(local(25, 12))
    assert mailed(story, tmp_path / "b").data == first


def test_every_line_may_travel(story: Story, tmp_path: Path) -> None:
    """Seven bits, CRLF, and lines far below the 998 characters of RFC 5322."""
    story.night()
    story.say("M-2026-0117", "é" * 500)
    data = mailed(story, tmp_path / "a").data
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 83


def test_what_is_missing_is_said(story: Story, tmp_path: Path) -> None:
    """A video never came, another is on its way, a file was lost: all three are named."""
    story.night()
    story.log(
        "case.media_missing",
        "M-2026-0117",
        author="Buur 7",
        kind="video",
        size=60_000_000,
        reason="groter dan 20 MB",
    )
    mail = read(
        mailed(
            story,
            tmp_path / "a",
            awaited=(Awaited(case="M-2026-0116", kind="video"),),
            left_out={"0002.jpg": "too_large"},
        )
    )
    for text in (body(mail), Page(body(mail, "html")).text):
        assert "Nooit ontvangen: Video van Buur 7, 60 MB (groter dan 20 MB)" in text
        assert "Nog onderweg: Video bij M-2026-0116." in text
        assert "0002.jpg: te groot voor deze mail" in text


def test_the_first_mail_and_a_nil_report_read_well(story: Story, tmp_path: Path) -> None:
    """Number one has no predecessor; a week without reports is one calm sentence."""
    story.log("drill.held", by="Beheerder 1")
    mail = read(mailed(story, tmp_path / "a", number=1, previous_at=None, weekly=True))
    told = body(mail)
    assert told.startswith("Weekbericht: geen meldingen. Keten in orde. Dit is geen noodoproep.")
    assert "Vorige mail: geen, dit is de eerste van deze reeks." in told


def test_a_demonstration_says_so(story: Story, tmp_path: Path) -> None:
    """Made-up people, simulated clock: subject and both bodies say it."""
    story.night()
    mail = read(mailed(story, tmp_path / "a", simulated=True))
    assert mail["Subject"] == "[SAAR Munsterbilzen P-0118 1/1] DEMONSTRATIE"
    for kind in ("plain", "html"):
        assert "gesimuleerde klok" in body(mail, kind)


def test_the_plain_body_is_wrapped(story: Story, tmp_path: Path) -> None:
    """Sentences end where a terminal or an old mail program has room; sums stay whole."""
    story.night()
    lines = body(read(mailed(story, tmp_path / "a"))).splitlines()
    long = [line for line in lines if len(line) > 78]
    assert all(re.search("[0-9a-f]{64}", line) for line in long), long


@pytest.mark.browser
@pytest.mark.parametrize("bare", [False, True])
def test_the_mail_reads_on_a_phone(story: Story, tmp_path: Path, *, bare: bool) -> None:
    """Nothing is cut and no hash runs down the page, also where the mail program strips the sheet."""
    story.night()
    text = body(read(mailed(story, tmp_path / "a")), "html")
    text = re.sub("<style>.*?</style>", "", text, flags=re.DOTALL) if bare else text
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tool("chromium"), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.set_content(text)
        wide, hashes = page.evaluate(
            """() => [document.documentElement.scrollWidth,
              [...document.querySelectorAll("span")].filter((one) => one.textContent.length === 64)
                .map((one) => one.offsetHeight)]"""
        )
        seen = page.inner_text("body")
        browser.close()
    assert max(hashes) < 130
    if not bare:
        assert wide <= 390
        assert "Wat de melder zag" not in seen


def test_english_where_the_zone_wants_it(story: Story, tmp_path: Path) -> None:
    story.night()
    package = packed(story, tmp_path / "a", words=ENGLISH)
    mail = compose(package, ENGLISH, sender="saarbot@example.org", to="wijk@politie.example")
    assert body(read(mail)).startswith("3 REPORTS, 1 URGENT, 4 PICTURES.")


TAGS = set("html head meta title style body h1 h2 p b br ul li table tr th td span".split())  # noqa: SIM905
INJECTIONS = (
    *HOSTILE,
    "x\r\nBcc: iemand@example.org",
    "x\nSubject: iets anders\n\n<b>lichaam</b>",
    "x\r\n\r\n--=_saar_",
    "x\u2028Bcc: a@example.org\u2029\u0085Bcc: b@example.org",
    '"><img src=x onerror=alert(1)><a href="javascript:1">',
    "</td></tr></table><script>1</script>",
    "=?utf-8?b?QmNjOiB4?=",
    "; boundary=evil",
)


def test_no_text_becomes_a_header_a_part_or_markup(story: Story, tmp_path: Path) -> None:
    """Every hostile string in every field of a case of its own: the mail keeps its headers, its
    parts and its tags."""
    story.at(local(12, 20))
    for n, text in enumerate(INJECTIONS):
        case = f"M-2026-{n:04d}"
        story.later().report(case, what=text, place=text, who=text)
        story.log("case.closed", case, outcome=text, by=text)
        story.log("case.media_missing", case, author=text, kind=text, size=None, reason=text)
        story.picture(case, photo(size=(64, 48)), name=text, mime=text, who=text)
    _is_whole(read(mailed(story, tmp_path / "a")))


@pytest.mark.parametrize("n", range(len(INJECTIONS) - 9, len(INJECTIONS)))
def test_no_name_becomes_a_header_a_part_or_markup(story: Story, tmp_path: Path, n: int) -> None:
    """The same with the group's name, which stands in From and Subject, and an address."""
    story.log("drill.held", by="Beheerder 1")
    text = INJECTIONS[n]
    _is_whole(read(mailed(story, tmp_path / "a", name=text, predecessor=text)))


def _is_whole(mail: EmailMessage) -> None:
    assert [part.get_content_type() for part in mail.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html"),
        *("application/pdf", "application/zip"),
    ]
    assert "Bcc" not in mail
    assert len(mail.get_all("Subject", [])) == 1
    page = Page(body(mail, "html"))
    assert page.tags <= TAGS
    assert page.loads == []
    assert set(attached(mail)) == {"rapport.pdf", "saar-munsterbilzen-P-0118.zip"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", body(mail) + body(mail, "html"))


def test_the_id_depends_on_line_and_number_alone() -> None:
    """Two lines, two numbers, two ids; and nothing odd gets into one."""
    assert message_id("a-1", 7, "x@example.org") == "<saar.a-1.7.1of1.r0@example.org>"
    assert message_id("a\r\n>", 7, "x@ex ample") == "<saar.a.7.1of1.r0@ex-ample>"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\x00b\x1bc", "a b c"),
        ("a\u202eb\u2069c", "abc"),
        (" a \r\n\r\n b\t c ", "a\n\nb c"),
        ("\ud800x", "x"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_clean_text_keeps_words_and_drops_tricks(text: str, told: str) -> None:
    assert clean.paragraph(text) == told


def test_a_name_with_accents_survives_the_subject(story: Story, tmp_path: Path) -> None:
    """Another parser reads the group's name as it is written."""
    story.night()
    mail = mailed(story, tmp_path / "a", name="Sint-Joris-Weert & Nééryssche «Oost»")
    told = message_from_bytes(mail.data, policy=replace_policy())
    assert told["Subject"] == "[SAAR Sint-Joris-Weert & Nééryssche «Oost» P-0118 1/1]"


def replace_policy() -> Any:
    return SMTP.clone(raise_on_defect=True)


def test_a_mail_needs_a_number(story: Story, tmp_path: Path) -> None:
    """An export can't be mailed by mistake."""
    story.night()
    package = packed(story, tmp_path / "a")
    numberless = replace(package, issue=replace(package.issue, number=None))
    with pytest.raises(ValueError, match="not mailed"):
        compose(numberless, WORDS, sender="a@example.org", to="b@example.org")
