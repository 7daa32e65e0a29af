"""The report as words on pages: a plain JSON value that the page template sets, and no more.

Everything a person wrote passes through `clean` here. The template gets it as data, never as
source.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from bot.messaging.text import sentences
from bot.police import clean
from bot.police.case import COORDINATOR, NONE, Case, Picture
from bot.police.issue import Issue
from bot.police.sections import HEADLINE, blocks, timeline
from bot.police.wording import Wording

# With more cases than this their reach stands on their own pages only.
_LISTED = 6
# So much of what doesn't fit a headline says what it is about.
_BEGINNING = 80
_CODE = "sha256sum -c manifest-sha256.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the summary, for the cover and for the mail."""

    number: str
    when: str
    where: str
    what: str
    gate: str
    said: str
    told: str
    outcome: str
    urgent: bool
    rectified: bool
    pictures: int


def summary(issue: Issue, words: Wording) -> list[Row]:
    """One row a case, newest first."""
    return [_row(case, words) for case in issue.report.cases]


def _row(case: Case, words: Wording) -> Row:
    rectified = case.rectified_at is not None
    return Row(
        number=clean.line(case.number),
        when=words.weekday_hour(case.opened_at),
        where=clean.cut(words.where(case), 80),
        what=clean.cut(clean.told(words.what(case)), 120),
        gate=words.gate(case.gate, "short_gate."),
        said=words.gate(case.gate, "mail.gate_"),
        told=words.gate(case.gate, "mail.line_"),
        outcome=words.say("outcome.rectified") if rectified else words.outcome(case),
        urgent=case.urgent,
        rectified=rectified,
        pictures=len(case.pictures),
    )


def sheet(issue: Issue, words: Wording) -> dict[str, Any]:
    """The whole report."""
    until = issue.until.astimezone(UTC)
    return {
        "lang": words.lang,
        "date": [until.year, until.month, until.day, until.hour, until.minute],
        "demonstration": words.say("demonstration") if issue.simulated else "",
        "header": _header(issue, words),
        "footer": _footer(issue, words),
        "cover": _cover(issue, words),
        "cases": [_case(case, issue, words) for case in issue.report.cases],
    }


def _header(issue: Issue, words: Wording) -> dict[str, str]:
    name = clean.line(issue.name)
    key = "mark" if issue.label else "mark_export"
    return {
        "group": words.say("group", name=name),
        "about": words.say("about"),
        "mark": words.say(key, name=name, label=issue.label),
        "period": words.period(issue.since, issue.until),
    }


def _footer(issue: Issue, words: Wording) -> dict[str, Any]:
    previous = words.say("footer.export")
    if issue.label:
        told = words.say("footer.previous", label=issue.previous)
        previous = told if issue.previous else words.say("footer.first")
    return {
        "label": words.say("footer.head"),
        "head": grouped(issue.head),
        "previous": previous,
        "page": words.say("footer.page"),
        "of": words.say("footer.of"),
    }


