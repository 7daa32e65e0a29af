"""What goes into a police package: report, log, files as received, and how to check them.

The layout is fixed: `data/` holds `rapport.pdf`, `log.jsonl`, `inhoud.json`, `toelichting.txt` and
`media/`; `keten/head.json` and `VERIFY.txt` stand beside it. `data/` is the same for the same
entries on any day: what changes from sending to sending stands outside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from bot.journal.chain import timestamp
from bot.police import clean, pdf
from bot.police.bag import Member, write
from bot.police.case import Picture
from bot.police.issue import Issue
from bot.police.sheet import sheet
from bot.police.wording import Wording

FORMAT: Final = "saarbot-package-1"
_EXIF_WITHIN: Final = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A written package. `report` is the PDF's bytes; `issue` says what was left out, and why."""

    issue: Issue
    file: Path
    sha256: str
    report: bytes
    report_sha256: str

    @property
    def name(self) -> str:
        """The zip file's name."""
        return f"{self.issue.package}.zip"


def build(
    issue: Issue,
    lines: Iterable[str],
    *,
    find: Callable[[str], Path],
    words: Wording,
    folder: Path,
) -> Package:
    """Write the package of `issue` into `folder`. Blocks; raises PackageError.

    `lines` are the log's lines, `find` gives the place of a file by its SHA-256. Files that are
    gone or damaged are left out and named.
    """
    issue = replace(issue, left_out={**_unusable(issue, find), **issue.left_out})
    report = draw(issue, find=find, words=words, folder=folder)
    log = folder / "log.jsonl"
    with log.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{line}\n" for line in lines)
    payload = _payload(issue, report, log, find, words)
    file = folder / f"{issue.package}.zip"
    write(
        file,
        name=issue.package,
        payload=payload,
        tags=_tags(issue, words),
        info=_info(issue, words),
        when=words.local(issue.until),
    )
    log.unlink()
    with file.open("rb") as made:
        digest = file_digest(made, "sha256").hexdigest()
    return Package(
        issue=issue,
        file=file,
        sha256=digest,
        report=report,
        report_sha256=sha256(report).hexdigest(),
    )


def draw(issue: Issue, *, find: Callable[[str], Path], words: Wording, folder: Path) -> bytes:
    """The report as PDF, half made in `folder`."""
    pictures = {p.file: find(p.sha256) for p in issue.report.pictures}
    there = {name: file for name, file in pictures.items() if file.is_file()}
    return pdf.render(sheet(issue, words), there, folder)


def _unusable(issue: Issue, find: Callable[[str], Path]) -> dict[str, str]:
    """Files whose bytes can't be given, and why."""
    why = {p.file: _trouble(p, find(p.sha256)) for p in issue.report.pictures}
    return {name: reason for name, reason in why.items() if reason}


def _trouble(picture: Picture, file: Path) -> str:
    try:
        with file.open("rb") as source:
            whole = file_digest(source, "sha256").hexdigest() == picture.sha256
    except OSError:
        return "gone"
    return "" if whole else "damaged"


# --- data/ --------------------------------------------------------------------------------------


def _payload(
    issue: Issue, report: bytes, log: Path, find: Callable[[str], Path], words: Wording
) -> list[Member]:
    enclosed = [p for p in issue.report.pictures if p.file not in issue.left_out]
    members = [
        Member(path="data/rapport.pdf", source=report),
        Member(path="data/log.jsonl", source=log),
        Member(path="data/toelichting.txt", source=_explanation(issue, words)),
    ]
    for picture in enclosed:
        file = find(picture.sha256)
        path = f"data/media/{picture.file}"
        told = _json(_provenance(picture, file))
        members.append(Member(path=path, source=file, sha256=picture.sha256))
        members.append(Member(path=f"data/media/{_stem(picture)}.json", source=told))
    return [*members, Member(path="data/inhoud.json", source=_contents(issue, members))]


def _stem(picture: Picture) -> str:
    return picture.file.partition(".")[0]


def _contents(issue: Issue, members: list[Member]) -> bytes:
    """Everything that belongs to this report, in this part or not."""
    report = issue.report
    told: dict[str, Any] = {
        "format": FORMAT,
        "package": issue.package,
        "neighbourhood": issue.neighbourhood,
        "name": clean.line(issue.name),
        "number": issue.label or None,
        "previous": issue.previous or None,
        "part": 1,
        "parts": 1,
        "period": {"since": timestamp(issue.since), "until": timestamp(issue.until)},
        "log": {"file": "data/log.jsonl", "first": report.first, "last": report.last},
        "chain": {"head": issue.head, "previous_head": issue.previous_head},
        "cases": [clean.line(case.number) for case in report.cases],
        "counts": dict(report.counts),
        "files": [_file(member) for member in sorted(members, key=lambda one: one.path)],
        "media": [_medium(picture, issue) for picture in report.pictures],
        "missing": _missing(issue),
        "simulated": issue.simulated,
    }
    return _json(told)


