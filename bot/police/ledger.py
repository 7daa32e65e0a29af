"""What is decided about mails, each decision within one transaction.

A **line** is one neighbourhood and one address; its mails are numbered without gaps. If the
configuration names another address, the line ends and a new one begins behind the last entry that
the old address accepted, so that nothing falls between; its first mail names the old address.
Where an address is only taken away, the coordinators are told which mails nobody gets any more.

A mail is **cut** over the entries (last, now]. While files of open cases are still on their way it
waits for them, ten minutes at most, and takes the log as it then stands; what still hasn't come is
named and goes with the next mail. Once cut to an entry it never changes: making it again gives the
same bytes, under the same Message-ID.

    waiting_media ──▶ cut ──▶ rendered ──▶ accepted
                                  └──────▶ refused (somebody must act) · parked (will not go)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.journal import journal
from bot.journal.kinds import Police as Share
from bot.journal.kinds import kind
from bot.police.issue import label, message_id
from bot.police.windows import Due, Rhythm, believed, due
from bot.store import alerts as alert_rows
from bot.store import police as rows
from bot.store.police import Digest, Line
from bot.store.tx import from_ms, to_ms

if TYPE_CHECKING:
    from bot.journal.vault import Vault
    from bot.police.outcomes import Outcomes
    from bot.settings import NeighbourhoodSettings, Settings
    from bot.store.tx import Reader, Tx

MEDIA_PATIENCE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """A place in the log and a time: where something ended and the next begins."""

    after: int
    since: int


class Ledger:
    """Lines and mails of every neighbourhood in the configuration."""

    def __init__(self, settings: Settings, vault: Vault, outcomes: Outcomes) -> None:
        self._settings = settings
        self._places = settings.neighbourhoods if settings.mail is not None else {}
        self._sender = settings.mail.sender if settings.mail is not None else ""
        self._vault = vault
        self._outcomes = outcomes

    # --- lines --------------------------------------------------------------------------------

    def align(self, tx: Tx) -> None:
        """Make the lines follow the addresses in the configuration."""
        known = rows.places(tx)
        for place in self._places.values():
            if place.id in known:
                self._align(tx, place)

    def _align(self, tx: Tx, place: NeighbourhoodSettings) -> None:
        wanted = [box.address for box in place.police.mailboxes]
        live = [line for line in self.live(tx) if line.neighbourhood == place.id]
        gone = [line for line in live if line.address not in wanted]
        new = [address for address in wanted if address not in {line.address for line in live}]
        staying = [line for line in live if line.address in wanted]
        for n, line in enumerate(gone):
            self._end(tx, line)
            if n >= len(new):
                self._drop(tx, line, staying)
        if not new:
            return
        # Later than every line before, also by a clock that was set back.
        known = [line.opened_at for line in rows.lines(tx) if line.neighbourhood == place.id]
        now = max([tx.now_ms, *(moment + 1 for moment in known)])
        for address in new:
            self._begin(tx, place.id, address, gone.pop(0) if gone else None, now)

    def _begin(self, tx: Tx, place: str, address: str, old: Line | None, now: int) -> None:
        line = Line(
            id=f"{place}-{tx.random(4).hex()}",
            neighbourhood=place,
            address=address,
            opened_at=now,
            ended_at=None,
            predecessor=old.id if old else None,
        )
        rows.add_line(tx, line)

    def _end(self, tx: Tx, line: Line) -> None:
        """What that address has not accepted goes to its successor instead."""
        for row in rows.of_line(tx, line.id):
            if row.state != "accepted":
                rows.save(
                    tx, row._replace(state="parked", reason="the address is no longer configured")
                )
        rows.end_line(tx, line.id)

    def _drop(self, tx: Tx, line: Line, staying: list[Line]) -> None:
        """No new address follows: say which mails nobody will get."""
        least = min((self._origin(tx, one).after for one in staying), default=None)
        for row in rows.of_line(tx, line.id):
            if row.state == "parked" and (least is None or row.after_n < least):
                self._outcomes.dropped(tx, row, line)

    def live(self, reader: Reader) -> list[Line]:
        """Lines that mails are cut for."""
        return [
            line
            for line in rows.lines(reader)
            if line.ended_at is None and line.neighbourhood in self._places
        ]

    def line(self, reader: Reader, line_id: str) -> Line:
        """One line; raises KeyError where there is none."""
        return {line.id: line for line in rows.lines(reader)}[line_id]

    def _origin(self, reader: Reader, line: Line) -> _Origin:
        """Where a line's first mail begins."""
        every = {one.id: one for one in rows.lines(reader)}
        if line.predecessor in every:
            return self._behind(reader, every[line.predecessor])
        first = min(
            one.opened_at for one in every.values() if one.neighbourhood == line.neighbourhood
        )
        if line.opened_at == first:
            return _Origin(after=0, since=line.opened_at)
        found = journal.first_since(reader, line.neighbourhood, from_ms(line.opened_at))
        end = journal.head(reader, line.neighbourhood).n
        return _Origin(after=end if found is None else found - 1, since=line.opened_at)

    def _behind(self, reader: Reader, old: Line) -> _Origin:
        """Behind the last mail that an ended line's address accepted without a gap."""
        found = rows.of_line(reader, old.id)
        for row in found:
            if row.state != "accepted":
                return _Origin(after=row.after_n, since=row.since)
        if found:
            return _Origin(after=found[-1].upto_n, since=found[-1].until)
        return self._origin(reader, old)

    def _ended(self, reader: Reader, line: Line, last: Digest | None) -> _Origin:
        """Where a line's last mail ended, or where its first begins."""
        if last is None:
            return self._origin(reader, line)
        return _Origin(after=last.upto_n, since=last.until)

    # --- cutting ------------------------------------------------------------------------------

    def advance(self, tx: Tx) -> None:
        """Everything that time alone brings: lines, mails that are due, files that came."""
        self.align(tx)
        for line in self.live(tx):
            self._advance(tx, line)

    def _advance(self, tx: Tx, line: Line) -> None:
        last = rows.last(tx, line.id)
        if last is not None and last.state == "waiting_media":
            self._ripen(tx, line, last)
            return
        found = self.due(tx, line, tx.now)
        if found is not None:
            self._cut(tx, line, last, cause="boundary", missed=found.missed)

    def due(self, reader: Reader, line: Line, now: datetime) -> Due | None:
        """The mail that this line is due, if one is."""
        last = rows.last(reader, line.id)
        since = from_ms(self._ended(reader, line, last).since)
        rhythm = self.rhythm(line.neighbourhood)
        # Nothing to read while no boundary has passed, which is nearly always.
        if due(rhythm, since=since, now=now, news=datetime.min.replace(tzinfo=UTC)) is None:
            return None
        return due(rhythm, since=since, now=now, news=self.news(reader, line, last))

    def rhythm(self, place: str) -> Rhythm:
        """When this neighbourhood's mails go."""
        police = self._places[place].police
        return Rhythm(at=police.at, zone=self._settings.timezone, empty=police.empty)

    def news(self, reader: Reader, line: Line, last: Digest | None) -> datetime | None:
        """When the first entry came in that the police are told or may count, and no mail holds."""
        after = self._ended(reader, line, last).after
        told = journal.tally(reader, line.neighbourhood, after=after)
        if all(kind(name).police is Share.NO for name in told):
            return None
        for entry in journal.entries(reader, line.neighbourhood, after=after):
            if entry.police is not Share.NO:
                return datetime.fromisoformat(entry.ts)
        return None

    def close(self, tx: Tx, place: str) -> None:
        """An alert was closed: its log goes now, where the neighbourhood wants that."""
        if place not in self._places or not self._places[place].police.on_close:
            return
        self.align(tx)
        for line in self.live(tx):
            last = rows.last(tx, line.id)
            waits = last is not None and last.state == "waiting_media"
            if line.neighbourhood == place and not waits and self.news(tx, line, last):
                self._cut(tx, line, last, cause="close")

    def cut_now(self, tx: Tx) -> None:
        """Close every line's current period, whatever the hour; wait for nothing.

        A period with nothing in it is closed only where silence is always told.
        """
        self.align(tx)
        for line in self.live(tx):
            last = rows.last(tx, line.id)
            if last is not None and last.state == "waiting_media":
                self._ripen(tx, line, last, at_once=True)
            elif self.would_cut(tx, line, now=True):
                self._cut(tx, line, last, cause="now", wait=False)

    def would_cut(self, reader: Reader, line: Line, *, now: bool) -> bool:
        """Whether a mail would be cut: what is due, and with `now` what there is."""
        last = rows.last(reader, line.id)
        if last is not None and last.state == "waiting_media":
            return False
        if self.due(reader, line, reader.now) is not None:
            return True
        always = self.rhythm(line.neighbourhood).empty == "always"
        return now and (always or self.news(reader, line, last) is not None)

    def _cut(
        self,
        tx: Tx,
        line: Line,
        last: Digest | None,
        *,
        cause: str,
        missed: tuple[datetime, ...] = (),
        wait: bool = True,
    ) -> None:
        number = last.number + 1 if last is not None else 1
        ended = self._ended(tx, line, last)
        head = journal.head(tx, line.neighbourhood)
        awaited = list(self._awaited(tx, line.neighbourhood))
        waits = bool(awaited) and wait
        told = {"awaited": awaited, "mailbox": line.address}
        rows.insert(
            tx,
            {
                "line_id": line.id,
                "number": number,
                "after_n": ended.after,
                "upto_n": head.n,
                "since": ended.since,
                # A clock that was set back a little stands still for us.
                "until": max(tx.now_ms, to_ms(believed(from_ms(ended.since), tx.now))),
                "cause": cause,
                "boundaries": json.dumps([to_ms(moment) for moment in missed]),
                "state": "waiting_media" if waits else "cut",
                "message_id": message_id(line.id, number, self._sender),
                "head": head.hash.hex(),
                "next_try_at": tx.now_ms,
                "cut_at": tx.now_ms,
                "summary": json.dumps(told),
            },
        )
        if not waits:
            self._note_cut(tx, line, number, head)

    def _ripen(self, tx: Tx, line: Line, row: Digest, *, at_once: bool = False) -> None:
        """Stop waiting once every file has come, or patience has run out."""
        awaited = list(self._awaited(tx, line.neighbourhood))
        patient = tx.now < from_ms(row.cut_at) + MEDIA_PATIENCE
        if awaited and patient and not at_once:
            return
        head = journal.head(tx, line.neighbourhood)
        rows.save(
            tx,
            row._replace(
                state="cut",
                upto_n=head.n,
                head=head.hash.hex(),
                until=max(tx.now_ms, row.until),
                next_try_at=tx.now_ms,
                summary=json.dumps({**row.told, "awaited": awaited}),
            ),
        )
        self._note_cut(tx, line, row.number, head)

    def _note_cut(self, tx: Tx, line: Line, number: int, head: journal.Head) -> None:
        told = {"line": line.id, "number": label(number), "upto": head.n, "head": head.hash.hex()}
        journal.append(tx, line.neighbourhood, "mail.cut", told)

    def _awaited(self, reader: Reader, place: str) -> Iterator[dict[str, str]]:
        for media in self._vault.awaited(reader, place):
            alert = alert_rows.by_id(reader, media.alert) if media.alert is not None else None
            yield {"case": alert.number if alert else "", "kind": str(media.ref.kind.value)}

    # --- what is to be done next --------------------------------------------------------------

    def ready(self, reader: Reader, *, whenever: bool = False) -> list[Digest]:
        """Mails to be made or sent now; with `whenever` also those that wait for their time."""
        live = {line.id for line in self.live(reader)}
        found = [row for row in rows.in_state(reader, "cut", "rendered") if row.line_id in live]
        return [row for row in found if whenever or row.next_try_at <= reader.now_ms]

    def retry_refused(self, tx: Tx) -> None:
        """Somebody did something: what live lines were refused is tried again."""
        live = {line.id for line in self.live(tx)}
        for row in rows.in_state(tx, "refused"):
            if row.line_id in live:
                rows.save(tx, row._replace(state="rendered", next_try_at=tx.now_ms))
