"""Who still hears of an alert whose card was posted to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.post import State
from bot.neighbourhood.people import ACTIVE, People
from bot.store import outbox as outbox_rows
from bot.store import people as people_store

if TYPE_CHECKING:
    from bot.store.alerts import Copy
    from bot.store.tx import Tx


def has_left(tx: Tx, copy: Copy) -> bool:
    """Whether somebody's copy of the card was theirs, and they left: it shows only the end."""
    member = people_store.member(tx, copy.membership_id) if copy.membership_id else None
    return member is not None and member.state not in ACTIVE


def listens(tx: Tx, copy: Copy, purpose: str) -> bool:
    """Whoever left or paused meanwhile hears only how it ended, if they saw the card."""
    if copy.membership_id is None:
        return True
    member = people_store.member(tx, copy.membership_id)
    if member is not None and People.gets_alerts(member, tx.now_ms):
        return True
    card_state = outbox_rows.state_of(tx, copy.outbox_id)
    return purpose == "closing" and card_state is not None and card_state[0] != State.DROPPED
