"""Who is in a native group, as signal-cli knows it.

`Groups` answers questions with a short memory. `Rosters` compares with what was known and tells
who came and who went, since Signal says only that a group changed. It hands its findings over like
anything received, as a frame of our own making that `membership.py` reads.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from adapters.signal.frame import Fields
from adapters.signal.membership import Change, payload
from bot.errors import MessengerError, StoreError
from bot.messaging import RawInbound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.signal.api import Api
    from bot.clock import Clock
    from bot.messaging import Sink, Storage

REMEMBERED_S = 60.0
EVERYBODY, ADMINS = "every-member", "only-admins"  # data.GroupPermissions, send_messages
PREFIX = "roster:"
LOOKED = "rosters"  # set once all groups were looked at for the first time


class Groups:
    """Answers whether somebody is in a group."""

    def __init__(self, api: Api, *, remembered_s: float = REMEMBERED_S) -> None:
        self._api = api
        self._remembered_s = remembered_s
        self._known: dict[str, tuple[float, frozenset[str] | None]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def has(self, group: str, person: str) -> bool | None:
        """Whether the person (uuid or number) is a member; None where the bot can't see that."""
        async with self._asking.setdefault(group, asyncio.Lock()):
            members = await self._members(group)
        return None if members is None else person in members

    async def open_to_all(self, group: str) -> bool | None:
        """Whether any member may write; None where the bot can't see that. Asked each time."""
        try:
            found = await self._api.group(group)
        except MessengerError:
            return None
        if found is None or found.get("member") is False:
            return None
        rights = Fields(dict(found)).fields("permissions").text("send_messages")
        return rights == EVERYBODY if rights in (EVERYBODY, ADMINS) else None

    def forget(self, group: str) -> None:
        """The group changed."""
        self._known.pop(group, None)

    async def _members(self, group: str) -> frozenset[str] | None:
        until, members = self._known.get(group, (0.0, None))
        if time.monotonic() < until:
            return members
        try:
            members = _visible(await self._api.group(group))
        except MessengerError:
            return None
        self._known[group] = (time.monotonic() + self._remembered_s, members)
        return members


class Rosters:
    """Tells who came into and left the account's groups."""

    def __init__(
        self, api: Api, storage: Storage, clock: Clock, *, source: str, number: str
    ) -> None:
        self._api = api
        self._storage = storage
        self._clock = clock
        self._source = source
        self._number = number
        self._comparing = asyncio.Lock()

    async def compare(self, sink: Sink) -> None:
        """Look at all groups, and hand over what changed since the last time.

        The first look only notes who is there: that the bot is in a group already is no news. What
        can't be asked or stored now is found at the next look: the roster moves on in the commit
        of its last change.
        """
        async with self._comparing:
            try:
                groups = await self._api.groups()
                if await self._storage.get(LOOKED) is None:
                    await self._note(groups)
                else:
                    for group in groups:
                        await self._compare(group, sink)
            except (MessengerError, StoreError):
                return

    async def _note(self, groups: list[Mapping[str, Any]]) -> None:
        rosters = {_key(group): json.dumps(_roster(group)) for group in groups}
        await self._storage.put_many({**rosters, LOOKED: "yes"})

    async def _compare(self, group: Mapping[str, Any], sink: Sink) -> None:
        key = _key(group)
        stored = await self._storage.get(key)
        before: dict[str, str] = json.loads(stored) if stored else {}
        now = _roster(group)
        changes = [self._raw(change) for change in self._changes(group, before, now)]
        for raw in changes[:-1]:
            await sink.accept(raw)
        if changes:  # with the last one the new roster is stored, in the same commit
            await sink.accept(changes[-1], cursor=(key, json.dumps(now)))
        elif before != now:
            await self._storage.put(key, json.dumps(now))

    def _changes(
        self, group: Mapping[str, Any], before: Mapping[str, str], now: Mapping[str, str]
    ) -> list[Change]:
        """Who came and went. When the bot itself did, only that: of the others nothing is known."""

        def change(member: str, number: str, *, present: bool) -> Change:
            uuid = member if member != number else ""
            return Change(
                group=str(group.get("id", "")),
                uuid=uuid,
                number=number,
                present=present,
                can_post=_can_post(group, self._number),
            )

        moved = [change(m, n, present=False) for m, n in before.items() if m not in now]
        moved += [change(m, n, present=True) for m, n in now.items() if m not in before]
        if self._number in before.values() and self._number in now.values():
            return moved
        return [one for one in moved if one.number == self._number]

    def _raw(self, change: Change) -> RawInbound:
        now = self._clock.now()
        stamp = int(now.timestamp() * 1000)
        key = f"{change.group}|{change.uuid or change.number}|{change.present}|{stamp}"
        return RawInbound(
            source=self._source, key=key, payload=payload(change, stamp), received_at=now
        )


def _key(group: Mapping[str, Any]) -> str:
    return PREFIX + str(group.get("id", ""))


def _roster(group: Mapping[str, Any]) -> dict[str, str]:
    """From uuid (or number, for want of one) to number (or nothing). Empty when the bot is out."""
    if group.get("member") is False:
        return {}
    return dict(_identity(member) for member in Fields(dict(group)).many("members"))


def _identity(member: Any) -> tuple[str, str]:
    """A member is an object, or in older versions and unexpanded lists the number or uuid."""
    if isinstance(member, str):
        return member, member if member.startswith("+") else ""
    fields = Fields(member)
    number = fields.text("number")
    return fields.text("uuid") or number, number


def _visible(group: Mapping[str, Any] | None) -> frozenset[str] | None:
    """All names of all members, or None when the bot isn't in the group."""
    if group is None or group.get("member") is False:
        return None
    pairs = _roster(group).items()
    return frozenset(name for pair in pairs for name in pair if name)


def _can_post(group: Mapping[str, Any], number: str) -> bool:
    rights = Fields(dict(group)).fields("permissions").text("send_messages")
    admins = {number for _, number in map(_identity, Fields(dict(group)).many("admins"))}
    return rights != ADMINS or number in admins
