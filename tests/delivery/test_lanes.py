"""Choosing who sends next, without a messenger or a clock: whatever comes, the rules hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.lanes import Account, Item, Rates, Turn
from bot.delivery.pacing import Bucket, Budget, Window
from bot.messaging import Rate

CHATS = ["anna", "bert", "cem"]
posts = st.tuples(st.sampled_from([0, 1, 2, 3, 9]), st.sampled_from(CHATS))
rates = st.lists(
    st.builds(
        Rate,
        count=st.integers(1, 6),
        seconds=st.sampled_from([0.5, 1.0, 3.0]),
        burst=st.integers(0, 4),
    ),
    max_size=2,
).map(tuple)


@dataclass
class Desk:
    """Plays posts, ends and time against an account, and writes down what it chose."""

    account: Account
    now: int = 1_000_000
    posted: int = 0
    active: dict[str, Turn] = field(default_factory=dict)
    taken: list[tuple[int, Turn]] = field(default_factory=list)

    def post(self, priority: int, chat: str) -> None:
        self.posted += 1
        self.account.add(chat, Item(priority, self.posted, self.now), self.now)

    def take(self) -> None:
        while (turn := self.account.take(self.now)) is not None:
            assert turn.chat not in self.active, "one at a time"
            self.active[turn.chat] = turn
            self.taken.append((self.now, turn))

    def end_all(self) -> None:
        for chat in list(self.active):
            del self.active[chat]
            self.account.free(chat, self.now)


def desk(chat: Rates = (), account: Rates = (), at_once: int = 48) -> Desk:
    return Desk(Account(at_once=at_once, rates=lambda name: (chat, account)))


def within(times: list[int], rate: Rate) -> bool:
    span = rate.seconds * 1000
    if rate.burst:
        return all(
            later - first + 1
            <= rate.burst + (times[later] - times[first]) * rate.count / span + 1e-6
            for first in range(len(times))
            for later in range(first, len(times))
        )
    return all(b - a >= span for a, b in zip(times, times[rate.count :], strict=False))


@settings(max_examples=200, deadline=None)
@given(st.lists(posts, max_size=40), rates, rates, st.lists(st.integers(0, 900), max_size=10))
def test_everything_goes_once_and_no_limit_is_broken(
    given_posts: list[tuple[int, str]], chat: Rates, account: Rates, pauses: list[int]
) -> None:
    """Whatever the order of posts, ends and time: each message goes exactly once, each chat one
    at a time and urgent first, and no window of a limit ever holds more than it may.
    """
    play = desk(chat, account, at_once=4)
    for n, (priority, name) in enumerate(given_posts):
        play.post(priority, name)
        if n < len(pauses):
            play.take()
            play.now += pauses[n]
            play.end_all()
    for _ in range(4000):
        play.end_all()
        play.take()
        when = play.account.next_time()
        if when is None and not play.active:
            break
        play.now = max(play.now, when or play.now)
    assert Counter(turn.item.id for _, turn in play.taken) == Counter(
        range(1, len(given_posts) + 1)
    )
    for rate in account:
        assert within([at for at, _ in play.taken], rate)
    for rate in chat:
        for name in CHATS:
            assert within([at for at, turn in play.taken if turn.chat == name], rate)


def test_urgent_then_older() -> None:
    """Among chats that may go, priority decides, then age."""
    play = desk(at_once=1)
    for priority, chat in ((3, "anna"), (0, "bert"), (0, "cem"), (1, "anna")):
        play.post(priority, chat)
    order = []
    for _ in range(4):
        play.take()
        order.append(next(iter(play.active.values())).item.id)
        play.end_all()
    assert order == [2, 3, 4, 1]


def test_campaigns_take_a_third_of_the_sends_at_once() -> None:
    """Two thirds of the connections stay free for alerts."""
    play = desk(at_once=9)
    for n in range(20):
        play.post(9, f"tip{n}")
    play.take()
    assert len(play.active) == 3
    for n in range(20):
        play.post(0, f"buur{n}")
    play.take()
    assert len(play.active) == 9


def test_an_alert_overtakes_in_its_own_chat() -> None:
    """A campaign message that waits for its share doesn't hold up an alert to the same person."""
    play = desk(account=(Rate(count=3, seconds=60),))
    play.post(9, "anna")
    play.post(9, "bert")
    play.take()
    play.end_all()
    play.post(0, "bert")
    play.take()
    assert [turn.item.priority for _, turn in play.taken] == [9, 0]


