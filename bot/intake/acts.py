"""What buttons and bare numbers outside a conversation do: `a:verb:id`.

A number counts only where one question stands open in the chat; with several, the bot asks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.intake.coordinator import is_coordinator
from bot.store import inbox
from bot.store.inbox import Offered

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.dialogue.lexicon import Lexicon
    from bot.intake.ask import Answers, Ask
    from bot.intake.coordinator import CoordinatorCommands
    from bot.intake.pages import Pages
    from bot.intake.resident import ResidentCommands

WHICH = "which"
MOST = 9


class Acts:
    """Verbs of tokens."""

    def __init__(
        self,
        *,
        answers: Answers,
        residents: ResidentCommands,
        coordinators: CoordinatorCommands,
        pages: Pages,
        lexicon: Lexicon,
        number_of: Callable[[Ask, int], str | None],
    ) -> None:
        self._answers = answers
        self._residents = residents
        self._coordinators = coordinators
        self._pages = pages
        self._lexicon = lexicon
        self._number_of = number_of
        self._about_alert = {
            "seen": residents.seen,
            "safe": residents.safe,
            "close": residents.end,
            "rectify": coordinators.rectify,
        }

    def number(self, ask: Ask, text: str) -> bool:
        """Take a bare number or the words of a choice; False when it is neither, or fits nothing."""
        open_questions = inbox.offers(ask.tx, str(ask.chat))
        if not open_questions:
            return False
        wanted = self._lexicon.number(text)
        if wanted is None:
            return False
        if open_questions[0].subject == WHICH:
            open_questions = open_questions[:1]
        fits = [
            (offer.subject, choice)
            for offer in open_questions
            for choice in offer.choices
            if choice.number == wanted
        ]
        inbox.withdraw(ask.tx, WHICH, str(ask.chat))
        if len(fits) == 1:
            self.press(ask, fits[0][1].token)
        elif fits:
            self._ask_which(ask, fits[:MOST])
        else:
            self._answers.say(ask, "dialogue.not_understood")
        return True

    def _ask_which(self, ask: Ask, fits: list[tuple[str, Offered]]) -> None:
        choices = [
            Offered(number, self._label(ask, subject, choice), choice.token)
            for number, (subject, choice) in enumerate(fits, 1)
        ]
        text = "\n".join(
            [
                self._answers.voice.text(ask.lang, "alerts.which"),
                *(f"**{choice.number}** {choice.label}" for choice in choices),
            ]
        )
        message = replace(self._answers.voice.message(ask.lang, "alerts.which"), text=text)
        self._answers.post(ask, message, "which")
        inbox.offer(ask.tx, str(ask.chat), WHICH, choices)

    def _label(self, ask: Ask, subject: str, choice: Offered) -> str:
        kind, _, found = subject.partition(":")
        about = self._number_of(ask, int(found)) if kind == "alert" else None
        if about is None:
            return choice.label
        return self._answers.voice.text(
            ask.lang, "alerts.which_offer", label=choice.label, subject=about
        )

    def press(self, ask: Ask, token: str) -> None:
        """Carry out a button's verb, if its presser may."""
        prefix, verb, wanted = (*token.split(":", 2), "", "")[:3]
        if prefix != "a":
            self._answers.say(ask, "dialogue.over")
        elif verb == "lang":
            self._residents.language(replace(ask, args=wanted))
        elif ask.member is None:
            self._answers.say(ask, "neighbourhood.stranger")
        elif verb in self._about_alert and wanted.isdigit():
            self._alert_act(ask, verb, int(wanted))
        elif verb in ("admit", "refuse", "called") and wanted.isdigit():
            self._coordinator_act(ask, verb, int(wanted))
        elif verb == "meld":
            self._residents.report(replace(ask, args=""))
        else:
            self._residents.help(ask)

    def _alert_act(self, ask: Ask, verb: str, alert: int) -> None:
        number = self._number_of(ask, alert)
        if number is None:
            self._answers.say(ask, "dialogue.over")
        elif verb == "rectify" and not is_coordinator(ask.member):
            self._answers.say(ask, "neighbourhood.not_allowed")
        else:
            self._about_alert[verb](replace(ask, args=number))

    def _coordinator_act(self, ask: Ask, verb: str, wanted: int) -> None:
        if not is_coordinator(ask.member):
            self._answers.say(ask, "neighbourhood.not_allowed")
        elif verb == "called":
            self._pages.answer(ask, wanted)
        else:
            self._coordinators.decide(ask, wanted, admit=verb == "admit")
