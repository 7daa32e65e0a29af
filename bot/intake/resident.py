"""What anybody and every resident may ask in the direct chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.intake.answers import first_words
from bot.neighbourhood.joining import new_code
from bot.store import alerts as alert_store
from bot.store import people as people_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.alerts.life import Life
    from bot.dialogue.commands import CommandTable
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.neighbourhood.joining import Joining
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert

COORDINATOR_CODE = "beheer-"


class ResidentCommands:
    """Each method is one command."""

    def __init__(
        self,
        *,
        answers: Answers,
        people: People,
        joining: Joining,
        conversations: Conversations,
        life: Life,
        commands: CommandTable,
    ) -> None:
        self._answers = answers
        self._people = people
        self._joining = joining
        self._talk = conversations
        self._life = life
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
            "koppel": self.connect,
        }

    def start(self, ask: Ask) -> None:
        """`/start`, with an invite code, with a coordinator's code, or bare."""
        code = ask.args.strip()
        if code.lower().startswith(COORDINATOR_CODE):
            self._become_coordinator(ask, code[len(COORDINATOR_CODE) :])
        elif ask.who.active and not code:
            self._welcome_back(ask)
        elif code and (place := self._joining.place_for(ask.tx, code)):
            self._begin_joining(ask, place)
        elif ask.who.active:
            self._welcome_back(ask)
        else:
            self._answers.say(ask, "neighbourhood.bad_code" if code else "neighbourhood.stranger")

    def _become_coordinator(self, ask: Ask, code: str) -> None:
        sender = ask.event.sender
        found = people_store.code(ask.tx, code.strip().upper())
        if sender is None or found is None or found.used_at is not None:
            self._answers.say(ask, "neighbourhood.bad_code")
            return
        person = self._people.enrol(ask.tx, sender, lang=ask.lang)
        member = self._joining.use_coordinator_code(ask.tx, found.code, person)
        if member is None:
            self._answers.say(ask, "neighbourhood.bad_code")
        else:
            name = self._talk.place(member.neighbourhood).name
            self._answers.say(ask, "neighbourhood.now_coordinator", group=name)

    def _begin_joining(self, ask: Ask, place: str) -> None:
        mine = [m for m in ask.who.members if m.neighbourhood == place]
        if mine and mine[0].state in ("active", "paused"):
            self._welcome_back(ask)
        elif mine and mine[0].state == "pending":
            self._answers.say(ask, "neighbourhood.already_asked")
        elif ask.event.sender is not None:
            person = self._people.enrol(ask.tx, ask.event.sender, lang=ask.lang)
            self._talk.begin(ask, person, place, "join", {})

    def _welcome_back(self, ask: Ask) -> None:
        member = ask.member
        if member is not None and member.state == "paused":
            self._joining.resume(ask.tx, member)
        self._answers.say(
            ask,
            "neighbourhood.welcome_back",
            choices=(
                ("neighbourhood.menu.report", "a:meld:0"),
                ("neighbourhood.menu.help", "a:help:0"),
            ),
            subject="menu",
            group=ask.place.name,
            who=self._people.pseudonym(member, ask.lang),
        )

    def help(self, ask: Ask) -> None:
        """What can be typed here, by role."""
        audiences = ["anyone"] if ask.member is None else ["anyone", "resident"]
        if ask.member is not None and ask.member.role == "coordinator":
            audiences.append("coordinator")
        lines = [
            f"{name}: {description}"
            for audience in audiences
            for name, description in self._commands.described(audience, ask.lang)
        ]
        self._answers.say(ask, "neighbourhood.help", commands="\n".join(lines))

    def language(self, ask: Ask) -> None:
        """`/taal en`, or a choice."""
        wanted = ask.args.strip().lower()
        if (
            wanted
            and ask.who.person_id is not None
            and self._answers.voice.language(wanted) == wanted
        ):
            people_store.set_language(ask.tx, ask.who.person_id, wanted)
            message = self._answers.voice.message(wanted, "neighbourhood.language_set")
            self._answers.post(ask, message, "language")
            return
        choices = (
            ("neighbourhood.language.nl", "a:lang:nl"),
            ("neighbourhood.language.en", "a:lang:en"),
        )
        self._answers.say(ask, "neighbourhood.language", choices=choices, subject="lang")

    def privacy(self, ask: Ask) -> None:
        """What is kept, for whom, and where the whole notice is."""
        self._answers.say(ask, "neighbourhood.privacy", url=ask.place.privacy_url or "-")

    def report(self, ask: Ask) -> None:
        """`meld`, or `/meld inbraak bezig Kerkstraat 12`."""
        if ask.member is None:
            self._answers.say(ask, "neighbourhood.stranger")
            return
        first = first_words(ask.message, ask.args) if ask.args.strip() and ask.message else None
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "report", {}, first=first)

    def _alert(self, ask: Ask, *, only_open: bool = False) -> Alert | None:
        """The alert that is meant: by number, or the only one that is open."""
        number = ask.args.strip().split(" ")[0].lstrip("#") if ask.args.strip() else ""
        if number:
            found = alert_store.by_number(ask.tx, ask.place.id, number)
            if found is None or (only_open and found.state != "open"):
                self._answers.say(ask, "alerts.no_such_number", number=number)
                return None
            return found
        alerts = alert_store.live(ask.tx, ask.place.id)
        open_ones = [alert for alert in alerts if alert.state == "open"]
        if not open_ones:
            self._answers.say(ask, "alerts.none_open")
            return None
        return open_ones[0]

    def seen(self, ask: Ask) -> None:
        """`gezien`, `gezien 117`: asks where and when."""
        if ask.member is None:
            self._answers.say(ask, "neighbourhood.stranger")
            return
        data = {}
        if ask.args.strip():
            alert = self._alert(ask, only_open=True)
            if alert is None:
                return
            data = {"alert": alert.id, "case": alert.number}
        elif not [a for a in alert_store.live(ask.tx, ask.place.id) if a.state == "open"]:
            self._answers.say(ask, "alerts.none_open")
            return
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "sighting", data)

    def add(self, ask: Ask) -> None:
        """`aanvullen 117`: the questions of the enrichment again."""
        alert = self._alert(ask)
        if alert is None or ask.member is None:
            return
        if not self._may_touch(ask, alert):
            self._answers.say(ask, "alerts.not_yours", number=alert.number)
            return
        data = {
            "alert": alert.id,
            "case": alert.number,
            **{k: v for k, v in alert.facts.get("description", {}).items() if v},
        }
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "enrich", data)

    def _may_touch(self, ask: Ask, alert: Alert) -> bool:
        member = ask.member
        return member is not None and (
            member.id == alert.reporter_id or member.role == "coordinator"
        )

    def end(self, ask: Ask) -> None:
        """`einde 117`: asks how it ended; own alerts only, coordinators all."""
        self._end(ask, {})

    def _end(self, ask: Ask, more: dict[str, str]) -> None:
        alert = self._alert(ask)
        if alert is None or ask.member is None:
            return
        if not self._may_touch(ask, alert):
            self._answers.say(ask, "alerts.not_yours", number=alert.number)
        elif alert.state not in ("open", "waiting"):
            self._answers.say(ask, "alerts.already_closed", number=alert.number)
        else:
            data = {"alert": alert.id, "case": alert.number, **more}
            self._talk.begin(ask, ask.member.person_id, ask.place.id, "close", data)

    def mistaken(self, ask: Ask) -> None:
        """`fout 117`: asks whether it is sure; then everybody gets the rectification."""
        self._end(ask, {"outcome": "mistaken"})

    def safe(self, ask: Ask) -> None:
        """`veilig 117`: counted, passed on to nobody."""
        alert = self._alert(ask, only_open=True)
        if alert is not None and ask.member is not None:
            self._life.safe(ask.tx, alert, ask.member)
            self._answers.say(ask, "alerts.safe_noted", number=alert.number)

    def stop(self, ask: Ask) -> None:
        """Outside a report: pause until tomorrow, leave, or nothing."""
        if ask.member is None:
            self._answers.say(ask, "neighbourhood.stranger")
            return
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "pause", {})

    def connect(self, ask: Ask) -> None:
        """`/koppel` makes a code; `/koppel CODE` on the other messenger joins the two."""
        code = ask.args.strip().upper()
        sender = ask.event.sender
        if not code and ask.member is not None:
            fresh = new_code(ask.tx.random(8))
            people_store.add_code(ask.tx, fresh, "koppel", None, ask.member.person_id)
            self._answers.say(ask, "neighbourhood.connect_code", code=fresh)
            return
        found = people_store.code(ask.tx, code) if code else None
        known = ask.who.account is not None and bool(ask.who.active)
        if found is None or found.kind != "koppel" or found.person_id is None or sender is None:
            self._answers.say(ask, "neighbourhood.bad_code")
        elif known or not people_store.use_code(ask.tx, code):
            self._answers.say(
                ask, "neighbourhood.already_member" if known else "neighbourhood.bad_code"
            )
        else:
            self._attach_account(ask, found.person_id)

    def _attach_account(self, ask: Ask, person_id: int) -> None:
        sender = ask.event.sender
        if sender is None:
            return
        direct = str(sender.direct) if sender.direct else None
        for address in (sender.address, *sender.aliases):
            people_store.add_account(
                ask.tx,
                str(address),
                person_id,
                canonical=str(sender.address),
                direct=direct if address == sender.address else None,
            )
        self._answers.say(ask, "neighbourhood.connected")
