"""Signal behind the port: one account on one signal-cli-rest-api.

Message ids are those of `ids.py`. A send that became several messages on Signal and broke off
half-way goes on where it stopped when the core sends it again under the same key.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.signal import frame as frames
from adapters.signal import inbound, membership, outbound
from adapters.signal.api import CONNECT_S, Api
from adapters.signal.failures import per_recipient
from adapters.signal.groups import Groups, Rosters
from adapters.signal.ids import NativeId, is_group
from adapters.signal.outbound import Part
from adapters.signal.probe import look
from adapters.signal.receiver import Receiver
from adapters.signal.replies import Accepted, accepted
from adapters.signal.revisions import Revisions
from adapters.signal.settings import SETTINGS, SignalSettings
from bot.errors import NotAllowed, Permanent, RateLimited
from bot.messaging import (
    Capabilities,
    Feature,
    Level,
    Rate,
    Receipt,
    TextUnit,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from bot.messaging import (
        Adapter,
        Address,
        CommandMenu,
        Context,
        Event,
        Finding,
        MediaRef,
        MessageRef,
        Outgoing,
        RawInbound,
        Setting,
        Sink,
    )

_UNFINISHED = 500  # sends that broke off half-way and are remembered
CAPTCHA = "Signal asks for a captcha (docs/connect-signal.md); challenge token: {token}"
_LOOKS = 2  # one look at the groups under way, and one that will see what came meanwhile
ENDS_S = 5.0  # seconds that a call may take to end by itself
_CAPABILITIES = Capabilities(
    support={
        Feature.EDIT: Level.FULL,
        Feature.DELETE: Level.FULL,
        Feature.REACT: Level.FULL,
        Feature.REPLY: Level.FULL,
        Feature.BUTTONS: Level.UNSUPPORTED,
        Feature.FILES: Level.FULL,
        Feature.ALBUM: Level.FULL,
        Feature.LOCATION: Level.UNSUPPORTED,
        Feature.RECEIPTS: Level.PARTIAL,  # everyone may turn read receipts off
        Feature.JOIN_REQUESTS: Level.UNSUPPORTED,
        Feature.MEMBERSHIP_EVENTS: Level.FULL,
        Feature.MEMBER_LOOKUP: Level.FULL,
        Feature.DELETE_EVENTS: Level.FULL,
        Feature.WRITE_FIRST: Level.FULL,
    },
    text_max=outbound.TEXT_MAX,
    text_unit=TextUnit.BYTES,
    upload_max=outbound.UPLOAD_MAX,
    download_max=outbound.UPLOAD_MAX,
    edit_age_s=24 * 3600,  # Signal's apps take an edit for a day, ten times
    edit_count=10,
    # Signal-Server, RateLimiters.java: a bucket of sixty that refills one a second.
    account_rates=(Rate(count=1, seconds=1, burst=60),),
)


class SignalAdapter:
    """Receives by websocket, sends by REST."""

    def __init__(self, context: Context) -> None:
        self.name = context.name
        self._settings = SignalSettings.read(context.settings)
        patience = CONNECT_S + self._settings.timeout_s + ENDS_S
        self._capabilities = replace(_CAPABILITIES, call_max_s=patience)
        self._clock = context.clock
        self._api = Api(self._settings)
        self._revisions = Revisions(context.storage)
        self._account = inbound.Account(
            source=context.name,
            number=self._settings.number,
            original=self._revisions.original,
        )
        self._receiver = Receiver(
            self._api,
            self._settings,
            self._clock,
            self._account,
            self._revisions,
            on_groups_changed=self._groups_changed,
        )
        self._groups = Groups(self._api)
        self._rosters = Rosters(
            self._api,
            context.storage,
            context.clock,
            source=context.name,
            number=self._settings.number,
        )
        self._unfinished: OrderedDict[str, tuple[Outgoing, list[int]]] = OrderedDict()
        self._background: set[asyncio.Task[None]] = set()

    async def probe(self) -> Sequence[Finding]:
        return await look(self._api, self._settings)

    async def run(self, sink: Sink) -> None:
        await self._revisions.load(self._clock.now())
        try:
            await self._receiver.run(sink)
        finally:
            for task in self._background:
                task.cancel()

    def parse(self, raw: RawInbound) -> Sequence[Event]:
        frame = frames.read(raw.payload)
        ours = membership.events(raw, frame, number=self._settings.number)
        return ours or inbound.parse(raw, self._account)

    def capabilities(self, chat: Address) -> Capabilities:  # noqa: ARG002 -- groups and people can the same
        return self._capabilities

    async def send(self, chat: Address, message: Outgoing, *, key: str) -> Receipt:
        outbound.check(message.files)
        parts = outbound.parts(message)
        before, sent = self._unfinished.pop(key, (message, []))
        if before != message:
            sent = []
        failed: list[tuple[str, str]] = []
        try:
            for part in parts[len(sent) :]:
                answer = await self._post(chat, part)
                sent.append(answer.timestamp)
                failed.extend(answer.failed)
        finally:
            if 0 < len(sent) < len(parts):
                self._remember(key, message, sent)
        return Receipt(parts=tuple(map(str, sent)), failed=self._named(failed))

    async def edit(self, refs: Sequence[MessageRef], message: Outgoing, *, key: str) -> Receipt:  # noqa: ARG002  # the port's
        """Texts only: files of the original stay. Parts too many are taken back, too few added."""
        shown = [part for part in outbound.parts(message) if part.text]
        own = [_own(ref) for ref in refs]
        sent: list[int] = []
        failed: list[tuple[str, str]] = []
        for place, part in enumerate(shown):
            target = own[place] if place < len(own) else None
            text_only = Part(text=part.text, quote=part.quote)
            answer = await self._post(refs[0].chat, text_only, edit=target)
            sent.append(target or answer.timestamp)
            failed.extend(answer.failed)
            if target is not None:
                await self._revisions.keep(NativeId(None, answer.timestamp), NativeId(None, target))
        spare = own[len(shown) :]
        if message.files:
            sent.extend(spare)
        else:
            await self.delete(refs[len(shown) :])
        return Receipt(parts=tuple(map(str, sent)), failed=self._named(failed))

    async def delete(self, refs: Sequence[MessageRef]) -> None:
        for ref in refs:
            await self._api.remote_delete(ref.chat.id, _own(ref))

    async def react(self, ref: MessageRef, emoji: str | None) -> None:
        target = NativeId.parse(ref.id)
        reaction = {
            "recipient": ref.chat.id,
            "target_author": target.author or self._settings.number,
            "timestamp": target.timestamp,
        }
        if emoji is not None:
            reaction["reaction"] = emoji
        await self._api.react(reaction, remove=emoji is None)

    async def fetch(self, media: MediaRef, *, max_bytes: int) -> AsyncIterator[bytes]:
        attachment = media.native.get("attachment")
        if not attachment:
            raise Permanent("signal-cli did not download this file")
        async for chunk in self._api.attachment(str(attachment), max_bytes=max_bytes):
            yield chunk

    async def release(self, media: MediaRef) -> None:
        if attachment := media.native.get("attachment"):
            await self._api.remove_attachment(str(attachment))

    async def is_member(self, group: Address, person: Address) -> bool | None:
        return await self._groups.has(group.id, person.id)

    async def members_may_post(self, group: Address) -> bool | None:
        return await self._groups.open_to_all(group.id)

    async def decide_join(self, request: Mapping[str, Any], *, admit: bool) -> None:  # noqa: ARG002  # the port's
        raise NotAllowed("Signal hands over no join requests yet")

    def deep_link(self, payload: str) -> str | None:  # noqa: ARG002 -- Signal's links carry no payload
        return None

    async def set_commands(self, menus: Sequence[CommandMenu]) -> None:
        """Signal has no list of commands."""

    async def close(self) -> None:
        self._api.close()

    async def _post(self, chat: Address, part: Part, *, edit: int | None = None) -> Accepted:
        """One message; the failure of the only recipient is an error, those of a group are told."""

        def body() -> Mapping[str, Any]:
            return outbound.body(part, number=self._settings.number, recipient=chat.id, edit=edit)

        answer = accepted(await self._sent(body))
        if answer.failed and not is_group(chat.id):
            raise per_recipient(answer.failed[0][1])
        return answer

    async def _sent(self, body: Callable[[], Mapping[str, Any]]) -> Any:
        """Send; a captcha that Signal asks for is shown to the operator until a send succeeds."""
        try:
            answer = await self._api.send(body)
        except RateLimited as limited:
            if limited.challenge:
                await self._receiver.sending(CAPTCHA.format(token=limited.challenge))
            raise
        await self._receiver.sending()
        return answer

    def _remember(self, key: str, message: Outgoing, sent: list[int]) -> None:
        self._unfinished[key] = (message, sent)
        while len(self._unfinished) > _UNFINISHED:
            self._unfinished.popitem(last=False)

    def _named(self, failed: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((f"{self.name}:{who}", reason) for who, reason in failed)

    def _groups_changed(self, sink: Sink, group: str | None) -> None:
        """A group changed, or the connection is new: see who came and went, beside the reading."""
        if group is not None:
            self._groups.forget(group)
        if len(self._background) >= _LOOKS:
            return
        task = asyncio.create_task(self._rosters.compare(sink))
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _own(ref: MessageRef) -> int:
    """The timestamp of a message of ours; raises NotAllowed for somebody else's."""
    native = NativeId.parse(ref.id)
    if native.author is not None:
        raise NotAllowed("only the bot's own messages can be changed")
    return native.timestamp


class SignalFactory:
    """What the entry point names."""

    settings: Mapping[str, Setting] = SETTINGS

    def __call__(self, context: Context) -> Adapter:
        return SignalAdapter(context)


factory = SignalFactory()
