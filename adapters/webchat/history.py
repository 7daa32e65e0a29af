"""What each person's page shows, durable and in order.

One row a message, under the number of its newest change: `item/<person>/<number>`. So what
changed after number N is one scan, whether it is new or edited, and a page that comes back
with the last number it saw misses nothing and gets nothing twice. An edit or a deletion takes
the older row away: what was rectified is not kept. A message's id is the number under which
it first appeared, and gives its place in the conversation.

Numbers belong to an epoch (a random word): a page from before the store was emptied is told
everything afresh.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.messaging import Storage

Item = dict[str, Any]
_TRIM_EVERY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """How far a person's history has come."""

    epoch: str
    last: int

    def as_text(self) -> str:
        return json.dumps({"epoch": self.epoch, "last": self.last})


def written(moment: datetime) -> str:
    """A time as the page reads it: UTC with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def item_key(person: str, number: int) -> str:
    """The row of the change `number`."""
    return f"item/{person}/{number:012d}"


def _person(key: str) -> str:
    """Whose row it is."""
    return key.split("/")[1]


def _place_key(person: str, item_id: str) -> str:
    return f"place/{person}/{int(item_id):012d}"


def _once_key(person: str, once: str) -> str:
    return f"once/{person}/{once}"


class History:
    """The messages of every page."""

    def __init__(self, storage: Storage, clock: Clock, *, keep: int, days: int) -> None:
        self._storage = storage
        self._clock = clock
        self._keep = keep
        self._days = days
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def chat(self, person: str) -> Chat | None:
        """How far this person's history is; None if their page was never opened."""
        text = await self._storage.get(f"chat/{person}")
        return None if text is None else Chat(**json.loads(text))

    async def opened(self, person: str) -> Chat:
        """Remember that the page of this person exists."""
        async with self._lock(person):
            known = await self.chat(person)
            if known is not None:
                return known
            fresh = Chat(epoch=secrets.token_hex(4), last=0)
            await self._storage.put(f"chat/{person}", fresh.as_text())
            return fresh

    async def once(self, person: str, once: str) -> Item | None:
        """What was written earlier under the same one-time key, if it is still there."""
        item_id = await self._storage.get(_once_key(person, once))
        return None if item_id is None else await self.item(person, item_id)

    async def item(self, person: str, item_id: str) -> Item | None:
        """A message as it stands now."""
        number = await self._storage.get(_place_key(person, item_id))
        text = number and await self._storage.get(item_key(person, int(number)))
        return json.loads(text) if text else None

    async def add(self, person: str, item: Item, *, once: str) -> Item:
        """Put a new message at the end. A second one under the same key changes nothing."""
        await self.opened(person)
        async with self._lock(person):
            earlier = await self.once(person, once)
            if earlier is not None:
                return earlier
            chat, number = await self._next(person)
            full = {**item, "id": str(number), "number": number, "once": once}
            await self._write(person, chat, full, {_once_key(person, once): str(number)})
        if number % _TRIM_EVERY == 0:
            await self.trim(person)
        return full

    async def replace(self, person: str, item_id: str, item: Item) -> Item:
        """Show `item` where message `item_id` stands; of the old one only its place and time stay."""
        async with self._lock(person):
            old = await self.item(person, item_id) or {}
            return await self._renew(person, old, item | _lasting(old) | {"id": item_id})

    async def amend(self, person: str, item_id: str, change: Item) -> Item | None:
        """Change a part of a message; None if it is no longer there."""
        async with self._lock(person):
            old = await self.item(person, item_id)
            return None if old is None else await self._renew(person, old, old | change)

    async def _renew(self, person: str, old: Item, new: Item) -> Item:
        chat, number = await self._next(person)
        full = new | {"number": number}
        gone: dict[str, str | None] = {item_key(person, old["number"]): None} if old else {}
        await self._write(person, chat, full, gone)
        return full

    async def put(self, person: str, item: Item) -> None:
        """Write a message again under its own number: nobody has seen the difference."""
        await self._storage.put(item_key(person, item["number"]), json.dumps(item))

    async def since(self, person: str, number: int) -> list[Item]:
        """What was added or changed after `number`, in that order."""
        found: list[Item] = []
        after = item_key(person, number)
        while rows := await self._storage.scan(f"item/{person}/", after=after):
            found += [json.loads(text) for _, text in rows]
            after = rows[-1][0]
        return found

    async def trim(self, person: str) -> None:
        """Forget what is old or too much."""
        oldest = self._oldest()
        async with self._lock(person):
            items = sorted(await self.since(person, 0), key=lambda item: int(item["id"]))
            surplus = len(items) - self._keep
            for index, item in enumerate(items):
                if index < surplus or item["at"] < oldest:
                    await self._forget(person, item)

    async def sweep(self) -> None:
        """Forget what is old on every page, also of those to which nothing comes any more."""
        oldest, after = self._oldest(), "item/"
        people: set[str] = set()
        while rows := await self._storage.scan("item/", after=after):
            people |= {_person(key) for key, text in rows if json.loads(text)["at"] < oldest}
            after = rows[-1][0]
        for person in sorted(people):
            await self.trim(person)

    def _oldest(self) -> str:
        return written(self._clock.now() - timedelta(days=self._days))

    async def face(self, person: str) -> Item:
        """What stands around the conversation and is kept: the page's language."""
        text = await self._storage.get(f"face/{person}")
        return json.loads(text) if text else {}

    async def turn_face(self, person: str, change: Item) -> Item:
        """Change what stands around the conversation; None takes a part away."""
        async with self._lock(person):
            old = await self.face(person)
            new = {key: part for key, part in {**old, **change}.items() if part is not None}
            if new != old:
                await self._storage.put(f"face/{person}", json.dumps(new))
            return new

    async def _next(self, person: str) -> tuple[Chat, int]:
        chat = await self.chat(person) or Chat(epoch=secrets.token_hex(4), last=0)
        return Chat(epoch=chat.epoch, last=chat.last + 1), chat.last + 1

    async def _write(
        self, person: str, chat: Chat, item: Item, more: dict[str, str | None]
    ) -> None:
        rows: dict[str, str | None] = {
            f"chat/{person}": chat.as_text(),
            _place_key(person, item["id"]): str(item["number"]),
            item_key(person, item["number"]): json.dumps(item),
        }
        await self._storage.put_many(rows | more)

    async def _forget(self, person: str, item: Item) -> None:
        rows: dict[str, str | None] = {
            item_key(person, item["number"]): None,
            _place_key(person, item["id"]): None,
        }
        if "once" in item:
            rows[_once_key(person, item["once"])] = None
        await self._storage.put_many(rows)

    def _lock(self, person: str) -> asyncio.Lock:
        lock = self._locks.get(person)
        if lock is None:
            lock = self._locks[person] = asyncio.Lock()
        return lock


def _lasting(item: Item) -> Item:
    """What an edited message keeps: when it came, its key, and the answer already given."""
    return {key: item[key] for key in ("at", "once", "from", "answered") if key in item}
