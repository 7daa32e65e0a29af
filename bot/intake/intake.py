"""Each event goes to exactly one handler, once.

What was seen before is dropped by each event's own id. Here it is found out who speaks, for which
neighbourhood, and in which chat; what they say is the business of `direct.py` and `groups.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from bot.dialogue import token
from bot.dialogue.turn import Say
from bot.intake import answers as read
from bot.intake.ask import Ask
from bot.messaging import (
    Address,
    ButtonPressed,
    ChatKind,
    ChatMigrated,
    ContactLost,
    MembershipChanged,
    MessageEdited,
    MessageReceived,
    Unknown,
)
from bot.store import alerts as alert_store
from bot.store import dialogues as dialogue_store
from bot.store import inbox
from bot.store import people as people_store
from bot.store import places as place_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.alerts.reach import Reach
    from bot.delivery.outbox import Outbox
    from bot.dialogue.commands import CommandTable
    from bot.intake.acts import Acts
    from bot.intake.ask import Answers
    from bot.intake.conversations import Conversations
    from bot.intake.corrections import Corrections
    from bot.intake.direct import Direct
    from bot.intake.groups import Groups
    from bot.messaging import Event, Sender
    from bot.neighbourhood.people import People, Who
    from bot.settings import NeighbourhoodSettings
    from bot.store.dialogues import Dialogue
    from bot.store.people import Member
    from bot.store.tx import Tx

Said = TypeVar("Said", MessageReceived, MessageEdited)


class Intake:
    """The way of an event to its handler."""

    def __init__(
        self,
        *,
        places: Mapping[str, NeighbourhoodSettings],
        answers: Answers,
        outbox: Outbox,
        people: People,
        conversations: Conversations,
        corrections: Corrections,
        direct: Direct,
        groups: Groups,
        acts: Acts,
        reach: Reach,
        commands: CommandTable,
    ) -> None:
        self._places = places
        self._answers = answers
        self._outbox = outbox
        self._people = people
        self._talk = conversations
        self._corrections = corrections
        self._direct = direct
        self._groups = groups
        self._acts = acts
        self._reach = reach
        self._commands = commands

    def handle(self, tx: Tx, event: Event) -> bool:
        """Take one event; doing it again is a no-op. False when nobody knows its kind."""
        received = int(event.received_at.timestamp() * 1000)
        if not inbox.first_sight_of_event(tx, event.source, event.event_id, received):
            return True
        if event.is_self:
            return True
        if isinstance(event, MessageReceived):
            self._message(tx, event if _is_whole(event.text) else _mended(event))
        elif isinstance(event, ButtonPressed):
            self._press(tx, event)
        elif isinstance(event, MessageEdited):
            self._edit(tx, event if _is_whole(event.text) else _mended(event))
        elif isinstance(event, MembershipChanged):
            self._membership(tx, event)
        elif isinstance(event, ChatMigrated):
            self.moved(tx, event.chat, event.to)
        elif isinstance(event, ContactLost):
            self.lost(tx, event.chat)
        elif isinstance(event, Unknown):
            self._unknown(tx, event)
            return False
        return True

    # --- who asks, and for which neighbourhood -------------------------------------------

    def _ask(self, tx: Tx, event: Event, sender: Sender, *, about: int | None = None) -> Ask:
        who = self._people.who(tx, sender)
        open_ones: Sequence[Dialogue] = ()
        if who.person_id is not None:
            open_ones = dialogue_store.of_person(tx, who.person_id)
        member = self._member(who, open_ones)
        place = self._places[member.neighbourhood] if member else self._default_place()
        return Ask(
            tx=tx,
            event=event,
            who=who,
            member=member,
            place=place,
            chat=event.chat,
            dialogues=open_ones,
            about=about,
        )

    def _default_place(self) -> NeighbourhoodSettings:
        return next(iter(self._places.values()))

    def _member(self, who: Who, dialogues: Sequence[Dialogue]) -> Member | None:
        """The membership that is meant: that of the latest conversation, else the first."""
        mine = [m for m in who.active if m.neighbourhood in self._places]
        for dialogue in dialogues:
            for member in mine:
                if member.neighbourhood == dialogue.neighbourhood:
                    return member
        return next(iter(mine), None)

    def _about(self, tx: Tx, event: MessageReceived) -> int | None:
        """The alert whose message was answered with the messenger's own reply."""
        if event.reply_to is None:
            return None
        return self._outbox.alert_of(tx, event.chat, event.reply_to)

    # --- messages -------------------------------------------------------------------------

    def _message(self, tx: Tx, event: MessageReceived) -> None:
        if event.chat_kind is ChatKind.GROUP:
            self._group_message(tx, event)
        elif event.sender is not None:
            ask = self._ask(tx, event, event.sender, about=self._about(tx, event))
            self._direct.message(ask, event)

    def _group_message(self, tx: Tx, event: MessageReceived) -> None:
        place = self._place_of(tx, event.chat)
        command = self._commands.parse(event.text, chat_kind=ChatKind.GROUP)
        linking = command is not None and command.id in ("koppel", "export")
        if place is None and not linking:
            return
        settings = place or self._default_place()
        if event.sender is None or event.anonymous:
            if command is None:
                self._groups.anonymous(self._nobody(tx, event, settings), event)
            return
        who = self._people.who(tx, event.sender)
        ask = Ask(
            tx=tx,
            event=event,
            who=who,
            member=next((m for m in who.active if m.neighbourhood == settings.id), None),
            place=settings,
            chat=event.chat,
            about=self._about(tx, event),
            placed=place is not None,
        )
        if command is not None:
            self._groups.command(ask, command)
        else:
            self._groups.message(ask, event)

    def _nobody(self, tx: Tx, event: MessageReceived, place: NeighbourhoodSettings) -> Ask:
        who = self._people.nobody()
        return Ask(tx=tx, event=event, who=who, member=None, place=place, chat=event.chat)

    def _place_of(self, tx: Tx, chat: Address) -> NeighbourhoodSettings | None:
        """The neighbourhood that a native group belongs to."""
        return self._places.get(place_store.place_of_group(tx, str(chat)) or "")

    def _unknown(self, tx: Tx, event: Unknown) -> None:
        """Set aside by the caller; whoever sent it privately is told that it wasn't understood."""
        if event.sender is not None and event.chat_kind is ChatKind.DIRECT:
            ask = self._ask(tx, event, event.sender)
            self._answers.say(ask, "neighbourhood.not_understood_kind")

    # --- buttons --------------------------------------------------------------------------

    def _press(self, tx: Tx, event: ButtonPressed) -> None:
        if event.sender is None:
            return
        ask = self._ask(tx, event, event.sender)
        if event.chat_kind is ChatKind.GROUP:
            if ask.who.chat is None:
                self._groups.point_to_direct(ask, self._groups.payload(event.token))
                return
            ask = replace(ask, chat=ask.who.chat)
        found = token.decode(event.token)
        if found is None:
            self._acts.press(ask, event.token)
            return
        mine = [d for d in ask.dialogues if d.id == found.dialogue]
        if mine:
            self._talk.answer(ask, mine[0], read.from_press(event, found))
        elif ask.dialogues:
            self._talk.again(ask, ask.dialogues[0], Say(key="dialogue.past"))
        else:
            self._answers.say(ask, "dialogue.over" if ask.member else "neighbourhood.stranger")

    # --- changes --------------------------------------------------------------------------

    def _edit(self, tx: Tx, event: MessageEdited) -> None:
        """Somebody changed a message: only what belongs to a case or a draft matters."""
        if self._corrections.of_alert(tx, event):
            return
        if event.sender is not None and event.chat_kind is not ChatKind.GROUP:
            self._corrections.of_draft(self._ask(tx, event, event.sender), event)

    def _membership(self, tx: Tx, event: MembershipChanged) -> None:
        if not event.is_bot:
            self._seen(tx, event.chat, event.member, present=event.present)
        elif not event.present:
            self.put_out(tx, event.chat)

    def _seen(self, tx: Tx, group: Address, member: Sender, *, present: bool) -> None:
        """Somebody came into a native group, or left it and is written to directly from now on."""
        place_store.see(tx, str(group), str(member.address), present=present)
        place = self._place_of(tx, group)
        if place is not None and not present:
            mine = {m.id for m in self._people.who(tx, member).members}
            self._reach.catch_up(tx, place.id, mine)

    def apologise(self, tx: Tx, event: Event) -> None:
        """Something went wrong with it: whoever wrote is asked to try again."""
        lang = self._answers.voice.language(event.sender.language if event.sender else None)
        who = replace(self._people.nobody(), lang=lang)
        place = self._default_place()
        ask = Ask(tx=tx, event=event, who=who, member=None, place=place, chat=event.chat)
        self._answers.say(ask, "neighbourhood.went_wrong")

    def put_out(self, tx: Tx, chat: Address) -> None:
        """The bot can't write in a native group any more. Idempotent."""
        place = self._place_of(tx, chat)
        if place is not None:
            self._groups.put_out(tx, place, chat)

    @staticmethod
    def moved(tx: Tx, chat: Address, to: Address) -> None:
        """A chat has another address: groups, presence and cards follow. Idempotent."""
        place_store.move_group(tx, str(chat), str(to))
        people_store.move_direct(tx, str(chat), str(to))
        alert_store.move_copies(tx, str(chat), str(to))

    @staticmethod
    def lost(tx: Tx, chat: Address) -> None:
        """Somebody stopped the bot: they can't be written to until they come back."""
        people_store.lose_contact(tx, str(chat))


def _is_whole(text: str) -> bool:
    """Whether every character is a whole one, which a store can hold."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _mended(event: Said) -> Said:
    """The same with half characters (lone surrogates) replaced."""
    text = event.text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return replace(event, text=text)
