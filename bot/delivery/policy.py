"""What follows from how a send ended: pure.

| priority | tries again after | given up after |
|---|---|---|
| alert | 1, 2, 5, 10, then each 20 s | 30 minutes |
| question | 2, 5, 15, then each 30 s | 30 minutes |
| answer | 2, 5, 15, then each minute | 2 hours |
| notice | 5, 15, 60, then each 5 minutes | 12 hours |
| campaign | 30, 120, then each 10 minutes | 24 hours |

Each wait is lengthened by up to a quarter at random, so that lanes don't return all together. No
message is given up before its third try, even if the bot was down for longer than that; but one
that could not be tried at all, because its messenger wants silence for hours, is parked after
twice the time: nobody may think that it went out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.delivery.post import AWAITED, Kind, Priority
from bot.errors import ChatMoved, MessengerError, Permanent, RateLimited, Retryable, Uncertain

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.messaging.address import Address
    from bot.messaging.outgoing import Receipt
    from bot.store.outbox import Row

SECOND = 1000
FEWEST_TRIES = 3
KEEPS_ITS_PLACE = 3  # tries; afterwards others in its lane may pass
WAITED = "the messenger accepted nothing for too long"
UNKNOWN = "nobody knows whether it was sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patience:
    waits_s: tuple[int, ...]
    given_up_after_s: int


_PATIENCE = {
    Priority.ALERT: _Patience(waits_s=(1, 2, 5, 10, 20), given_up_after_s=1800),
    Priority.QUESTION: _Patience(waits_s=(2, 5, 15, 30), given_up_after_s=1800),
    Priority.ANSWER: _Patience(waits_s=(2, 5, 15, 60), given_up_after_s=7200),
    Priority.NOTICE: _Patience(waits_s=(5, 15, 60, 300), given_up_after_s=43_200),
    Priority.CAMPAIGN: _Patience(waits_s=(30, 120, 600), given_up_after_s=86_400),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The messenger accepted it."""

    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """It waits once more. `pause` names what must be silent until then: chat or account."""

    not_before: int
    reason: str
    attempts: int
    unknowns: int
    pause: str = ""

    @property
    def aside(self) -> bool:
        """Whether others in its lane may pass meanwhile."""
        return self.attempts > KEEPS_ITS_PLACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Park:
    """It will not go out by itself. `error` is the error's class, for who acts on it; `pause`
    names what must be silent until `not_before` all the same.
    """

    reason: str
    error: str
    unknown: bool
    pause: str = ""
    not_before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """It goes to another address."""

    to: Address


Verdict: TypeAlias = Sent | Again | Park | Move


def judge(row: Row, error: BaseException, now: int, chance: Callable[[], float]) -> Verdict:
    """What follows from `error`; `chance` gives numbers from 0 to 1."""
    if isinstance(error, Uncertain | TimeoutError) and row.kind == Kind.SEND:
        return uncertain(row, now + round(SECOND * (1 + chance() / 4)))
    if isinstance(error, ChatMoved) and row.attempts <= FEWEST_TRIES:
        return Move(to=error.to)
    if isinstance(error, Permanent):
        return _park(row, error.reason, error)
    if isinstance(error, RateLimited):
        return _limited(row, error, now)
    return _failed(row, error, now, chance)


def uncertain(row: Row, again_at: int) -> Verdict:
    """Nobody knows whether it was sent: once more if it matters, marked; else it is parked.

    An edit or a deletion done twice is the same as once: it failed like anything else.
    """
    first = row.unknowns == 0
    if row.kind != Kind.SEND or (first and matters(row)):
        return Again(
            not_before=again_at,
            reason=UNKNOWN,
            attempts=row.attempts,
            unknowns=row.unknowns + (row.kind == Kind.SEND),
        )
    return Park(reason=UNKNOWN, error=Uncertain.__name__, unknown=True)


def matters(row: Row) -> bool:
    """Whether a doubtful send is repeated: an alert, a question, or what somebody waits for."""
    return row.purpose in AWAITED or row.priority <= Priority.QUESTION


def hopeless_before(priority: Priority, now: int) -> int:
    """Messages of this priority that were made before this and still wait are parked."""
    return now - 2 * _PATIENCE[priority].given_up_after_s * SECOND


def _limited(row: Row, error: RateLimited, now: int) -> Verdict:
    """Not the message's fault: the try doesn't count, but patience still ends."""
    until = now + max(SECOND, round(error.after.total_seconds() * SECOND))
    if row.created_at < hopeless_before(Priority(row.priority), until):
        parked = _park(row, error.reason, error)
        return replace(parked, pause=error.scope, not_before=until)
    return Again(
        not_before=until,
        reason=error.reason,
        attempts=row.attempts - 1,
        unknowns=row.unknowns,
        pause=error.scope,
    )


def _failed(row: Row, error: BaseException, now: int, chance: Callable[[], float]) -> Verdict:
    """Temporary, as everything that is not known to be otherwise."""
    # The text of a foreign exception may hold anything: only its class is kept.
    reason = error.reason if isinstance(error, MessengerError) else type(error).__name__
    patience = _patience(row)
    old = now - row.created_at > patience.given_up_after_s * SECOND
    if old and row.attempts >= FEWEST_TRIES:
        return _park(row, reason, error)
    wait = patience.waits_s[min(row.attempts, len(patience.waits_s)) - 1] * SECOND
    asked = error.after if isinstance(error, Retryable) else None
    wait = round(wait * (1 + chance() / 4))
    if asked is not None:
        wait = max(wait, round(asked.total_seconds() * SECOND))
    return Again(not_before=now + wait, reason=reason, attempts=row.attempts, unknowns=row.unknowns)


def _park(row: Row, reason: str, error: BaseException) -> Park:
    return Park(reason=reason, error=type(error).__name__, unknown=row.unknowns > 0)


def _patience(row: Row) -> _Patience:
    return _PATIENCE[Priority(row.priority)]
