"""What a report is issued as: a numbered mail of a line, or an export without a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.police import clean
from bot.police.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A file that was still under way when the mail was made."""

    case: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A report with its number, its place in the chain and what it could not take along.

    `number` is None for an export. `left_out` gives, for a file's name in the report, why its
    bytes are not in the package: `too_large`, `gone` or `damaged`. `missed` are due times at
    which no mail went because nothing was running. `broken` is the first entry of the stretch that
    does not follow from the one before. `bare` is an export of the report alone, without a package.
    """

    neighbourhood: str
    name: str
    report: Report
    since: datetime
    until: datetime
    head: str
    previous_head: str
    number: int | None = None
    line: str = ""
    previous_at: datetime | None = None
    predecessor: str = ""
    missed: tuple[datetime, ...] = ()
    weekly: bool = False
    awaited: tuple[Awaited, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False
    broken: int | None = None
    export: str = ""
    bare: bool = False

    @property
    def label(self) -> str:
        """`P-0118`; empty for an export."""
        return "" if self.number is None else label(self.number)

    @property
    def previous(self) -> str:
        """The number of the mail before; empty if this is the first."""
        return label(self.number - 1) if self.number and self.number > 1 else ""

    @property
    def package(self) -> str:
        """The name of the bag and, with `.zip`, of its file."""
        return f"saar-{self.neighbourhood}-{self.label or self.export}"


def label(number: int) -> str:
    """How a mail's number is written."""
    return f"P-{number:04d}"


def message_id(line: str, number: int, sender: str) -> str:
    """Always the same for one mail of one line; a line's id never changes."""
    domain = clean.file_part(sender.rpartition("@")[2])
    return f"<saar.{clean.file_part(line)}.{number}.1of1.r0@{domain}>"
