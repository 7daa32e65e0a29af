"""How one neighbourhood stands, as read from the store at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.journal import journal
from bot.store import alerts as alert_store
from bot.store import overview
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store.tx import to_ms

if TYPE_CHECKING:
    from datetime import tzinfo

    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.overview import Mailed, Undelivered
    from bot.store.people import Member
    from bot.store.tx import Reader

UNDELIVERED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What every member may know: how many they are, and which alerts live.

    `shown` tells for each open alert which memberships and native groups have its card; `groups`
    in which of those groups each person is, while an alert is open.
    """

    place: NeighbourhoodSettings
    members: int
    live: tuple[Alert, ...]
    shown: dict[int, frozenset[int | str]]
    groups: dict[int, list[str]]

    @classmethod
    def read(cls, reader: Reader, place: NeighbourhoodSettings) -> Standing:
        """As it is now."""
        live = alert_store.live(reader, place.id)
        shown = {alert.id: _shown(reader, alert) for alert in live if alert.state == "open"}
        return cls(
            place=place,
            members=people_store.active_count(reader, place.id),
            live=tuple(live),
            shown=shown,
            groups=place_store.groups_by_person(reader, place.id) if shown else {},
        )

    @property
    def open(self) -> tuple[Alert, ...]:
        """The alerts that went out and are not over, newest first."""
        return tuple(alert for alert in self.live if alert.state == "open")


def _shown(reader: Reader, alert: Alert) -> frozenset[int | str]:
    return frozenset(
        copy.membership_id if copy.membership_id is not None else copy.chat
        for copy in alert_store.copies(reader, alert.id)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """What coordinators look after besides."""

    paused: bool
    members: dict[int, Member]
    over: tuple[Alert, ...]
    mails: tuple[Mailed, ...]
    undelivered: tuple[Undelivered, ...]
    entries: int
    head: str

    @classmethod
    def read(cls, reader: Reader, place: str, zone: tzinfo) -> Business:
        """As it is now; what is over since midnight in `zone`."""
        head = journal.head(reader, place)
        return cls(
            paused=place_store.is_paused(reader, place),
            members={m.id: m for m in people_store.members_of(reader, place)},
            over=tuple(alert_store.over_since(reader, place, _midnight(reader.now, zone))),
            mails=tuple(m for m in overview.last_mails(reader) if m.neighbourhood == place),
            undelivered=tuple(
                overview.undelivered(reader, place, to_ms(reader.now - UNDELIVERED_FOR))
            ),
            entries=head.n,
            head=head.hash.hex()[:8],
        )

    @property
    def pending(self) -> tuple[Member, ...]:
        """Who asks to join."""
        return tuple(member for member in self.members.values() if member.state == "pending")


def _midnight(now: datetime, zone: tzinfo) -> int:
    local = now.astimezone(zone)
    return to_ms(local.replace(hour=0, minute=0, second=0, microsecond=0))
