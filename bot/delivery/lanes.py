"""Who sends next: pure, with the time handed in as milliseconds.

A lane is one chat. One message of it is under way at a time; the most urgent goes first, the older
before the newer. Within a chat questions and answers are one conversation: whoever wrote twice reads
the first answer before the second question. A message that failed keeps its place for its first
tries, so that order holds through a hiccup; after that it stands aside until its time comes and the
next may pass. When the next ones fail too, the trouble is not the message but the chat: then all take
their old places again and wait together, so that an outage, however long, changes no order.

An account holds the lanes of one messenger: it chooses the most urgent among those that may go,
within the account's limit and a number of sends at once, of which campaigns get a third.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bot.delivery.pacing import Budget
from bot.delivery.post import Priority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.messaging.capabilities import Rate

Rates: TypeAlias = "tuple[Rate, ...]"
FAR = 24 * 3600 * 1000  # nothing waits longer than this at a time, even if the clock is set back


class Item(NamedTuple):
    """A message that waits; sorts by urgency, then age."""

    priority: int
    id: int
    not_before: int

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in its lane: a question and an answer in the order they were written."""
        conversation = self.priority == Priority.ANSWER
        return Priority.QUESTION if conversation else self.priority, self.id

    @property
    def campaign(self) -> bool:
        """Whether it keeps to the campaigns' share."""
        return self.priority >= Priority.CAMPAIGN


