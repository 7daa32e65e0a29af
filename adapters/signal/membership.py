"""A change of a group's members, as a frame of our own: Signal has none.

`groups.py` writes it, intake keeps it like anything received, and this reads it again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.signal.frame import Fields
from bot.messaging import Address, ChatKind, MembershipChanged, RawInbound, Sender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.messaging import Event

_MARK = "saarbotMembership"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who came or went where. `group` is an address' id; `number` may be unknown, as may `uuid`."""

    group: str
    uuid: str
    number: str
    present: bool
    can_post: bool


def payload(change: Change, milliseconds: int) -> str:
    """The frame that says so."""
    return json.dumps(
        {
            _MARK: {
                "group": change.group,
                "uuid": change.uuid,
                "number": change.number,
                "present": change.present,
                "canPost": change.can_post,
                "timestamp": milliseconds,
            }
        }
    )


def events(raw: RawInbound, frame: Fields, *, number: str) -> Sequence[Event]:
    """The event in such a frame; none if it is another."""
    if not frame.has(_MARK):
        return []
    told = frame.fields(_MARK)
    member = _member(told, raw.source)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        milliseconds=told.number("timestamp") or 0
    )
    return [
        MembershipChanged(
            source=raw.source,
            event_id=raw.key,
            chat=Address(raw.source, told.text("group")),
            chat_kind=ChatKind.GROUP,
            sender=None,
            occurred_at=moment,
            received_at=raw.received_at,
            member=member,
            present=told.flag("present"),
            is_bot=told.text("number") == number,
            can_post=told.flag("canPost"),
        )
    ]


def _member(told: Fields, source: str) -> Sender:
    number = told.text("number")
    address = Address(source, told.text("uuid") or number)
    alias = Address(source, number) if number else address
    return Sender(address=address, aliases=(alias,) if alias != address else (), direct=address)
