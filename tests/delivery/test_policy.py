"""What follows from how a send ended, as plain calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.policy import Again, Park, judge
from bot.delivery.post import Priority
from bot.errors import Permanent, RateLimited, Retryable, SaarbotError, Uncertain
from bot.store.outbox import Row

NOW = 1_800_000_000_000
MINUTE = 60_000


def row(**more: Any) -> Row:
    given_: dict[str, Any] = {
        "id": 1,
        "chat": "paper:anna",
        "kind": "send",
        "priority": int(Priority.ALERT),
        "body": "{}",
        "purpose": "card",
        "target_id": None,
        "reply_to_id": None,
        "alert_id": None,
        "membership_id": None,
        "state": "sending",
        "attempts": 1,
        "unknowns": 0,
        "created_at": NOW,
        "not_before": NOW,
        "reason": "",
    }
    return Row(**{**given_, **more})


def chance() -> float:
    return 1.0


@pytest.mark.parametrize(
    ("priority", "minutes"),
    [
        (Priority.ALERT, 30),
        (Priority.QUESTION, 30),
        (Priority.ANSWER, 120),
        (Priority.NOTICE, 720),
        (Priority.CAMPAIGN, 1440),
    ],
)
def test_patience_ends_by_priority(priority: Priority, minutes: int) -> None:
    """Until then it waits again; a minute later it is parked with the messenger's reason."""
    almost = row(priority=int(priority), attempts=9, created_at=NOW - (minutes - 1) * MINUTE)
    over = row(priority=int(priority), attempts=9, created_at=NOW - (minutes + 1) * MINUTE)
    assert isinstance(judge(almost, Retryable("busy"), NOW, chance), Again)
    assert judge(over, Retryable("busy"), NOW, chance) == Park(
        reason="busy", error="Retryable", unknown=False
    )


def test_nothing_is_given_up_before_its_third_try() -> None:
    """Even if the bot was down for a day."""
    old = NOW - 24 * 60 * MINUTE
    assert isinstance(judge(row(created_at=old, attempts=2), Retryable(), NOW, chance), Again)
    assert isinstance(judge(row(created_at=old, attempts=3), Retryable(), NOW, chance), Park)


def test_waits_are_lengthened_at_random_by_a_quarter_at_most() -> None:
    """So that lanes don't all come back in the same second."""
    for luck, wait in ((0.0, 1000), (1.0, 1250)):
        verdict = judge(row(), Retryable(), NOW, lambda luck=luck: luck)  # type: ignore[misc]  # bound on purpose
        assert isinstance(verdict, Again)
        assert verdict.not_before - NOW == wait


def test_a_limit_does_not_count_as_a_try() -> None:
    """Being told to wait is not the message's fault."""
    verdict = judge(row(attempts=4), RateLimited(after=timedelta(seconds=3)), NOW, chance)
    assert isinstance(verdict, Again)
    assert (verdict.attempts, verdict.pause, verdict.not_before) == (3, "chat", NOW + 3000)


def test_a_limit_that_outlasts_all_patience_parks_and_still_pauses() -> None:
    """Nobody waits five hours for an alert believing that it went out."""
    verdict = judge(row(), RateLimited(after=timedelta(hours=5), scope="account"), NOW, chance)
    assert isinstance(verdict, Park)
    assert (verdict.pause, verdict.not_before) == ("account", NOW + 5 * 60 * MINUTE)


def test_a_parked_repetition_may_have_arrived() -> None:
    """What was sent once without an answer stays unknown, whatever refuses it later."""
    verdict = judge(row(unknowns=1, attempts=2), Permanent("blocked"), NOW, chance)
    assert verdict == Park(reason="blocked", error="Permanent", unknown=True)


def test_a_plain_timeout_is_doubtful() -> None:
    """The request had left: it may have been sent, so it isn't simply sent again."""
    news = row(priority=int(Priority.ANSWER), purpose="group_message")
    verdict = judge(news, TimeoutError(), NOW, chance)
    assert isinstance(verdict, Park)
    assert verdict.unknown


errors = st.sampled_from(
    [
        Retryable(),
        Uncertain(),
        Permanent(),
        RateLimited(after=timedelta()),
        SaarbotError(),
        OSError(),
    ]
)


@given(
    error=errors,
    priority=st.sampled_from(list(Priority)),
    attempts=st.integers(1, 50),
    unknowns=st.integers(0, 1),
    age=st.integers(0, 2_000),
    answer=st.booleans(),
)
def test_nothing_is_repeated_twice_in_doubt_and_no_wait_is_empty(
    *, error: Exception, priority: Priority, attempts: int, unknowns: int, age: int, answer: bool
) -> None:
    """Whatever happened before: at most one repetition in doubt, and never a try at once."""
    before = row(
        priority=int(priority),
        attempts=attempts,
        unknowns=unknowns,
        purpose="answer" if answer else "notice",
        created_at=NOW - age * MINUTE,
    )
    verdict = judge(before, error, NOW, chance)
    if isinstance(verdict, Again):
        assert verdict.unknowns <= 1
        assert verdict.not_before > NOW
        assert verdict.unknowns == unknowns or (answer or priority <= Priority.QUESTION)
