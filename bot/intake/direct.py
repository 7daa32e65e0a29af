"""What somebody writes to the bot privately.

It is, in this order: a command, an answer in the open conversation, a number or the words of a
choice that answer an open question, thanks, a question or something about a card, or the beginning
of a report.
Within a conversation a bare word that the question doesn't offer may still be a command: whoever
types `meld` while asked about a coat wants to report.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.alerts.additions import takes_part
from bot.alerts.ending import LIVE
from bot.dialogue.commands import Command, is_number
from bot.dialogue.lexicon import normal
from bot.intake import answers as read
from bot.intake import unexplained
from bot.intake.arrival import MENU, is_coordinator_code
from bot.intake.coordinator import is_coordinator
from bot.intake.naming import number_in
from bot.intake.placing import BY_REQUEST, WIDE
from bot.messaging import ChatKind, ContentKind
from bot.store import alerts as alert_store
from bot.store import inbox, timers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.alerts.life import Life
    from bot.alerts.pictures import Pictures
    from bot.dialogue.commands import CommandTable
    from bot.dialogue.lexicon import Lexicon
    from bot.intake.acts import Acts
    from bot.intake.ask import Answers, Ask
    from bot.intake.asking import Asking
    from bot.intake.conversations import Conversations
    from bot.intake.naming import Meant, Naming
    from bot.intake.pages import Pages
    from bot.intake.placing import Placing
    from bot.messaging import MessageReceived
    from bot.neighbourhood.joining import Joining
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.dialogues import Dialogue

EVERYBODY = frozenset({"start", "help", "taal", "privacy", "koppel"})
WITH_WORDS = frozenset({"meld", "taal", "export", "bericht"})
KILL_SWITCH = "pauze"
OF_THE_SCRIPT = {"stop": "stop", "help": "hulp"}
OF_STRANGERS = frozenset({"start", "koppel"})
ADDING = frozenset({"enrich", "sighting"})
SHOWING = ADDING | {"answer"}
CALLED = "gebeld"
SAID_CALLED = "report.gate.called"
ADDED = "aanvullen"
HINT = "hinted"
HINT_AGAIN_AFTER = timedelta(days=1)


class Direct:
    """The private chat."""

    def __init__(
        self,
        *,
        answers: Answers,
        people: People,
        conversations: Conversations,
        naming: Naming,
        placing: Placing,
        life: Life,
        pictures: Pictures,
        acts: Acts,
        asking: Asking,
        pages: Pages,
        joining: Joining,
        lexicon: Lexicon,
        commands: CommandTable,
        handlers: Mapping[str, Callable[[Ask], None]],
    ) -> None:
        self._answers = answers
        self._people = people
        self._talk = conversations
        self._naming = naming
        self._placing = placing
        self._life = life
        self._pictures = pictures
        self._acts = acts
        self._asking = asking
        self._pages = pages
        self._joining = joining
        self._lexicon = lexicon
        self._commands = commands
        self._handlers = handlers
        self._coordinator_only = commands.only_for("coordinator") - {CALLED}

    def message(self, ask: Ask, event: MessageReceived) -> None:
        """Take one message."""
        dialogue = next(iter(ask.dialogues), None)
        command = self._commands.parse(event.text, chat_kind=ChatKind.DIRECT)
        if command is not None and self._only_words(ask, command):
            command = None
        if command is None and self._says_called(ask, event.text):
            command = Command(id=CALLED, explicit=False)
        if command is not None and not self._is_answer(ask, command, dialogue):
            self._command(ask, command)
        elif command is None and self._asking.replied(ask, event):
            pass
        elif dialogue is not None and not self._passes_by(ask, dialogue, event):
            self._answer(ask, dialogue, _as_said(event, command))
        elif ask.member is None:
            self._stranger(ask)
        elif event.media or not self._acts.typed(ask, event.text):
            self._unasked(ask, event)

    def _passes_by(self, ask: Ask, dialogue: Dialogue, event: MessageReceived) -> bool:
        """A number is nobody's name: who is asked to introduce themselves may decide something.
        Who is asked whether a question was meant for the reporter, and goes on telling, reports.
        """
        if dialogue.script == unexplained.SCRIPT and not self._talk.lists(dialogue):
            return bool(event.media) or not self._merely(dialogue, event.text)
        number = self._lexicon.number(event.text) if dialogue.script == "introduce" else None
        return number is not None and self._acts.answers(ask, number)

    def _says_called(self, ask: Ask, text: str) -> bool:
        """`gebeld` in other words, where somebody waits for it: else it begins a report."""
        return self._lexicon.chooses(text, SAID_CALLED) and self._pages.awaited(ask)

    def _merely(self, dialogue: Dialogue, text: str) -> bool:
        """Whether words are at most an answer: a choice, or a yes or a no to nothing."""
        mere = ("yes", "no", "skip")
        return self._picks(dialogue, text) or any(self._lexicon.means(text, one) for one in mere)

    def _only_words(self, ask: Ask, command: Command) -> bool:
        """A sentence that begins like a command: what only strangers or coordinators say, or one
        that names no neighbourhood, or no alert to add to.
        """
        if command.explicit or not command.args:
            return False
        if command.id in OF_STRANGERS:
            return bool(ask.who.active) and not is_coordinator_code(command.args)
        if command.id == ADDED:
            number = number_in(command.args)
            if not is_number(number):
                return len(self._own(ask)) != 1
            return len(command.args.split()) > 1 and not self._naming.knows(ask, number)
        if command.id not in self._coordinator_only:
            return False
        if not any(map(is_coordinator, ask.who.active)):
            return True
        return command.may_be_place and self._placing.told(ask, command.args) is None

    def _is_answer(self, ask: Ask, command: Command, dialogue: Dialogue | None) -> bool:
        """Whether words that name a command are meant for the open conversation."""
        if dialogue is None or ask.message is None:
            return False
        if command.id in OF_THE_SCRIPT:
            return True
        if command.explicit or self._stops_all(ask, command):
            return False
        may = ask.member is not None and (
            command.id not in self._coordinator_only or any(map(is_coordinator, ask.who.active))
        )
        takes = self._talk.takes_words(dialogue)
        told = takes and (not may or (bool(command.args) and command.id in WITH_WORDS))
        return told or self._talk.expects(dialogue, ask.message.text)

    @staticmethod
    def _stops_all(ask: Ask, command: Command) -> bool:
        """A coordinator's kill switch is never taken for a wish to hear nothing oneself."""
        return command.id == KILL_SWITCH and is_coordinator(ask.member)

    # --- commands ------------------------------------------------------------------------------

    def _command(self, ask: Ask, command: Command) -> None:
        if ask.member is None and command.id not in EVERYBODY:
            self._stranger(ask)
            return
        said = replace(ask, args=command.args, explicit=command.explicit)
        theirs = command.id in self._coordinator_only
        asked = self._as_coordinator(said, command.id) if theirs else said
        if asked is not None:
            self._handlers[command.id](asked)

    def _as_coordinator(self, ask: Ask, command: str) -> Ask | None:
        """Somebody may be a resident here and a coordinator in the next neighbourhood."""
        if not self._placing.coordinated(ask):
            self._answers.say(ask, "neighbourhood.not_allowed")
            return None
        return self._placing.placed(ask, command) if command in WIDE | BY_REQUEST else ask

    def _stranger(self, ask: Ask) -> None:
        """Somebody from outside: their code is enough, whatever stands before it elsewhere."""
        code = ask.message.text.strip() if ask.message else ""
        if is_coordinator_code(code) or self._joining.place_for(ask.tx, code):
            self._handlers["start"](ask.saying(code))
            return
        pending = any(m.state == "pending" for m in ask.who.members)
        self._answers.say(
            ask, "neighbourhood.already_asked" if pending else "neighbourhood.stranger"
        )

    # --- the open conversation -----------------------------------------------------------------

    def _answer(self, ask: Ask, dialogue: Dialogue, event: MessageReceived) -> None:
        alert = self._added_to(ask, dialogue)
        adds = alert if dialogue.script in ADDING else None
        again = self._keep_files(ask, event, dialogue=dialogue.id, alert=alert)
        tells = event.location is not None or bool(event.text.strip())
        if adds is not None and tells and not self._picks(dialogue, event.text):
            self._life.add_words(ask.scene(), adds, event)
        if not again:
            self._talk.answer(ask, dialogue, read.from_message(event))

    def _added_to(self, ask: Ask, dialogue: Dialogue) -> Alert | None:
        """The alert that a conversation is about, once it is out: pictures are for the police."""
        if dialogue.script not in SHOWING or ask.member is None:
            return None
        alert = self._talk.data_of(dialogue).get("alert")
        return alert_store.by_id(ask.tx, int(alert)) if alert else None

    def _picks(self, dialogue: Dialogue, text: str) -> bool:
        """Whether the words only pick a choice or steer: that is no part of the story."""
        return (
            self._lexicon.number(text) is not None
            or self._lexicon.global_word(normal(text)) is not None
            or self._talk.expects(dialogue, text)
        )

    def _keep_files(
        self, ask: Ask, event: MessageReceived, *, dialogue: int | None, alert: Alert | None
    ) -> bool:
        """Want the files; True for a later part of an album, which needs no answer of its own."""
        if alert is not None:
            self._pictures.want(ask.tx, event.media, alert, ask.member)
        elif event.media:
            self._pictures.want_for_draft(
                ask.tx, event.media, place=ask.place.id, dialogue=dialogue, member=ask.member
            )
        if not event.group_key:
            return False
        return not inbox.first_of_album(ask.tx, event.source, event.group_key)

    # --- nothing was asked -----------------------------------------------------------------------

    def _unasked(self, ask: Ask, event: MessageReceived) -> None:
        """Thanks, an addition to one's own open alert, a question or words about a card, or a new
        report.
        """
        word = self._lexicon.global_word(normal(event.text)) if event.text else None
        if event.media or event.location is not None:
            self._something_to_show(ask, event)
        elif event.content is ContentKind.STICKER or self._talk.is_noise(event.text):
            self._thanks(ask)
        elif event.content is not ContentKind.PLAIN:
            self._answers.say(ask, "neighbourhood.not_understood_kind")
        elif not event.text.strip():
            self._answers.say(ask, "neighbourhood.empty_message")
        elif word == "call" or self._commands.nearly(event.text, "meld"):
            self._handlers["meld"](ask.saying(""))
        elif word is not None or any(self._lexicon.means(event.text, w) for w in ("yes", "no")):
            self._answers.say(ask, "neighbourhood.nothing_asked")
        elif not (self._asking.asked(ask, event) or self._about_card(ask, event)):
            self._begin_report(ask, event)

    def _thanks(self, ask: Ask) -> None:
        """Swallowed: counted while an alert is open, passed on to nobody; a hint once a day,
        whichever messenger they use.
        """
        live = self._naming.live(ask)
        if live:
            self._life.noise(ask.tx, live[0].alert)
        person = str(ask.who.person_id)
        if timers.armed(ask.tx, HINT, person):
            return
        timers.arm(ask.tx, HINT, person, HINT_AGAIN_AFTER)
        if live:
            self._answers.say(ask, "alerts.thanks_once")
        else:
            who = self._people.pseudonym(ask.member, ask.lang)
            self._answers.say(ask, "neighbourhood.hello", choices=MENU, subject="menu", who=who)

    def _something_to_show(self, ask: Ask, event: MessageReceived) -> None:
        """A picture or a place: for the open alert one reported or joined, else a new report."""
        own = self._own(ask)
        if event.media and own:
            meant = next((m for m in own if m.alert.id == ask.about), own[0])
            self._add_picture(meant.ask, event, meant.alert)
        else:
            self._begin_report(ask, event)

    def _own(self, ask: Ask) -> list[Meant]:
        """The open alerts that the speaker reported or joined."""
        mine = {member.id for member in ask.who.active}
        live = self._naming.live(ask, LIVE)
        return [meant for meant in live if any(takes_part(meant.alert, one) for one in mine)]

    def _add_picture(self, ask: Ask, event: MessageReceived, alert: Alert) -> None:
        again = self._keep_files(ask, event, dialogue=None, alert=alert)
        if event.text.strip():
            self._life.add_words(ask.scene(), alert, event)
        if not again:
            self._answers.say(ask, "alerts.picture_kept", number=alert.number)

    def _about_card(self, ask: Ask, event: MessageReceived) -> bool:
        """Words in reply to an open alert's card: kept, and asked where and when it was seen."""
        meant = self._naming.by_id(ask, ask.about) if ask.about is not None else None
        if meant is None or meant.alert.state != "open":
            return False
        self._life.add_words(meant.ask.scene(), meant.alert, event)
        asked = replace(meant.ask.saying(meant.alert.number), chosen=meant.alert.id)
        self._handlers["gezien"](asked)
        return True

    def _begin_report(self, ask: Ask, event: MessageReceived) -> None:
        if ask.member is None:
            return
        first = read.from_message(event)
        dialogue = self._talk.begin(
            ask, ask.member.person_id, ask.place.id, "report", {}, first=first
        )
        self._keep_files(ask, event, dialogue=dialogue, alert=None)


def _as_said(event: MessageReceived, command: Command | None) -> MessageReceived:
    """`/stop` and `/help`, however they are written, as the script knows them."""
    if command is None or not command.explicit or command.id not in OF_THE_SCRIPT:
        return event
    return replace(event, text=OF_THE_SCRIPT[command.id])
