"""Due times from the ledger alone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from bot.police.windows import Rhythm, believed, boundaries, due, next_boundary
from tests.police.story import BRUSSELS, local

DAILY = Rhythm(at=time(6, 30), zone=BRUSSELS, empty="never")


def rhythm(empty: Literal["always", "weekly", "never"]) -> Rhythm:
    return Rhythm(at=time(6, 30), zone=BRUSSELS, empty=empty)


def test_a_mail_is_due_at_its_hour_and_not_a_moment_before() -> None:
    """Given a report at night, then the mail is due from 06:30 on."""
    night = local(12, 23)
    since = local(12, 6, 30)
    before = due(DAILY, since=since, now=local(13, 6, 29), news=night)
    at = due(DAILY, since=since, now=local(13, 6, 30), news=night)
    assert before is None
    assert at is not None
    assert at.boundary == local(13, 6, 30)
    assert at.missed == ()


def test_silence_gives_no_mail_unless_the_neighbourhood_wants_one() -> None:
    """Nothing came in: never → none, always → daily, weekly → on the seventh day."""
    since, next_day, next_week = local(12, 6, 30), local(13, 6, 30), local(19, 6, 30)
    assert due(rhythm("never"), since=since, now=next_week, news=None) is None
    assert due(rhythm("always"), since=since, now=next_day, news=None) is not None
    assert due(rhythm("weekly"), since=since, now=local(18, 6, 30), news=None) is None
    weekly = due(rhythm("weekly"), since=since, now=next_week, news=None)
    assert weekly is not None
    assert weekly.missed == ()


def test_after_an_outage_one_mail_names_the_hours_it_stands_for() -> None:
    """Down from Thursday night to Monday noon: one mail, which names four missed hours."""
    found = due(DAILY, since=local(12, 6, 30), now=local(16, 12), news=local(12, 23))
    assert found is not None
    assert found.missed == tuple(local(day, 6, 30) for day in (13, 14, 15, 16))


def test_an_hour_with_nothing_to_send_is_not_missed() -> None:
    """Quiet until Sunday: only hours after the first report count as missed."""
    found = due(DAILY, since=local(12, 6, 30), now=local(16, 6, 30), news=local(14, 23))
    assert found is not None
    assert found.missed == (local(15, 6, 30),)


def test_a_clock_that_was_set_back_makes_nothing_due_again() -> None:
    """The mail of 06:30 went; the clock goes back an hour and comes by again."""
    since = local(13, 6, 30) + timedelta(seconds=20)
    news = local(13, 6, 31)
    for minutes in range(-60, 61):
        now = local(13, 6, 30) + timedelta(minutes=minutes)
        assert due(DAILY, since=since, now=now, news=news) is None


def test_spring_skips_the_hour_and_autumn_repeats_it_once() -> None:
    """02:30 doesn't exist on 29 March 2026 and comes twice on 25 October: one boundary a day."""
    at = Rhythm(at=time(2, 30), zone=BRUSSELS)
    spring = list(boundaries(at, local(28, 12, month=3), local(30, 12, month=3)))
    autumn = list(boundaries(at, local(24, 12, month=10), local(26, 12, month=10)))
    assert [moment.astimezone(BRUSSELS).strftime("%d %H:%M%z") for moment in spring] == [
        "29 03:30+0200",
        "30 02:30+0200",
    ]
    assert [moment.astimezone(BRUSSELS).strftime("%d %H:%M%z") for moment in autumn] == [
        "25 02:30+0200",
        "26 02:30+0100",
    ]


def test_half_past_six_stays_half_past_six_over_both_changes() -> None:
    """The hour is local: 05:30 UTC in winter, 04:30 in summer."""
    for month, day in ((3, 28), (10, 24)):
        found = list(boundaries(DAILY, local(day, 0, month=month), local(day + 2, 12, month=month)))
        assert {moment.astimezone(BRUSSELS).strftime("%H:%M") for moment in found} == {"06:30"}
        assert len(found) == 3


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    days=st.integers(1, 400),
)
def test_there_is_one_boundary_a_day_in_order(
    hour: int, minute: int, start: datetime, days: int
) -> None:
    """Over any span of days and any hour: as many boundaries as days, none twice."""
    at = Rhythm(at=time(hour, minute), zone=BRUSSELS)
    since = start.replace(tzinfo=UTC)
    found = list(boundaries(at, since, since + timedelta(days=days)))
    assert found == sorted(set(found))
    assert abs(len(found) - days) <= 1
    assert len({moment.astimezone(BRUSSELS).date() for moment in found}) == len(found)


def test_the_next_boundary_is_tomorrow_once_today_is_past() -> None:
    assert next_boundary(DAILY, local(12, 6, 29)) == local(12, 6, 30)
    assert next_boundary(DAILY, local(12, 6, 30)) == local(13, 6, 30)


def test_a_clock_that_was_far_ahead_holds_nothing_up() -> None:
    """A mail and an entry were dated 2030 by mistake: once the clock is right again, what is new
    goes at the next hour, and what goes then ends today."""
    wrong = local(12, 6, 30) + timedelta(days=1400)
    now = local(13, 6, 30)
    assert believed(wrong, now) == now - timedelta(days=1)
    for news in (local(12, 23), wrong):
        found = due(DAILY, since=wrong, now=now, news=news)
        assert found is not None
        assert found.boundary == now
    assert due(DAILY, since=wrong, now=now, news=None) is None


def test_weeks_of_silence_without_a_bot_name_the_weekly_hours_only() -> None:
    """Down for sixteen quiet days: two weekly messages are missing, not ten daily ones."""
    found = due(rhythm("weekly"), since=local(2, 6, 30), now=local(18, 12), news=None)
    assert found is not None
    assert found.missed == (local(9, 6, 30), local(16, 6, 30))
