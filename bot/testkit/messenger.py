"""The messenger itself: what its server would keep, show and refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.errors import ChatMoved, MessengerError, NotAllowed, RecipientGone
from bot.messaging import (
    Address,
    Capabilities,
    CommandMenu,
    Feature,
    Level,
    MediaRef,
    MessageRef,
    TextUnit,
)
from bot.testkit import updates
from bot.testkit.chats import Chat, Shown
from bot.testkit.faults import WRITING, Faults, Mishap, Operation
from bot.testkit.people import Attachment, Group, Person

_ALWAYS = {
    Feature.EDIT: Level.FULL,
    Feature.DELETE: Level.FULL,
    Feature.REACT: Level.FULL,
    Feature.REPLY: Level.FULL,
    Feature.FILES: Level.FULL,
    Feature.ALBUM: Level.FULL,
    Feature.LOCATION: Level.FULL,
}

BUTTONS = Capabilities(
    support=_ALWAYS
    | {
        Feature.BUTTONS: Level.FULL,
        Feature.JOIN_REQUESTS: Level.FULL,
        Feature.MEMBERSHIP_EVENTS: Level.FULL,
        Feature.MEMBER_LOOKUP: Level.FULL,
        Feature.COMMAND_MENU: Level.FULL,
    },
    text_max=4096,
    text_unit=TextUnit.UTF16,
)
"""A messenger with buttons, where the bot can't write first."""

NUMBERS = Capabilities(
    support=_ALWAYS
    | {
        Feature.RECEIPTS: Level.FULL,
        Feature.DELETE_EVENTS: Level.FULL,
        Feature.MEMBERSHIP_EVENTS: Level.PARTIAL,
        Feature.MEMBER_LOOKUP: Level.FULL,
        Feature.WRITE_FIRST: Level.FULL,
    },
    text_max=2000,
    text_unit=TextUnit.BYTES,
    upload_max=100_000_000,
    edit_age_s=24 * 3600,
    edit_count=10,
)
"""A messenger without buttons, whose people type numbers."""

PAGE = Capabilities(
    support=_ALWAYS | {Feature.BUTTONS: Level.FULL, Feature.CARD: Level.FULL},
    text_max=20_000,
)
"""A page of our own, which draws cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What the server keeps for the bot until it is acknowledged."""

    number: int
    payload: str
    at: datetime


