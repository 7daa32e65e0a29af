"""`gebeld`: a coordinator called for somebody who can't, or the reporter called after all.

The first who says so opens the gate; whoever else was asked learns that they need not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.paging import gate
from bot.dialogue.vocabulary import gate_of
from bot.intake.coordinator import is_coordinator
from bot.store import dialogues as dialogue_store
from bot.store import people as people_store
from bot.store.inbox import offers

if TYPE_CHECKING:
    from bot.alerts.opening import Opening
    from bot.alerts.paging import Paging
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.intake.naming import Meant, Naming
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.dialogues import Dialogue
    from bot.store.people import Member

SUBJECT = "page:"


class Pages:
    """The answers to the question who calls."""

    def __init__(
        self,
        *,
        answers: Answers,
        people: People,
        opening: Opening,
        paging: Paging,
        conversations: Conversations,
        naming: Naming,
    ) -> None:
        self._answers = answers
        self._people = people
        self._opening = opening
        self._paging = paging
        self._talk = conversations
        self._naming = naming

    def called(self, ask: Ask) -> None:
        """`gebeld`, `gebeld 117`."""
        if ask.args.strip():
            self._called_for_number(ask)
        elif not self._called_self(ask):
            self._called_for_open_page(ask)

    # --- the reporter ----------------------------------------------------------------------

    def awaited(self, ask: Ask) -> bool:
        """Whether somebody waits to hear that the asker called."""
        drafts = any(self._waits(ask, dialogue) for dialogue in ask.dialogues)
        return drafts or bool(self._waiting(ask)) or bool(self._open_pages(ask))

    def _called_self(self, ask: Ask) -> bool:
        """The reporter called after all: in the draft, or for the alert that waits."""
        for dialogue in ask.dialogues:
            reporter = self._reporter(ask, dialogue)
            if reporter is not None and self._waits(ask, dialogue):
                self._draft_gate(ask, reporter, dialogue)
                return True
        for meant in self._waiting(ask)[:1]:
            self._after_all(*meant)
            return True
        return False

    def _waits(self, ask: Ask, dialogue: Dialogue) -> bool:
        by = gate_of(self._talk.data_of(dialogue)).get("by")
        return dialogue.script == "report" and by == "page" and bool(self._reporter(ask, dialogue))

    def _waiting(self, ask: Ask) -> list[Meant]:
        """The asker's own alerts that wait for somebody's call."""
        mine = {member.id for member in ask.who.active}
        live = self._naming.live(ask, ("waiting",))
        return [meant for meant in live if meant.alert.reporter_id in mine]

    def _after_all(self, ask: Ask, alert: Alert) -> None:
        if ask.member is not None:
            alert = self._opening.called_after_all(ask.tx, alert, ask.member)
            if alert.relayed:
                self._answers.say(ask, "alerts.sending", number=alert.number)

    def _draft_gate(self, ask: Ask, reporter: Member, dialogue: Dialogue) -> None:
        self._paging.end(ask.tx, reporter, dialogue.id, "alerts.coordinator.called_self")
        opened = gate(ask.tx, "self", "")
        self._talk.again(ask, self._talk.patch(ask.tx, dialogue, called=opened))

    # --- a coordinator -----------------------------------------------------------------------

    def _called_for_number(self, ask: Ask) -> None:
        number = ask.args.strip().split(" ")[0].strip("#.,")
        meant = self._naming.numbered(
            ask, number, "number", suits=lambda meant: meant.alert.state == "waiting"
        )
        if meant is None:
            return
        if meant.alert.state != "waiting":
            self._answers.say(meant.ask, "alerts.already_called")
        elif is_coordinator(meant.ask.member):
            self._for_alert(meant.ask, meant.alert)
        elif meant.ask.member is not None and meant.ask.member.id == meant.alert.reporter_id:
            self._after_all(meant.ask, meant.alert)
        else:
            self._answers.say(ask, "neighbourhood.not_allowed")

    def _called_for_open_page(self, ask: Ask) -> None:
        """Without a number: the page that stands open; with several, which?"""
        pages = self._open_pages(ask)
        if not pages:
            self._answers.say(ask, "alerts.nobody_waits")
        elif len(pages) == 1:
            self.answer(ask, pages[0])
        else:
            self._which(ask, pages)

    def _open_pages(self, ask: Ask) -> list[int]:
        """The pages that were put to the asker, on whichever messenger."""
        chats = self._people.chats_of(ask.tx, ask.member) if ask.member else []
        found = [o for chat in {ask.chat, *chats} for o in offers(ask.tx, str(chat))]
        return sorted(
            {int(o.subject.removeprefix(SUBJECT)) for o in found if o.subject.startswith(SUBJECT)}
        )

    def _which(self, ask: Ask, pages: list[int]) -> None:
        labels = [(self._whose(ask, page), f"a:called:{page}") for page in pages]
        self._answers.ask_which(ask, "alerts.which_page", labels)

    def _whose(self, ask: Ask, page: int) -> str:
        """Who waits behind a page, by the name that neighbours know."""
        for place in {member.neighbourhood for member in ask.who.active}:
            alert = self._opening.waiting_on(ask.tx, place, page)
            if alert is not None:
                member = people_store.member(ask.tx, alert.reporter_id)
                return f"{alert.number}, {self._people.pseudonym(member, ask.lang)}"
        dialogue = dialogue_store.by_id(ask.tx, page)
        reporter = self._reporter(ask, dialogue) if dialogue else None
        return self._people.pseudonym(reporter, ask.lang)

    @staticmethod
    def _reporter(ask: Ask, dialogue: Dialogue) -> Member | None:
        members = people_store.memberships_of(ask.tx, dialogue.person_id)
        return next((m for m in members if m.neighbourhood == dialogue.neighbourhood), None)

    def answer(self, ask: Ask, page: int) -> None:
        """A coordinator says that they called."""
        for member in ask.who.active:
            if is_coordinator(member):
                here = ask.at(member, self._talk.place(member.neighbourhood))
                if self._answer_here(here, page):
                    return
        key = "alerts.already_called" if is_coordinator(ask.member) else "neighbourhood.not_allowed"
        self._answers.say(ask, key)

    def _answer_here(self, ask: Ask, page: int) -> bool:
        alert = self._opening.waiting_on(ask.tx, ask.place.id, page)
        if alert is not None:
            self._for_alert(ask, alert)
            return True
        dialogue = dialogue_store.by_id(ask.tx, page)
        if dialogue is None or dialogue.neighbourhood != ask.place.id:
            return False
        return self._for_draft(ask, dialogue)

    def _for_alert(self, ask: Ask, alert: Alert) -> None:
        if ask.member is None:
            return
        alert = self._opening.called_for(ask.tx, alert, ask.member)
        key = "alerts.thanks_called" if alert.relayed else "alerts.thanks_called_draft"
        self._answers.say(ask, key, number=alert.number)

    def _for_draft(self, ask: Ask, dialogue: Dialogue) -> bool:
        """Who was asked and called is believed, even if the reporter thought better of asking."""
        reporter = self._reporter(ask, dialogue)
        called = gate_of(self._talk.data_of(dialogue)).get("by") in ("self", "coordinator")
        if dialogue.script != "report" or called or reporter is None or ask.member is None:
            return False
        opened = self._paging.answered(ask.tx, reporter, dialogue.id, ask.member)
        self._talk.patch(ask.tx, dialogue, called=opened)
        self._answers.say(ask, "alerts.thanks_called_draft")
        return True
