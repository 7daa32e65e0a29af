"""Coming in: `/start` with an invitation, a coordinator's code or a link, and `/koppel`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.neighbourhood.joining import new_code
from bot.neighbourhood.people import ACTIVE, COORDINATOR
from bot.store import codes as code_store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.intake.coordinator import CoordinatorCommands
    from bot.intake.resident import ResidentCommands
    from bot.neighbourhood.joining import Joining
    from bot.neighbourhood.people import People
    from bot.store.people import Member

COORDINATOR_CODE = "beheer-"
REPORT = "meld"
SEEN = "gezien_"
MENU = (("neighbourhood.menu.report", "a:meld:0"), ("neighbourhood.menu.help", "a:help:0"))
GOOD_FOR = timedelta(hours=1)


def is_coordinator_code(code: str) -> bool:
    """Whether a code is one that makes a coordinator, by its shape."""
    return code.strip().lower().startswith(COORDINATOR_CODE)


class Arrival:
    """Who comes in, and how."""

    def __init__(
        self,
        *,
        answers: Answers,
        people: People,
        joining: Joining,
        conversations: Conversations,
        residents: ResidentCommands,
        coordinators: CoordinatorCommands,
    ) -> None:
        self._answers = answers
        self._people = people
        self._joining = joining
        self._talk = conversations
        self._residents = residents
        self._coordinators = coordinators

    def handlers(self) -> dict[str, Callable[[Ask], None]]:
        """By the command's id."""
        return {"start": self.start, "koppel": self.connect}

    def start(self, ask: Ask) -> None:
        """`/start`, with an invite code, a coordinator's code, or what a link carries."""
        code = ask.args.strip()
        if is_coordinator_code(code):
            self._become_coordinator(ask, code[len(COORDINATOR_CODE) :])
        elif code and (place := self._joining.place_for(ask.tx, code)):
            self._begin_joining(ask, place)
        elif not ask.who.active:
            known = code and code != REPORT and not code.startswith(SEEN)
            self._answers.say(ask, "neighbourhood.bad_code" if known else "neighbourhood.stranger")
        elif code == REPORT:
            self._residents.report(ask.saying(""))
        elif code.startswith(SEEN) and code.removeprefix(SEEN).isdigit():
            self._residents.by_link(ask, int(code.removeprefix(SEEN)))
        else:
            self._welcome_back(ask, ask.who.active)

    def _become_coordinator(self, ask: Ask, code: str) -> None:
        sender = ask.event.sender
        code = code.strip().upper()
        found = code_store.code(ask.tx, code)
        if sender is None or found is None or found.kind != "beheer" or found.used_at is not None:
            self._answers.say(ask, "neighbourhood.bad_code")
            return
        person = self._people.enrol(ask.tx, sender, lang=ask.lang)
        member = self._joining.use_coordinator_code(ask.tx, code, person)
        if member is None:
            self._answers.say(ask, "neighbourhood.bad_code")
        else:
            place = self._talk.place(member.neighbourhood)
            who = self._people.pseudonym(member, ask.lang)
            self._answers.say(ask, "neighbourhood.now_coordinator", group=place.name, who=who)
            self._coordinators.whatever_waits(ask.at(member, place))
            self._introduce(ask, member)

    def _introduce(self, ask: Ask, member: Member) -> None:
        """Ask a coordinator's name and street, if they came by a code and never told. Who stands in
        the configuration is known to whoever wrote it.
        """
        sender = ask.event.sender
        known = {str(one) for one in self._talk.place(member.neighbourhood).coordinators}
        mine = {str(one) for one in (sender.address, *sender.aliases)} if sender else set()
        if member.name or member.role != COORDINATOR or known & mine:
            return
        self._talk.begin(ask, member.person_id, member.neighbourhood, "introduce", {})

    def _begin_joining(self, ask: Ask, place: str) -> None:
        mine = [m for m in ask.who.members if m.neighbourhood == place]
        if mine and mine[0].state in ACTIVE:
            here = ask.at(mine[0], self._talk.place(place))
            self._welcome_back(here, mine)
        elif mine and mine[0].state == "pending":
            read = self._people.on_call(ask.tx, place)
            unread = "" if read else "_unread"
            self._answers.say(ask, f"neighbourhood.already_asked{unread}")
        elif ask.event.sender is not None:
            person = self._people.enrol(ask.tx, ask.event.sender, lang=ask.lang)
            self._talk.begin(ask, person, place, "join", {})

    def _welcome_back(self, ask: Ask, back: Sequence[Member]) -> None:
        """Whoever comes back gets alerts again; a coordinator hears what waits."""
        member = ask.member
        for one in back:
            if one.state == "paused":
                self._joining.resume(ask.tx, one)
        self._answers.say(
            ask,
            "neighbourhood.welcome_back",
            choices=MENU,
            subject="menu",
            group=ask.place.name,
            who=self._people.pseudonym(member, ask.lang),
        )
        self._coordinators.whatever_waits_anywhere(ask)
        if member is not None:
            self._introduce(ask, member)

    def connect(self, ask: Ask) -> None:
        """`/koppel` makes a code; `/koppel CODE` on the other messenger joins the two."""
        code = ask.args.strip().upper()
        if not code and ask.member is not None:
            fresh = new_code(ask.tx.random(8))
            code_store.add_code(ask.tx, fresh, "koppel", None, ask.member.person_id)
            self._answers.say(ask, "neighbourhood.connect_code", code=fresh)
        elif not code:
            self._answers.say(ask, "neighbourhood.stranger")
        elif ask.who.active:
            self._answers.say(ask, "neighbourhood.already_member")
        else:
            self._join_accounts(ask, code)

    def _join_accounts(self, ask: Ask, code: str) -> None:
        sender = ask.event.sender
        found = code_store.code(ask.tx, code)
        good = found is not None and found.kind == "koppel" and found.person_id is not None
        if found is None or not good or sender is None or found.person_id is None:
            self._answers.say(ask, "neighbourhood.bad_code")
            return
        old = ask.tx.now_ms - found.created_at > GOOD_FOR.total_seconds() * 1000
        if old or not code_store.use_code(ask.tx, code):
            self._answers.say(ask, "neighbourhood.bad_code")
            return
        for dialogue in ask.dialogues:
            self._talk.end(ask.tx, dialogue, ask.lang)
        self._people.register(ask.tx, found.person_id, sender)
        self._answers.say(ask, "neighbourhood.connected")
