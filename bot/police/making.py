"""Makes one mail of the ledger: entries → report → package → bytes. Blocks; runs in a thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.journal import chain, journal
from bot.police import package
from bot.police.issue import Awaited, Issue
from bot.police.mail import Mail, compose
from bot.police.report import Report
from bot.police.stretch import report_of
from bot.police.wording import Wording
from bot.store import police as rows
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.dialogue.texts import Texts
    from bot.journal.vault import Vault
    from bot.settings import Settings
    from bot.store.engine import Store
    from bot.store.police import Digest, Line
    from bot.store.tx import Reader

# A binary file grows by this much on its way through MIME (base64 with CRLF lines).
_GROWTH: Final = 1.3685
# Room for report, log and bodies beside the files, per mail and per picture.
_ROOM: Final = 400_000
_ROOM_FOR_EACH: Final = 90_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Turns a row of the ledger into the mail that it stands for; the same each time."""

    store: Store
    settings: Settings
    texts: Texts
    vault: Vault
    simulated: bool

    def make(self, row: Digest, line: Line) -> Mail:
        """The mail's bytes. Raises PackageError."""
        with self.store.reading() as reader:
            entries = list(
                journal.entries(reader, line.neighbourhood, after=row.after_n, upto=row.upto_n)
            )
            issue = self._issue(reader, row, line, entries)
        lines = [entry.to_json_line() for entry in entries]
        return self._fitting(issue, lines, line)

    def _issue(
        self, reader: Reader, row: Digest, line: Line, entries: Sequence[journal.Entry]
    ) -> Issue:
        report = report_of(reader, line.neighbourhood, entries, after=row.after_n)
        old = {one.id: one for one in rows.lines(reader)}.get(line.predecessor or "")
        before = rows.get(reader, line.id, row.number - 1)
        place = self.settings.neighbourhoods[line.neighbourhood]
        start = journal.head_at(reader, line.neighbourhood, row.after_n)
        links = (entry.link() for entry in entries)
        broken = chain.verify(links, after=row.after_n, prev=start.hash)
        # A first mail takes what came before there was a mailbox; its period says so.
        times = [datetime.fromisoformat(entry.ts) for entry in entries]
        return Issue(
            neighbourhood=line.neighbourhood,
            name=place.name,
            report=report,
            since=min([from_ms(row.since), *times]),
            until=max([from_ms(row.until), *times]),
            head=row.head,
            previous_head=start.hash.hex(),
            number=row.number,
            line=line.id,
            previous_at=from_ms(before.until) if before is not None else None,
            predecessor=old.address if old is not None and row.number == 1 else "",
            missed=tuple(from_ms(value) for value in row.missed),
            weekly=row.cause == "boundary" and place.police.empty == "weekly" and not report.counts,
            broken=broken.n if broken is not None else None,
            awaited=tuple(Awaited(**one) for one in row.told.get("awaited", ())),
            simulated=self.simulated,
        )

    def _fitting(self, issue: Issue, lines: Sequence[str], line: Line) -> Mail:
        """The mail under the mailbox's limit: what is too large for it is named and left out."""
        limit = self._limit(line)
        issue = replace(issue, left_out=too_large(issue.report, limit))
        while True:
            mail, issue = self._once(issue, lines, line)
            rest = [p for p in issue.report.pictures if p.file not in issue.left_out]
            if len(mail.data) <= limit or not rest:
                return mail
            largest = max(rest, key=lambda picture: (picture.size, picture.file))
            issue = replace(issue, left_out={**issue.left_out, largest.file: "too_large"})

    def _once(self, issue: Issue, lines: Sequence[str], line: Line) -> tuple[Mail, Issue]:
        place = self.settings.neighbourhoods[line.neighbourhood]
        words = Wording.of(place, self.texts, self.settings.timezone)
        assert self.settings.mail is not None
        with self.store.workspace() as folder:
            made = package.build(issue, lines, find=self.vault.path, words=words, folder=folder)
            mail = compose(made, words, sender=self.settings.mail.sender, to=line.address)
        return mail, made.issue

    def _limit(self, line: Line) -> int:
        assert self.settings.mail is not None
        boxes = self.settings.neighbourhoods[line.neighbourhood].police.mailboxes
        own = [box.max_message_bytes for box in boxes if box.address == line.address]
        return next((limit for limit in own if limit), self.settings.mail.max_message_bytes)


def too_large(report: Report, limit: int) -> dict[str, str]:
    """Files that don't fit a mail of `limit` bytes: taken in order, whole, while there is room."""
    room = limit / _GROWTH - _ROOM - _ROOM_FOR_EACH * len(report.pictures)
    out: dict[str, str] = {}
    for picture in report.pictures:
        if picture.size > room:
            out[picture.file] = "too_large"
        else:
            room -= picture.size
    return out
