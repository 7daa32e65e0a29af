"""How many were reached: pure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.reach import DOUBT, count
from bot.messaging import Address
from bot.neighbourhood.people import Recipient
from bot.store.alerts import Copy
from bot.store.people import Member

SENT = ("sent", True)


def member(number: int, *groups: str) -> Recipient:
    who = Member(number, "m", number, "resident", "active", number, "", None, f"n{number}", None)
    return Recipient(member=who, chats=(Address("t", str(number)),), groups=groups)


def copy(chat: str, membership: int | None = None) -> Copy:
    return Copy(1, chat, 1, membership, "nl")


def test_a_group_counts_for_whoever_is_known_to_be_in_it() -> None:
    found = count([member(1, "t:g"), member(2)], [copy("t:g")], {"t:g": SENT})
    assert (found.sent, found.of) == (1, 2)
    assert [r.member.id for r in found.missed] == [2]


def test_a_group_does_not_count_for_whom_it_passed_over() -> None:
    people = [member(1, "s:g"), member(2, "s:g")]
    found = count(people, [copy("s:g")], {"s:g": SENT}, {("s:g", 2)})
    assert [r.member.id for r in found.missed] == [2]


def test_stored_for_nobody_is_not_reached() -> None:
    """A closed page: accepted, and nobody there."""
    found = count([member(1)], [copy("w:1", 1)], {"w:1": ("sent", False)})
    assert (found.sent, found.under_way) == (0, False)


def test_what_waits_is_under_way() -> None:
    for state in ("waiting", "sending"):
        assert count([member(1)], [copy("t:1", 1)], {"t:1": (state, True)}).under_way


def test_a_spare_copy_under_way_changes_nothing() -> None:
    """Whoever was reached is not tried again: "the others" would be nobody."""
    states = {"t:g": SENT, "t:1": ("waiting", True)}
    found = count([member(1, "t:g")], [copy("t:g"), copy("t:1", 1)], states)
    assert (found.sent, found.under_way) == (1, False)


def test_who_may_yet_be_reached_and_of_whom_nobody_knows() -> None:
    """Each by their own copy, or that of a group they are in."""
    people = [member(1, "t:g"), member(2), member(3), member(4)]
    states = {"t:g": ("waiting", True), "t:2": (DOUBT, True), "t:3": ("parked", True), "t:4": SENT}
    copies = [copy("t:g"), *(copy(f"t:{n}", n) for n in (2, 3, 4))]
    found = count(people, copies, states)
    assert found.pending == {1}
    assert found.doubtful == {2}
    assert [r.member.id for r in found.missed] == [1, 2, 3]


@given(
    st.lists(st.sampled_from(["sent", "waiting", "sending", "parked"]), max_size=8),
    st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_nobody_is_counted_twice_and_nobody_is_lost(states: list[str], there: list[bool]) -> None:
    """Sent and missed together are always everybody."""
    people = [member(n, *(["t:g"] if n % 2 else [])) for n in range(len(states))]
    copies = [copy("t:g"), *(copy(f"t:{n}", n) for n in range(len(states)))]
    found = {f"t:{n}": (state, there[n]) for n, state in enumerate(states)} | {"t:g": SENT}
    told = count(people, copies, found)
    assert told.sent + len(told.missed) == told.of == len(people)
    assert {r.member.id for r in told.missed} <= {n for n in range(len(states)) if n % 2 == 0}
