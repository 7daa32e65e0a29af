"""What the mail says, twice: as plain text and as HTML with the same content.

The HTML has tables and inline style: nothing to load, nothing that a mail program strips. On a
narrow screen one short sheet sets the cells of a row below each other; where a program strips it,
the table stays a table. The first line is what an inbox shows beside the subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Final

from bot.police import clean
from bot.police.package import Package
from bot.police.sheet import Row, counted, missing, remarks, summary
from bot.police.wording import Wording

REPORT: Final = "rapport.pdf"
_SANS: Final = "font-family:Arial,Helvetica,sans-serif;color:#000"
_MONO: Final = "font-family:Consolas,'Courier New',monospace;font-size:12px"
# 64 characters beside two columns of names; on a phone on two lines.
_MONO_SMALL: Final = _MONO.replace("12px", "11px")
_PLAIN_WIDTH: Final = 72
# What a phone does with a table of class `s`: its rows one below the other, no head.
_NARROW: Final = (
    "@media (max-width:580px){"
    ".s th{display:none!important}"
    ".s td{display:block!important;width:auto!important;border:0!important;padding:1px 0!important}"
    ".s td:first-child{padding-top:8px!important}"
    ".s td:last-child{border-bottom:1px solid #000!important;padding-bottom:8px!important}"
    "%s}"
)
_LINE: Final = "border-bottom:1px solid #000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The two bodies of one mail."""

    plain: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """One file with its digest, as `sha256sum -c` wants it."""

    path: str
    name: str
    note: str
    sha256: str


def letter(package: Package, words: Wording) -> Letter:
    """The bodies of the mail that carries `package`."""
    return Letter(plain=_plain(package, words), html=_html(package, words))


def opening(package: Package, words: Wording) -> str:
    """`3 meldingen, 1 dringend, 4 beelden.`"""
    issue, report = package.issue, package.issue.report
    if report.empty:
        told = [words.say("mail.weekly" if issue.weekly else "mail.no_cases")]
        told += [words.say("mail.chain_holds")] if issue.broken is None else []
        return " ".join(told)
    return words.tally(len(report.cases), len(report.pictures), report.urgent) + "."


def sums(package: Package, words: Wording) -> list[_Sum]:
    """The attachments, then the files in the zip under the path they get when it is unpacked."""
    issue = package.issue
    found = [
        _Sum(
            path=REPORT,
            name=REPORT,
            note=words.say("mail.report_note"),
            sha256=package.report_sha256,
        ),
        _Sum(
            path=package.name,
            name=package.name,
            note=words.say("mail.package_note"),
            sha256=package.sha256,
        ),
    ]
    for picture in issue.report.pictures:
        if picture.file not in issue.left_out:
            note = words.say("mail.picture_note", number=clean.line(picture.case))
            path = f"{issue.package}/data/media/{picture.file}"
            found.append(_Sum(path=path, name=picture.file, note=note, sha256=picture.sha256))
    return found


def _counts(package: Package, words: Wording) -> list[str]:
    """What was only counted, where there is nothing else to tell."""
    if not package.issue.report.empty:
        return []
    return [f"{label}: {value}" for label, value in counted(package.issue, words)]


def _previous(package: Package, words: Wording) -> str:
    issue = package.issue
    if not issue.previous or issue.previous_at is None:
        return words.say("mail.previous_first")
    when = words.full(issue.previous_at)
    return words.say("mail.previous_value", label=issue.previous, when=when)


# --- plain --------------------------------------------------------------------------------------


