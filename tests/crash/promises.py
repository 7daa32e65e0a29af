"""What must be true when all has come to rest, however often the bot was killed before."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.clock import SystemClock
from bot.delivery.codec import decode
from bot.delivery.policy import UNKNOWN
from bot.journal import journal
from bot.messaging.text import plain
from bot.store.engine import open_store
from tests.crash.lines import SignalLine
from tests.crash.people import MARK
from tests.crash.town import PLACE

if TYPE_CHECKING:
    import sqlite3

    from tests.crash.lines import Said
    from tests.crash.servers import Sent
    from tests.crash.town import Town

CUT_OFF = ": no body"  # a process was killed between a request's head and its body
HEAD = 19  # as long as "MELDING M-2026-0001"
ANY_TEXT = "\0"


@dataclass(slots=True, kw_only=True)
class Account:
    """What was found, for the table."""

    kills: int = 0
    messages: int = 0
    lost_by_signal: int = 0
    answered: int = 0
    sends: int = 0
    repeats: int = 0
    marked: int = 0
    parked: int = 0
    alerts: int = 0
    mails: int = 0
    mails_twice: int = 0
    broken: list[str] = field(default_factory=list)

    def __add__(self, other: Account) -> Account:
        both = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return Account(**both)

    def table(self, title: str) -> str:
        """A line for each figure."""
        rows = {
            "kills": self.kills,
            "messages written": self.messages,
            "lost in a Signal socket": self.lost_by_signal,
            "answered": self.answered,
            "sends that arrived": self.sends,
            "of these, outcome unknown": self.repeats,
            "sent once more, marked": self.marked,
            "parked and shown": self.parked,
            "alerts": self.alerts,
            "police mails": self.mails,
            "of these, arrived twice alike": self.mails_twice,
        }
        lines = [f"  {name:<30}{value:>7}" for name, value in rows.items()]
        return "\n".join([title, *lines])


def check(town: Town) -> Account:
    """Look at everything; the bot is stopped. What is broken stands in the account."""
    found = Account(kills=len(town.bot.kills))
    for look in (_heard, _at_rest, _repeats, _alerts, _files, _chain, _mails, _outside):
        look(town, found)
    return found


def _heard(town: Town, found: Account) -> None:
    """Everything that was acknowledged has an answer that was sent; one in doubt was sent twice.

    Only an answer that was in doubt twice is parked.
    """
    causes: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in town.rows("SELECT cause, chat, state, unknowns FROM outbox"):
        causes[row["chat"]].append(row)
    for line in town.reporters:
        for said in line.said:
            found.messages += 1
            answers = [row for row in causes[line.chat] if said.event in row["cause"]]
            if answers and all(map(_was_given, answers)):
                found.answered += 1
            elif not answers and isinstance(line, SignalLine) and _was_lost(town, said):
                found.lost_by_signal += 1
            else:
                states = [row["state"] for row in answers]
                found.broken.append(f"no answer to {said.text!r} of {line.chat}: {states}")


def _was_given(answer: sqlite3.Row) -> bool:
    state, unknowns = str(answer["state"]), int(answer["unknowns"])
    return state == "sent" or (state == "parked" and unknowns > 0)


def _was_lost(town: Town, said: Said) -> bool:
    """It never came in, and the process died soon after it was put into its socket."""
    key = said.event.partition(":")[2]
    came = town.count("SELECT count(*) FROM inbox_raw WHERE key LIKE ?", f"{key}%")
    return not came and any(0 < at - said.at < 10 for at in town.bot.kills)


def _at_rest(town: Town, found: Account) -> None:
    """Nothing waits; what is parked has its reason, and the operator sees all of it."""
    states = Counter(row["state"] for row in town.rows("SELECT state FROM outbox"))
    for state in ("waiting", "sending"):
        if states[state]:
            found.broken.append(f"{states[state]} messages still {state}")
    reasons = {row["reason"] for row in town.rows("SELECT reason FROM outbox WHERE state='parked'")}
    found.parked = states["parked"]
    if reasons - {UNKNOWN}:
        found.broken.append(f"parked for another reason: {reasons}")
    aside = town.count("SELECT count(*) FROM inbox_aside")
    if aside:
        found.broken.append(f"{aside} messages set aside")


def _repeats(town: Town, found: Account) -> None:
    """At most one repeat a kill and lane, and each marked: what arrived and what the table says.

    A send that arrived and was never recorded belongs to a message that was sent again, marked,
    was parked as unknown, or was no longer needed by the time its repetition came; no two of them
    fall between the same two kills in one lane.
    """
    arrived = [*town.telegram.sent, *town.signal.sent]
    recorded = {
        (row["chat"], row["native_id"].rpartition("|")[2]): row
        for row in town.rows(
            "SELECT p.chat, p.native_id, o.unknowns FROM sent_part p "
            "JOIN outbox o ON o.id = p.outbox_id WHERE o.kind = 'send'"
        )
    }
    doubtful = _doubtful(town, [s for s in arrived if (s.chat, s.native) in recorded])
    lanes: Counter[tuple[int, str]] = Counter()
    for sent in arrived:
        found.sends += 1
        row = recorded.get((sent.chat, sent.native))
        marked = sent.text.startswith(MARK)
        if row is not None:
            found.marked += marked
            if marked != bool(row["unknowns"]):
                found.broken.append(f"mark and table differ in {sent.chat}: {sent.text[:40]!r}")
            continue
        lanes[town.bot.life_at(sent.at), sent.chat] += 1
        if not _belongs(sent, doubtful):
            found.broken.append(f"sent and forgotten in {sent.chat}: {sent.text[:40]!r}")
    found.repeats = sum(lanes.values())
    found.broken += [
        f"{many} unrecorded sends in life {life} in {chat}"
        for (life, chat), many in lanes.items()
        if many > 1
    ]


def _doubtful(town: Town, sent_in_the_end: list[Sent]) -> dict[str, list[str]]:
    """For each chat, the texts of messages whose sending was once in doubt, once for each doubt.

    What was sent in the end is kept nowhere but with the reader: its repetition says what it said.
    Of what was withdrawn meanwhile nothing is kept but that it was: any text may be it.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for sent in sent_in_the_end:
        if sent.text.startswith(MARK):
            found[sent.chat].append(_plain(sent.text.removeprefix(MARK)))
    for row in town.rows(
        "SELECT chat, body, unknowns FROM outbox WHERE kind = 'send' AND state = 'parked' "
        "AND reason = ?",
        UNKNOWN,
    ):
        found[row["chat"]] += [_plain(decode(row["body"]).text)] * (row["unknowns"] + 1)
    for row in town.rows(
        "SELECT chat, unknowns FROM outbox WHERE kind = 'send' AND state = 'dropped' AND unknowns > 0"
    ):
        found[row["chat"]] += [ANY_TEXT] * row["unknowns"]
    return found


