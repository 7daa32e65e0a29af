"""What a coordinator tells the others: all members, or the fellow coordinators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.delivery.post import Post, Priority

if TYPE_CHECKING:
    from bot.delivery.outbox import Outbox
    from bot.neighbourhood.people import People
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice


class Notices:
    """Writes to many at once, each in their own language."""

    def __init__(self, *, people: People, voice: Voice, outbox: Outbox) -> None:
        self._people = people
        self._voice = voice
        self._outbox = outbox

    def to_all(self, tx: Tx, by: Member, text: str, *, cause: str) -> int:
        """A message from a coordinator to every member; to how many it goes."""
        recipients = self._people.recipients(tx, by.neighbourhood, without=by.id)
        key, rank = "neighbourhood.broadcast", Priority.NOTICE
        return sum(self._write(tx, by, r.member, key, rank, cause, text=text) for r in recipients)

    def to_coordinators(self, tx: Tx, by: Member, key: str, *, cause: str) -> None:
        """The fellow coordinators learn what one of them did."""
        for recipient in self._people.coordinators(tx, by.neighbourhood, without=by.id):
            self._write(tx, by, recipient.member, key, Priority.ANSWER, cause)

    def _write(
        self, tx: Tx, by: Member, to: Member, key: str, rank: Priority, cause: str, **values: Any
    ) -> bool:
        chat = self._people.chat_of(tx, to)
        if chat is None:
            return False
        lang = self._people.lang(to)
        who = self._people.pseudonym(by, lang)
        post = Post(
            chat=chat,
            message=self._voice.message(lang, key, who=who, **values),
            cause=f"{key}:{cause}",
            priority=rank,
            purpose="broadcast",
            membership=to.id,
        )
        self._outbox.post(tx, post)
        return True