def test_several_parts_are_counted() -> None:
    """An album of ten uses up ten of the chat's limit."""
    play = desk(chat=(Rate(count=20, seconds=60),))
    play.post(0, "groep")
    play.take()
    play.active.clear()
    play.account.free("groep", play.now, parts=10)
    for _ in range(15):
        play.post(0, "groep")
    for _ in range(20):
        play.take()
        play.end_all()
    assert len(play.taken) == 11


def test_idle_lanes_are_forgotten_once_they_owe_nothing() -> None:
    """Memory doesn't grow with everybody who was ever written to."""
    play = desk(chat=(Rate(count=1, seconds=60),))
    play.post(0, "anna")
    play.take()
    play.end_all()
    play.account.forget_idle(play.now)
    assert len(play.account._lanes) == 1
    play.account.forget_idle(play.now + 60_000)
    assert play.account._lanes == {}


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    """A window full of times from the future is started afresh."""
    for limit in (Window(1, 1000), Bucket(1, 1000)):
        limit.spend(10_000_000)
        assert limit.ready_at(5_000_000) <= 5_000_000


def test_a_campaign_has_a_third_even_of_one() -> None:
    """One a second leaves campaigns one in three seconds."""
    budget = Budget([Rate(count=1, seconds=1)])
    budget.spend(0, campaign=True)
    assert budget.ready_at(1000, campaign=False) == 1000
    assert budget.ready_at(1000, campaign=True) == 3000


def test_a_burst_goes_at_once_and_comes_back_one_by_one() -> None:
    """Three after a pause, then one a second; two quiet seconds give two back."""
    play = desk(chat=(Rate(count=1, seconds=1, burst=3),))
    for _ in range(8):
        play.post(2, "anna")
    went = []
    for second in (0, 0, 0, 0, 1, 2, 4, 4, 4):
        play.now = 1_000_000 + second * 1000
        play.take()
        went.append(bool(play.active))
        play.end_all()
    assert went == [True, True, True, False, True, True, True, True, False]


def test_a_group_has_its_minute_besides_its_second() -> None:
    """Bursts included, no minute ever holds more than twenty."""
    rates = (Rate(count=1, seconds=1, burst=3), Rate(count=20, seconds=60))
    play = desk(chat=rates)
    for _ in range(50):
        play.post(0, "groep")
    for _ in range(4 * 60 * 4):
        play.take()
        play.end_all()
        play.now += 250
    times = [at for at, _ in play.taken]
    assert len(times) == 50
    assert all(within(times, rate) for rate in rates)
    assert times[19] - times[0] == 17_000


def test_a_pause_that_was_asked_for_ends_without_a_burst() -> None:
    """Told to slow down for thirty seconds, a chat goes on with one message, then one a second."""
    budget = Budget([Rate(count=1, seconds=1, burst=3)])
    budget.spend(0, campaign=False)
    budget.pause(30_000)
    assert budget.ready_at(20_000, campaign=False) == 30_000
    budget.spend(30_000, campaign=False)
    assert budget.ready_at(30_000, campaign=False) == 31_000


def test_a_campaign_leaves_two_thirds_of_a_burst() -> None:
    """A tip takes one of three, and the next one waits three seconds; alerts have the others."""
    budget = Budget([Rate(count=1, seconds=1, burst=3)])
    budget.spend(10_000, campaign=True)
    assert budget.ready_at(10_000, campaign=True) == 13_000
    for _ in range(2):
        assert budget.ready_at(10_000, campaign=False) == 10_000
        budget.spend(10_000, campaign=False)
    assert budget.ready_at(10_000, campaign=False) == 11_000
