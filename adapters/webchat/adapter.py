"""The web chat behind the port: opens no listener, mounts its page on the bot's own server."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from adapters.webchat import inbound
from adapters.webchat.about import About
from adapters.webchat.arriving import Arriving
from adapters.webchat.downloads import Downloads
from adapters.webchat.flood import Flood
from adapters.webchat.history import History, Item, written
from adapters.webchat.identity import demo_doors, front_door, person_id
from adapters.webchat.live import Connection, Live
from adapters.webchat.outbound import TEXT_MAX, UPLOAD_MAX, check_files, drawn, face, shown
from adapters.webchat.settings import SETTINGS, value
from adapters.webchat.spool import Spool
from adapters.webchat.stream import Stream
from adapters.webchat.talk import Talk
from adapters.webchat.web import demo_site, site
from bot.errors import NotAllowed, Permanent, RecipientGone, Retryable, StoreError
from bot.messaging import (
    AdapterState,
    Address,
    Capabilities,
    Condition,
    Event,
    Feature,
    Finding,
    Level,
    Page,
    Receipt,
    Setting,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence

    from bot.messaging import (
        CommandMenu,
        Context,
        MediaRef,
        MessageRef,
        Outgoing,
        Panels,
        RawInbound,
        Sink,
    )

_HOUR_S: Final = 3600.0
_DAY_H: Final = 24
_ASK_S: Final = 5.0
_SUPPORT: Final = dict.fromkeys(
    (
        Feature.EDIT,
        Feature.DELETE,
        Feature.REPLY,
        Feature.BUTTONS,
        Feature.CARD,
        Feature.FILES,
        Feature.ALBUM,
        Feature.LOCATION,
        Feature.WRITE_FIRST,
    ),
    Level.FULL,
)
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class WebChat:
    """The adapter. Its parts are public to its own routes, to nobody else."""

    def __init__(self, context: Context) -> None:
        self.name = context.name
        self.public_url = context.public_url
        self.about = About(context.about)
        self.upload_max = value(context.settings, "upload_max")
        heartbeat_s = value(context.settings, "heartbeat_s")
        self.spool = Spool(context.spool)
        self.spool.prepare()
        self.history = History(
            context.storage,
            context.clock,
            keep=value(context.settings, "history"),
            days=value(context.settings, "history_days"),
        )
        self.live = Live(heartbeat_s=heartbeat_s)
        self.stream = Stream(self.history, context.clock, heartbeat_s=heartbeat_s)
        self._panels = context.panels
        self.talk = Talk(self.name, self.history, self.live, context.clock)
        self.downloads = Downloads(context.storage, self.spool, context.clock)
        self.flood = Flood()
        self.arriving = Arriving()
        self._clock = context.clock
        self._spool_folder = context.spool
        self._demo = {person_id(token) for token in self.about.demo_people.values()}
        self._capabilities = Capabilities(
            support=_SUPPORT,
            text_max=TEXT_MAX,
            upload_max=UPLOAD_MAX,
            download_max=self.upload_max,
        )
        self._mount(context)

    def _mount(self, context: Context) -> None:
        doors = demo_doors(self.about.demo_people)
        if doors:
            context.mount(Page(path="/demo/phone", app=demo_site(self, doors), name="webchat-demo"))
        context.mount(Page(path="/", app=site(self, front_door(self.public_url)), name="webchat"))

    async def probe(self) -> Sequence[Finding]:
        """Whether the spool can be written, and whether the address suits a page."""
        return [self._spool_finding(), self._address_finding()]

    async def run(self, sink: Sink) -> None:
        """Take what pages send until cancelled; ends their streams then."""
        self.talk.sink = sink
        self.live.open()
        await sink.state(AdapterState(source=self.name, condition=Condition.CONNECTED))
        try:
            for hour in count():
                await self._sweep(history=hour % _DAY_H == 1)
                await asyncio.sleep(_HOUR_S)
        finally:
            self.talk.sink = None
            self.live.close()

    async def _sweep(self, *, history: bool) -> None:
        """Clear away what is over: files each hour, messages once a day, for those are many."""
        with suppress(StoreError):
            await self.downloads.sweep()
            if history:
                await self.history.sweep()
        await asyncio.to_thread(self.spool.sweep)

    def parse(self, raw: RawInbound) -> Sequence[Event]:
        """The event that a page's payload holds."""
        return inbound.parse(raw)

    def capabilities(self, chat: Address) -> Capabilities:  # noqa: ARG002 - all pages are alike
        """The same for every page."""
        return self._capabilities

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        """Keep the message for its page and show it on those that are open.

        Sent again under the same key, it is the same message. Raises RecipientGone where no
        such page was ever opened.
        """
        person = await self._reachable(chat)
        check_files(message)
        try:
            items = await self._stored(person, message, key)
            await self._turn_face(person, face(message))
        except StoreError as error:
            raise Retryable("the page's history can't be written") from error
        return self._show(person, items)

    async def _stored(self, person: str, message: Outgoing, key: str) -> list[Item]:
        *before, last = shown(message)
        if message.files and await self.history.once(person, _once(key, len(before))) is None:
            last["files"] = [await self.downloads.offer(person, file) for file in message.files]
        return [
            await self._add(person, item, _once(key, n)) for n, item in enumerate([*before, last])
        ]

    async def _add(self, person: str, item: Item, once: str) -> Item:
        return await self.history.add(person, item | {"at": written(self._clock.now())}, once=once)

    def _show(self, person: str, items: Sequence[Item]) -> Receipt:
        for item in items:
            self.live.push(person, item)
        return Receipt(
            parts=tuple(item["id"] for item in items if not item.get("deleted")),
            reached=self.live.reaches(person),
        )

    async def wear(self, connection: Connection) -> None:
        """Show an open page what stands around its conversation, until cancelled."""
        async with aclosing(self._around(connection.person)) as newest:
            async for panels in newest:
                self.live.wear(connection, drawn(panels))

    async def belongs(self, person: str) -> bool:
        """Whether this person is a member: as their page last showed, else the core is asked."""
        if self.live.is_member(person):
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(_ASK_S), aclosing(self._around(person)) as newest:
                self.live.remember(person, member="header" in drawn(await anext(newest)))
        return self.live.is_member(person)

    def _around(self, person: str) -> AsyncGenerator[Panels, None]:
        return self._panels(Address(self.name, person))

    async def edit(self, refs: Sequence[MessageRef], message: Outgoing, *, key: str) -> Receipt:
        """Show `message` in the place of the one that `refs` names."""
        ids = [_own_id(ref) for ref in refs]
        person = await self._reachable(refs[0].chat)
        try:
            items = await self._changed(person, ids, shown(message), key)
            await self._turn_face(person, face(message))
        except StoreError as error:
            raise Retryable("the page's history can't be written") from error
        return self._show(person, items)

    async def _changed(self, person: str, ids: list[str], new: list[Item], key: str) -> list[Item]:
        """The new parts in the old ones' places; what is left of either is taken away or added."""
        now = {"at": written(self._clock.now())}
        fitting = [item | now | {"edited": True} for item in new]
        fitting += [_gone() | now] * (len(ids) - len(new))
        places = zip(ids, fitting, strict=False)
        items = [await self.history.replace(person, place, item) for place, item in places]
        for n, item in enumerate(new[len(ids) :]):
            items.append(await self._add(person, item, _once(key, n)))
        return items

    async def delete(self, refs: Sequence[MessageRef]) -> None:
        """Take a message from the page; nothing of it is kept."""
        for ref in refs:
            person = await self._reachable(ref.chat)
            gone = _gone() | {"at": written(self._clock.now())}
            self._show(person, [await self.history.replace(person, _own_id(ref), gone)])

    async def react(self, ref: MessageRef, emoji: str | None) -> None:  # noqa: ARG002 - the port's
        """Not on this page."""
        raise NotAllowed("the web chat has no reactions")

    def fetch(self, media: MediaRef, *, max_bytes: int) -> AsyncIterator[bytes]:
        """The upload's bytes, from the spool."""
        return self.spool.read(media.native["file"], max_bytes=max_bytes)

    async def release(self, media: MediaRef) -> None:
        """Forget the upload."""
        self.spool.release(media.native["file"])

    async def is_member(self, group: Address, person: Address) -> bool | None:  # noqa: ARG002 - ditto
        """A page is no group."""
        return None

    async def members_may_post(self, group: Address) -> bool | None:  # noqa: ARG002  # the port's
        """A page is no group."""
        return None

    async def decide_join(self, request: Mapping[str, Any], *, admit: bool) -> None:  # noqa: ARG002 - ditto
        """No page sends join requests."""
        raise NotAllowed("the web chat has no join requests")

    def deep_link(self, payload: str) -> str | None:
        """The invitation's page."""
        return f"{self.public_url}/u/{quote(payload, safe='')}" if self.public_url else None

    async def set_commands(self, menus: Sequence[CommandMenu]) -> None:
        """The page lists no commands: the core offers them as choices."""

    async def close(self) -> None:
        """End all streams."""
        self.live.close()

    async def _reachable(self, chat: Address) -> str:
        if chat.messenger != self.name:
            raise Permanent("this chat is on another messenger")
        known = chat.id in self._demo or await self.history.chat(chat.id) is not None
        if not known:
            raise RecipientGone("nobody ever opened this page")
        return chat.id

    async def _turn_face(self, person: str, change: Item) -> None:
        old = await self.history.face(person)
        new = await self.history.turn_face(person, change)
        if new != old:
            self.live.push(person, {"face": new})

    def _spool_finding(self) -> Finding:
        probe = self._spool_folder / "in" / "probe.part"
        try:
            probe.write_bytes(b"")
            probe.unlink()
        except OSError:
            return Finding(
                subject="webchat spool",
                ok=False,
                detail="uploads can't be written",
                cure="make the data folder writable for the user who runs Saarbot",
            )
        return Finding(subject="webchat spool", ok=True)

    def _address_finding(self) -> Finding:
        parts = urlsplit(self.public_url or "http://127.0.0.1")
        if parts.scheme == "https" or (parts.hostname or "") in _LOOPBACK:
            return Finding(subject="webchat address", ok=True, detail=self.public_url or "")
        return Finding(
            subject="webchat address",
            ok=False,
            detail="the page is reached without https: its cookie can be read on the way",
            cure="put a server with a certificate in front, and write http.public_url: https://…",
        )


def _once(key: str, part: int) -> str:
    return f"out-{key}-{part}"


def _gone() -> Item:
    return {"from": "bot", "text": "", "deleted": True}


def _own_id(ref: MessageRef) -> str:
    if not ref.id.isdecimal():
        raise Permanent("no message on the page has such an id")
    return ref.id


class _Factory:
    settings: Mapping[str, Setting] = SETTINGS

    def __call__(self, context: Context) -> WebChat:
        return WebChat(context)


factory = _Factory()
