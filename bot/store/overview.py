"""What `status` and the gauges count: questions over all rooms' tables, none of which write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, func, or_, select

from bot.store import schema as s
from bot.store.outbox import PARKED, SENDING, WAITING
from bot.store.statement import Statement

if TYPE_CHECKING:
    from bot.store.tx import Reader


class Standing(NamedTuple):
    """An alert that is open, or waits for a call."""

    neighbourhood: str
    number: str
    state: str
    opened_at: int


class Head(NamedTuple):
    """The last entry of a chain."""

    chain: str
    n: int
    ts: str
    hash: bytes


class Parked(NamedTuple):
    """A message that was not delivered; `chat` is an address, not for a log. With `in_doubt`, it may
    have arrived all the same; `alert` is the number of the alert it is about, if any.
    """

    id: int
    chat: str
    purpose: str
    reason: str
    done_at: int | None
    in_doubt: bool
    alert: str | None


class Undelivered(NamedTuple):
    """A message that was given up, for a member or a native group."""

    membership_id: int | None
    chat: str
    done_at: int


class Mailed(NamedTuple):
    """A mail of a line: the newest, or one that was not accepted."""

    neighbourhood: str
    address: str
    number: int
    state: str
    cut_at: int
    accepted_at: int | None
    attempts: int
    reason: str


_STANDING = Statement(
    select(s.alert.c.neighbourhood_id, s.alert.c.number, s.alert.c.state, s.alert.c.opened_at)
    .where(s.alert.c.state.in_(("open", "waiting")))
    .order_by(s.alert.c.id)
)
_OUTBOX = Statement(
    select(s.outbox.c.state, func.count())
    .where(or_(WAITING, SENDING, PARKED))
    .group_by(s.outbox.c.state)
)
_OF_PLACE = or_(
    s.membership.c.neighbourhood_id == bindparam("place"),
    s.native_group.c.neighbourhood_id == bindparam("place"),
)
_OUTBOX_OF = Statement(
    select(s.outbox.c.state, func.count())
    .outerjoin(s.membership, s.membership.c.id == s.outbox.c.membership_id)
    .outerjoin(s.native_group, s.native_group.c.address == s.outbox.c.chat)
    .where(or_(WAITING, SENDING, PARKED), _OF_PLACE)
    .group_by(s.outbox.c.state)
)
_OLDEST = Statement(select(func.min(s.outbox.c.created_at)).where(WAITING))
_IN_DOUBT = or_(s.outbox.c.unknowns > 0, s.outbox.c.reason == bindparam("unknown"))
_PARKED = Statement(
    select(
        s.outbox.c.id,
        s.outbox.c.chat,
        s.outbox.c.purpose,
        s.outbox.c.reason,
        s.outbox.c.done_at,
        _IN_DOUBT,
        s.alert.c.number,
    )
    .join_from(s.outbox, s.alert, s.alert.c.id == s.outbox.c.alert_id, isouter=True)
    .where(PARKED)
    .order_by(s.outbox.c.id.desc())
    .limit(bindparam("most"))
)
_UNDELIVERED = Statement(
    select(s.outbox.c.membership_id, s.outbox.c.chat, s.outbox.c.done_at)
    .outerjoin(s.membership, s.membership.c.id == s.outbox.c.membership_id)
    .outerjoin(s.native_group, s.native_group.c.address == s.outbox.c.chat)
    .where(
        PARKED,
        s.outbox.c.done_at >= bindparam("since"),
        _OF_PLACE,
    )
    .order_by(s.outbox.c.done_at.desc(), s.outbox.c.id.desc())
)
_PARKED_IN_DOUBT = Statement(select(func.count()).where(PARKED, _IN_DOUBT))
_ASIDE = Statement(select(func.count()).select_from(s.inbox_aside))
_CHAINS = (
    select(s.journal_entry.c.chain, func.max(s.journal_entry.c.n).label("n"))
    .group_by(s.journal_entry.c.chain)
    .subquery()
)
_HEADS = Statement(
    select(
        s.journal_entry.c.chain, s.journal_entry.c.n, s.journal_entry.c.ts, s.journal_entry.c.hash
    )
    .join(
        _CHAINS,
        (s.journal_entry.c.chain == _CHAINS.c.chain) & (s.journal_entry.c.n == _CHAINS.c.n),
    )
    .order_by(s.journal_entry.c.chain)
)
_NEWEST = (
    select(s.digest.c.line_id, func.max(s.digest.c.number).label("number"))
    .group_by(s.digest.c.line_id)
    .subquery()
)
_MAILED = Statement(
    select(
        s.mail_line.c.neighbourhood_id,
        s.mail_line.c.address,
        s.digest.c.number,
        s.digest.c.state,
        s.digest.c.cut_at,
        s.digest.c.accepted_at,
        s.digest.c.attempts,
        s.digest.c.reason,
    )
    .join(s.digest, s.digest.c.line_id == s.mail_line.c.id)
    .join(_NEWEST, _NEWEST.c.line_id == s.digest.c.line_id)
    .where(
        s.mail_line.c.ended_at.is_(None),
        or_(s.digest.c.number == _NEWEST.c.number, s.digest.c.state != "accepted"),
    )
    .order_by(s.mail_line.c.neighbourhood_id, s.mail_line.c.address, s.digest.c.number)
)
_MEDIA = Statement(
    select(s.media.c.state, func.count())
    .where(s.media.c.state.in_(("wanted", "missing")))
    .group_by(s.media.c.state)
)
_MEMBERS = Statement(
    select(s.membership.c.neighbourhood_id, s.membership.c.role, func.count())
    .where(s.membership.c.state == "active")
    .group_by(s.membership.c.neighbourhood_id, s.membership.c.role)
)


def standing(reader: Reader) -> list[Standing]:
    """Alerts that are open, or wait for a call, oldest first."""
    return [Standing._make(row) for row in reader.all(_STANDING)]


def outbox_counts(reader: Reader, place: str | None = None) -> dict[str, int]:
    """How many messages wait, are under way, and are parked: all, or a neighbourhood's members' and
    groups'.
    """
    found = {"waiting": 0, "sending": 0, "parked": 0}
    rows = reader.all(_OUTBOX) if place is None else reader.all(_OUTBOX_OF, place=place)
    return found | dict(rows)


def oldest_waiting(reader: Reader) -> int | None:
    """When the message that waits longest was written."""
    found: int | None = reader.value(_OLDEST)
    return found


def parked(reader: Reader, unknown: str, most: int = 20) -> list[Parked]:
    """Messages that were given up, newest first; `unknown` is the reason that says so at first."""
    found = [Parked._make(row) for row in reader.all(_PARKED, unknown=unknown, most=most)]
    return [one._replace(in_doubt=bool(one.in_doubt)) for one in found]


def parked_in_doubt(reader: Reader, unknown: str) -> int:
    """How many of those may have arrived."""
    found: int = reader.value(_PARKED_IN_DOUBT, unknown=unknown)
    return found


def undelivered(reader: Reader, place: str, since: int) -> list[Undelivered]:
    """What a neighbourhood's members and groups did not get since a time, newest first."""
    return [Undelivered._make(row) for row in reader.all(_UNDELIVERED, place=place, since=since)]


