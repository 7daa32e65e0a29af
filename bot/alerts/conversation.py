"""What is written in the native groups of a neighbourhood that always relays, with no alert open.

It is kept, and goes to each other native group and directly to whoever is in none. While a
coordinator has stopped relaying it is only kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.chronicle import stamp
from bot.alerts.life import passed_on, told_in
from bot.delivery.post import Post, Priority
from bot.journal.journal import append as append_entry
from bot.messaging import Address
from bot.store import places as place_store

if TYPE_CHECKING:
    from bot.alerts.chronicle import Chronicle
    from bot.alerts.relay import Relay
    from bot.delivery.outbox import Outbox
    from bot.messaging import MessageReceived
    from bot.neighbourhood.people import People
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice


class Conversation:
    """Keeps it and passes it on."""

    def __init__(
        self, *, people: People, voice: Voice, relay: Relay, outbox: Outbox, chronicle: Chronicle
    ) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay
        self._outbox = outbox
        self._log = chronicle

    def message(self, tx: Tx, place: str, member: Member | None, event: MessageReceived) -> None:
        """Something that a member wrote in a native group."""
        append_entry(
            tx,
            place,
            "case.group_message",
            {
                "case": "",
                "author": self._log.name(member),
                "text": told_in(event),
                "source": event.source,
                "message": event.message_id,
                "platform_at": stamp(event.occurred_at),
            },
        )
        shown = self._relay.rules(place).shown(event.text).strip()
        if not shown or place_store.is_paused(tx, place):
            return
        own = self._people.chats_of(tx, member) if member else []
        for chat, lang in self._readers(tx, place):
            if chat not in (event.chat, *own):
                who = self._people.pseudonym(member, lang)
                post = Post(
                    chat=chat,
                    message=self._voice.message(lang, "alerts.group_message", who=who, text=shown),
                    cause=passed_on(event),
                    priority=Priority.NOTICE,
                    purpose="group_message",
                )
                self._outbox.post(tx, post)

    def _readers(self, tx: Tx, place: str) -> list[tuple[Address, str]]:
        """Each native group, and the direct chat of whoever is in none; with the language there."""
        groups = [
            (Address.parse(group), self._voice.default)
            for group in place_store.groups_of(tx, place)
        ]
        return groups + [
            (r.chat, self._people.lang(r.member))
            for r in self._people.recipients(tx, place)
            if r.chat is not None and not r.groups
        ]
