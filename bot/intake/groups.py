"""What is written straight into a native group.

While an alert is open it is kept in the log and passed on under the author's pseudonym. Outside
an open alert it is neither passed on nor kept. Its author is asked privately whether it should
become a report, at most once an hour; the words lie with that question until it is answered, an
hour at most, and only a yes keeps them. Where the bot can't write first, the author gets a short
reply in the group with a link that opens the private chat.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.journal.journal import append as append_entry
from bot.store import alerts as alert_store
from bot.store import people as people_store
from bot.store import timers

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.alerts.life import Life
    from bot.dialogue.commands import Command
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.messaging import Address, MessageReceived
    from bot.neighbourhood.people import People
    from bot.settings import NeighbourhoodSettings
    from bot.store.tx import Tx

ASK_AGAIN_AFTER = timedelta(hours=1)


class Groups:
    """Native groups: linking them, and what members write there."""

    def __init__(
        self,
        *,
        answers: Answers,
        people: People,
        conversations: Conversations,
        life: Life,
        deep_link: Callable[[Address, str], str | None],
        on_linked: Callable[[], None],
    ) -> None:
        self._answers = answers
        self._people = people
        self._talk = conversations
        self._life = life
        self._deep_link = deep_link
        self._on_linked = on_linked

    def command(self, ask: Ask, command: Command) -> None:
        """A command typed in a group: linking happens here, the rest is for the private chat."""
        if command.id == "koppel":
            self.link(ask, command.args)
        elif command.id == "export":
            self._answers.say(ask, "neighbourhood.export_direct")
        else:
            self.point_to_direct(ask, "meld")

    def point_to_direct(self, ask: Ask, payload: str) -> None:
        """A short reply in the group that leads to the private chat."""
        link = self._deep_link(ask.event.chat, payload)
        key = "neighbourhood.group_direct" if link else "neighbourhood.group_direct_plain"
        self._answers.say(ask, key, link=link or "")

    def link(self, ask: Ask, wanted: str) -> None:
        """`/koppel` in a group: it belongs to the coordinator's neighbourhood from now on."""
        mine = [m for m in ask.who.active if m.role == "coordinator"]
        if not mine:
            self._answers.say(ask, "neighbourhood.group_link_refused")
            return
        names = {m.neighbourhood: self._talk.place(m.neighbourhood).name for m in mine}
        chosen = [
            place
            for place, name in names.items()
            if len(names) == 1 or wanted.strip().lower() in (place, name.lower())
        ]
        if len(chosen) != 1:
            self._answers.say(ask, "neighbourhood.group_link_which", names=", ".join(names))
            return
        self._link(ask, chosen[0])

    def _link(self, ask: Ask, place: str) -> None:
        by = next(m for m in ask.who.active if m.neighbourhood == place)
        people_store.link_group(
            ask.tx, str(ask.event.chat), place, by=self._people.pseudonym(by, "nl")
        )
        append_entry(
            ask.tx,
            place,
            "group.linked",
            {"group": ask.event.chat.messenger, "by": self._people.pseudonym(by, "nl")},
        )
        ask.tx.after_commit(self._on_linked)
        self._answers.say(ask, "neighbourhood.group_linked", group=self._talk.place(place).name)

    def message(self, ask: Ask, event: MessageReceived) -> None:
        """Something a member wrote in the group."""
        if event.sender is not None and not event.anonymous:
            people_store.see(ask.tx, str(event.chat), str(event.sender.address), present=True)
        live = [a for a in alert_store.live(ask.tx, ask.place.id) if a.state == "open"]
        noise = self._talk.is_noise(event.text) and not event.media and event.location is None
        if live and noise:
            self._life.noise(ask.tx, live[0])
            return
        if live and ask.place.relay != "alerts":
            self._life.group_message(ask.tx, live[0], ask.member, event)
        if not noise and event.text:
            self._ask_author(ask, event)

    def anonymous(self, tx: Tx, place: NeighbourhoodSettings, event: MessageReceived) -> None:
        """Written behind the group's own name: kept while an alert is open, asked of nobody."""
        live = [a for a in alert_store.live(tx, place.id) if a.state == "open"]
        if live and place.relay != "alerts" and not self._talk.is_noise(event.text):
            self._life.group_message(tx, live[0], None, event)

    def _ask_author(self, ask: Ask, event: MessageReceived) -> None:
        """Should this become a report? At most once an hour."""
        if event.sender is None or event.anonymous:
            return
        subject = f"{event.chat}:{event.sender.address}"
        if timers.armed(ask.tx, "group_asked", subject):
            return
        if ask.member is None or ask.who.chat is None:
            timers.arm(ask.tx, "group_asked", subject, ASK_AGAIN_AFTER)
            self.point_to_direct(ask, "meld")
            return
        if self._talk.busy(ask.tx, ask.member.person_id):
            return
        timers.arm(ask.tx, "group_asked", subject, ASK_AGAIN_AFTER)
        private = replace(ask, chat=ask.who.chat)
        self._talk.begin(
            private,
            ask.member.person_id,
            ask.place.id,
            "group_post",
            {"text": event.text, "message": event.message_id, "source": event.source},
        )