def _file(member: Member) -> dict[str, Any]:
    return {"path": member.path, "bytes": member.size, "sha256": member.sha256 or _digest(member)}


def _digest(member: Member) -> str:
    if isinstance(member.source, bytes):
        return sha256(member.source).hexdigest()
    with member.source.open("rb") as source:
        return file_digest(source, "sha256").hexdigest()


def _medium(picture: Picture, issue: Issue) -> dict[str, Any]:
    why = issue.left_out.get(picture.file)
    return {
        "file": None if why else f"data/media/{picture.file}",
        "name": picture.file,
        "case": clean.line(picture.case),
        "entry": picture.n,
        "bytes": picture.size,
        "sha256": picture.sha256,
        "left_out": why,
    }


def _missing(issue: Issue) -> list[dict[str, Any]]:
    lost = [
        {"case": case.number, "kind": one.kind, "entry": one.n, "reason": one.reason}
        for case in issue.report.cases
        for one in case.lost
    ]
    awaited = [{"case": one.case, "kind": one.kind, "reason": "awaited"} for one in issue.awaited]
    return [*lost, *awaited]


def _provenance(picture: Picture, file: Path) -> dict[str, Any]:
    """Where one file came from, as far as is known; nothing here was taken from its content but
    whether it carries Exif data.
    """
    recompressed = {True: "no", False: "yes", None: "unknown"}[picture.as_file]
    return {
        "file": picture.file,
        "case": picture.case,
        "entry": picture.n,
        "author": picture.author,
        "source": picture.source,
        "kind": picture.kind,
        "original_name": picture.name,
        "mime": picture.mime,
        "bytes": picture.size,
        "sha256": picture.sha256,
        "received_at": timestamp(picture.received_at),
        "platform_at": timestamp(picture.told_at) if picture.told_at else None,
        "recompressed_by_messenger": recompressed,
        "exif": _has_exif(file),
    }


def _has_exif(file: Path) -> bool:
    with file.open("rb") as source:
        return b"Exif\x00\x00" in source.read(_EXIF_WITHIN)


def _explanation(issue: Issue, words: Wording) -> bytes:
    clock = words.say("package.clock_simulated") if issue.simulated else ""
    text = words.say(
        "package.explanation",
        name=clean.line(issue.name),
        first=issue.report.first,
        last=issue.report.last,
        withheld=words.say(f"package.withheld_{_sort(issue)}"),
        where=words.say(f"package.where_{_sort(issue)}"),
        clock=clock,
    )
    return f"{text}\n".encode()


# --- beside data/ -------------------------------------------------------------------------------


def _tags(issue: Issue, words: Wording) -> dict[str, bytes]:
    head = {
        "format": "saarbot-head-1",
        "chain": issue.neighbourhood,
        "line": issue.line or None,
        "number": issue.label or None,
        "previous": issue.previous or None,
        "first": issue.report.first,
        "last": issue.report.last,
        "previous_head": issue.previous_head,
        "head": issue.head,
        "until": timestamp(issue.until),
    }
    return {"keten/head.json": _json(head), "VERIFY.txt": _how_to_verify(issue, words)}


def _how_to_verify(issue: Issue, words: Wording) -> bytes:
    """How to check the package: in the zone's language, then in English."""
    texts = [_checking(issue, replace(words, lang=lang)) for lang in (words.lang, "en")]
    return ("\n\n\n".join(dict.fromkeys(texts)) + "\n").encode()


def _checking(issue: Issue, words: Wording) -> str:
    which = words.say(f"package.which_{_sort(issue)}", head=issue.head, last=issue.report.last)
    return words.say("package.verify", name=issue.package, which=which, open="{", close="}")


def _sort(issue: Issue) -> str:
    return "mail" if issue.label else "export"


def _info(issue: Issue, words: Wording) -> list[tuple[str, str]]:
    info = [
        ("Source-Organization", words.say("group", name=clean.line(issue.name))),
        ("External-Identifier", issue.package),
        ("Bag-Group-Identifier", issue.package),
        ("Bag-Count", "1 of 1"),
        ("Bagging-Date", f"{words.local(issue.until):%Y-%m-%d}"),
        ("Bag-Software-Agent", f"Saarbot {software()}"),
        ("Chain-Head", issue.head),
    ]
    return [*info, ("Clock", "simulated")] if issue.simulated else info


def software() -> str:
    """The version that runs."""
    try:
        return version("saarbot")
    except PackageNotFoundError:
        return "unknown"


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