def grouped(digest: str) -> str:
    """A digest in groups of eight, so that an eye can follow it."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))


# --- the cover ----------------------------------------------------------------------------------


def _cover(issue: Issue, words: Wording) -> dict[str, Any]:
    report = issue.report
    table = ("number", "hour", "where", "what", "gate", "outcome", "page")
    rows = summary(issue, words)
    return {
        "title": words.tally(len(report.cases), len(report.pictures)),
        "lead": _lead(issue, words),
        "remarks": remarks(issue, words),
        "table": [words.say(f"table.{name}") for name in table] if rows else [],
        "rows": [_cells(row, words) for row in rows],
        "footnote": words.say("footnote", offset=words.offset([issue.since, issue.until])),
        "notice": _notice(issue, words),
        "enclosed": {
            "title": words.say("enclosed.title"),
            "rows": [[key, value] for key, value in _enclosed(issue, words)],
        },
        "verify": _how_to_verify(issue, words),
        "limits": {
            "title": words.say("limits.title"),
            "text": words.say("limits.text", since=_since(issue, words)),
            "glyphs": words.say("limits.glyphs"),
        },
    }


def _how_to_verify(issue: Issue, words: Wording) -> dict[str, str]:
    key = "verify.text" if issue.label else "verify.text_export"
    return {
        "title": words.say("verify.title"),
        "text": words.say("verify.text_bare" if issue.bare else key),
        "code": "" if issue.bare else _CODE,
    }


def _since(issue: Issue, words: Wording) -> str:
    return words.say("limits.since_mail" if issue.label else "limits.since_export")


def _cells(row: Row, words: Wording) -> dict[str, str]:
    return {
        "number": row.number,
        "when": row.when,
        "where": row.where,
        "what": row.what,
        "gate": row.gate,
        "outcome": row.outcome,
        "tag": words.say("tag.rectified") if row.rectified else "",
    }


def _lead(issue: Issue, words: Wording) -> str:
    cases = issue.report.cases
    if not cases:
        return words.say("lead.empty" if issue.broken is None else "lead.empty_broken")
    urgent = [_brief(case, words) for case in cases if case.urgent]
    rectified = [_brief(case, words) for case in cases if case.rectified_at]
    parts = [words.say("lead.urgent", cases="; ".join(_few(urgent)))] if urgent else []
    if rectified:
        parts.append(words.say("lead.rectified", cases="; ".join(_few(rectified))))
    return " ".join(parts) or words.say("lead.plain", n=len(cases))


def _few(items: list[str], most: int = 3) -> list[str]:
    return items if len(items) <= most else [*items[: most - 1], f"{items[most - 1]} …"]


def _brief(case: Case, words: Wording) -> str:
    return words.say(
        "lead.case",
        number=clean.line(case.number),
        where=clean.cut(words.where(case), 60),
        hour=words.hour(case.opened_at),
    )


def remarks(issue: Issue, words: Wording) -> list[str]:
    """What the reader must know of this mail itself: due times missed, a changed address."""
    told = []
    if issue.missed:
        when = "; ".join(words.full(at) for at in issue.missed[-5:])
        when = f"… {when}" if len(issue.missed) > 5 else when
        told.append(words.say("missed", n=len(issue.missed), when=when))
    if issue.predecessor:
        told.append(words.say("predecessor", address=clean.line(issue.predecessor)))
    if issue.broken is not None:
        told.append(words.say("broken", n=issue.broken))
    return told


def _notice(issue: Issue, words: Wording) -> dict[str, str]:
    key = "notice.text" if issue.label else "notice.export"
    return {"strong": words.say("notice.strong"), "text": words.say(key)}


def _enclosed(issue: Issue, words: Wording) -> list[tuple[str, str]]:
    report = issue.report
    rows = [
        (words.say("enclosed.pictures"), _pictures_enclosed(issue, words)),
        (words.say("enclosed.log"), _log_enclosed(issue, words)),
        (words.say("enclosed.persons"), words.say("enclosed.persons_value")),
    ]
    rows += counted(issue, words)
    reached = [_reach(case, words) for case in report.cases if case.reach]
    if 0 < len(reached) <= _LISTED:
        rows.append((words.say("enclosed.reach"), " · ".join(reached)))
    gaps = missing(issue, words)
    text = "\n".join(gaps) or words.say("enclosed.missing_none")
    return [*rows, (words.say("enclosed.missing"), text)]


def counted(issue: Issue, words: Wording) -> list[tuple[str, str]]:
    """What the police are told the number of, and no more."""
    told = (("drill.held", "drills"), ("case.safe", "safe"))
    found = [(name, issue.report.counts.get(kind)) for kind, name in told]
    return [
        (words.say(f"enclosed.{name}"), words.say(f"enclosed.{name}_value", n=n))
        for name, n in found
        if n
    ]


def _pictures_enclosed(issue: Issue, words: Wording) -> str:
    files = [p.file for p in issue.report.pictures if p.file not in issue.left_out]
    if not files:
        return words.say("enclosed.none")
    span = words.say("enclosed.range", first=files[0], last=files[-1])
    return words.say(
        "enclosed.pictures_bare" if issue.bare else "enclosed.pictures_value",
        files=words.say("enclosed.files", n=len(files)),
        range=span if len(files) > 1 else files[0],
    )


def _log_enclosed(issue: Issue, words: Wording) -> str:
    first, last = issue.report.first, issue.report.last
    key = "enclosed.log_value" if last >= first else "enclosed.log_empty"
    key = "enclosed.log_bare" if issue.bare else key
    return words.say(key, first=first, last=last, n=last - first + 1)


def _reach(case: Case, words: Wording) -> str:
    sent, of = case.reach or (0, 0)
    return words.say("enclosed.reach_value", number=clean.line(case.number), sent=sent, of=of, n=of)


def missing(issue: Issue, words: Wording) -> list[str]:
    """Every file that the police don't get with this mail, and why."""
    told = [
        f"{name}: {words.say(f'pictures.{why}')}" for name, why in sorted(issue.left_out.items())
    ]
    for case in issue.report.cases:
        told += [f"{clean.line(case.number)}: {text}" for text in lost(case, words)]
    return told + [
        words.say("pictures.awaited", kind=words.kind(one.kind), number=clean.line(one.case))
        for one in issue.awaited
    ]


