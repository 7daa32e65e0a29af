"""The outbox as the rooms use it, always inside a transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.delivery.codec import encode
from bot.delivery.post import Kind, Post, Priority, State
from bot.messaging.address import Address
from bot.store import outbox as rows
from bot.store import sent_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from bot.messaging.outgoing import Outgoing
    from bot.store.tx import Reader, Tx


ENDS = frozenset({"closing", "reopened"})
REVIVED_MS = int(timedelta(days=2).total_seconds() * 1000)


class Outbox:
    """Where messages are posted. Whoever delivers listens, and is told after the commit."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[rows.Queued], None]] = []
        self._on_withdrawn: list[Callable[[str, int], None]] = []

    def listen(
        self, posted: Callable[[rows.Queued], None], withdrawn: Callable[[str, int], None]
    ) -> None:
        """Call in the writer's thread `posted` for each post that is on disk, and `withdrawn` with
        chat and id of each that won't go out after all.
        """
        self._listeners.append(posted)
        self._on_withdrawn.append(withdrawn)

    def post(self, tx: Tx, post: Post) -> int | None:
        """Post a message; its id, or None where this cause was posted to this chat before.

        An edit whose target still waits changes what the target will say; a newer edit takes the
        place of a waiting older one; taking back what still waits sends nothing at all.
        """
        body = post.message if isinstance(post.message, str) else encode(post.message)
        found = self._add(tx, post, body)
        if found is None:
            return None
        if post.target is not None and self._settled_early(tx, post, post.target, found, body):
            return found
        self._tell(tx, rows.Queued(found, str(post.chat), int(post.priority), tx.now_ms))
        return found

    def move(self, tx: Tx, chat: Address, to: Address) -> int:
        """What waits for a chat goes to its new address; how many."""
        return rows.move(tx, str(chat), str(to))

    def take_back(self, tx: Tx, cause: str) -> None:
        """Nobody needs any more what was posted under causes that begin so, where it still waits."""
        for row in rows.of_causes(tx, cause):
            self.withdraw(tx, row)

    def withdraw(self, tx: Tx, row: rows.Row) -> bool:
        """Take one post back, where it still waits; whether it did. What is being sent meanwhile
        isn't tried again if that fails.
        """
        waited = rows.withdraw(tx, row.id)
        if waited:
            self._tell_withdrawn(tx, row.chat, row.id)
        else:
            rows.recall(tx, row.id)
        return waited

    def spare(self, tx: Tx, membership: int, but: Container[str]) -> None:
        """A member hears no more of what is on its way to them, `but` what has such a purpose."""
        for row in rows.open_for(tx, membership):
            if row.purpose not in but:
                self.withdraw(tx, row)

    def revive(self, tx: Tx, chat: Address) -> None:
        """A chat can be written to again: what changes or ends something that stands there, and was
        refused meanwhile, goes out after all; of several changes of one message the newest.
        """
        found = rows.refused(tx, str(chat), tx.now_ms - REVIVED_MS)
        newest = {row.target_id: row.id for row in found}
        for row in found:
            if row.kind == Kind.SEND and row.purpose not in ENDS:
                continue
            if row.kind != Kind.SEND and newest[row.target_id] != row.id:
                rows.drop(tx, row.id, "a newer change took its place")
                continue
            rows.revive(tx, row.id)
            self._tell(tx, rows.Queued(row.id, row.chat, row.priority, tx.now_ms))

    def find(self, reader: Reader, chat: Address, native_id: str) -> int | None:
        """Which post a messenger's message is, for replies and presses."""
        return sent_parts.find(reader, str(chat), native_id)

    def of_cause(self, reader: Reader, cause: str) -> dict[str, int]:
        """What was posted for one cause: the outbox id by chat."""
        return dict(rows.of_cause(reader, cause))

    def of_alert(self, reader: Reader, alert: int, purposes: Container[str]) -> list[rows.Row]:
        """What was posted for an alert with one of these purposes, and was not taken back."""
        return [row for row in rows.of_alert(reader, alert) if row.purpose in purposes]

    def reword(self, tx: Tx, cause: str, message: Outgoing) -> None:
        """What was posted under causes that begin so says `message` instead, in the table too."""
        for row in rows.of_causes(tx, cause):
            rows.overwrite(tx, row.id, encode(message))
            edit = Post(
                chat=Address.parse(row.chat),
                message=message,
                cause=f"reworded:{row.id}",
                priority=Priority.ANSWER,
                purpose="rewording",
                kind=Kind.EDIT,
                target=row.id,
                membership=row.membership_id,
            )
            self.post(tx, edit)

    def alert_of(self, reader: Reader, chat: Address, native_id: str) -> int | None:
        """Which alert a messenger's message of ours is about."""
        found = self.find(reader, chat, native_id)
        row = rows.get(reader, found) if found is not None else None
        return row.alert_id if row else None

    def _add(self, tx: Tx, post: Post, body: str) -> int | None:
        return rows.post(
            tx,
            cause=post.cause,
            chat=str(post.chat),
            kind=post.kind.value,
            priority=int(post.priority),
            body=body,
            purpose=post.purpose,
            target_id=post.target,
            reply_to_id=post.reply_to,
            alert_id=post.alert,
            membership_id=post.membership,
            state=State.WAITING.value,
        )

    def _settled_early(self, tx: Tx, post: Post, target: int, found: int, body: str) -> bool:
        rows.replace_others(tx, target, but=found)
        if post.kind is Kind.EDIT:
            early = rows.new_body(tx, target, body)
        elif early := rows.withdraw(tx, target):
            self._tell_withdrawn(tx, str(post.chat), target)
        else:
            rows.recall(tx, target)
        if early:
            rows.drop(tx, found, "")
        return early

    def _tell(self, tx: Tx, queued: rows.Queued) -> None:
        def told() -> None:
            for listener in self._listeners:
                listener(queued)

        tx.after_commit(told)

    def _tell_withdrawn(self, tx: Tx, chat: str, outbox_id: int) -> None:
        def told() -> None:
            for listener in self._on_withdrawn:
                listener(chat, outbox_id)

        tx.after_commit(told)
