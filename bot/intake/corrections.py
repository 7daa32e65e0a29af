"""Somebody changes a message that they sent: in a draft, or about an alert that is out.

What a draft took from the old words it takes from the new ones, and its question is put again.
A number or a choice that is changed answers its question anew, as long as it was the last answer.
What lies in an open question about an alert that is out follows in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.dialogue.correction import corrected, corrected_sighting, replaced, without
from bot.dialogue.turn import Answer, AnswerKind
from bot.dialogue.vocabulary import gate_of
from bot.messaging import ChatKind
from bot.store import alerts as alert_store
from bot.store import dialogues as dialogue_store
from bot.store import people as people_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.alerts.edits import Edits
    from bot.alerts.paging import Paging
    from bot.dialogue.commands import CommandTable
    from bot.dialogue.lexicon import Lexicon
    from bot.intake.ask import Ask
    from bot.intake.conversations import Conversations
    from bot.messaging import MessageEdited
    from bot.store.alerts import Alert
    from bot.store.dialogues import Dialogue
    from bot.store.people import Member
    from bot.store.tx import Tx

REPORT = "meld"


class Corrections:
    """What an edit changes."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        edits: Edits,
        paging: Paging,
        commands: CommandTable,
        lexicon: Lexicon,
    ) -> None:
        self._talk = conversations
        self._edits = edits
        self._paging = paging
        self._commands = commands
        self._lexicon = lexicon

    def of_alert(self, tx: Tx, event: MessageEdited) -> bool:
        """An edit of what belongs to an alert; False where it belongs to none."""
        heard = alert_store.heard(tx, str(event.chat), event.message_id)
        if heard is None:
            return False
        alert, text = alert_store.by_id(tx, heard.alert_id), self._said(event)
        if alert is None or heard.digest == alert_store.digest(text):
            return True
        author = people_store.member(tx, heard.membership_id) if heard.membership_id else None
        old = self._edits.edited(tx, alert, author, event, text)
        if old is not None and author is not None:
            self._in_question(tx, alert, author, old, text)
        return True

    def _said(self, event: MessageEdited) -> str:
        """The words of a report in one line, without the command."""
        if event.chat_kind is ChatKind.GROUP:
            return event.text
        command = self._commands.parse(event.text, chat_kind=ChatKind.DIRECT)
        return command.args if command is not None and command.id == REPORT else event.text

    def _in_question(self, tx: Tx, alert: Alert, author: Member, old: str, new: str) -> None:
        """What an open conversation about the alert holds of the old words."""
        for dialogue in dialogue_store.of_person(tx, author.person_id):
            data = self._talk.data_of(dialogue)
            if data.get("alert") != alert.id:
                continue
            if dialogue.script == "enrich":
                changed = replaced({k: v for k, v in data.items() if k != "said"}, old, new)
            elif dialogue.script == "sighting":
                streets = self._talk.place(alert.neighbourhood).streets
                changed = corrected_sighting(data, old, new, streets, self._lexicon)
            else:
                continue
            self._talk.patch(tx, dialogue, **changed)

    # --- drafts ----------------------------------------------------------------------------

    def of_draft(self, ask: Ask, event: MessageEdited) -> None:
        """An edit of something said in a report that isn't sent yet: both versions stay."""
        said = {
            "text": self._said(event),
            "message": event.message_id,
            "source": event.source,
            "platform_at": event.occurred_at.isoformat(timespec="milliseconds"),
            "received_at": event.received_at.isoformat(timespec="milliseconds"),
        }
        answer = Answer(
            kind=AnswerKind.TEXT,
            at=event.received_at,
            sent_at=event.occurred_at,
            text=said["text"],
            message=event.message_id,
            source=event.source,
        )
        for dialogue in ask.dialogues:
            if self._correct(ask, dialogue, said, answer):
                break

    def _correct(self, ask: Ask, dialogue: Dialogue, said: dict[str, Any], answer: Answer) -> bool:
        """The draft follows; False where nothing of the message stands in it."""
        data = self._talk.data_of(dialogue)
        old = [
            one
            for one in data.get("said") or ()
            if (one.get("message"), one.get("source")) == (said["message"], said["source"])
        ]
        if not old:
            return self._talk.edited(ask, dialogue, answer)
        if old[-1].get("text") == said["text"]:
            return True
        versions = [*data["said"], said]
        if self._talk.chooses_anew(dialogue, answer):
            what = without(str(data.get("what") or ""), str(old[-1]["text"]))
            dialogue = self._talk.patch(ask.tx, dialogue, said=versions, what=what)
            return self._talk.edited(ask, dialogue, answer)
        streets = self._talk.place(dialogue.neighbourhood).streets
        changed = corrected(data, str(old[-1]["text"]), said["text"], streets, self._lexicon)
        dialogue = self._talk.patch(ask.tx, dialogue, said=versions, **changed)
        if changed:
            self._tell_asked(ask, dialogue, self._talk.data_of(dialogue))
            self._talk.again(ask, dialogue)
        return True

    def _tell_asked(self, ask: Ask, dialogue: Dialogue, data: Mapping[str, Any]) -> None:
        """Coordinators who were asked to call tell the corrected place."""
        mine = [m for m in ask.who.members if m.neighbourhood == dialogue.neighbourhood]
        if mine and gate_of(data).get("by") == "page":
            self._paging.correct(ask.tx, mine[0], dialogue.id, data)
