"""Who speaks, what they are in the neighbourhood, and where they can be written to.

An account (`telegram:111111`) belongs to a person; a person has a membership in each
neighbourhood they belong to. Neighbours only ever see the pseudonym.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.messaging import Address
from bot.store import people as store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.messaging import Sender
    from bot.settings import NeighbourhoodSettings
    from bot.store.people import Account, Member
    from bot.store.tx import Reader, Tx
    from bot.voice import Voice

COORDINATOR = "coordinator"
RESIDENT = "resident"


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
        """The memberships that count today (a paused member may still report)."""
        return tuple(m for m in self.members if m.state in ("active", "paused"))

    @property
    def person_id(self) -> int | None:
        """The person, if known."""
        return None if self.account is None else self.account.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An active member and where the alert finds them.

    `groups` are native groups they are known to be in; `chat` a direct chat, or None.
    """

    member: Member
    chat: Address | None
    groups: tuple[str, ...]


class People:
    """Who is who."""

    def __init__(
        self,
        places: Mapping[str, NeighbourhoodSettings],
        voice: Voice,
        connected: Callable[[str], bool],
    ) -> None:
        self._places = places
        self._voice = voice
        self._connected = connected

    def who(self, tx: Tx, sender: Sender) -> Who:
        """The person behind a sender; learns new aliases and where they can be answered."""
        account = self._account(tx, sender)
        members: tuple[Member, ...] = ()
        if account is not None:
            account = self._learn(tx, account, sender)
            members = tuple(store.memberships_of(tx, account.person_id))
        chat = sender.direct
        if chat is None and account is not None and account.lost_at is None and account.direct:
            chat = Address.parse(account.direct)
        wanted = account.language if account and account.language else sender.language
        return Who(account=account, members=members, chat=chat, lang=self._voice.language(wanted))

    def _account(self, tx: Tx, sender: Sender) -> Account | None:
        found = store.account(tx, str(sender.address))
        if found is not None or not sender.aliases:
            return found
        for alias in sender.aliases:
            known = store.account(tx, str(alias))
            if known is not None:
                return self._merge(tx, known, sender)
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
        self._register(tx, person_id, sender)
        return person_id

    def _register(self, tx: Tx, person_id: int, sender: Sender) -> None:
        address = str(sender.address)
        direct = str(sender.direct) if sender.direct else None
        store.add_account(tx, address, person_id, canonical=address, direct=direct)
        for alias in sender.aliases:
            store.add_account(tx, str(alias), person_id, canonical=address, direct=None)

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
        groups = store.groups_by_person(reader, place)
        return [
            Recipient(
                member=member,
                chat=self._best(direct.get(member.person_id, [])),
                groups=tuple(groups.get(member.person_id, ())),
            )
            for member in store.members_of(reader, place)
            if self._counts(member, reader.now_ms) and member.id != without
        ]

    @staticmethod
    def _counts(member: Member, now_ms: int) -> bool:
        if member.state == "active":
            return True
        return member.state == "paused" and (member.paused_until or now_ms + 1) <= now_ms

    def _best(self, chats: list[str]) -> Address | None:
        addresses = [Address.parse(chat) for chat in chats]
        connected = [a for a in addresses if self._connected(a.messenger)]
        return next(iter(connected or addresses), None)

    def coordinators(self, reader: Reader, place: str) -> list[Recipient]:
        """The active coordinators and where they can be written to."""
        return [r for r in self.recipients(reader, place) if r.member.role == COORDINATOR]

    def chat_of(self, reader: Reader, member: Member) -> Address | None:
        """Where a member can be written to directly."""
        accounts = store.accounts_of(reader, member.person_id)
        return self._best([a.direct for a in accounts if a.direct and a.lost_at is None])
