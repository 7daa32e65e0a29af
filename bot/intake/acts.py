"""What buttons, bare numbers and the words of a choice do outside a conversation: `a:verb:id`.

A number counts where one question stands open in the chat; with several, the bot asks which.
What was asked in passing (a menu, a language, which of several) is answered only while nothing
newer stands open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.dialogue.lexicon import normal
from bot.intake.ask import WHICH
from bot.intake.coordinator import is_coordinator
from bot.intake.placing import ASKS_ITSELF, WIDE
from bot.store import inbox
from bot.store import people as people_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.dialogue.lexicon import Lexicon
    from bot.intake.ask import Answers, Ask
    from bot.intake.asking import Asking
    from bot.intake.conversations import Conversations
    from bot.intake.coordinator import CoordinatorCommands
    from bot.intake.naming import Naming
    from bot.intake.pages import Pages
    from bot.intake.placing import Placing
    from bot.intake.resident import ResidentCommands
    from bot.store.inbox import Offer, Offered

    Fit = tuple[str, Offered]

OVER = "over:"
PASSING = ("which", "menu", "lang", "over")
PASSES_AFTER_MS = 60 * 60 * 1000
COORDINATORS = frozenset({"rectify", "reopen", "release", "export_case"})


class Acts:
    """Verbs of tokens."""

    def __init__(
        self,
        *,
        answers: Answers,
        conversations: Conversations,
        naming: Naming,
        placing: Placing,
        residents: ResidentCommands,
        coordinators: CoordinatorCommands,
        pages: Pages,
        asking: Asking,
        lexicon: Lexicon,
    ) -> None:
        self._answers = answers
        self._talk = conversations
        self._naming = naming
        self._placing = placing
        self._residents = residents
        self._coordinators = coordinators
        self._pages = pages
        self._asking = asking
        self._lexicon = lexicon
        self._about_alert: dict[str, Callable[[Ask], None]] = {
            "seen": residents.seen,
            "safe": residents.safe,
            "close": residents.end,
            "over": residents.over,
            "add": residents.add,
            "wrong": residents.mistaken,
            "number": pages.called,
            "answer": asking.answer,
            "rectify": coordinators.rectify,
            "reopen": coordinators.reopen,
            "release": coordinators.release,
            "export_case": coordinators.export,
        }
        wide = coordinators.handlers()
        self._wide = {command: wide[command] for command in WIDE - ASKS_ITSELF}

    # --- numbers and words -------------------------------------------------------------------

    def typed(self, ask: Ask, text: str) -> bool:
        """Take a bare number or the words of a choice; False when it is neither."""
        number = self._lexicon.number(text)
        number = None if self._lexicon.global_word(normal(text)) else number  # 101 is no choice
        words = "" if number is not None else normal(text)
        if number is None and (not words or self._lexicon.global_word(words)):
            return False
        fits = self._fits(ask, number, words)
        if number is None and not fits:
            return self._is_over(ask, text)
        self._take(ask, fits)
        return True

    def answers(self, ask: Ask, number: int) -> bool:
        """Whether something that stands open here has this number as a choice."""
        return bool(self._fits(ask, number, ""))

    def _fits(self, ask: Ask, number: int | None, words: str) -> list[Fit]:
        return [
            (offer.subject, choice)
            for offer in self._open(ask)
            for choice in offer.choices
            if choice.number == number or (words and normal(choice.label) == words)
        ]

    def _is_over(self, ask: Ask, text: str) -> bool:
        """Take a yes or a no to "is it over?", where nothing was asked since."""
        asked = [offer for offer in self._open(ask) if offer.subject.startswith(OVER)]
        if not asked:
            return False
        if self._lexicon.means(text, "yes"):
            self.press(ask, asked[0].choices[0].token, stands=True)
        elif self._lexicon.means(text, "no"):
            inbox.withdraw(ask.tx, asked[0].subject, str(ask.chat))
            self._answers.say(ask, "close.kept")
        else:
            return False
        return True

    def _open(self, ask: Ask) -> list[Offer]:
        """The questions that stand open here: the newest alone if it was asked in passing."""
        found = inbox.offers(ask.tx, str(ask.chat))
        found.sort(key=lambda offer: (-offer.offered_at, offer.subject != WHICH))
        lasting = [offer for offer in found if not _passing(offer)]
        newest = max((offer.offered_at for offer in lasting), default=0)
        for offer in found:
            fresh = ask.tx.now_ms - offer.offered_at <= PASSES_AFTER_MS
            newer = offer.offered_at >= newest + (offer.subject != WHICH)
            if _passing(offer) and fresh and (newer or not lasting):
                return [offer]
        return lasting

    def _take(self, ask: Ask, fits: list[Fit]) -> None:
        inbox.withdraw(ask.tx, WHICH, str(ask.chat))
        answered = [fit for fit in fits if fit[0] == f"alert:{ask.about}"] or fits
        if len(answered) == 1:
            self.press(ask, answered[0][1].token, stands=True)
        elif fits:
            labels = [(self._label(ask, fit), fit[1].token) for fit in fits]
            self._answers.ask_which(ask, "alerts.which", labels)
        else:
            self._answers.say(ask, "neighbourhood.nothing_asked")

    def _label(self, ask: Ask, fit: Fit) -> str:
        subject, choice = fit
        kind, _, found = subject.partition(":")
        if kind == "alert" and (meant := self._naming.by_id(ask, int(found))):
            about = meant.alert.number
        elif kind == "member" and (member := people_store.member(ask.tx, int(found))):
            about = ", ".join(filter(None, (member.name, member.street)))
        elif kind == "question":
            about = self._asking.asker(ask, found)
        else:
            return choice.label
        return self._answers.voice.text(
            ask.lang, "alerts.which_offer", label=choice.label, subject=about
        )

    # --- buttons -------------------------------------------------------------------------------

    def press(self, ask: Ask, token: str, *, stands: bool = False) -> None:
        """Carry out a button's verb, if its presser may; `stands`: its question is open."""
        prefix, verb, wanted, more = (*token.split(":", 3), "", "", "")[:4]
        if prefix != "a":
            self._answers.say(ask, "dialogue.over")
        elif verb == "lang":
            self._residents.language(ask.saying(wanted))
        elif ask.member is None:
            self._answers.say(ask, "neighbourhood.stranger")
        elif not (wanted.isascii() and wanted.isdigit() and len(wanted) < 18):
            self._answers.say(ask, "dialogue.over")
        else:
            stands = stands or (verb in self._wide and self._stands(ask, token))
            self._act(ask.saying(more), verb, int(wanted), stands=stands)

    @staticmethod
    def _stands(ask: Ask, token: str) -> bool:
        """Whether the question that this button answers was asked last."""
        found = [offer for offer in inbox.offers(ask.tx, str(ask.chat)) if offer.subject == WHICH]
        stands = any(choice.token == token for offer in found for choice in offer.choices)
        return stands and inbox.withdraw(ask.tx, WHICH, str(ask.chat)) > 0

    def _act(self, ask: Ask, verb: str, wanted: int, *, stands: bool) -> None:
        if verb in self._about_alert:
            self._alert_act(ask, verb, wanted)
        elif verb in self._wide:
            self._in_place(ask, verb, wanted, stands=stands)
        elif verb in ("admit", "refuse"):
            self._decide(ask, wanted, admit=verb == "admit")
        elif verb == "called":
            self._pages.answer(ask, wanted)
        elif verb == "meld":
            self._residents.report(ask.saying(""))
        elif verb == "help":
            self._residents.help(ask)
        else:
            self._answers.say(ask, "dialogue.over")

    def _alert_act(self, ask: Ask, verb: str, alert_id: int) -> None:
        meant = self._naming.by_id(ask, alert_id)
        if meant is None:
            self._answers.say(ask, "dialogue.over")
        elif verb in COORDINATORS and not is_coordinator(meant.ask.member):
            self._answers.say(ask, "neighbourhood.not_allowed")
        else:
            inbox.withdraw(ask.tx, f"{OVER}{alert_id}", str(ask.chat))
            asked = meant.ask.saying(f"{meant.alert.number} {ask.args}")
            self._about_alert[verb](replace(asked, chosen=alert_id))

    def _in_place(self, ask: Ask, command: str, membership: int, *, stands: bool) -> None:
        """The neighbourhood that a command is for. An old button doesn't do it once more."""
        mine = [m for m in self._placing.coordinated(ask) if m.id == membership]
        if stands and mine:
            self._wide[command](self._placing.at(ask, mine[0]))
        else:
            self._answers.say(ask, "dialogue.over")

    def _decide(self, ask: Ask, membership: int, *, admit: bool) -> None:
        newcomer = people_store.member(ask.tx, membership)
        place = newcomer.neighbourhood if newcomer else ""
        mine = [m for m in ask.who.active if is_coordinator(m) and m.neighbourhood == place]
        if newcomer and mine:
            here = self._placing.at(ask, mine[0])
            self._coordinators.decide(here, newcomer, admit=admit)
            return
        known = is_coordinator(ask.member)
        self._answers.say(ask, "dialogue.over" if known else "neighbourhood.not_allowed")


def _passing(offer: Offer) -> bool:
    return offer.subject.partition(":")[0] in PASSING
