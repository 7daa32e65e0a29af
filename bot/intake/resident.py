"""What anybody and every resident may ask in the direct chat."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.alerts import facts as known
from bot.alerts.additions import takes_part
from bot.dialogue.commands import is_number
from bot.intake.answers import first_words
from bot.intake.coordinator import is_coordinator
from bot.intake.naming import number_in
from bot.store import people as people_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.alerts.ending import Ending
    from bot.alerts.life import Life
    from bot.dialogue.commands import CommandTable
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.intake.naming import Meant, Naming
    from bot.store.alerts import Alert

LIVE = ("open", "waiting")


class ResidentCommands:
    """Each method is one command."""

    def __init__(
        self,
        *,
        answers: Answers,
        conversations: Conversations,
        naming: Naming,
        life: Life,
        ending: Ending,
        commands: CommandTable,
    ) -> None:
        self._answers = answers
        self._talk = conversations
        self._naming = naming
        self._life = life
        self._ending = ending
        self._commands = commands

    def handlers(self) -> dict[str, Callable[[Ask], None]]:
        """By the command's id."""
        return {
            "help": self.help,
            "taal": self.language,
            "privacy": self.privacy,
            "meld": self.report,
            "gezien": self.seen,
            "aanvullen": self.add,
            "einde": self.end,
            "fout": self.mistaken,
            "veilig": self.safe,
            "stop": self.stop,
        }

    def help(self, ask: Ask) -> None:
        """What can be typed here, by role."""
        audiences = ["anyone"] if ask.member is None else ["resident", "anyone"]
        if any(map(is_coordinator, ask.who.active)):
            audiences.append("coordinator")
        lines = [
            f"**{name}**: {description}"
            for audience in audiences
            for name, description in self._commands.described(audience, ask.lang)
        ]
        self._answers.say(ask, "neighbourhood.help", commands="\n".join(lines))

    def language(self, ask: Ask) -> None:
        """`/taal en`, or a choice."""
        wanted = ask.args.strip().lower()
        if ask.who.person_id is None:
            self._answers.say(ask, "neighbourhood.stranger")
        elif wanted and self._answers.voice.language(wanted) == wanted:
            people_store.set_language(ask.tx, ask.who.person_id, wanted)
            message = self._answers.voice.message(wanted, "neighbourhood.language_set")
            self._answers.post(ask, message, "language")
        else:
            choices = (
                ("neighbourhood.language.nl", "a:lang:nl"),
                ("neighbourhood.language.en", "a:lang:en"),
            )
            self._answers.say(ask, "neighbourhood.language", choices=choices, subject="lang")

    def privacy(self, ask: Ask) -> None:
        """What is kept, for whom, and where the whole notice is."""
        key = "neighbourhood.privacy_at" if ask.place.privacy_url else "neighbourhood.privacy"
        self._answers.say(ask, key, url=ask.place.privacy_url)

    def report(self, ask: Ask) -> None:
        """`meld`, or `/meld inbraak bezig Kerkstraat 12`."""
        if ask.member is None:
            self._answers.say(ask, "neighbourhood.stranger")
            return
        first = first_words(ask.message, ask.args) if ask.args.strip() and ask.message else None
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "report", {}, first=first)

    def seen(self, ask: Ask) -> None:
        """`gezien`, `gezien 117`: asks where and when."""
        if not ask.args.strip() and ask.about is None:
            live = self._naming.live(ask)
            if live and len({meant.ask.place.id for meant in live}) == 1:
                self._sighting(live[0].ask, live[0].alert if len(live) == 1 else None)
                return
        meant = self._naming.the_one(ask, "seen", ("open",))
        if meant is None:
            return
        if meant.alert.state == "open":
            self._sighting(meant.ask, meant.alert)
        else:
            self._not_open(meant.ask, meant.alert)

    def _sighting(self, ask: Ask, alert: Alert | None) -> None:
        if ask.member is not None:
            data = {} if alert is None else {"alert": alert.id, "case": alert.number}
            self._talk.begin(ask, ask.member.person_id, ask.place.id, "sighting", data)

    def _not_open(self, ask: Ask, alert: Alert) -> None:
        key = (
            "alerts.not_relayed" if alert.state in ("recorded", "waiting") else "alerts.closed_now"
        )
        self._answers.say(ask, key, number=alert.number)

    def add(self, ask: Ask) -> None:
        """`aanvullen 117`, with or without words behind it, or words alone: the questions of the
        enrichment again. The words are in the log, and so with the police, before anything is asked.
        """
        named = is_number(number_in(ask.args))
        told = len(ask.args.split()) > (1 if named else 0)
        meant = self._mine(ask if named or not told else ask.saying(""), "add", suits=_may_add)
        if meant is None:
            return
        ask, alert = meant
        if ask.member is None:
            return
        if ask.message is not None and told:
            self._life.add_words(ask.scene(), alert, ask.message)
            self._answers.say(ask, "alerts.words_kept", number=alert.number)
        described = known.described_by(alert.facts, ask.member.id)
        data = {
            "alert": alert.id,
            "case": alert.number,
            **{k: v for k, v in described.items() if v},
        }
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "enrich", data)

    def _mine(
        self, ask: Ask, verb: str, *, suits: Callable[[Meant], bool] | None = None
    ) -> Meant | None:
        """The alert that is meant, if the asker made it or is a coordinator, or as `suits` says."""
        suits = suits or _is_theirs
        meant = self._own(ask) or self._naming.the_one(ask, verb, suits=suits)
        if meant is not None and not suits(meant):
            self._answers.say(meant.ask, "alerts.not_yours", number=meant.alert.number)
            return None
        return meant

    def _own(self, ask: Ask) -> Meant | None:
        """Without a number: the asker's own live alert, if there is exactly one."""
        if ask.args.strip() or ask.about is not None:
            return None
        mine = {member.id for member in ask.who.active}
        own = [m for m in self._naming.live(ask, LIVE) if m.alert.reporter_id in mine]
        return own[0] if len(own) == 1 else None

    def end(self, ask: Ask) -> None:
        """`einde 117`: asks how it ended; own alerts only, coordinators all."""
        self._end(ask, "close", {})

    def over(self, ask: Ask) -> None:
        """The answer to "is it over?" after a silence."""
        self._end(ask, "over", {"asked": True})

    def _end(self, ask: Ask, verb: str, more: dict[str, object]) -> None:
        mine = self._mine(ask, verb)
        if mine is None:
            return
        ask, alert = mine
        if ask.member is None:
            return
        if alert.state not in LIVE:
            self._not_open(ask, alert)
            return
        data = {"alert": alert.id, "case": alert.number, **more}
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "close", data)

    def mistaken(self, ask: Ask) -> None:
        """`fout 117`: asks whether it is sure; then everybody gets the rectification.

        A report that alerted nobody is taken back at once. One that was closed may turn out
        wrong too: whoever read it must hear so.
        """
        mine = self._mine(ask, "wrong")
        if mine is None:
            return
        asked, alert = mine
        if alert.state == "recorded" and asked.member is not None:
            self._ending.withdraw(asked.tx, alert, asked.member)
            self._answers.say(asked, "alerts.withdrawn", number=alert.number)
        elif alert.state == "rectified":
            self._answers.say(asked, "alerts.already_rectified", number=alert.number)
        elif alert.state not in LIVE and not alert.relayed:
            self._answers.say(asked, "alerts.not_relayed", number=alert.number)
        elif asked.member is not None:
            data = {"alert": alert.id, "case": alert.number, "outcome": "mistaken"}
            self._talk.begin(asked, asked.member.person_id, asked.place.id, "close", data)

    def safe(self, ask: Ask) -> None:
        """`veilig 117`: counted, passed on to nobody."""
        meant = self._naming.the_one(ask, "safe", ("open",))
        if meant is None:
            return
        ask, alert = meant
        if alert.state != "open":
            self._not_open(ask, alert)
        elif ask.member is not None:
            self._life.safe(ask.tx, alert, ask.member)
            self._answers.say(ask, "alerts.safe_noted", number=alert.number)

    def stop(self, ask: Ask) -> None:
        """Outside a report: pause until tomorrow, leave, or nothing."""
        if ask.member is None:
            self._answers.say(ask, "neighbourhood.stranger")
            return
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "pause", {})

    def by_link(self, ask: Ask, alert_id: int) -> None:
        """A link in a group led here: the card in question is known."""
        meant = self._naming.by_id(ask, alert_id)
        if meant is None:
            self._answers.say(ask, "dialogue.over")
        else:
            self.seen(replace(meant.ask.saying(meant.alert.number), chosen=alert_id))


def _may_add(meant: Meant) -> bool:
    member = meant.ask.member
    return _is_theirs(meant) or (member is not None and takes_part(meant.alert, member.id))


def _is_theirs(meant: Meant) -> bool:
    member = meant.ask.member
    return member is not None and (member.id == meant.alert.reporter_id or is_coordinator(member))
