"""A messenger in memory, with people on it: no network, no account, no waiting.

    world = MemoryWorld(clock=clock)
    telegram = world.messenger("telegram", profile=BUTTONS)
    els, jan = telegram.person("Els"), telegram.person("Jan")
    rozenstraat = telegram.group("Rozenstraat", els, jan)

    els.says("meld")
    await els.hears("101")
    els.presses("Ik heb 101 gebeld")

`world.factory("telegram")` goes where an adapter's factory is wanted. What people do is kept by
the messenger until the adapter has acknowledged it, as on a real one: a restart in between loses
nothing. What a chat shows is kept with every edit and deletion, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from bot.clock import Clock, SystemClock
from bot.errors import (
    NotAllowed,
    Permanent,
    Retryable,
    StoreError,
    TooLarge,
    Uncertain,
)
from bot.messaging import (
    AdapterState,
    Address,
    Capabilities,
    CommandMenu,
    Condition,
    Context,
    Event,
    Feature,
    File,
    Finding,
    MediaRef,
    MessageRef,
    Outgoing,
    RawInbound,
    Receipt,
    Setting,
    Sink,
)
from bot.messaging.text import plain, split, with_numbers
from bot.testkit import updates
from bot.testkit.chats import Chat, Entry, Shown, ShownFile
from bot.testkit.faults import Operation
from bot.testkit.messenger import BUTTONS, NUMBERS, PAGE, Messenger
from bot.testkit.people import Attachment, Group, Person

__all__ = [
    "BUTTONS",
    "NUMBERS",
    "PAGE",
    "Attachment",
    "Chat",
    "Group",
    "MemoryAdapter",
    "MemoryFactory",
    "MemoryWorld",
    "Messenger",
    "Person",
    "Shown",
    "factory",
]

T = TypeVar("T")

_CHUNK = 64 * 1024
_RETRY_S = 0.02


class MemoryWorld:
    """Several messengers side by side, under one clock."""

    def __init__(self, *, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.messengers: dict[str, Messenger] = {}

    def messenger(self, name: str = "memory", *, profile: Capabilities = BUTTONS) -> Messenger:
        """The messenger of this name; made, with this profile, when it is first asked for."""
        if name not in self.messengers:
            self.messengers[name] = Messenger(name, clock=self.clock, profile=profile)
        return self.messengers[name]

    def factory(self, name: str = "memory") -> MemoryFactory:
        """What stands in for an adapter's factory, for the messenger of this name."""
        return MemoryFactory(self.messenger(name))

    def history(self) -> list[Entry]:
        """Everything that was shown anywhere, in order of time."""
        entries = [
            entry
            for messenger in self.messengers.values()
            for chat in messenger.chats()
            for entry in chat.history
        ]
        return sorted(entries, key=lambda entry: entry.at)

    def transcript(self) -> str:
        """The same, to be read."""
        return "\n".join(str(entry) for entry in self.history())


