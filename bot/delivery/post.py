"""What is to be sent, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.messaging.address import Address
    from bot.messaging.outgoing import Outgoing


class Priority(IntEnum):
    """What goes first. The lower, the sooner."""

    ALERT = 0
    QUESTION = 1
    ANSWER = 2
    NOTICE = 3
    CAMPAIGN = 9


class Kind(StrEnum):
    """A new message, or a change to one that was posted before."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"


class State(StrEnum):
    """Where a message stands. `dropped`: not needed any more — a newer edit took its
    place, it was taken back, or it is too late to change what was sent.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"
    DROPPED = "dropped"


class Result(StrEnum):
    """How a send ended. Unknown: parked too, but it may have arrived."""

    SENT = "sent"
    PARKED = "parked"
    UNKNOWN = "unknown"
    MOVED = "moved"


# Purposes of messages that somebody waits for: what answers them, or asks them something.
AWAITED = frozenset({"question", "answer", "asked", "answered", "export"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message to one chat; `cause` is unique with the chat, so that posting again is nothing.

    `message` may be given as the JSON that `bot/delivery/codec.py` makes of it.
    An EDIT or DELETE names the outbox id it changes (`target`); `reply_to` is the outbox id it
    answers (for somebody else's message: `message.reply_to`). `alert` and `membership` are for the
    tally. `purpose` says what it is for: one that is `AWAITED` is repeated, marked, when nobody knows
    whether it was sent.
    """

    chat: Address
    message: Outgoing | str
    cause: str
    priority: Priority
    purpose: str
    kind: Kind = Kind.SEND
    target: int | None = None
    reply_to: int | None = None
    alert: int | None = None
    membership: int | None = None

    def __post_init__(self) -> None:
        if (self.kind is Kind.SEND) is not (self.target is None):
            raise ValueError("an edit or a deletion names its target, and nothing else does")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one post. With MOVED the message still waits; `chat` is the new address.

    `reached` is False where it is stored but nobody sees it now. `twice`: it was sent again after a
    first doubt, and is parked for a second, or for a refusal. `failed` are members of a native
    group whom it did not reach, with the messenger's reason.
    """

    outbox_id: int
    chat: Address
    purpose: str
    kind: Kind
    alert: int | None
    membership: int | None
    result: Result
    reached: bool = True
    twice: bool = False
    reason: str = ""
    error: str = ""
    parts: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    moved_from: Address | None = None
