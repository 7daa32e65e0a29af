"""What is written straight into a native group.

While an alert is open it is kept in the log and passed on under the author's pseudonym. Outside
an open alert it is neither passed on nor kept. Its author is asked privately whether it should
become a report, at most once an hour; the words lie with that question until it is answered, an
hour at most, and only a yes keeps them (`unkept.py`). Where the bot can't write first, the author gets a short
reply in the group with a link that opens the private chat.

A member who answers the card there (its number, GEZIEN, VEILIG) or types a command is taken to the
private chat; that is no conversation and goes nowhere. Thanks and thumbs are swallowed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.alerts import card
from bot.intake.arrival import REPORT, SEEN
from bot.messaging import ChatKind, ContentKind
from bot.neighbourhood import grouping
from bot.store import alerts as alert_store
from bot.store import dialogues as dialogue_store
from bot.store import places as place_store
from bot.store import timers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.alerts.conversation import Conversation
    from bot.alerts.life import Life
    from bot.alerts.reach import Reach
    from bot.alerts.relay import Relay
    from bot.dialogue.commands import Command, CommandTable
    from bot.dialogue.lexicon import Lexicon
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.messaging import Address, MessageReceived
    from bot.neighbourhood.people import People
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.tx import Tx

ASK_AGAIN_AFTER = timedelta(hours=1)
TIMER = "group_asked"
VERBS = {"seen": "gezien", "safe": "veilig"}
PRIVATE = frozenset({"meld", "gezien", "veilig", "einde", "aanvullen", "fout"})


class Groups:
    """Native groups: linking them, and what members write there."""

    def __init__(
        self,
        *,
        answers: Answers,
        people: People,
        conversations: Conversations,
        life: Life,
        conversation: Conversation,
        relay: Relay,
        lexicon: Lexicon,
        commands: CommandTable,
        handlers: Mapping[str, Callable[[Ask], None]],
        reach: Reach,
        deep_link: Callable[[Address, str], str | None],
        on_linked: Callable[[], None],
    ) -> None:
        self._answers = answers
        self._people = people
        self._talk = conversations
        self._life = life
        self._conversation = conversation
        self._relay = relay
        self._lexicon = lexicon
        self._commands = commands
        self._handlers = handlers
        self._reach = reach
        self._deep_link = deep_link
        self._on_linked = on_linked

    # --- commands ----------------------------------------------------------------------------

    def command(self, ask: Ask, command: Command) -> None:
        """A command typed in a group: linking happens here, the rest in the private chat."""
        if command.id == "koppel":
            self.link(ask, command.args)
        elif command.id == "export":
            self._answers.say(ask, "neighbourhood.export_direct")
        elif command.id in PRIVATE and ask.member is not None and ask.who.chat is not None:
            self._handlers[command.id](self._privately(ask).saying(command.args))
        else:
            self.point_to_direct(ask, REPORT)

    @staticmethod
    def payload(pressed: str) -> str:
        """What the link of a button's presser carries whom the bot can't write to."""
        _prefix, verb, wanted = (*pressed.split(":", 2), "", "")[:3]
        return f"{SEEN}{wanted}" if verb == "seen" and wanted.isdigit() else REPORT

    def point_to_direct(self, ask: Ask, payload: str) -> None:
        """A short reply in the group that leads to the private chat."""
        link = self._deep_link(ask.event.chat, payload)
        key = "neighbourhood.group_direct" if link else "neighbourhood.group_direct_plain"
        self._answers.say(ask, key, link=link or "")

    @staticmethod
    def _privately(ask: Ask) -> Ask:
        """The same in the private chat, with what is open there."""
        person, chat = ask.who.person_id, ask.who.chat
        found = dialogue_store.of_person(ask.tx, person) if person is not None else ()
        return replace(ask, chat=chat or ask.chat, dialogues=found)

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
        owner = place_store.place_of_group(ask.tx, str(ask.event.chat))
        if owner is not None and owner not in names:
            self._answers.say(ask, "neighbourhood.group_link_taken")
        elif len(chosen) != 1:
            self._answers.say(
                ask, "neighbourhood.group_link_which", names=", ".join(names.values())
            )
        else:
            self._link(ask, chosen[0])

    def _link(self, ask: Ask, place: str) -> None:
        by = next(m for m in ask.who.active if m.neighbourhood == place)
        name = self._people.pseudonym(by, "nl")
        before = grouping.link(ask.tx, ask.event.chat, place, by=name)
        if before is not None:
            self._tell_moved(ask, before, place)
        ask.tx.after_commit(self._on_linked)
        said = replace(ask, placed=False)  # where it belonged until now is no part of the answer
        self._answers.say(said, "neighbourhood.group_linked", group=self._talk.place(place).name)

    def _tell_moved(self, ask: Ask, before: str, place: str) -> None:
        """The coordinators who have a group less learn who took it, and what becomes of its members."""
        mover = next(m for m in ask.who.active if m.neighbourhood == before)
        self._relay.tell_coordinators(
            ask.tx,
            before,
            "neighbourhood.group_moved",
            cause=f"group moved:{ask.event.chat}:{ask.tx.now_ms}",
            without=mover.id,
            who=lambda lang: self._people.pseudonym(mover, lang),
            messenger=ask.event.chat.messenger,
            group=self._talk.place(place).name,
        )

    def put_out(self, tx: Tx, place: NeighbourhoodSettings, chat: Address) -> None:
        """The bot is no longer in a group: its members are written to directly from now on."""
        if grouping.unlink(tx, chat, place.id):
            self._relay.tell_coordinators(
                tx,
                place.id,
                "neighbourhood.group_lost",
                cause=f"group lost:{chat}:{tx.now_ms}",
                messenger=chat.messenger,
            )
            self._reach.catch_up(tx, place.id)

    # --- messages ----------------------------------------------------------------------------

    def message(self, ask: Ask, event: MessageReceived) -> None:
        """Something a member wrote in the group."""
        if event.sender is not None and not event.anonymous:
            place_store.see(ask.tx, str(event.chat), str(event.sender.address), present=True)
        live = self._open(ask.tx, ask.place.id)
        if self._answers_card(ask, event, live):
            return
        if self._is_noise(event):
            if live:
                self._life.noise(ask.tx, live[0])
            return
        self._pass_on(ask, event, live)
        if event.text.strip():
            self._ask_author(ask, event)

    def anonymous(self, ask: Ask, event: MessageReceived) -> None:
        """Written behind the group's own name: kept while an alert is open, asked of nobody."""
        if not self._is_noise(event):
            self._pass_on(ask, event, self._open(ask.tx, ask.place.id))

    @staticmethod
    def _open(tx: Tx, place: str) -> list[Alert]:
        return [alert for alert in alert_store.live(tx, place) if alert.state == "open"]

    def _is_noise(self, event: MessageReceived) -> bool:
        """Thanks, thumbs and stickers; a stray number is no conversation either."""
        if event.media or event.location is not None:
            return False
        bare = self._lexicon.number(event.text) is not None
        return event.content is ContentKind.STICKER or bare or self._talk.is_noise(event.text)

    def _pass_on(self, ask: Ask, event: MessageReceived, live: list[Alert]) -> None:
        if live and ask.place.relay != "alerts":
            about = [alert for alert in live if alert.id == ask.about]
            self._life.group_message(ask.tx, (about or live)[0], ask.member, event)
        elif ask.place.relay == "always":
            self._conversation.message(ask.tx, ask.place.id, ask.member, event)

    # --- answers to the card -------------------------------------------------------------------

    def _answers_card(self, ask: Ask, event: MessageReceived, live: list[Alert]) -> bool:
        """Take a number or a word of the card; False when the message is no such answer."""
        if not live or ask.member is None or event.media:
            return False
        command = self._commands.parse(event.text, chat_kind=ChatKind.DIRECT)
        if command is not None and command.id in VERBS.values():
            self._act(ask, command.id, command.args, live)
            return True
        number = self._lexicon.number(event.text)
        choices = card.choices_for(live[0], coordinator=False)
        if number is None or not 1 <= number <= len(choices):
            return False
        verb = choices[number - 1][1].split(":")[1]
        self._act(ask, VERBS[verb], "", live)
        return True

    def _act(self, ask: Ask, command: str, args: str, live: list[Alert]) -> None:
        if ask.who.chat is None:
            about = [alert.id for alert in live if alert.id == ask.about or len(live) == 1]
            self.point_to_direct(ask, f"{SEEN}{about[0]}" if about else REPORT)
        else:
            self._handlers[command](self._privately(ask).saying(args))

    # --- should it become a report? ------------------------------------------------------------

    def _ask_author(self, ask: Ask, event: MessageReceived) -> None:
        """At most once an hour."""
        if event.sender is None or event.anonymous:
            return
        subject = f"{event.chat}:{event.sender.address}"
        if timers.armed(ask.tx, TIMER, subject):
            return
        if ask.member is None or ask.who.chat is None:
            timers.arm(ask.tx, TIMER, subject, ASK_AGAIN_AFTER)
            self.point_to_direct(ask, REPORT)
            return
        private = self._privately(ask)
        if private.dialogues:
            return  # a conversation is open: it is not interrupted
        timers.arm(ask.tx, TIMER, subject, ASK_AGAIN_AFTER)
        data = {"text": event.text, "message": event.message_id, "source": event.source}
        self._talk.begin(private, ask.member.person_id, ask.place.id, "group_post", data)