def aside_count(reader: Reader) -> int:
    """How many payloads could not be read or handled."""
    found: int = reader.value(_ASIDE)
    return found


def heads(reader: Reader) -> list[Head]:
    """The last entry of every chain."""
    return [Head._make(row) for row in reader.all(_HEADS)]


def last_mails(reader: Reader) -> list[Mailed]:
    """The newest mail to each mailbox in use, and before it each one that was not accepted: a
    refused one waits for somebody, however many went after it.
    """
    return [Mailed._make(row) for row in reader.all(_MAILED)]


def media_counts(reader: Reader) -> dict[str, int]:
    """How many files are still wanted, and how many never came."""
    return {"wanted": 0, "missing": 0} | dict(reader.all(_MEDIA))


def member_counts(reader: Reader) -> dict[str, dict[str, int]]:
    """Active members by neighbourhood and role."""
    found: dict[str, dict[str, int]] = {}
    for place, role, count in reader.all(_MEMBERS):
        found.setdefault(place, {})[role] = count
    return found


# --- figures ---------------------------------------------------------------------------------

_ALL_OUTBOX = Statement(select(s.outbox.c.state, func.count()).group_by(s.outbox.c.state))
_ALL_ALERTS = Statement(
    select(s.alert.c.neighbourhood_id, s.alert.c.state, func.count()).group_by(
        s.alert.c.neighbourhood_id, s.alert.c.state
    )
)
_ALL_MEDIA = Statement(select(s.media.c.state, func.count()).group_by(s.media.c.state))
_ALL_MAILS = Statement(
    select(s.mail_line.c.neighbourhood_id, s.digest.c.state, func.count())
    .join(s.digest, s.digest.c.line_id == s.mail_line.c.id)
    .group_by(s.mail_line.c.neighbourhood_id, s.digest.c.state)
)
_LAST_ACCEPTED = Statement(
    select(s.mail_line.c.neighbourhood_id, func.max(s.digest.c.accepted_at))
    .join(s.digest, s.digest.c.line_id == s.mail_line.c.id)
    .where(s.digest.c.accepted_at.is_not(None))
    .group_by(s.mail_line.c.neighbourhood_id)
)


def all_outbox(reader: Reader) -> dict[str, int]:
    """How many messages are in each state, over all time that is kept."""
    return dict(reader.all(_ALL_OUTBOX))


def all_alerts(reader: Reader) -> list[tuple[str, str, int]]:
    """How many alerts: (neighbourhood, state, count)."""
    return reader.all(_ALL_ALERTS)


def all_media(reader: Reader) -> dict[str, int]:
    """How many files are in each state."""
    return dict(reader.all(_ALL_MEDIA))


def all_mails(reader: Reader) -> list[tuple[str, str, int]]:
    """How many police mails: (neighbourhood, state, count)."""
    return reader.all(_ALL_MAILS)


def last_accepted(reader: Reader) -> dict[str, int]:
    """When each neighbourhood's last mail was taken by a server."""
    return dict(reader.all(_LAST_ACCEPTED))
