"""Who speaks, what they are in the neighbourhood, and where they can be written to.

An account (`telegram:111111`) belongs to a person; a person has a membership in each
neighbourhood they belong to. Neighbours only ever see the pseudonym.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.messaging import Address
from bot.neighbourhood.roster import Roster
from bot.store import people as store
from bot.store import places as place_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.messaging import Sender
    from bot.settings import NeighbourhoodSettings
    from bot.store.people import Account, Member
    from bot.store.tx import Reader, Tx
    from bot.voice import Voice

COORDINATOR = "coordinator"
RESIDENT = "resident"
ACTIVE = ("active", "paused")  # a member who pauses gets no alerts and may still report


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody who speaks. `account` is None for one never seen; `chat` is where to answer
    privately, None where the bot can't.
    """

    account: Account | None
    members: tuple[Member, ...]
    chat: Address | None
    lang: str

    @property
    def active(self) -> tuple[Member, ...]:
        """The memberships that count."""
        return tuple(m for m in self.members if m.state in ACTIVE)

    @property
    def person_id(self) -> int | None:
        """The person, if known."""
        return None if self.account is None else self.account.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An active member and where the alert finds them.

    `groups` are native groups they are known to be in; `chats` their direct chats, the best first.
    """

    member: Member
    chats: tuple[Address, ...]
    groups: tuple[str, ...]

    @property
    def chat(self) -> Address | None:
        """Where to write to them directly, or None where nobody can."""
        return next(iter(self.chats), None)


class People:
    """Who is who. `on_reachable` is told who can be written to from now on, where they couldn't."""

    def __init__(
        self,
        places: Mapping[str, NeighbourhoodSettings],
        voice: Voice,
        connected: Callable[[str], bool],
    ) -> None:
        self._places = places
        self._voice = voice
        self._connected = connected
        self.rosters: Mapping[str, Roster] = {place: Roster() for place in places}
        self.on_reachable: Callable[[Tx, Sequence[Member]], None] = lambda _tx, _members: None

    def who(self, tx: Tx, sender: Sender) -> Who:
        """The person behind a sender; learns new aliases and where they can be answered."""
        found = store.speaker(tx, str(sender.address)) or self._by_alias(tx, sender)
        if found is None:
            lang = self._voice.language(sender.language)
            return Who(account=None, members=(), chat=sender.direct, lang=lang)
        account = self._learn(tx, found[0], sender)
        if account is not found[0]:
            self.on_reachable(tx, found[1])
        chat = sender.direct
        if chat is None and account.lost_at is None and account.direct:
            chat = Address.parse(account.direct)
        lang = self._voice.language(account.language or sender.language)
        return Who(account=account, members=found[1], chat=chat, lang=lang)

    def meet(self, tx: Reader, *places: str) -> None:
        """Learn the names of all who have or had a place: everywhere at start, in `places` where
        somebody has none after all: what they called themselves may have been anything.
        """
        for place in places or self.rosters:
            members = store.members_of(tx, place)
            self.rosters[place].begin(m.name for m in members if m.state != "refused")

    def name(self, tx: Tx, person_id: int, name: str, *places: str) -> None:
        """Somebody who has, or asks for, a place in these neighbourhoods told their name."""
        store.name_person(tx, person_id, name)
        for place in {*places, *(m.neighbourhood for m in store.memberships_of(tx, person_id))}:
            if place in self.rosters:
                self.rosters[place].learn(name)

    def nobody(self) -> Who:
        """Somebody who hides behind a group's name."""
        return Who(account=None, members=(), chat=None, lang=self._voice.default)

    def _by_alias(self, tx: Tx, sender: Sender) -> tuple[Account, tuple[Member, ...]] | None:
        for alias in sender.aliases:
            found = store.speaker(tx, str(alias))
            if found is not None:
                merged = self._merge(tx, found[0], sender)
                self.on_reachable(tx, found[1])
                return merged, found[1]
        return None

    def _merge(self, tx: Tx, known: Account, sender: Sender) -> Account:
        """An account known by its number shows its stable id: one person, two addresses."""
        address = str(sender.address)
        direct = str(sender.direct) if sender.direct else known.direct
        store.add_account(tx, address, known.person_id, canonical=address, direct=direct)
        if known.direct is not None:
            store.set_direct(tx, known.address, None)
        return known._replace(address=address, canonical=address, direct=direct)

    def _learn(self, tx: Tx, account: Account, sender: Sender) -> Account:
        direct = str(sender.direct) if sender.direct else None
        if direct is not None and (account.direct != direct or account.lost_at is not None):
            store.set_direct(tx, account.address, direct)
            account = account._replace(direct=direct, lost_at=None)
        return account

    def enrol(self, tx: Tx, sender: Sender, *, lang: str) -> int:
        """The person behind a sender, made if there is none; their id."""
        account = store.account(tx, str(sender.address))
        if account is not None:
            return account.person_id
        person_id = store.add_person(tx, name="", language=lang)
        self.register(tx, person_id, sender)
        return person_id

    def register(self, tx: Tx, person_id: int, sender: Sender) -> None:
        """An account, with its aliases, is this person's from now on."""
        address = str(sender.address)
        direct = str(sender.direct) if sender.direct else None
        store.add_account(tx, address, person_id, canonical=address, direct=direct)
        for alias in sender.aliases:
            store.add_account(tx, str(alias), person_id, canonical=address, direct=None)
        store.give_accounts(tx, address, person_id)
        self.on_reachable(tx, store.memberships_of(tx, person_id))

    def pseudonym(self, member: Member | None, lang: str) -> str:
        """What neighbours call somebody: "Buur 7", never a name or a street."""
        if member is None or member.pseudonym is None:
            return self._voice.text(lang, "neighbourhood.pseudonym.unknown")
        role = member.role if member.role in (COORDINATOR, RESIDENT) else RESIDENT
        return self._voice.text(lang, f"neighbourhood.pseudonym.{role}", n=member.pseudonym)

    def lang(self, member: Member) -> str:
        """The language in which the bot speaks to a member."""
        return self._voice.language(member.language)

    def recipients(
        self, reader: Reader, place: str, *, without: int | None = None
    ) -> list[Recipient]:
        """All active, unpaused members but the reporter: the denominator of what people are told."""
        direct = store.direct_chats(reader, place)
        groups = place_store.groups_by_person(reader, place)
        return [
            Recipient(
                member=member,
                chats=tuple(self._ordered(direct.get(member.person_id, []))),
                groups=tuple(groups.get(member.person_id, ())),
            )
            for member in store.members_of(reader, place)
            if member.id != without and self.gets_alerts(member, reader.now_ms)
        ]

    @staticmethod
    def gets_alerts(member: Member, now_ms: int) -> bool:
        """Whether a member is active and not pausing now."""
        if member.state == "active":
            return True
        return member.state == "paused" and (member.paused_until or now_ms + 1) <= now_ms

    def _ordered(self, chats: list[str]) -> list[Address]:
        """Messengers in use first, then the oldest account first."""
        addresses = [Address.parse(chat) for chat in dict.fromkeys(chats)]
        return sorted(addresses, key=lambda address: not self._connected(address.messenger))

    def coordinators(
        self, reader: Reader, place: str, *, without: int | None = None
    ) -> list[Recipient]:
        """The active coordinators whom the bot can write to: who hears news."""
        return [
            recipient
            for recipient in self.recipients(reader, place, without=without)
            if recipient.member.role == COORDINATOR and recipient.chat is not None
        ]

    def on_call(self, reader: Reader, place: str, *, without: int | None = None) -> list[Recipient]:
        """Whom a request reaches: the coordinators, or where there is none, those who pause.

        A pause is quiet while others watch; it never leaves somebody asking an empty room.
        """
        awake = self.coordinators(reader, place, without=without)
        return awake or self.all_coordinators(reader, place, without=without)

    def all_coordinators(
        self, reader: Reader, place: str, *, without: int | None = None
    ) -> list[Recipient]:
        """Those whom the bot can write to, also while they pause."""
        members = [
            member
            for member in store.members_of(reader, place)
            if member.role == COORDINATOR and member.state in ACTIVE and member.id != without
        ]
        reached = ((member, tuple(self.chats_of(reader, member))) for member in members)
        return [
            Recipient(member=member, chats=chats, groups=()) for member, chats in reached if chats
        ]

    def chat_of(self, reader: Reader, member: Member) -> Address | None:
        """Where a member can be written to directly."""
        return next(iter(self.chats_of(reader, member)), None)

    def chats_of(self, reader: Reader, member: Member) -> list[Address]:
        """Every chat in which a member can be written to, the best first."""
        accounts = store.accounts_of(reader, member.person_id)
        return self._ordered([a.direct for a in accounts if a.direct and a.lost_at is None])