def _plain(text: str) -> str:
    return plain(text).replace("\n", " ")


def _belongs(sent: Sent, doubtful: dict[str, list[str]]) -> bool:
    # The rest of a card may have changed before it went out again.
    head = _plain(sent.text.removeprefix(MARK))[:HEAD]
    candidates = sorted(doubtful[sent.chat], key=lambda one: one == ANY_TEXT)
    match = next((one for one in candidates if one in (ANY_TEXT, head) or one[:HEAD] == head), None)
    if match is None:
        return False
    doubtful[sent.chat].remove(match)
    return True


def _alerts(town: Town, found: Account) -> None:
    """Case numbers have no gaps; each relayed alert came to both groups and to all outsiders."""
    alerts = town.rows("SELECT id, number, sequence, relayed, reporter_id FROM alert ORDER BY id")
    found.alerts = len(alerts)
    if [row["sequence"] for row in alerts] != list(range(1, len(alerts) + 1)):
        found.broken.append(f"case numbers: {[row['number'] for row in alerts]}")
    arrived: dict[str, str] = defaultdict(str)
    for sent in (*town.telegram.sent, *town.signal.sent):
        arrived[sent.chat] += f"\n{sent.text}"
    for line in town.reporters:
        arrived[line.chat] += "\n".join(sent.text for sent in line.heard())
    parked = {
        (row["alert_id"], row["chat"])
        for row in town.rows("SELECT alert_id, chat FROM outbox WHERE state = 'parked'")
    }
    own = {
        row["id"]: row["direct"]
        for row in town.rows(
            "SELECT m.id, i.direct FROM membership m JOIN identity i ON i.person_id = m.person_id"
        )
    }
    for row in alerts:
        for chat in (*town.groups, *town.outsiders):
            came = (
                f"MELDING {row['number']}" in arrived[chat] or f"{row['number']} " in arrived[chat]
            )
            told = (row["id"], chat) in parked or own[row["reporter_id"]] == chat
            if row["relayed"] and not came and not told:
                found.broken.append(f"{row['number']} never came to {chat}")


