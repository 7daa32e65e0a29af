"""An end that doesn't wait for ever: whatever doesn't end in time is left behind, and named."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.webchat.adapter import WebChat
from adapters.webchat.settings import SETTINGS
from bot.app import App
from bot.clock import SystemClock
from bot.messaging import Context, Setting, Sink
from bot.settings import load
from bot.testkit.peer import eventually

CONFIG = """
data_dir: data
http: {listen: 127.0.0.1:0}
adapters: {webchat: {}}
neighbourhoods: {munster: {name: Munster}}
"""


class Deaf(WebChat):
    """Doesn't stop receiving when it is told to, until it is let go; nor does it close."""

    let_go: asyncio.Event
    stops_at_last = True

    async def run(self, sink: Sink) -> None:
        self.let_go = asyncio.Event()
        try:
            await super().run(sink)
        finally:
            while not self.let_go.is_set():
                try:
                    await self.let_go.wait()
                except asyncio.CancelledError:
                    if self.stops_at_last:
                        raise

    async def close(self) -> None:
        await self.let_go.wait()


class _Factory:
    settings: Mapping[str, Setting] = SETTINGS

    def __init__(self, kind: type[Deaf]) -> None:
        self._kind = kind

    def __call__(self, context: Context) -> WebChat:
        return self._kind(context)


class Deafer(Deaf):
    """Not even when it is told twice."""

    stops_at_last = False


async def stopped(tmp_path: Path, kind: type[Deaf]) -> tuple[str, int]:
    """Start an app with such an adapter and stop it before that lets go: where it listened."""
    file = tmp_path / "saarbot.yaml"
    file.write_text(CONFIG)
    app = App(load(file, {}), clock=SystemClock(), factories={"webchat": _Factory(kind)})
    await app.start()
    await eventually(app.health.ready, what="the app is ready")
    address = app.http.address
    await app.stop()
    deaf = app.adapters["webchat"]
    assert isinstance(deaf, Deaf)
    deaf.let_go.set()
    await asyncio.sleep(0)
    return address


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.END_S", 0.3)
    monkeypatch.setattr("bot.app.AGAIN_S", 0.3)


@pytest.mark.parametrize(("kind", "times"), [(Deaf, 1), (Deafer, 2)])
async def test_what_does_not_end_is_left_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: type[Deaf], times: int
) -> None:
    """Told twice to end; then the rest is closed without it, and the log says what hung."""
    address = await stopped(tmp_path, kind)

    told = [one.getMessage() for one in caplog.records if "not ended" in one.getMessage()]
    assert told == ["not ended after 0.3 s: webchat"] * (times + 1)  # the last: it doesn't close
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(*address)