def lost(case: Case, words: Wording) -> list[str]:
    """Files of a case that were announced and never came."""
    return [
        words.say(
            "pictures.lost" if one.size is not None else "pictures.lost_plain",
            kind=words.kind(one.kind),
            who=clean.line(one.author) or words.say("unknown"),
            size=words.size(one.size),
            reason=clean.cut(one.reason, 80) or words.say("unknown"),
        )
        for one in case.lost
    ]


# --- one case -----------------------------------------------------------------------------------


def _case(case: Case, issue: Issue, words: Wording) -> dict[str, Any]:
    place, what = words.where(case), clean.told(words.what(case))
    # What is longer stands whole below.
    what = clean.cut(what, HEADLINE if len(what) <= HEADLINE else _BEGINNING)
    headline = sentences(f"{place}\n{what}")
    return {
        "title": words.say("case.title", number=clean.line(case.number)),
        "tags": [{"text": text, "full": full} for text, full in _tags(case, words)],
        "headline": headline[:1].upper() + headline[1:],
        "box": _box(case, words),
        "remarks": _case_remarks(case, words),
        "facts": _facts(case, words),
        "blocks": blocks(case, words),
        "timeline": timeline(case, words),
        "pictures": {
            "title": words.say("pictures.title"),
            "items": [_picture(picture, issue, words) for picture in case.pictures],
            "lost": lost(case, words),
        },
    }


def _tags(case: Case, words: Wording) -> list[tuple[str, bool]]:
    tags = []
    if case.continued:
        tags.append((words.say("tag.continued"), False))
    if case.rectified_at is not None:
        tags.append((words.say("tag.rectified"), True))
    elif words.has(f"tag.{case.urgency}"):
        tags.append((words.say(f"tag.{case.urgency}"), case.urgent))
    return [*tags, (_state(case, words), False)]


def _state(case: Case, words: Wording) -> str:
    if case.state in ("closed", "withdrawn"):
        return words.say(f"tag.{case.state}", at=words.hour(case.closed_at))
    return words.say("tag.open" if case.relayed or case.urgency != "cold" else "tag.recorded")


def _box(case: Case, words: Wording) -> dict[str, str] | None:
    if case.rectified_at is None:
        return None
    text = words.say("case.rectified", at=words.hour(case.rectified_at))
    return {"strong": words.say("case.rectified_strong"), "text": text}


def _case_remarks(case: Case, words: Wording) -> list[str]:
    told = [words.say("case.continued")] if case.continued else []
    return [*told, words.say("case.stale")] if case.stale else told


def _facts(case: Case, words: Wording) -> list[list[str]]:
    cold = case.urgency == "cold"
    by = case.gate.by
    label = "gate.label_coordinator" if by == COORDINATOR else "gate.label"
    said = words.say("gate.over") if cold and by == NONE else words.gate(case.gate, "gate.")
    return [
        [words.say("case.found" if cold else "case.seen"), words.day_hour(case.started_at)],
        [words.say(label), said],
        [words.say("outcome.label"), words.outcome(case)],
    ]


def _picture(picture: Picture, issue: Issue, words: Wording) -> dict[str, Any]:
    why = issue.left_out.get(picture.file, "")
    lines = [
        words.say(
            "pictures.received", at=words.hour(picture.received_at), size=words.size(picture.size)
        )
    ]
    preview = "pictures.no_preview_bare" if issue.bare else "pictures.no_preview"
    kept = {True: "as_file", False: "recompressed", None: "unknown"}[picture.as_file]
    lines.append(words.say(f"pictures.{kept}"))
    if why:
        lines.append(words.say("pictures.not_enclosed", reason=words.say(f"pictures.{why}")))
    return {
        "file": picture.file,
        "thumb": "",
        "frame": words.say(preview, file=picture.file) if not why else "",
        "alt": f"{words.kind(picture.kind)} {picture.file}",
        "lines": lines,
        "hash": [grouped(picture.sha256[:32]), grouped(picture.sha256[32:])],
    }
