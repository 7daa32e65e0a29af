"""Neighbourhoods, their native groups, and who is seen in those."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, bindparam, delete, select, update

from bot.store import schema as s
from bot.store.statement import Statement, put

if TYPE_CHECKING:
    from bot.store.tx import Reader, Tx


class Group(NamedTuple):
    """A native group that belongs to a neighbourhood."""

    address: str
    neighbourhood: str


class Place(NamedTuple):
    """A neighbourhood as it stands in the store."""

    id: str
    name: str
    invite_code: str
    paused: int
    settings: str


_PLACES = Statement(
    select(
        s.neighbourhood.c.id,
        s.neighbourhood.c.name,
        s.neighbourhood.c.invite_code,
        s.neighbourhood.c.paused,
        s.neighbourhood.c.settings,
    ).order_by(s.neighbourhood.c.id)
)
_PUT_PLACE = put(s.neighbourhood, ("id",), "name", "invite_code", "created_at")
_PAUSE_PLACE = Statement(
    update(s.neighbourhood)
    .where(s.neighbourhood.c.id == bindparam("id_"))
    .values(paused=bindparam("paused_"))
)
_PAUSED = Statement(
    select(s.neighbourhood.c.paused).where(s.neighbourhood.c.id == bindparam("place"))
)
_NEXT_PSEUDONYM = Statement(
    update(s.neighbourhood)
    .where(s.neighbourhood.c.id == bindparam("id_"))
    .values(next_pseudonym=s.neighbourhood.c.next_pseudonym + 1)
    .returning(s.neighbourhood.c.next_pseudonym)
)
_GROUPS = Statement(
    select(s.native_group.c.address, s.native_group.c.neighbourhood_id).order_by(
        s.native_group.c.linked_at, s.native_group.c.address
    )
)
_GROUPS_OF = Statement(
    select(s.native_group.c.address)
    .where(s.native_group.c.neighbourhood_id == bindparam("place"))
    .order_by(s.native_group.c.linked_at, s.native_group.c.address)
)
_PLACE_OF_GROUP = Statement(
    select(s.native_group.c.neighbourhood_id).where(
        s.native_group.c.address == bindparam("address_")
    )
)
_PUT_GROUP = put(s.native_group, ("address",), "neighbourhood_id", "linked_at", "linked_by")
_UNLINK = Statement(delete(s.native_group).where(s.native_group.c.address == bindparam("address_")))
_FORGET_PRESENCE = Statement(
    delete(s.presence).where(s.presence.c.native_group == bindparam("address_"))
)
_MOVE_GROUP = Statement(
    update(s.native_group)
    .where(s.native_group.c.address == bindparam("address_"))
    .values(address=bindparam("to_"))
)
_MOVE_PRESENCE = Statement(
    update(s.presence)
    .where(s.presence.c.native_group == bindparam("address_"))
    .values(native_group=bindparam("to_"))
)
_SEE = put(s.presence, ("native_group", "address"), "present", "seen_at")
_PRESENT_PEOPLE = Statement(
    select(s.presence.c.native_group, s.identity.c.person_id)
    .join(s.native_group, s.native_group.c.address == s.presence.c.native_group)
    .join(s.identity, s.identity.c.address == s.presence.c.address)
    .where(and_(s.native_group.c.neighbourhood_id == bindparam("place"), s.presence.c.present))
)


def places(reader: Reader) -> list[Place]:
    """All neighbourhoods."""
    return [Place._make(row) for row in reader.all(_PLACES)]


def put_place(tx: Tx, place: str, *, name: str, invite_code: str) -> None:
    """A neighbourhood, new or renamed."""
    tx.run(_PUT_PLACE, id=place, name=name, invite_code=invite_code, created_at=tx.now_ms)


def pause_place(tx: Tx, place: str, *, paused: bool) -> None:
    """Stop or resume relaying in a neighbourhood."""
    tx.run(_PAUSE_PLACE, id_=place, paused_=paused)


def is_paused(reader: Reader, place: str) -> bool:
    """Whether relaying is stopped in a neighbourhood."""
    return bool(reader.value(_PAUSED, place=place))


def next_pseudonym(tx: Tx, place: str) -> int:
    """A number that nobody in this neighbourhood had before."""
    found: int = tx.add(_NEXT_PSEUDONYM, id_=place)
    return found - 1


def groups(reader: Reader) -> list[Group]:
    """All native groups that are linked, of every neighbourhood."""
    return [Group._make(row) for row in reader.all(_GROUPS)]


def groups_of(reader: Reader, place: str) -> list[str]:
    """The addresses of a neighbourhood's native groups, the first linked first."""
    return [row[0] for row in reader.all(_GROUPS_OF, place=place)]


def place_of_group(reader: Reader, address: str) -> str | None:
    """The neighbourhood that a native group belongs to, if any."""
    found: str | None = reader.value(_PLACE_OF_GROUP, address_=address)
    return found


def link_group(tx: Tx, address: str, place: str, *, by: str) -> None:
    """A native group belongs to a neighbourhood from now on."""
    tx.run(_PUT_GROUP, address=address, neighbourhood_id=place, linked_at=tx.now_ms, linked_by=by)


def unlink_group(tx: Tx, address: str) -> bool:
    """A native group is no neighbourhood's any more; nobody counts as in it."""
    tx.run(_FORGET_PRESENCE, address_=address)
    return tx.run(_UNLINK, address_=address) > 0


def move_group(tx: Tx, address: str, to: str) -> None:
    """A native group has another address from now on. Doing it twice changes nothing."""
    tx.run(_MOVE_GROUP, address_=address, to_=to)
    tx.run(_MOVE_PRESENCE, address_=address, to_=to)


def see(tx: Tx, group: str, address: str, *, present: bool) -> None:
    """Somebody is known to be in a native group, or out of it."""
    tx.run(_SEE, native_group=group, address=address, present=present, seen_at=tx.now_ms)


def groups_by_person(reader: Reader, place: str) -> dict[int, list[str]]:
    """In which of the neighbourhood's native groups each person is known to be."""
    found: dict[int, list[str]] = {}
    for group, person_id in reader.all(_PRESENT_PEOPLE, place=place):
        found.setdefault(person_id, []).append(group)
    return found