class Messenger:
    """One messenger with one bot account on it.

    `profile` is what its chats can do. `timeout_s` is how long the bot's requests wait for an
    answer, in real seconds. `menus` is what `set_commands` set.
    """

    def __init__(self, name: str, *, clock: Clock, profile: Capabilities = BUTTONS) -> None:
        self.name = name
        self.profile = profile
        self.timeout_s = 0.2
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.faults = Faults()
        self.files: dict[str, bytes] = {}
        self.released: list[str] = []
        self.menus: tuple[CommandMenu, ...] = ()
        self.join_requests: dict[tuple[str, str], bool | None] = {}
        self._moved: dict[str, Address] = {}
        self.clock = clock
        self._counter = 0
        self._updates: list[Update] = []
        self._acknowledged = 0
        self._delivered: Update | None = None
        self._online = True
        self._stirred = asyncio.Event()

    # People and groups

    def person(
        self,
        name: str,
        *,
        id: str | None = None,  # noqa: A002 (the field's word)
        language: str | None = "nl",
        aliases: tuple[str, ...] = (),
    ) -> Person:
        """Somebody new on this messenger."""
        person = Person(
            self,
            id or self.count(),
            name,
            language=language,
            aliases=tuple(Address(self.name, alias) for alias in aliases),
        )
        return self.people.setdefault(person.address.id, person)

    def group(self, title: str, *members: Person, id: str | None = None) -> Group:  # noqa: A002
        """A native group with the bot and these people in it."""
        group = Group(self, id or f"-{self.count()}", title)
        group.members = {person.address.id: person for person in members}
        return self.groups.setdefault(group.address.id, group)

    def chat(self, address: Address) -> Chat:
        """The chat at `address`; KeyError when there is none."""
        where = self._moved.get(address.id, address).id
        owner = self.people.get(where) or self.groups[where]
        return owner.chat

    def chats(self) -> list[Chat]:
        """All direct chats, then all groups."""
        direct = [person.chat for person in self.people.values()]
        return direct + [group.chat for group in self.groups.values()]

    def move(self, group: Group) -> Address:
        """Give the group a new address; whoever sends to the old one is told."""
        old, new = group.address, Address(self.name, f"-100{self.count()}")
        self.queue("migration", group.chat, {"to": new.id})
        self._moved[old.id] = new
        del self.groups[old.id]
        group.chat.address = new
        self.groups[new.id] = group
        return new

    # Faults on demand

    def fails(
        self,
        error: MessengerError,
        *,
        at: Address | None = None,
        times: int | None = 1,
        on: tuple[Operation, ...] = WRITING,
    ) -> None:
        """The next requests are refused so; nothing is carried out."""
        self.faults.add(Mishap(error=error, carried_out=False), chat=at, times=times, on=on)

    def loses_answers(self, *, at: Address | None = None, times: int | None = 1) -> None:
        """The next requests are carried out, and nobody is told."""
        self.faults.add(Mishap(answered=False), chat=at, times=times)

    def hangs(
        self, *, at: Address | None = None, times: int | None = 1, carried_out: bool = False
    ) -> None:
        """The next requests get no answer until the bot gives up."""
        self.faults.add(Mishap(hang=True, carried_out=carried_out), chat=at, times=times)

    def slows(self, seconds: float, *, at: Address | None = None, times: int | None = 1) -> None:
        """The next requests are answered well, but late."""
        self.faults.add(Mishap(delay_s=seconds), chat=at, times=times)

    def heals(self) -> None:
        """Nothing goes wrong any more."""
        self.faults.clear()
        self.comes_back()

    def goes_away(self) -> None:
        """Nobody can reach the messenger."""
        self._online = False
        self._stir()

    def comes_back(self) -> None:
        self._online = True
        self._stir()

    @property
    def online(self) -> bool:
        return self._online

    # What the server keeps for the bot

    def now(self) -> datetime:
        return self.clock.now()

    def count(self) -> str:
        """A new id, unlike any other on this messenger."""
        self._counter += 1
        return str(self._counter)

    def queue(self, kind: str, chat: Chat, fields: Mapping[str, Any]) -> None:
        """Keep an update until the bot has acknowledged it."""
        number = len(self._updates) + 1
        payload = updates.write(
            number=number,
            kind=kind,
            chat=chat.address.id,
            group=chat.address.id in self.groups,
            at=self.now(),
            fields=fields,
        )
        self._updates.append(Update(number=number, payload=payload, at=self.now()))
        self._stir()

    def redelivers(self) -> None:
        """The latest update comes once more, as after an answer that got lost."""
        self._delivered = self._updates[-1]
        self._stir()

    async def next_update(self, after: int) -> Update:
        """The first update behind `after`; ConnectionError while nobody can be reached."""
        while True:
            if not self._online:
                raise ConnectionError("the messenger is away")
            again, self._delivered = self._delivered, None
            if again is not None:
                return again
            if after < len(self._updates):
                return self._updates[after]
            await self._stirred.wait()

    async def reachable(self) -> None:
        """Return when the messenger can be reached."""
        while not self._online:
            await self._stirred.wait()

    def acknowledge(self, number: int) -> None:
        self._acknowledged = max(self._acknowledged, number)
        self._stir()

    @property
    def all_acknowledged(self) -> bool:
        """Whether the bot has kept everything so far."""
        return self._acknowledged == len(self._updates)

    async def settled(self) -> None:
        """Return when the bot has kept everything so far."""
        while not self.all_acknowledged:
            await self._stirred.wait()

    def keep(self, attachment: Attachment) -> MediaRef:
        """Put a file on the server."""
        file = f"file-{self.count()}"
        self.files[file] = attachment.data
        return MediaRef(
            source=self.name,
            id=file,
            kind=attachment.kind,
            native={"file": file},
            mime=attachment.mime,
            name=attachment.name,
            size=len(attachment.data),
            as_file=attachment.as_file,
        )

    # What the bot asks of the server

    def open_chat(self, address: Address) -> Chat:
        """The chat, if the bot may write there; a MessengerError if not."""
        if address.id in self._moved:
            raise ChatMoved(self._moved[address.id])
        person = self.people.get(address.id)
        if person is not None:
            if not person.reachable:
                raise RecipientGone("blocked" if person.blocking else "never started")
            return person.chat
        group = self.groups.get(address.id)
        if group is None or not group.bot_present:
            raise RecipientGone("no such chat")
        if not group.bot_may_post:
            raise NotAllowed("no right to post")
        return group.chat

    def editable(self, ref: MessageRef) -> Shown:
        """The bot's own message, if it may still be edited; a MessengerError if not."""
        chat = self.open_chat(ref.chat)
        if ref.id not in chat or chat[ref.id].author is not None:
            raise NotAllowed("no such message of ours")
        shown = chat[ref.id]
        age, times = self.profile.edit_age_s, self.profile.edit_count
        if age is not None and (self.now() - shown.at).total_seconds() > age:
            raise NotAllowed("too old to be edited")
        if times is not None and shown.edits >= times:
            raise NotAllowed("edited too often")
        return shown

    def watched(self, address: Address) -> bool:
        """Whether somebody is there to see a message now (a page may be closed)."""
        person = self.people.get(address.id)
        return person is None or person.watching

    def unreached(self, address: Address) -> tuple[tuple[str, str], ...]:
        """Members of a group whom messages don't reach, with the reason."""
        group = self.groups.get(address.id)
        return () if group is None else tuple(group.unreached.items())

    def _stir(self) -> None:
        self._stirred.set()
        self._stirred = asyncio.Event()