def _files(town: Town, found: Account) -> None:
    """Every picture that was acknowledged is kept and stands in the log."""
    for row in town.rows("SELECT state, sha256, journal_n, alert_id FROM media"):
        if row["state"] != "stored" or row["journal_n"] is None:
            found.broken.append(f"a picture is {row['state']}, entry {row['journal_n']}")
        elif not _is_kept(town, row["sha256"]):
            found.broken.append(f"no whole file for {row['sha256'][:8]}")


def _is_kept(town: Town, digest: str) -> bool:
    file = town.data / "vault" / digest[:2] / digest[2:]
    return file.is_file() and sha256(file.read_bytes()).hexdigest() == digest


def _chain(town: Town, found: Account) -> None:
    """The log verifies, by our own code and as the operator would ask."""
    store = open_store("sqlite", town.data, SystemClock())
    with store.reading() as reader:
        fault = journal.verify(reader, PLACE)
    store.close()
    if fault is not None:
        found.broken.append(f"the chain is broken: {fault}")
    told = town.bot.runs("verify", str(town.data))
    if told.returncode:
        found.broken.append(f"verify: {told.stdout}{told.stderr}")


def _mails(town: Town, found: Account) -> None:
    """P-numbers have no gaps, nor have the entries they hold; each mail has one Message-ID."""
    rows = town.rows("SELECT * FROM digest ORDER BY line_id, number")
    found.mails = len(rows)
    if len({row["line_id"] for row in rows}) > 1:
        found.broken.append("more than one line of mails")
    if [row["number"] for row in rows] != list(range(1, len(rows) + 1)):
        found.broken.append(f"mails {[row['number'] for row in rows]}")
    ends = [0, *(row["upto_n"] for row in rows)]
    if [row["after_n"] for row in rows] != ends[:-1]:
        found.broken.append("the mails' entries have a gap or an overlap")
    arrived = _arrived(town)
    for row in rows:
        copies = arrived.pop(f"P-{row['number']:04d}", [])
        if row["state"] != "accepted" or not copies:
            found.broken.append(f"mail {row['number']} is {row['state']}, came {len(copies)} times")
        elif set(copies) != {(row["message_id"], row["sha256"])}:
            found.broken.append(f"mail {row['number']} came in {len(set(copies))} forms")
        found.mails_twice += max(0, len(copies) - 1)
    if arrived:
        found.broken.append(f"mails of no number: {sorted(arrived)}")
    if found.mails_twice > found.kills:
        found.broken.append(f"{found.mails_twice} mails came again after {found.kills} kills")


def _arrived(town: Town) -> dict[str, list[tuple[str, str]]]:
    """By P-number: the Message-ID and the digest of each copy in the mailbox."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in town.mailbox.mails():
        data = file.read_bytes()
        message = message_from_bytes(data, policy=default)
        number = next(word for word in str(message["Subject"]).split() if word.startswith("P-"))
        found[number].append((str(message["Message-ID"]), sha256(data).hexdigest()))
    return found


def _outside(town: Town, found: Account) -> None:
    """Nobody was asked for anything undocumented, no page saw anything twice, no log complains."""
    found.broken += [f"Telegram: {one}" for one in town.telegram.violations]
    found.broken += [
        f"Signal: {one}"
        for one in town.signal.violations + town.signal.errors
        if not one.endswith(CUT_OFF)
    ]
    found.broken += [f"a page saw {page.doubles} twice" for page in town.pages if page.doubles]
    found.broken += town.bot.complaints()
