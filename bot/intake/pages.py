"""Somebody can't call: coordinators are asked, and the first who did opens the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import dialogues as dialogue_store
from bot.store import people as people_store
from bot.store.inbox import offers

if TYPE_CHECKING:
    from bot.alerts.opening import Opening
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations


class Pages:
    """The question to the coordinators and its one answer."""

    def __init__(self, *, answers: Answers, opening: Opening, conversations: Conversations) -> None:
        self._answers = answers
        self._opening = opening
        self._talk = conversations

    @staticmethod
    def only_open(ask: Ask) -> int | None:
        """The page that stands open in this chat, the newest if there are several."""
        for found in offers(ask.tx, str(ask.chat)):
            if found.subject.startswith("page:"):
                return int(found.subject.partition(":")[2])
        return None

    def answer(self, ask: Ask, page: int) -> None:
        """A coordinator says that they called."""
        if ask.member is None:
            return
        tx = ask.tx
        alert = self._opening.waiting_on(tx, ask.place.id, page)
        if alert is not None:
            reporter = people_store.member(tx, alert.reporter_id)
            if reporter is not None:
                self._opening.page_answered(tx, reporter, page, ask.place.emergency)
            self._opening.called_for(tx, alert, ask.member)
            self._answers.say(ask, "alerts.thanks_called", number=alert.number)
            return
        self._answer_draft(ask, page)

    def _answer_draft(self, ask: Ask, page: int) -> None:
        dialogue = dialogue_store.by_id(ask.tx, page)
        data = self._talk.data_of(dialogue) if dialogue is not None else {}
        waits = (data.get("gate") or {}).get("by") == "page"
        if dialogue is None or dialogue.neighbourhood != ask.place.id or not waits:
            self._answers.say(ask, "alerts.already_called")
            return
        if ask.member is None:
            return
        self._talk.patch(ask.tx, dialogue, gate=self._opening.gate_by(ask.tx, ask.member))
        members = people_store.memberships_of(ask.tx, dialogue.person_id)
        for reporter in members:
            if reporter.neighbourhood == ask.place.id:
                self._opening.page_answered(ask.tx, reporter, page, ask.place.emergency)
        self._answers.say(ask, "alerts.thanks_called_draft")