class MemoryAdapter:
    """The bot's account on a messenger in memory."""

    def __init__(self, context: Context, messenger: Messenger) -> None:
        self.name = context.name
        self.messenger = messenger
        self._storage = context.storage
        self._clock = context.clock

    async def probe(self) -> Sequence[Finding]:
        online = self.messenger.online
        return [
            Finding(
                subject=self.name,
                ok=online,
                detail="in memory" if online else "away",
                cure="" if online else "let the messenger come back",
            )
        ]

    async def run(self, sink: Sink) -> None:
        await self._tell(sink, Condition.STARTING)
        while True:
            try:
                await self._receive(sink)
            except ConnectionError as gone:
                await self._tell(sink, Condition.DISCONNECTED, str(gone))
                await self.messenger.reachable()

    async def _receive(self, sink: Sink) -> None:
        await self._tell(sink, Condition.CONNECTED)
        after = int(await self._storage.get("offset") or 0)
        while True:
            update = await self.messenger.next_update(after)
            number = str(update.number)
            raw = RawInbound(
                source=self.name,
                key=number,
                payload=update.payload,
                received_at=self._clock.now(),
            )
            await self._hand_over(sink, raw, cursor=("offset", number))
            after = max(after, update.number)
            self.messenger.acknowledge(update.number)

    async def _hand_over(self, sink: Sink, raw: RawInbound, *, cursor: tuple[str, str]) -> None:
        # In order, and for as long as it takes: the next one waits behind a full disk.
        while True:
            try:
                await sink.accept(raw, cursor=cursor)
            except StoreError:
                await asyncio.sleep(_RETRY_S)
            else:
                return

    def parse(self, raw: RawInbound) -> Sequence[Event]:
        return updates.read(raw)

    def capabilities(self, chat: Address) -> Capabilities:  # noqa: ARG002 (all chats are alike)
        return self.messenger.profile

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:  # noqa: ARG002  # the port's
        return await self._request("send", chat, lambda: self._show(chat, message))

    async def edit(
        self,
        refs: Sequence[MessageRef],
        message: Outgoing,
        *,
        key: str,  # noqa: ARG002 (editing twice is harmless here)
    ) -> Receipt:
        self._need(Feature.EDIT)
        return await self._request("edit", refs[0].chat, lambda: self._change(refs, message))

    async def delete(self, refs: Sequence[MessageRef]) -> None:
        self._need(Feature.DELETE)
        await self._request("delete", refs[0].chat, lambda: self._remove(refs))

    async def react(self, ref: MessageRef, emoji: str | None) -> None:
        self._need(Feature.REACT)
        await self._request("react", ref.chat, lambda: self._react(ref, emoji))

    async def fetch(self, media: MediaRef, *, max_bytes: int) -> AsyncIterator[bytes]:
        data = await self._request("fetch", None, lambda: self._file(media))
        if len(data) > max_bytes:
            raise TooLarge("the file is too large", limit=max_bytes)
        for start in range(0, len(data), _CHUNK):
            yield data[start : start + _CHUNK]

    async def release(self, media: MediaRef) -> None:
        if media.id not in self.messenger.released:
            self.messenger.released.append(media.id)

    async def is_member(self, group: Address, person: Address) -> bool | None:
        if not self.messenger.profile.can(Feature.MEMBER_LOOKUP):
            return None
        known = self.messenger.groups.get(group.id)
        return known is not None and person.id in known.members

    async def members_may_post(self, group: Address) -> bool | None:
        known = self.messenger.groups.get(group.id)
        return known.members_may_post if known is not None else None

    async def decide_join(self, request: Mapping[str, Any], *, admit: bool) -> None:
        key = (request["group"], request["person"])
        if self.messenger.join_requests.get(key) is not None:
            return
        self.messenger.join_requests[key] = admit
        if admit:
            self.messenger.people[key[1]].joins(self.messenger.groups[key[0]])

    def deep_link(self, payload: str) -> str | None:
        return f"memory://{self.name}?start={payload}"

    async def set_commands(self, menus: Sequence[CommandMenu]) -> None:
        self.messenger.menus = tuple(menus)

    async def close(self) -> None:
        """There is no connection to give back."""

    async def _tell(self, sink: Sink, condition: Condition, detail: str = "") -> None:
        await sink.state(AdapterState(source=self.name, condition=condition, detail=detail))

    def _need(self, feature: Feature) -> None:
        if not self.messenger.profile.can(feature):
            raise NotAllowed(f"this messenger has no {feature}")

    async def _request(self, operation: Operation, chat: Address | None, act: Callable[[], T]) -> T:
        """Carry out `act` as the server would, with whatever mishap is in store."""
        mishap = self.messenger.faults.take(operation, chat)
        await asyncio.sleep(mishap.delay_s)
        if not self.messenger.online:
            raise Retryable("the messenger is away")
        if mishap.error is not None:
            raise mishap.error
        outcome = act() if mishap.carried_out else None
        if mishap.hang:
            await asyncio.sleep(self.messenger.timeout_s)
        if outcome is None or mishap.hang or not mishap.answered:
            raise Uncertain("no answer came")
        return outcome

    def _show(self, chat: Address, message: Outgoing) -> Receipt:
        place = self.messenger.open_chat(chat)
        looks = self._looks(message)
        parts = tuple(self._put(place, look) for look in looks)
        return Receipt(
            parts=parts,
            reached=self.messenger.watched(chat),
            failed=self.messenger.unreached(chat),
        )

    def _change(self, refs: Sequence[MessageRef], message: Outgoing) -> Receipt:
        chat = refs[0].chat
        place = self.messenger.open_chat(chat)
        old = [self.messenger.editable(ref) for ref in refs]
        # Files can't be changed, so those that are there stay as they are.
        looks = self._looks(replace(message, files=()))
        parts = [shown.id for shown in old[: len(looks)]]
        for shown, look in zip(old, looks, strict=False):
            place.edit(
                shown.id,
                text=look.text,
                choices=look.choices,
                buttons=look.buttons,
                card=look.card,
                panel=look.panel,
            )
        for left_over in old[len(looks) :]:
            place.delete(left_over.id)
        parts += [self._put(place, look) for look in looks[len(old) :]]
        return Receipt(parts=tuple(parts), reached=self.messenger.watched(chat))

    def _remove(self, refs: Sequence[MessageRef]) -> bool:
        for ref in refs:
            place = self.messenger.open_chat(ref.chat)
            if ref.id in place:
                place.delete(ref.id)
        return True

    def _react(self, ref: MessageRef, emoji: str | None) -> bool:
        place = self.messenger.open_chat(ref.chat)
        if ref.id not in place:
            raise NotAllowed("no such message")
        place.react(ref.id, emoji)
        return True

    def _looks(self, message: Outgoing) -> list[Shown]:
        """The messages that one of ours becomes: text in parts, files, buttons at the end."""
        limits = self.messenger.profile
        pressed = limits.can(Feature.BUTTONS)
        text = plain(message.text if pressed else with_numbers(message))
        texts = split(text, limits.text_max, limits.text_unit) if text else []
        files = [_attach(file, limit=limits.upload_max) for file in message.files]
        bare = Shown(
            id="",
            chat=Address(self.name, ""),
            at=self.messenger.now(),
            silent=message.silent,
        )
        looks = [replace(bare, text=part) for part in texts]
        if files:
            caption = looks.pop().text if looks else ""
            looks += [
                replace(bare, text="" if place else caption, files=(file,))
                for place, file in enumerate(files)
            ]
        if not looks:
            raise Permanent("there is nothing to send")
        looks[0] = replace(
            looks[0],
            card=message.card if limits.can(Feature.CARD) else None,
            panel=message.panel if limits.can(Feature.CARD) else {},
            reply_to=message.reply_to.id if message.reply_to else None,
        )
        looks[-1] = replace(
            looks[-1],
            choices=message.choices,
            buttons=tuple(choice.label for choice in message.choices) if pressed else (),
        )
        return looks

    def _put(self, place: Chat, look: Shown) -> str:
        number = self.messenger.count()
        place.put(replace(look, id=number, chat=place.address))
        return number

    def _file(self, media: MediaRef) -> bytes:
        data = self.messenger.files.get(media.native["file"])
        if data is None:
            raise Permanent("the messenger no longer has the file")
        return data


def _attach(file: File, *, limit: int) -> ShownFile:
    path = Path(file.path)
    if path.stat().st_size > limit:
        raise TooLarge("the file is too large", limit=limit)
    return ShownFile(name=file.name, mime=file.mime, data=path.read_bytes())


class MemoryFactory:
    """Makes adapters for one messenger; without one, each gets a messenger of its own."""

    settings: Mapping[str, Setting] = {}

    def __init__(self, messenger: Messenger | None = None) -> None:
        self._messenger = messenger

    def __call__(self, context: Context) -> MemoryAdapter:
        messenger = self._messenger or Messenger(context.name, clock=context.clock)
        return MemoryAdapter(context, messenger)


factory = MemoryFactory()
