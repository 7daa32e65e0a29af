"""The loop that reads the websocket, and does nothing else.

signal-cli-rest-api hands a message to whoever reads at that moment; with nobody reading it is
gone, and nothing tells (`src/client/jsonrpc2.go`: an unbuffered channel and `select … default`).
Therefore: the loop waits for nothing but the store. It asks no server between two frames. When the
store takes nothing, the frame in hand is kept and offered again until it is taken; what follows
waits in the socket's buffers. When the run is ended, the socket is closed first and what had
already arrived is still handed over. A lost connection is made again at once, then ever slower.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from random import SystemRandom
from typing import TYPE_CHECKING, NoReturn

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from adapters.signal import frame as frames
from adapters.signal.inbound import edit_in, group_update_in
from bot.errors import MessengerError, StoreError
from bot.messaging import AdapterState, Condition, RawInbound

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.signal.api import Api
    from adapters.signal.inbound import Account
    from adapters.signal.revisions import Revisions
    from adapters.signal.settings import SignalSettings
    from bot.clock import Clock
    from bot.messaging import Sink

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 4.0
SETTLED_S = 30.0  # a connection that held this long ends the backing off
IDLE_S = 30.0  # after this silence the server is asked whether it is still there
PONG_S = 10.0
STORE_PAUSE_S = 0.5
FINISH_S = 5.0
BUFFERED = 1024  # frames that may wait in memory before the socket is read no further
RPC = "json-rpc"
# The library's lines hold the number. This logger is nobody's child, so no configuration wakes it.
_QUIET = logging.Logger(f"{__name__}.websocket", level=logging.CRITICAL + 1)  # noqa: LOG001  # nobody's logger: it stays silent
_RANDOM = SystemRandom()


class _Down(Exception):
    """There is no connection; says why, for the operator."""


class Receiver:
    """Reads one account's websocket until cancelled."""

    def __init__(
        self,
        api: Api,
        settings: SignalSettings,
        clock: Clock,
        account: Account,
        revisions: Revisions,
        *,
        on_groups_changed: Callable[[Sink, str | None], None],
    ) -> None:
        self._api = api
        self._settings = settings
        self._clock = clock
        self._account = account
        self._revisions = revisions
        self._on_groups_changed = on_groups_changed
        self._state: AdapterState | None = None
        self._sink: Sink | None = None
        self._trouble = ""
        self._mode_known = False  # asked once: each second without a reader may cost messages
        self._held: RawInbound | None = None

    async def run(self, sink: Sink) -> NoReturn:
        """Receive until cancelled; every trouble is a state."""
        self._sink = sink
        pause = FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        await self._tell(sink, Condition.STARTING)
        try:
            while True:
                began = loop.time()
                try:
                    await self._connected(sink)
                except _Down as down:
                    await self._tell(sink, Condition.DISCONNECTED, str(down))
                if loop.time() - began > SETTLED_S:
                    pause = FIRST_PAUSE_S
                await asyncio.sleep(pause * _RANDOM.uniform(0.8, 1.2))
                pause = min(pause * 2, LONGEST_PAUSE_S)
        finally:
            await self._tell(sink, Condition.STOPPED)

    async def sending(self, trouble: str = "") -> None:
        """Take up what the operator must know of sending, or that it works again."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        up = self._state and self._state.condition in {Condition.CONNECTED, Condition.DEGRADED}
        if self._sink and up:
            await self._tell(self._sink, Condition.CONNECTED)

    async def _connected(self, sink: Sink) -> NoReturn:
        """One connection, from opening to loss; raises _Down."""
        await self._check_mode()
        socket = await self._open()
        try:
            await self._tell(sink, Condition.CONNECTED)
            self._on_groups_changed(sink, None)
            await self._read(socket, sink)
        except asyncio.CancelledError:
            await self._finish(socket, sink)
            raise
        finally:
            await socket.close()

    async def _check_mode(self) -> None:
        if self._settings.receive == "polling":
            raise _Down(POLLING)
        if self._settings.receive == "websocket" or self._mode_known:
            return
        try:
            mode = (await self._api.about()).get("mode", RPC)
        except MessengerError as error:
            raise _Down(error.reason) from None
        if mode != RPC:
            raise _Down(WRONG_MODE)
        self._mode_known = True

    async def _open(self) -> ClientConnection:
        try:
            return await connect(
                self._settings.socket_url,
                compression=None,
                proxy=None,
                ping_interval=None,  # a full buffer would hold back the pong and end the connection
                max_size=None,  # refusing a frame would end the connection and lose what follows
                max_queue=BUFFERED,
                close_timeout=2,
                logger=_QUIET,
            )
        except InvalidStatus as error:
            self._mode_known = False
            why = f"the server refused the websocket (HTTP {error.response.status_code})"
        except (InvalidHandshake, InvalidURI):
            why = "the server does not speak websocket here"
        except (OSError, TimeoutError):
            why = "signal-cli-rest-api can't be reached"
        raise _Down(why)

    async def _read(self, socket: ClientConnection, sink: Sink) -> NoReturn:
        while True:
            try:
                payload = await self._next(socket)
            except ConnectionClosed:
                break
            except TimeoutError:
                socket.transport.abort()  # nobody is there to take leave of
                continue  # what arrived before is still read
            await self._hand_over(payload, sink)
        raise _Down("the websocket was closed; what arrives meanwhile may be lost")

    async def _next(self, socket: ClientConnection) -> str:
        """The next frame. A silent server is asked for a sign of life; none is a lost connection."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_S):
                    return _text(await socket.recv())
            async with asyncio.timeout(PONG_S):
                await (await socket.ping())

    async def _hand_over(self, payload: str, sink: Sink) -> None:
        """Return when the frame is on disk, however long that takes."""
        raw = self._held = RawInbound(
            source=self._account.source,
            key=frames.key(payload),
            payload=payload,
            received_at=self._clock.now(),
        )
        while not await self._accepted(raw, sink):
            await self._tell(
                sink, Condition.DEGRADED, "the store takes nothing; reading waits for it"
            )
            await asyncio.sleep(STORE_PAUSE_S)
        self._held = None
        await self._tell(sink, Condition.CONNECTED)
        if '"UPDATE"' in payload and (group := group_update_in(payload)):
            self._on_groups_changed(sink, group)

    async def _accepted(self, raw: RawInbound, sink: Sink) -> bool:
        try:
            await sink.accept(raw, cursor=self._learned(raw.payload))
        except StoreError:
            return False
        return True

    def _learned(self, payload: str) -> tuple[str, str] | None:
        """An edit's place in its message's history, to be stored in the same commit."""
        edit = edit_in(payload, self._account) if '"editMessage"' in payload else None
        return self._revisions.learn(*edit) if edit else None

    async def _finish(self, socket: ClientConnection, sink: Sink) -> None:
        """Take no more, and hand over what has arrived."""
        with suppress(TimeoutError, StoreError, ConnectionClosed):
            async with asyncio.timeout(FINISH_S):
                if self._held:
                    await sink.accept(self._held, cursor=self._learned(self._held.payload))
                await socket.close()
                while True:
                    await self._hand_over(_text(await socket.recv()), sink)

    async def _tell(self, sink: Sink, condition: Condition, detail: str = "") -> None:
        """Tell a change, and only a change. Connected but unable to send is less than connected."""
        if condition is Condition.CONNECTED and self._trouble:
            condition, detail = Condition.DEGRADED, self._trouble
        state = AdapterState(source=self._account.source, condition=condition, detail=detail)
        if state != self._state:
            self._state = state
            await sink.state(state)


POLLING = "receive: polling comes with a later version; set receive: auto"
WRONG_MODE = "signal-cli-rest-api is not in json-rpc mode; start it with MODE=json-rpc"


def _text(data: str | bytes) -> str:
    return data if isinstance(data, str) else data.decode("utf-8", "replace")
