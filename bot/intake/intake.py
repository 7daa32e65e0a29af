"""Each event goes to exactly one handler, once.

What was seen before is dropped: by the raw key, which saves the parsing, and by each event's own
id. A private message is, in this order: an invitation, a command, an answer in the open
conversation, a bare number that answers an open question, thanks, or the beginning of a report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.dialogue import token
from bot.intake import answers as read
from bot.intake.ask import Ask
from bot.intake.coordinator import is_coordinator
from bot.messaging import (
    Address,
    ButtonPressed,
    ChatKind,
    ChatMigrated,
    ContactLost,
    ContentKind,
    MembershipChanged,
    MessageEdited,
    MessageReceived,
)
from bot.store import alerts as alert_store
from bot.store import dialogues as dialogue_store
from bot.store import inbox
from bot.store import people as people_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.alerts.life import Life
    from bot.alerts.relay import Relay
    from bot.dialogue.commands import Command, CommandTable
    from bot.intake.acts import Acts
    from bot.intake.ask import Answers
    from bot.intake.conversations import Conversations
    from bot.intake.groups import Groups
    from bot.intake.resident import ResidentCommands
    from bot.journal.vault import Vault
    from bot.messaging import Event, Sender
    from bot.neighbourhood.people import People, Who
    from bot.settings import NeighbourhoodSettings
    from bot.store.alerts import Alert
    from bot.store.dialogues import Dialogue
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

EVERYBODY = frozenset({"start", "help", "taal", "privacy", "koppel"})


class Intake:
    """The way of an event to its handler."""

    def __init__(
        self,
        *,
        places: Mapping[str, NeighbourhoodSettings],
        voice: Voice,
        answers: Answers,
        people: People,
        conversations: Conversations,
        life: Life,
        relay: Relay,
        vault: Vault,
        groups: Groups,
        residents: ResidentCommands,
        acts: Acts,
        commands: CommandTable,
        handlers: Mapping[str, Callable[[Ask], None]],
        coordinator_only: frozenset[str],
    ) -> None:
        self._places = places
        self._voice = voice
        self._answers = answers
        self._people = people
        self._talk = conversations
        self._life = life
        self._relay = relay
        self._vault = vault
        self._groups = groups
        self._residents = residents
        self._acts = acts
        self._commands = commands
        self._handlers = handlers
        self._coordinator_only = coordinator_only

    def handle(self, tx: Tx, event: Event) -> None:
        """Take one event; doing it again is a no-op."""
        received = int(event.received_at.timestamp() * 1000)
        if not inbox.first_sight_of_event(tx, event.source, event.event_id, received):
            return
        if event.is_self:
            return
        if isinstance(event, MessageReceived):
            self._message(tx, event)
        elif isinstance(event, ButtonPressed):
            self._press(tx, event)
        elif isinstance(event, MessageEdited):
            self._edit(tx, event)
        elif isinstance(event, MembershipChanged):
            self._membership(tx, event)
        elif isinstance(event, ChatMigrated):
            self.moved(tx, event.chat, event.to)
        elif isinstance(event, ContactLost):
            self.lost(tx, event.chat)

    # --- who asks, and for which neighbourhood -------------------------------------------

    def _ask(self, tx: Tx, event: Event, sender: Sender, *, chat: Address | None = None) -> Ask:
        who = self._people.who(tx, sender)
        member = self._member(tx, who)
        place = self._places[member.neighbourhood] if member else self._default_place()
        return Ask(
            tx=tx,
            event=event,
            who=who,
            member=member,
            place=place,
            chat=chat or event.chat,
        )

    def _default_place(self) -> NeighbourhoodSettings:
        return next(iter(self._places.values()))

    @staticmethod
    def _member(tx: Tx, who: Who) -> Member | None:
        """The membership that is meant: the only one, or the one of the latest conversation."""
        if len(who.active) > 1 and who.person_id is not None:
            for dialogue in dialogue_store.of_person(tx, who.person_id):
                for member in who.active:
                    if member.neighbourhood == dialogue.neighbourhood:
                        return member
        return next(iter(who.active), None)

    # --- messages -------------------------------------------------------------------------

    def _message(self, tx: Tx, event: MessageReceived) -> None:
        if event.chat_kind is ChatKind.GROUP:
            self._group_message(tx, event)
        elif event.sender is not None:
            self._direct_message(tx, event, event.sender)

    def _direct_message(self, tx: Tx, event: MessageReceived, sender: Sender) -> None:
        ask = self._ask(tx, event, sender)
        dialogue = self._open_dialogue(tx, ask)
        command = self._commands.parse(event.text, chat_kind=ChatKind.DIRECT)
        if command is not None and not self._is_answer(command, dialogue):
            self._command(ask, command)
        elif dialogue is not None:
            self._answer(ask, dialogue, event)
        elif ask.member is None:
            self._stranger(ask)
        elif not self._acts.number(ask, event.text):
            self._unasked(ask, event)

    @staticmethod
    def _open_dialogue(tx: Tx, ask: Ask) -> Dialogue | None:
        person = ask.who.person_id
        found = dialogue_store.of_person(tx, person) if person is not None else []
        return found[0] if found else None

    @staticmethod
    def _is_answer(command: Command, dialogue: Dialogue | None) -> bool:
        """Within a conversation a bare word is an answer; `/stop` and the like are the script's."""
        if dialogue is None:
            return False
        return command.id in ("stop", "help") or not command.explicit

    def _command(self, ask: Ask, command: Command) -> None:
        if command.id in self._coordinator_only and not is_coordinator(ask.member):
            self._answers.say(
                ask, "neighbourhood.not_allowed" if ask.member else "neighbourhood.stranger"
            )
            return
        if ask.member is None and command.id not in EVERYBODY:
            self._stranger(ask)
            return
        ask = Ask(
            tx=ask.tx,
            event=ask.event,
            who=ask.who,
            member=ask.member,
            place=ask.place,
            chat=ask.chat,
            args=command.args,
        )
        if command.id == "start":
            self._residents.start(ask)
        else:
            self._handlers[command.id](ask)

    def _stranger(self, ask: Ask) -> None:
        pending = any(m.state == "pending" for m in ask.who.members)
        self._answers.say(
            ask, "neighbourhood.already_asked" if pending else "neighbourhood.stranger"
        )

    def _answer(self, ask: Ask, dialogue: Dialogue, event: MessageReceived) -> None:
        alert = self._kept_with(ask.tx, dialogue)
        again = self._keep_files(ask, event, dialogue=dialogue.id, alert=alert)
        self._remember(ask, event, alert)
        if alert is not None and event.text:
            self._life.add_words(ask.scene(), alert, event)
        if not again:
            self._talk.answer(ask, dialogue, read.from_message(event))

    def _kept_with(self, tx: Tx, dialogue: Dialogue) -> Alert | None:
        """The alert that a conversation adds to, once it is out."""
        if dialogue.script not in ("enrich", "sighting"):
            return None
        alert = self._talk.data_of(dialogue).get("alert")
        return alert_store.by_id(tx, int(alert)) if alert else None

    def _keep_files(
        self, ask: Ask, event: MessageReceived, *, dialogue: int | None, alert: Alert | None
    ) -> bool:
        """Want the files; True for a later part of an album, which needs no answer of its own."""
        place = alert.neighbourhood if alert else ask.place.id
        for media in event.media:
            self._vault.want(
                ask.tx,
                media,
                neighbourhood=place,
                alert=alert.id if alert else None,
                membership=ask.member.id if ask.member else None,
                dialogue=None if alert else dialogue,
            )
        if not event.group_key:
            return False
        return not inbox.first_of_album(ask.tx, event.source, event.group_key)

    @staticmethod
    def _remember(ask: Ask, event: MessageReceived, alert: Alert | None) -> None:
        if ask.member is not None and event.text:
            alert_store.hear(
                ask.tx,
                str(event.chat),
                event.message_id,
                member=ask.member.id,
                alert=alert.id if alert else None,
                digest=event.text,
            )

    def _unasked(self, ask: Ask, event: MessageReceived) -> None:
        """Nothing was asked: thanks, an addition to one's own open alert, or a new report."""
        if ask.member is None:
            return
        live = [a for a in alert_store.live(ask.tx, ask.place.id) if a.state == "open"]
        bare = not event.media and event.location is None
        if bare and event.content is not ContentKind.PLAIN:
            self._answers.say(ask, "neighbourhood.not_understood_kind")
        elif bare and not event.text.strip():
            self._answers.say(ask, "neighbourhood.empty_message")
        elif bare and self._talk.is_noise(event.text):
            self._thanks(ask, live)
        elif event.media and (mine := [a for a in live if a.reporter_id == ask.member.id]):
            self._add_picture(ask, event, mine[0])
        else:
            self._begin_report(ask, event)

    def _thanks(self, ask: Ask, live: list[Alert]) -> None:
        """Swallowed: counted, passed on to nobody."""
        if live:
            self._life.noise(ask.tx, live[0])
        elif ask.member is not None:
            who = self._people.pseudonym(ask.member, ask.lang)
            self._answers.say(
                ask,
                "neighbourhood.hello",
                choices=(
                    ("neighbourhood.menu.report", "a:meld:0"),
                    ("neighbourhood.menu.help", "a:help:0"),
                ),
                subject="menu",
                who=who,
            )

    def _add_picture(self, ask: Ask, event: MessageReceived, alert: Alert) -> None:
        again = self._keep_files(ask, event, dialogue=None, alert=alert)
        if event.text:
            self._life.add_words(ask.scene(), alert, event)
        if not again:
            self._answers.say(ask, "alerts.picture_kept", number=alert.number)

    def _begin_report(self, ask: Ask, event: MessageReceived) -> None:
        if ask.member is None:
            return
        first = read.from_message(event)
        dialogue = self._talk.begin(
            ask, ask.member.person_id, ask.place.id, "report", {}, first=first
        )
        self._keep_files(ask, event, dialogue=dialogue, alert=None)
        self._remember(ask, event, None)

    def _group_message(self, tx: Tx, event: MessageReceived) -> None:
        linked = {g.address: g.neighbourhood for g in people_store.groups(tx)}
        place = linked.get(str(event.chat))
        command = self._commands.parse(event.text, chat_kind=ChatKind.GROUP)
        if event.sender is None or event.anonymous:
            if place is not None and command is None:
                self._groups.anonymous(tx, self._places[place], event)
            return
        who = self._people.who(tx, event.sender)
        member = next((m for m in who.active if m.neighbourhood == place), None)
        settings = self._places[place] if place else self._default_place()
        ask = Ask(tx=tx, event=event, who=who, member=member, place=settings, chat=event.chat)
        if command is not None and (place is not None or command.id == "koppel"):
            self._groups.command(ask, command)
        elif place is not None and command is None:
            self._groups.message(ask, event)

    # --- buttons --------------------------------------------------------------------------

    def _press(self, tx: Tx, event: ButtonPressed) -> None:
        if event.sender is None:
            return
        ask = self._ask(tx, event, event.sender)
        if event.chat_kind is ChatKind.GROUP:
            if ask.who.chat is None:
                self._groups.point_to_direct(ask, "meld")
                return
            ask = self._ask(tx, event, event.sender, chat=ask.who.chat)
        found = token.decode(event.token)
        if found is None:
            self._acts.press(ask, event.token)
            return
        dialogue = dialogue_store.by_id(tx, found.dialogue)
        if dialogue is None or dialogue.person_id != ask.who.person_id:
            self._answers.say(ask, "dialogue.over")
        else:
            self._talk.answer(ask, dialogue, read.from_press(event, found))

    # --- changes --------------------------------------------------------------------------

    def _edit(self, tx: Tx, event: MessageEdited) -> None:
        """Somebody changed a message: only what belongs to a case matters, and only if it differs."""
        heard = alert_store.heard(tx, str(event.chat), event.message_id)
        if heard is None or heard.digest == event.text:
            return
        member = people_store.member(tx, heard.membership_id) if heard.membership_id else None
        alert = alert_store.by_id(tx, heard.alert_id) if heard.alert_id else None
        if alert is not None:
            self._life.edited(tx, alert, member, event)
        elif member is not None:
            self._edit_draft(tx, member, event)

    def _edit_draft(self, tx: Tx, member: Member, event: MessageEdited) -> None:
        """The draft keeps both versions."""
        for dialogue in dialogue_store.of_person(tx, member.person_id):
            said = list(self._talk.data_of(dialogue).get("said") or ())
            if any(one.get("message") == event.message_id for one in said):
                stamp = event.received_at.isoformat(timespec="milliseconds")
                said.append(
                    {
                        "text": event.text,
                        "message": event.message_id,
                        "source": event.source,
                        "platform_at": event.occurred_at.isoformat(timespec="milliseconds"),
                        "received_at": stamp,
                    }
                )
                self._talk.patch(tx, dialogue, said=said)
        alert_store.hear(
            tx, str(event.chat), event.message_id, member=member.id, alert=None, digest=event.text
        )

    @staticmethod
    def _membership(tx: Tx, event: MembershipChanged) -> None:
        if not event.is_bot:
            people_store.see(tx, str(event.chat), str(event.member.address), present=event.present)

    @staticmethod
    def moved(tx: Tx, chat: Address, to: Address) -> None:
        """A chat has another address: groups, presence and cards follow. Idempotent."""
        people_store.move_chat(tx, str(chat), str(to))
        alert_store.move_copies(tx, str(chat), str(to))

    @staticmethod
    def lost(tx: Tx, chat: Address) -> None:
        """Somebody stopped the bot: they can't be written to until they come back."""
        people_store.lose_contact(tx, str(chat))
