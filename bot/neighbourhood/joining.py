"""Becoming a member: an invitation, the rules, a name and a street, a coordinator's yes.

Nobody needs to know a chat id: a one-time code makes its sender the first coordinator, and an
invite code opens the questions. Two coordinators who answer at once decide once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.delivery.post import Post, Priority
from bot.journal.journal import append as append_entry
from bot.neighbourhood import grouping
from bot.neighbourhood.people import COORDINATOR, RESIDENT
from bot.store import codes as code_store
from bot.store import people as store
from bot.store import places as place_store
from bot.store import timers
from bot.store.inbox import Offered, offer, withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.delivery.outbox import Outbox
    from bot.messaging import Address
    from bot.neighbourhood.people import People
    from bot.settings import Settings
    from bot.store.people import Member
    from bot.store.tx import Tx
    from bot.voice import Voice

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

PAUSE = "pause"  # a member's pause is over
LEFT_HEARS = frozenset({"answer", "closing"})
PAUSED_HEARS = LEFT_HEARS | {
    "question",
    "notice",
    "told_reporter",
    "asked",
    "answered",
    "broadcast",
    "export",
}


def new_code(random: bytes) -> str:
    """Eight letters and digits that can't be misread, from at least eight random bytes."""
    return "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in random[:8])


class Joining:
    """Who may come in."""

    def __init__(
        self,
        *,
        settings: Settings,
        people: People,
        voice: Voice,
        outbox: Outbox,
        on_admitted: Callable[[], None],
        on_came: Callable[[Tx, Member], None],
        on_gone: Callable[[Tx, str], None],
    ) -> None:
        """`on_came`: this member gets alerts from now on; `on_gone`: somebody of this neighbourhood
        gets no more.
        """
        self._settings = settings
        self._on_admitted = on_admitted
        self._on_came = on_came
        self._on_gone = on_gone
        self._people = people
        self._voice = voice
        self._outbox = outbox

    def seed(self, tx: Tx, writes_first: Callable[[str], bool]) -> None:
        """Bring neighbourhoods, groups and coordinators of the configuration into the store."""
        known = {place.id: place for place in place_store.places(tx)}
        for place in self._settings.neighbourhoods.values():
            old = known.get(place.id)
            code = place.invite_code or (old.invite_code if old else new_code(tx.random(8)).lower())
            place_store.put_place(tx, place.id, name=place.name, invite_code=code)
            for group in place.groups:
                grouping.link(tx, group, place.id, by="configuration")
            for address in place.coordinators:
                self._seed_coordinator(tx, place.id, address, writes_first)

    def _seed_coordinator(
        self, tx: Tx, place: str, address: Address, writes_first: Callable[[str], bool]
    ) -> None:
        account = store.account(tx, str(address))
        if account is None:
            person_id = store.add_person(tx, name="", language=None)
            direct = str(address) if writes_first(address.messenger) else None
            store.add_account(tx, str(address), person_id, canonical=str(address), direct=direct)
        else:
            person_id = account.person_id
        self.make_coordinator(tx, place, person_id)

    def make_coordinator(self, tx: Tx, place: str, person_id: int) -> Member:
        """Give a person the coordinator's role; they become a member if they are none."""
        mine = [m for m in store.memberships_of(tx, person_id) if m.neighbourhood == place]
        if mine and mine[0].role == COORDINATOR and mine[0].state == "active":
            return mine[0]
        number = (mine[0].pseudonym if mine else None) or place_store.next_pseudonym(tx, place)
        if mine:
            member = store.change_member(
                tx, mine[0], role=COORDINATOR, state="active", pseudonym=number
            )
        else:
            new = store.add_member(
                tx, place, person_id, role=COORDINATOR, state="active", pseudonym=number
            )
            member = _found(store.member(tx, new))
        append_entry(tx, place, "member.role", {"pseudonym": number, "role": COORDINATOR, "by": ""})
        self._on_came(tx, member)
        return member

    def place_for(self, tx: Tx, code: str) -> str | None:
        """The neighbourhood an invite code opens; upper and lower case are alike."""
        wanted = code.strip().lower()
        for place in place_store.places(tx):
            if place.invite_code.lower() == wanted:
                return place.id
        return None

    def use_coordinator_code(self, tx: Tx, code: str, sender_person: int) -> Member | None:
        """The sender of a valid one-time code becomes coordinator; None if it isn't valid."""
        found = code_store.code(tx, code)
        if found is None or found.kind != "beheer" or found.used_at or not found.neighbourhood:
            return None
        if not code_store.use_code(tx, code):
            return None
        return self.make_coordinator(tx, found.neighbourhood, sender_person)

    def introduce(self, tx: Tx, member: Member, data: Mapping[str, Any]) -> None:
        """A coordinator by code told name and street."""
        name, street = str(data.get("name", "")), str(data.get("street", ""))
        self._people.name(tx, member.person_id, name)
        store.change_member(tx, member, street=street)
        fields = {"pseudonym": member.pseudonym, "name": name, "street": street}
        append_entry(tx, member.neighbourhood, "member.named", fields)

    def ask(self, tx: Tx, place: str, person_id: int, data: Mapping[str, Any]) -> None:
        """A newcomer agreed to the rules and told name and street: coordinators are asked."""
        self._people.name(tx, person_id, str(data.get("name", "")), place)
        street = str(data.get("street", ""))
        mine = [m for m in store.memberships_of(tx, person_id) if m.neighbourhood == place]
        if mine:
            member = store.change_member(tx, mine[0], state="pending", street=street, role=RESIDENT)
        else:
            new = store.add_member(
                tx, place, person_id, role=RESIDENT, state="pending", street=street
            )
            member = _found(store.member(tx, new))
        append_entry(
            tx, place, "member.asked", {"street": street, "name": str(data.get("name", ""))}
        )
        for recipient in self._people.on_call(tx, place):
            self.put_question(tx, _found(store.member(tx, member.id)), recipient.member)

    def put_question(self, tx: Tx, newcomer: Member, coordinator: Member) -> None:
        """Ask one coordinator about one newcomer."""
        chat = self._people.chat_of(tx, coordinator)
        if chat is None:
            return
        lang = self._people.lang(coordinator)
        tokens = (f"a:admit:{newcomer.id}", f"a:refuse:{newcomer.id}")
        message = self._voice.message(
            lang,
            "neighbourhood.newcomer",
            choices=(
                ("neighbourhood.newcomer.admit", tokens[0]),
                ("neighbourhood.newcomer.refuse", tokens[1]),
            ),
            name=newcomer.name,
            street=newcomer.street,
            group=self._settings.neighbourhoods[newcomer.neighbourhood].name,
            number=newcomer.id,
        )
        self._outbox.post(
            tx,
            Post(
                chat=chat,
                message=message,
                cause=f"newcomer:{newcomer.id}:{tx.now_ms}",
                priority=Priority.QUESTION,
                purpose="question",
                membership=coordinator.id,
            ),
        )
        choices = [Offered(c.number, c.label, c.token) for c in message.choices]
        offer(tx, str(chat), f"member:{newcomer.id}", choices)

    def admit(self, tx: Tx, newcomer: Member, by: Member) -> str:
        """Let a newcomer in; what to tell the coordinator (a text's key)."""
        if newcomer.state == "active":
            return "neighbourhood.already_admitted"
        if newcomer.state != "pending":
            return "neighbourhood.already_decided"
        number = newcomer.pseudonym or place_store.next_pseudonym(tx, newcomer.neighbourhood)
        store.change_member(tx, newcomer, decided_by=by.id, state="active", pseudonym=number)
        self._ask_no_more(tx, newcomer)
        append_entry(
            tx,
            newcomer.neighbourhood,
            "member.admitted",
            {"pseudonym": number, "by": self._people.pseudonym(by, "nl")},
        )
        self._tell(tx, newcomer, "neighbourhood.welcome", n=number)
        self._tell_others(tx, newcomer, by, "neighbourhood.admitted_by_other", n=number)
        self._on_came(tx, newcomer)
        tx.after_commit(self._on_admitted)
        return "neighbourhood.admitted"

    def refuse(self, tx: Tx, newcomer: Member, by: Member) -> str:
        """Don't let a newcomer in; what to tell the coordinator (a text's key)."""
        if newcomer.state != "pending":
            return "neighbourhood.already_decided"
        store.change_member(tx, newcomer, decided_by=by.id, state="refused")
        self._people.meet(tx, newcomer.neighbourhood)
        self._ask_no_more(tx, newcomer)
        append_entry(
            tx,
            newcomer.neighbourhood,
            "member.refused",
            {"by": self._people.pseudonym(by, "nl")},
        )
        self._tell(tx, newcomer, "neighbourhood.refused")
        self._tell_others(tx, newcomer, by, "neighbourhood.refused_by_other")
        return "neighbourhood.refusal_noted"

    def _ask_no_more(self, tx: Tx, newcomer: Member) -> None:
        """It is decided: the question answers no number, and is put to nobody who hasn't read it."""
        withdraw(tx, f"member:{newcomer.id}")
        self._outbox.take_back(tx, f"newcomer:{newcomer.id}:")

    def _tell(self, tx: Tx, member: Member, key: str, **values: Any) -> None:
        chat = self._people.chat_of(tx, member)
        if chat is None:
            return
        place = self._settings.neighbourhoods[member.neighbourhood]
        message = self._voice.message(
            self._people.lang(member),
            key,
            group=place.name,
            emergency=place.emergency,
            **values,
        )
        self._outbox.post(
            tx,
            Post(
                chat=chat,
                message=message,
                cause=f"{key}:{member.id}:{tx.now_ms}",
                priority=Priority.ANSWER,
                purpose="answer",
                membership=member.id,
            ),
        )

    def _tell_others(self, tx: Tx, newcomer: Member, by: Member, key: str, **values: Any) -> None:
        """The other coordinators learn that somebody has decided."""
        for recipient in self._people.coordinators(tx, newcomer.neighbourhood, without=by.id):
            assert recipient.chat is not None, "they can be reached"
            lang = self._people.lang(recipient.member)
            message = self._voice.message(
                lang,
                key,
                silent=True,
                name=newcomer.name,
                **values,
                who=self._people.pseudonym(by, lang),
            )
            self._outbox.post(
                tx,
                Post(
                    chat=recipient.chat,
                    message=message,
                    cause=f"{key}:{newcomer.id}:{tx.now_ms}",
                    priority=Priority.NOTICE,
                    purpose="notice",
                    membership=recipient.member.id,
                ),
            )

    def pause(self, tx: Tx, member: Member, until_ms: int) -> None:
        """No alerts for a member until then, nor any that still waits."""
        timers.arm(tx, PAUSE, str(member.id), timedelta(milliseconds=until_ms - tx.now_ms))
        store.change_member(tx, member, state="paused", paused_until=until_ms)
        self._outbox.spare(tx, member.id, but=PAUSED_HEARS)
        self._on_gone(tx, member.neighbourhood)
        append_entry(tx, member.neighbourhood, "member.paused", {"pseudonym": member.pseudonym})

    def resume(self, tx: Tx, member: Member) -> None:
        """Alerts again."""
        store.change_member(tx, member, state="active", paused_until=None)
        self._on_came(tx, member)

    def leave(self, tx: Tx, member: Member) -> None:
        """A member goes, and reads nothing more but answers and how an alert they saw ended."""
        store.change_member(tx, member, state="left", paused_until=None)
        self._outbox.spare(tx, member.id, but=LEFT_HEARS)
        self._on_gone(tx, member.neighbourhood)
        append_entry(tx, member.neighbourhood, "member.left", {"pseudonym": member.pseudonym})


def _found(member: Member | None) -> Member:
    if member is None:  # pragma: no cover  # it was inserted a line before
        raise LookupError("membership")
    return member