def _plain(package: Package, words: Wording) -> str:
    issue = package.issue
    first = opening(package, words)
    blocks = [
        _wrapped(words.say("demonstration")) if issue.simulated else [],
        [
            f"{first if issue.report.empty else first.upper()} {words.say('mail.emergency')}",
            words.say("mail.period", period=words.period(issue.since, issue.until)),
            *[line for told in remarks(issue, words) for line in _wrapped(told)],
            *_counts(package, words),
        ],
        *[_plain_case(row, words) for row in summary(issue, words)],
        _listed(words.say("mail.missing").upper(), missing(issue, words)),
        _wrapped(f"{words.say('mail.names_strong').upper()} {words.say('mail.names')}")
        if issue.report.cases
        else [],
        [
            words.say("mail.attachments_plain"),
            *[f"{one.sha256}  {one.path}" for one in sums(package, words)],
        ],
        [
            *_wrapped(f"{words.say('mail.previous')} {_previous(package, words)}"),
            f"{words.say('mail.head')} {issue.head}",
        ],
        _wrapped(words.say("mail.sent_by", name=clean.line(issue.name))),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _wrapped(text: str, *, indent: str = "") -> list[str]:
    return wrap(
        text,
        _PLAIN_WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _plain_case(row: Row, words: Wording) -> list[str]:
    mark = words.say("tag.urgent") if row.urgent else ""
    mark = words.say("mail.rectified") if row.rectified else mark
    files = words.say("count.pictures", n=row.pictures) if row.pictures else ""
    where = row.where.upper() if row.urgent else row.where
    outcome = words.say("mail.outcome_line", outcome=_lower(row.outcome))
    return [
        _columns(f"{row.number}  {row.when}  {where}", mark),
        *_wrapped(row.what, indent="     "),
        *_wrapped(row.told, indent="     "),
        _columns(f"     {outcome}", files),
    ]


def _columns(left: str, right: str) -> str:
    return f"{left:<50}  {right}" if right else left


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _listed(title: str, lines: list[str]) -> list[str]:
    return [title, *[f"- {line}" for line in lines]] if lines else []


# --- HTML ---------------------------------------------------------------------------------------


def _html(package: Package, words: Wording) -> str:
    issue = package.issue
    period = words.period(issue.since, issue.until)
    told = f"{words.say('mail.emergency')} {words.say('mail.period', period=period)}"
    parts = [
        f'<h1 style="{_SANS};font-size:20px;margin:0 0 4px">{escape(opening(package, words))}</h1>',
        _paragraph(told, size=15),
        _box(words.say("demonstration"), "", "2px dashed #000") if issue.simulated else "",
        *[_box(remark, "", "2px solid #000") for remark in remarks(issue, words)],
        *[_paragraph(told, size=15) for told in _counts(package, words)],
        _cases(summary(issue, words), words),
        _gaps(missing(issue, words), words),
        _box(words.say("mail.names_strong"), words.say("mail.names"), "2px solid #000")
        if issue.report.cases
        else "",
        _heading(words.say("mail.attachments")),
        _files(sums(package, words)),
        _foot(package, words),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="{words.lang}"><head><meta charset="utf-8">'
        f"<title>{escape(package.issue.package)}</title>\n{_sheet(words)}</head>\n"
        f'<body style="margin:0;padding:16px;background:#fff">\n{body}\n</body></html>\n'
    )


def _sheet(words: Wording) -> str:
    """The style of a narrow screen: there a cell says by itself what its column's head said."""
    gate, outcome = words.say("mail.gate_head"), words.say("table.outcome")
    named = "".join(
        f'.c td:nth-child({n})::before{{content:"{_css(head)}: "}}'
        for n, head in ((5, gate), (6, outcome))
    )
    return f"<style>{_NARROW % named}</style>"


def _css(text: str) -> str:
    """Words inside a quoted string of a style sheet."""
    return "".join(c if c.isalnum() or c in " ,." else f"\\{ord(c):06x}" for c in text)


def _paragraph(text: str, *, size: int = 14) -> str:
    return f'<p style="{_SANS};font-size:{size}px;margin:0 0 12px">{escape(text)}</p>'


def _heading(text: str) -> str:
    return f'<h2 style="{_SANS};font-size:15px;margin:16px 0 4px">{escape(text)}</h2>'


def _box(strong: str, text: str, border: str) -> str:
    inside = f"<b>{escape(strong)}</b> {escape(text)}".strip()
    return (
        '<table role="presentation" width="100%" cellspacing="0" cellpadding="0"'
        f' style="margin:14px 0;border:{border}"><tr>'
        f'<td style="{_SANS};font-size:15px;line-height:1.4;padding:10px 12px">{inside}</td>'
        "</tr></table>"
    )


def _table(
    head: Iterable[str], rows: Iterable[Iterable[str]], *, kind: str = "", last: str = ""
) -> str:
    """A table of cells that are HTML already; its last column is `last` wide."""
    cell = (
        f"{_SANS};{_LINE};font-size:14px;text-align:left;vertical-align:top;padding:6px 10px 6px 0"
    )
    top = "".join(f'<th scope="col" style="{cell}">{one}</th>' for one in head)
    lines = [_cells_of(list(row), cell, last) for row in rows]
    whole = (f"<tr>{top}</tr>" if top else "") + "".join(f"<tr>{line}</tr>\n" for line in lines)
    style = "border-collapse:collapse;width:100%"
    classes = f"s {kind}".strip()
    return (
        f'<table class="{classes}" cellspacing="0" cellpadding="0" style="{style}">{whole}</table>'
    )


def _cells_of(row: list[str], style: str, last: str) -> str:
    styles = [style] * (len(row) - 1) + [f"{style};width:{last}" if last else style]
    return "".join(f'<td style="{look}">{one}</td>' for look, one in zip(styles, row, strict=True))


def _cases(rows: list[Row], words: Wording) -> str:
    if not rows:
        return ""
    names = ("table.number", "table.hour", "table.where", "table.what", "mail.gate_head")
    head = [*[words.say(name) for name in names], words.say("table.outcome")]
    cells = [_cells(row, words) for row in rows]
    return _table([escape(name) for name in head], cells, kind="c")


def _cells(row: Row, words: Wording) -> list[str]:
    number, where, what = (escape(text) for text in (row.number, row.where, row.what))
    outcome = escape(row.outcome)
    if row.urgent:
        number, where = f"<b>{number}</b>", f"<b>{where}</b>"
        what = f"{what} <b>{escape(words.say('tag.urgent'))}</b>"
    if row.rectified:
        outcome = f"<b>{escape(words.say('mail.rectified'))}:</b> {outcome}"
    number = f'<span style="white-space:nowrap">{number}</span>'
    when = f'<span style="white-space:nowrap">{escape(row.when)}</span>'
    return [number, when, where, what, escape(row.said), outcome]


def _gaps(lines: list[str], words: Wording) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    style = f"{_SANS};font-size:14px;margin:0 0 8px;padding-left:20px"
    return f'{_heading(words.say("mail.missing"))}<ul style="{style}">{items}</ul>'


def _files(found: list[_Sum]) -> str:
    small = '<span style="font-size:13px;overflow-wrap:anywhere">{}</span>'
    code = f'<span style="{_MONO_SMALL};word-break:break-all">{{}}</span>'
    rows = [
        [small.format(escape(f.name)), small.format(escape(f.note)), code.format(f.sha256)]
        for f in found
    ]
    return _table([], rows, last="55%")


def _foot(package: Package, words: Wording) -> str:
    issue = package.issue
    style = f"{_SANS};font-size:14px;margin:14px 0 0;line-height:1.5"
    head = f'<span style="{_MONO};word-break:break-all">{escape(issue.head)}</span>'
    sent_by = escape(words.say("mail.sent_by", name=clean.line(issue.name)))
    return (
        f'<p style="{style}"><b>{escape(words.say("mail.previous"))}</b>'
        f" {escape(_previous(package, words))}<br>"
        f"<b>{escape(words.say('mail.head'))}</b> {head}</p>\n"
        f'<p style="{_SANS};font-size:13px;margin:12px 0 0">{sent_by}</p>'
    )
