"""People, their accounts and their memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select, update

from bot.store import schema as s
from bot.store.statement import Statement, add, add_once

if TYPE_CHECKING:
    from bot.store.tx import Reader, Tx


class Account(NamedTuple):
    """One account and the person behind it."""

    address: str
    person_id: int
    canonical: str
    direct: str | None
    lost_at: int | None
    name: str
    language: str | None


class Member(NamedTuple):
    """One person's place in one neighbourhood."""

    id: int
    neighbourhood: str
    person_id: int
    role: str
    state: str
    pseudonym: int | None
    street: str
    paused_until: int | None
    name: str
    language: str | None


_ACCOUNT_COLUMNS = (
    s.identity.c.address,
    s.identity.c.person_id,
    s.identity.c.canonical,
    s.identity.c.direct,
    s.identity.c.lost_at,
    s.person.c.name,
    s.person.c.language,
)
_ACCOUNTS = select(*_ACCOUNT_COLUMNS).join(s.person, s.person.c.id == s.identity.c.person_id)
_ACCOUNT = Statement(_ACCOUNTS.where(s.identity.c.address == bindparam("address_")))
_ACCOUNTS_OF = Statement(
    _ACCOUNTS.where(s.identity.c.person_id == bindparam("person")).order_by(
        s.identity.c.created_at, s.identity.c.address
    )
)
_ADD_PERSON = add(s.person, "name", "language", "created_at", returning="id")
_ADD_IDENTITY = add_once(s.identity, "address", "person_id", "canonical", "direct", "created_at")
_SET_DIRECT = Statement(
    update(s.identity)
    .where(s.identity.c.address == bindparam("address_"))
    .values(direct=bindparam("chat_"), lost_at=None)
)
_GIVE_ACCOUNTS = Statement(
    update(s.identity)
    .where(s.identity.c.canonical == bindparam("canonical_"))
    .values(person_id=bindparam("person"))
)
_LOSE = Statement(
    update(s.identity)
    .where(s.identity.c.direct == bindparam("chat_"))
    .values(lost_at=bindparam("at_"))
)
_MOVE_DIRECT = Statement(
    update(s.identity)
    .where(s.identity.c.direct == bindparam("chat_"))
    .values(direct=bindparam("to_"))
)
_NAME_PERSON = Statement(
    update(s.person).where(s.person.c.id == bindparam("person")).values(name=bindparam("name_"))
)
_SET_LANGUAGE = Statement(
    update(s.person)
    .where(s.person.c.id == bindparam("person"))
    .values(language=bindparam("language_"))
)
_MEMBER_COLUMNS = (
    s.membership.c.id,
    s.membership.c.neighbourhood_id,
    s.membership.c.person_id,
    s.membership.c.role,
    s.membership.c.state,
    s.membership.c.pseudonym,
    s.membership.c.street,
    s.membership.c.paused_until,
    s.person.c.name,
    s.person.c.language,
)
_MEMBERS = select(*_MEMBER_COLUMNS).join(s.person, s.person.c.id == s.membership.c.person_id)
_MEMBERSHIPS_OF = Statement(
    _MEMBERS.where(s.membership.c.person_id == bindparam("person")).order_by(s.membership.c.id)
)
# Who speaks, in one look: an account and every membership of its person.
_SPEAKER = Statement(
    select(*_ACCOUNT_COLUMNS, *_MEMBER_COLUMNS[:8])
    .join(s.person, s.person.c.id == s.identity.c.person_id)
    .outerjoin(s.membership, s.membership.c.person_id == s.identity.c.person_id)
    .where(s.identity.c.address == bindparam("address_"))
    .order_by(s.membership.c.id)
)
_MEMBER = Statement(_MEMBERS.where(s.membership.c.id == bindparam("id_")))
_MEMBERS_OF = Statement(
    _MEMBERS.where(s.membership.c.neighbourhood_id == bindparam("place")).order_by(
        s.membership.c.id
    )
)
_ADD_MEMBER = add(
    s.membership,
    "neighbourhood_id",
    "person_id",
    "role",
    "state",
    "pseudonym",
    "street",
    "rules_version",
    "asked_at",
    "decided_at",
    returning="id",
)
_CHANGE_MEMBER = Statement(
    update(s.membership)
    .where(s.membership.c.id == bindparam("id_"))
    .values(
        role=bindparam("role_"),
        state=bindparam("state_"),
        pseudonym=bindparam("pseudonym_"),
        street=bindparam("street_"),
        decided_at=bindparam("decided_at_"),
        decided_by=bindparam("decided_by_"),
        paused_until=bindparam("paused_until_"),
    )
)
_REACHABLE = Statement(
    select(s.identity.c.person_id, s.identity.c.direct)
    .join(s.membership, s.membership.c.person_id == s.identity.c.person_id)
    .where(
        and_(
            s.membership.c.neighbourhood_id == bindparam("place"),
            s.identity.c.direct.is_not(None),
            s.identity.c.lost_at.is_(None),
        )
    )
    .order_by(s.identity.c.created_at, s.identity.c.address)
)
_COUNT_ACTIVE = Statement(
    select(func.count())
    .select_from(s.membership)
    .where(
        s.membership.c.neighbourhood_id == bindparam("place"),
        or_(
            s.membership.c.state == "active",
            and_(s.membership.c.state == "paused", s.membership.c.paused_until <= bindparam("at")),
        ),
    )
)


