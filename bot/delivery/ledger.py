"""What delivery writes: a message is claimed before it is sent, and its outcome after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.delivery import policy
from bot.delivery.codec import decode
from bot.delivery.policy import Again, Move, Sent, Verdict
from bot.delivery.post import Kind, Outcome, Priority, Result, State
from bot.messaging.address import Address, MessageRef
from bot.messaging.capabilities import Capabilities, Feature
from bot.messaging.outgoing import Outgoing, Receipt
from bot.store import outbox as rows
from bot.store import sent_parts
from bot.store.tx import Reader, Tx

if TYPE_CHECKING:
    from bot.delivery.policy import Park

OnOutcome: TypeAlias = Callable[[Tx, Outcome], None]
RECALLED = "nobody needed it any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A claimed message: what to hand to the adapter. `refs` are what an edit changes."""

    row: rows.Row
    chat: Address
    message: Outgoing
    refs: tuple[MessageRef, ...] = ()

    @property
    def key(self) -> str:
        """The same for every try of this message."""
        return str(self.row.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """The message waits for another chat than the one it was claimed for."""

    chat: str


def claim(
    tx: Tx, outbox_id: int, chat: str, can: Capabilities, markers: Mapping[str, str]
) -> Ticket | Elsewhere | None:
    """Mark a message as being sent; None where there is nothing to send any more."""
    row = rows.claim(tx, outbox_id)
    if row is None:
        return None
    if row.chat != chat:
        _unclaim(tx, row)
        return Elsewhere(chat=row.chat)
    if row.target_id is None:
        return _ticket(tx, row, (), markers)
    refs = tuple(_refs(tx, row.target_id))
    if why := _why_not(tx, row, row.target_id, refs, can):
        rows.drop(tx, row.id, why)
        return None
    return _ticket(tx, row, refs, {})


def set_aside(tx: Tx, outbox_id: int, on_outcome: OnOutcome | None) -> None:
    """Park a message that can't even be read; whoever should have had it was not reached."""
    row = rows.get(tx, outbox_id)
    if row is not None:
        verdict = policy.Park(reason="it can't be read", error="", unknown=row.unknowns > 0)
        record(tx, row, verdict, on_outcome)


def record(tx: Tx, row: rows.Row, verdict: Verdict, on_outcome: OnOutcome | None) -> None:
    """Write how a send ended, and tell the core in the same transaction."""
    if isinstance(verdict, Again):
        if why := _needless(tx, row):
            rows.drop(tx, row.id, why)
            return
        rows.retry(
            tx,
            row.id,
            not_before=verdict.not_before,
            reason=verdict.reason,
            unknowns=verdict.unknowns,
            attempts=verdict.attempts,
        )
        return
    if isinstance(verdict, Sent):
        outcome = _sent(tx, row, verdict.receipt)
    elif isinstance(verdict, Move):
        outcome = _moved(tx, row, verdict.to)
    else:
        outcome = _parked(tx, row, verdict)
    if on_outcome is not None:
        on_outcome(tx, outcome)


def under_way(reader: Reader) -> list[rows.Row]:
    """What a process that died was sending: nobody knows whether it was sent."""
    return rows.under_way(reader)


def recover(tx: Tx, row: rows.Row, on_outcome: OnOutcome | None) -> None:
    """Settle one of those. It waits a second: a process that dies right after its start, again and
    again, must not use up the one repetition.
    """
    record(tx, row, policy.uncertain(row, tx.now_ms + policy.SECOND), on_outcome)


def hopeless(reader: Reader, now: int, since: int) -> list[int]:
    """What has waited for too long, counted from `since` at the earliest (when we came up)."""
    found = []
    for priority in Priority:
        before = policy.hopeless_before(priority, now)
        if before > since:
            found += rows.waiting_since(reader, priority, before)
    return found


def give_up(tx: Tx, outbox_id: int, on_outcome: OnOutcome | None) -> None:
    """Park one of those, if it still waits."""
    row = rows.claim(tx, outbox_id)
    if row is not None:
        verdict = policy.Park(reason=policy.WAITED, error="RateLimited", unknown=row.unknowns > 0)
        record(tx, row, verdict, on_outcome)


def _needless(tx: Tx, row: rows.Row) -> str:
    """Why what failed need not be tried again; empty if it must. Of several changes of one message
    only the newest need go.
    """
    if row.kind == Kind.EDIT and rows.changed_since(tx, row.target_id, row.id):
        return "a newer change took its place"
    return RECALLED if rows.is_recalled(tx, row.id) else ""


def _unclaim(tx: Tx, row: rows.Row) -> None:
    rows.retry(
        tx,
        row.id,
        not_before=row.not_before,
        reason=row.reason,
        unknowns=row.unknowns,
        attempts=row.attempts - 1,
    )


def _why_not(
    tx: Tx, row: rows.Row, target: int, refs: tuple[MessageRef, ...], can: Capabilities
) -> str:
    """Why a message of ours can't or needn't be changed; empty if it can."""
    state, done_at = rows.state_of(tx, target) or ("", None)
    if state == State.WAITING:
        absorbed = row.kind == Kind.DELETE and rows.withdraw(tx, target)
        absorbed = absorbed or rows.new_body(tx, target, row.body)
        return "the message had not gone out yet" if absorbed else "there is no such message"
    if state != State.SENT or not refs:
        return "the message was not sent, or was taken back"
    if any(str(ref.chat) != row.chat for ref in refs):
        return "the message is in a chat that moved"
    if row.kind == Kind.DELETE:
        return "" if can.can(Feature.DELETE) else "this chat can't take a message back"
    if not can.can(Feature.EDIT):
        return "this chat can't change a message"
    return _too_late(tx, target, done_at or 0, can)


def _too_late(tx: Tx, target: int, done_at: int, can: Capabilities) -> str:
    if can.edit_age_s is not None and tx.now_ms - done_at > can.edit_age_s * policy.SECOND:
        return "the message is too old to be changed"
    if can.edit_count is not None and rows.edits_made(tx, target) >= can.edit_count:
        return "the message was changed as often as this chat allows"
    return ""


def _ticket(
    tx: Tx, row: rows.Row, refs: tuple[MessageRef, ...], markers: Mapping[str, str]
) -> Ticket:
    message = decode(row.body)
    if row.unknowns and (marker := markers.get(message.lang) or next(iter(markers.values()), "")):
        message = replace(message, text=f"{marker} {message.text}")
    if row.reply_to_id is not None and (answered := _refs(tx, row.reply_to_id)):
        first = answered[0]
        message = replace(message, reply_to=first if str(first.chat) == row.chat else None)
    return Ticket(row=row, chat=Address.parse(row.chat), message=message, refs=refs)


def _refs(reader: Reader, outbox_id: int) -> list[MessageRef]:
    return [
        MessageRef(Address.parse(chat), native)
        for native, chat in sent_parts.of_post(reader, outbox_id)
    ]


def _sent(tx: Tx, row: rows.Row, receipt: Receipt) -> Outcome:
    rows.sent(tx, row.id, reached=receipt.reached)
    changed = row.id if row.target_id is None else row.target_id
    if receipt.parts or row.kind == Kind.DELETE:
        sent_parts.keep(tx, changed, row.chat, receipt.parts)
    return replace(
        _outcome(row, Result.SENT),
        reached=receipt.reached,
        parts=receipt.parts,
        failed=receipt.failed,
    )


def _moved(tx: Tx, row: rows.Row, to: Address) -> Outcome:
    rows.move(tx, row.chat, str(to))
    moved = rows.get(tx, row.id)
    if moved is not None and moved.state == State.SENDING and rows.is_recalled(tx, row.id):
        rows.drop(tx, row.id, RECALLED)
    elif moved is not None and moved.state == State.SENDING:
        rows.retry(
            tx,
            row.id,
            not_before=tx.now_ms,
            reason="chat moved",
            unknowns=row.unknowns,
            attempts=row.attempts,
        )
    return replace(_outcome(row, Result.MOVED), chat=to, moved_from=Address.parse(row.chat))


def _parked(tx: Tx, row: rows.Row, verdict: Park) -> Outcome:
    recalled = rows.is_recalled(tx, row.id)
    (rows.drop if recalled else rows.park)(tx, row.id, verdict.reason)
    result = Result.UNKNOWN if verdict.unknown else Result.PARKED
    return replace(
        _outcome(row, result),
        twice=row.unknowns > 0 and not recalled,
        reason=verdict.reason,
        error=verdict.error,
    )


def _outcome(row: rows.Row, result: Result) -> Outcome:
    return Outcome(
        outbox_id=row.id,
        chat=Address.parse(row.chat),
        purpose=row.purpose,
        kind=Kind(row.kind),
        alert=row.alert_id,
        membership=row.membership_id,
        result=result,
    )
