"""What /v2/send answers: up to 0.100 an object, from 0.101 on an array (commit 6a225e6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.signal.frame import Fields
from bot.errors import Uncertain


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The timestamp that names the message, and who was not reached: (uuid or number, reason)."""

    timestamp: int
    failed: tuple[tuple[str, str], ...] = ()


def accepted(answer: Any) -> Accepted:
    """Read either shape; raises Uncertain for another, since the message may have gone out."""
    entries = answer if isinstance(answer, list) else [answer]
    first = Fields(entries[0] if entries else None)
    timestamp = first.text("timestamp") or str(first.number("timestamp") or "")
    if not timestamp.isdecimal():
        raise Uncertain("signal-cli-rest-api gave an answer we can't read")
    recipients = (
        Fields(one)
        for entry in entries
        for one in Fields(entry).fields("errors").many("recipients")
    )
    return Accepted(timestamp=int(timestamp), failed=tuple(_failure(one) for one in recipients))


def _failure(recipient: Fields) -> tuple[str, str]:
    who = recipient.text("uuid") or recipient.text("number") or recipient.text("username")
    return who, recipient.text("reason")