def account(reader: Reader, address: str) -> Account | None:
    """The account at `address`, which may be an alias."""
    row = reader.one(_ACCOUNT, address_=address)
    return None if row is None else Account._make(row)


def speaker(reader: Reader, address: str) -> tuple[Account, tuple[Member, ...]] | None:
    """The account at `address` and its person's places in all neighbourhoods."""
    rows = reader.all(_SPEAKER, address_=address)
    if not rows:
        return None
    found = Account._make(rows[0][:7])
    places = (row[7:] for row in rows if row[7] is not None)
    return found, tuple(Member._make((*place, found.name, found.language)) for place in places)


def accounts_of(reader: Reader, person_id: int) -> list[Account]:
    """All accounts of a person, oldest first."""
    return [Account._make(row) for row in reader.all(_ACCOUNTS_OF, person=person_id)]


def add_person(tx: Tx, *, name: str, language: str | None) -> int:
    """A new person; their id."""
    found: int = tx.add(_ADD_PERSON, name=name, language=language, created_at=tx.now_ms)
    return found


def add_account(
    tx: Tx, address: str, person_id: int, *, canonical: str, direct: str | None
) -> None:
    """Another address of a person."""
    tx.run(
        _ADD_IDENTITY,
        address=address,
        person_id=person_id,
        canonical=canonical,
        direct=direct,
        created_at=tx.now_ms,
    )


def give_accounts(tx: Tx, canonical: str, person_id: int) -> None:
    """An account, with its aliases, is another person's from now on."""
    tx.run(_GIVE_ACCOUNTS, canonical_=canonical, person=person_id)


def set_direct(tx: Tx, address: str, chat: str | None) -> None:
    """The bot can write to this account in `chat` from now on."""
    tx.run(_SET_DIRECT, address_=address, chat_=chat)


def lose_contact(tx: Tx, chat: str) -> None:
    """The person behind `chat` stopped the bot there."""
    tx.run(_LOSE, chat_=chat, at_=tx.now_ms)


def move_direct(tx: Tx, chat: str, to: str) -> None:
    """A direct chat has another address from now on. Doing it twice changes nothing."""
    tx.run(_MOVE_DIRECT, chat_=chat, to_=to)


def name_person(tx: Tx, person_id: int, name: str) -> None:
    """What coordinators call this person."""
    tx.run(_NAME_PERSON, person=person_id, name_=name)


def set_language(tx: Tx, person_id: int, language: str) -> None:
    """The language in which the bot speaks to this person."""
    tx.run(_SET_LANGUAGE, person=person_id, language_=language)


def memberships_of(reader: Reader, person_id: int) -> list[Member]:
    """A person's places in all neighbourhoods."""
    return [Member._make(row) for row in reader.all(_MEMBERSHIPS_OF, person=person_id)]


def member(reader: Reader, membership_id: int) -> Member | None:
    """One membership."""
    row = reader.one(_MEMBER, id_=membership_id)
    return None if row is None else Member._make(row)


def members_of(reader: Reader, place: str) -> list[Member]:
    """Everybody who has a place in this neighbourhood, in any state."""
    return [Member._make(row) for row in reader.all(_MEMBERS_OF, place=place)]


def add_member(
    tx: Tx,
    place: str,
    person_id: int,
    *,
    role: str,
    state: str,
    pseudonym: int | None = None,
    street: str = "",
    rules_version: str = "",
) -> int:
    """A new membership; its id."""
    found: int = tx.add(
        _ADD_MEMBER,
        neighbourhood_id=place,
        person_id=person_id,
        role=role,
        state=state,
        pseudonym=pseudonym,
        street=street,
        rules_version=rules_version,
        asked_at=tx.now_ms,
        decided_at=tx.now_ms if state == "active" else None,
    )
    return found


def change_member(tx: Tx, who: Member, *, decided_by: int | None = None, **changes: Any) -> Member:
    """Write a membership's new state, role, pseudonym, street or pause."""
    new = who._replace(**changes)
    tx.run(
        _CHANGE_MEMBER,
        id_=new.id,
        role_=new.role,
        state_=new.state,
        pseudonym_=new.pseudonym,
        street_=new.street,
        decided_at_=tx.now_ms,
        decided_by_=decided_by,
        paused_until_=new.paused_until,
    )
    return new


def direct_chats(reader: Reader, place: str) -> dict[int, list[str]]:
    """Where the bot can write to each person of the neighbourhood, oldest account first."""
    found: dict[int, list[str]] = {}
    for person_id, chat in reader.all(_REACHABLE, place=place):
        chats = found.setdefault(person_id, [])
        if chat not in chats:
            chats.append(chat)
    return found


def active_count(reader: Reader, place: str) -> int:
    """How many members get alerts now."""
    found: int = reader.value(_COUNT_ACTIVE, place=place, at=reader.now_ms)
    return found
