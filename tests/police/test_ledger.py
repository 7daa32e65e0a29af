"""Whatever happens in whatever order: numbers without gaps, and each entry in one mail of a line."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.police.issue import message_id
from bot.police.ledger import Ledger
from bot.police.outcomes import Outcomes
from bot.settings import SmtpSettings
from bot.store import police as rows
from bot.store.tx import Tx
from tests.police.desk import WIJK, Desk
from tests.police.story import PLACE, Story, local

OTHER = "zone@politie.example"


class Turmoil:
    """A month of one neighbourhood's mails in which nothing goes in order."""

    def __init__(self, story: Story, seed: int) -> None:
        self.wild = random.Random(seed)
        self.story = story
        self.desk = Desk(story, SmtpSettings(host="127.0.0.1", port=1), {"on_close": True})
        self.told: list[int] = []

    @property
    def ledger(self) -> Ledger:
        return self.desk.police.ledger

    @property
    def outcomes(self) -> Outcomes:
        return self.desk.police.outcomes

    def call(self, work: object) -> None:
        self.story.store.writer.call(work)  # type: ignore[arg-type]  # any work

    def goes_on(self) -> None:
        acts = [self.logs, self.notes, self.waits, self.cuts, self.closes, self.asks, self.outcome]
        self.wild.choices([*acts, self.moves], weights=[6, 3, 6, 6, 2, 1, 6, 0.3])[0]()

    def logs(self) -> None:
        kind = self.wild.choice(["case.closed", "case.closed", "case.closed", "case.safe"])
        self.told.append(self.story.log(kind, "M-2026-0001"))

    def notes(self) -> None:
        self.story.log("member.left")

    def waits(self) -> None:
        minutes = self.wild.choice([1, 7, 60, 600, 1440, 3000, -10, -200])
        self.story.clock.advance(timedelta(minutes=minutes))

    def cuts(self) -> None:
        self.call(self.ledger.advance)

    def closes(self) -> None:
        self.call(lambda tx: self.ledger.close(tx, PLACE))

    def asks(self) -> None:
        self.call(self.ledger.cut_now)

    def outcome(self) -> None:
        with self.story.store.reading() as reader:
            ready = self.ledger.ready(reader, whenever=True)
        for row in self.wild.sample(ready, self.wild.randint(0, len(ready))):
            self.call(lambda tx, row=row: self.ends(tx, row))

    def ends(self, tx: Tx, row: rows.Digest) -> None:
        line = self.ledger.line(tx, row.line_id)
        if row.state == "cut":
            row = self.outcomes.rendered(tx, row, file="x", sha256="0" * 64)
        end = self.wild.random()
        if end < 0.6:
            self.outcomes.accepted(tx, row, line)
        elif end < 0.8:
            self.outcomes.postponed(tx, row, "busy")
        else:
            self.outcomes.refused(tx, row, line, "no")

    def moves(self) -> None:
        """The zone gets another address, or a second one."""
        self.desk.open(mailboxes=self.wild.choice([(WIJK,), (OTHER,), (WIJK, OTHER)]))

    def settles(self) -> None:
        """At last everything is accepted."""
        for _ in range(4):
            self.story.clock.advance(timedelta(days=2))
            self.call(self.ledger.advance)
            self.call(self.ledger.retry_refused)
            with self.story.store.reading() as reader:
                ready = self.ledger.ready(reader, whenever=True)
            for row in ready:
                line = self.desk_line(row.line_id)
                self.call(lambda tx, row=row, line=line: self.outcomes.accepted(tx, row, line))

    def desk_line(self, line_id: str) -> rows.Line:
        return next(line for line in self.desk.lines() if line.id == line_id)


@pytest.mark.parametrize("seed", range(40))
def test_numbers_without_gaps_and_every_entry_once(story: Story, seed: int) -> None:
    """Logged, cut, closed, refused, postponed, the clock set on and back, the address changed, in
    any order: each line counts 1, 2, 3 and its windows meet; what the police
    don't get is told to the coordinators."""
    story.at(local(1, 12))
    turmoil = Turmoil(story, seed)
    for _ in range(150):
        turmoil.goes_on()
    turmoil.settles()

    mails = turmoil.desk.mails()
    assert len({row.message_id for row in mails}) == len(mails)
    held: set[int] = set()
    for line in turmoil.desk.lines():
        own = [row for row in mails if row.line_id == line.id]
        assert [row.number for row in own] == list(range(1, len(own) + 1))
        for before, row in pairwise(own):
            assert row.after_n == before.upto_n
            assert row.since == before.until <= row.until or row.until < row.since
        for row in own:
            assert row.after_n <= row.upto_n
            assert row.message_id == message_id(line.id, row.number, "saarbot@example.org")
            if row.state == "accepted":
                held |= set(range(row.after_n + 1, row.upto_n + 1))
        if line.ended_at is None:
            assert all(row.state == "accepted" for row in own)
    dropped = {(news.line, news.number) for news in turmoil.desk.news if news.dropped}
    told = {
        n
        for row in mails
        if (row.line_id, row.number) in dropped
        for n in range(row.after_n + 1, row.upto_n + 1)
    }
    assert set(turmoil.told) <= held | told