class Lane:
    """What waits for one chat."""

    __slots__ = ("_aside", "_waiting", "announced", "budget", "busy", "chat", "wakes")

    def __init__(self, chat: str, rates: Rates) -> None:
        self.chat = chat
        self.budget = Budget(rates)
        self.busy = False
        self.announced: tuple[int, int] | None = None
        self.wakes: int | None = None
        self._waiting: list[tuple[tuple[int, int], Item]] = []
        self._aside: list[tuple[int, Item]] = []

    def add(self, item: Item) -> None:
        """Put a message in its place."""
        heappush(self._waiting, (item.place, item))

    def again(self, item: Item, *, aside: bool) -> None:
        """A message that failed waits once more; `aside`: others may pass until its time comes."""
        if aside:
            heappush(self._aside, (item.not_before, item))
        else:
            self.add(item)
        if not aside or not self._waiting:
            self._fall_in()

    def _fall_in(self) -> None:
        while self._aside:
            self.add(heappop(self._aside)[1])

    def head(self, now: int) -> Item | None:
        """The message whose turn it is, or would be."""
        while self._aside and self._aside[0][0] <= now:
            self.add(heappop(self._aside)[1])
        if self._waiting:
            return self._waiting[0][1]
        return self._aside[0][1] if self._aside else None

    def ready_at(self, now: int) -> int | None:
        """When the head may go; None if nothing waits."""
        head = self.head(now)
        if head is None:
            return None
        own = max(head.not_before, self.budget.ready_at(now, campaign=head.campaign))
        return min(own, self._aside[0][0]) if own > now and self._aside else own

    def take(self) -> Item:
        """Remove the head; the lane is busy until it is freed."""
        self.busy = True
        return heappop(self._waiting)[1]

    def remove(self, number: int) -> bool:
        """A message is not needed any more; whether it waited here."""
        before = len(self)
        self._waiting = [one for one in self._waiting if one[1].id != number]
        self._aside = [one for one in self._aside if one[1].id != number]
        heapify(self._waiting)
        heapify(self._aside)
        return len(self) < before

    def empty(self) -> Iterator[Item]:
        """Everything that waits, taken out."""
        self._fall_in()
        waiting, self._waiting = self._waiting, []
        yield from (item for _, item in waiting)

    def __len__(self) -> int:
        return len(self._waiting) + len(self._aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is to be sent now."""

    chat: str
    item: Item


class Account:
    """The lanes of one messenger account."""

    def __init__(self, *, at_once: int, rates: Callable[[str], tuple[Rates, Rates]]) -> None:
        self._at_once = at_once
        self._campaigns_at_once = max(1, at_once // 3)
        self._rates = rates
        self._lanes: dict[str, Lane] = {}
        self._ready: list[tuple[int, int, str]] = []
        self._later: list[tuple[int, str]] = []
        self._active: dict[str, Item] = {}
        self._campaigns = 0
        self._budget: Budget | None = None
        self._stuck_until: int | None = None

    def add(self, chat: str, item: Item, now: int) -> None:
        """A message waits for a chat."""
        lane = self._lane(chat)
        lane.add(_soon(item, now))
        self._consider(lane, now)

    def again(self, chat: str, item: Item, now: int, *, aside: bool) -> None:
        """A message that failed waits once more; `aside`: others may pass meanwhile."""
        lane = self._lane(chat)
        lane.again(_soon(item, now), aside=aside)
        self._consider(lane, now)

    def remove(self, chat: str, number: int, now: int) -> bool:
        """A message is not needed any more: it holds nobody up; whether it waited for its turn."""
        lane = self._lanes.get(chat)
        if lane is None or not lane.remove(number):
            return False
        self._consider(lane, now)
        return True

    def take(self, now: int) -> Turn | None:
        """The most urgent message that may go now, counted against every limit; None if none may."""
        self._ripen(now)
        self._stuck_until = None
        while self._ready:
            priority, number, chat = self._ready[0]
            lane = self._lane(chat)
            head = None if lane.busy else lane.head(now)
            if head is None or (head.priority, head.id) != (priority, number):
                self._pop_ready(lane)  # it was overtaken, or sent meanwhile
                continue
            if not self._room_for(head, now):
                return None
            self._pop_ready(lane)
            when = lane.ready_at(now)
            if when is not None and when <= now:
                return self._start(lane, now)
            self._consider(lane, now)
        return None

    def free(self, chat: str, now: int, *, parts: int = 1) -> None:
        """The message under way is over; `parts` is how many the messenger made of it."""
        item = self._active.pop(chat)
        lane = self._lane(chat)
        lane.busy = False
        self._campaigns -= item.campaign
        if parts > 1:
            self._spend(lane, item, now, parts - 1)
        self._consider(lane, now)

    def pause_chat(self, chat: str, until: int) -> None:
        """The messenger asked for silence in one chat."""
        self._lane(chat).budget.pause(until)

    def pause(self, until: int) -> None:
        """The messenger asked for silence everywhere."""
        if self._budget is not None:
            self._budget.pause(until)

    def move(self, chat: str, to: str, now: int) -> None:
        """What waits for a chat waits for another address now."""
        for item in list(self._lane(chat).empty()):
            self.add(to, item, now)

    def next_time(self) -> int | None:
        """When to look again, apart from what is added or freed meanwhile."""
        times = [when for when in (self._stuck_until,) if when is not None]
        if self._later:
            times.append(self._later[0][0])
        return min(times, default=None)

    def forget_idle(self, now: int) -> None:
        """Drop lanes that hold nothing and owe nothing."""
        for chat, lane in list(self._lanes.items()):
            if not lane.busy and not len(lane) and lane.budget.idle(now):
                del self._lanes[chat]

    @property
    def active(self) -> int:
        """How many sends are under way."""
        return len(self._active)

    def _lane(self, chat: str) -> Lane:
        lane = self._lanes.get(chat)
        if lane is None:
            of_chat, of_account = self._rates(chat)
            lane = self._lanes[chat] = Lane(chat, of_chat)
            if self._budget is None:
                self._budget = Budget(of_account)
        return lane

    def _consider(self, lane: Lane, now: int) -> None:
        """Say once that a lane may go, or note when to look again."""
        head, when = lane.head(now), lane.ready_at(now)
        if lane.busy or head is None or when is None:
            return
        if when > now:
            if lane.wakes is None or when < lane.wakes:
                lane.wakes = when
                heappush(self._later, (when, lane.chat))
        elif lane.announced != (key := (head.priority, head.id)):
            lane.announced = key
            heappush(self._ready, (*key, lane.chat))

    def _pop_ready(self, lane: Lane) -> None:
        priority, number, _ = heappop(self._ready)
        if lane.announced == (priority, number):
            lane.announced = None

    def _ripen(self, now: int) -> None:
        while self._later and self._later[0][0] <= now:
            when, chat = heappop(self._later)
            lane = self._lanes.get(chat)
            if lane is not None and lane.wakes == when:
                lane.wakes = None
                self._consider(lane, now)

    def _room_for(self, head: Item, now: int) -> bool:
        if len(self._active) >= self._at_once:
            return False
        if head.campaign and self._campaigns >= self._campaigns_at_once:
            return False
        when = now if self._budget is None else self._budget.ready_at(now, campaign=head.campaign)
        self._stuck_until = when if when > now else None
        return when <= now

    def _start(self, lane: Lane, now: int) -> Turn:
        item = lane.take()
        self._active[lane.chat] = item
        self._campaigns += item.campaign
        self._spend(lane, item, now, 1)
        return Turn(chat=lane.chat, item=item)

    def _spend(self, lane: Lane, item: Item, now: int, times: int) -> None:
        lane.budget.spend(now, campaign=item.campaign, times=times)
        if self._budget is not None:
            self._budget.spend(now, campaign=item.campaign, times=times)


def _soon(item: Item, now: int) -> Item:
    return item._replace(not_before=min(item.not_before, now + FAR))
