"""`saarbot run`: the application until a signal asks it to finish."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.app import App
from bot.clock import SystemClock
from bot.operations.gauges import watch_store
from bot.operations.http import more_files
from bot.operations.logs import Told

if TYPE_CHECKING:
    from bot.operations.health import Part
    from bot.settings import Settings

log = logging.getLogger(__name__)


# The loop's thread and the writer's take turns at the interpreter; the default of 5 ms is longer
# than a whole alert takes.
TURN_S = 0.0005


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way."""
    sys.setswitchinterval(TURN_S)
    more_files()
    app = App(settings, clock=SystemClock())
    gc.freeze()  # it stays as long as the process does: no later collection looks at it again
    gc.enable()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, app.ask_to_stop)
    app.metrics.build.labels(version("saarbot")).set(1)
    watch_store(app.metrics, app.store)
    _tell_changes(app)
    log.info("saarbot starts")
    await app.run()
    log.info("saarbot has finished")


def _tell_changes(app: App) -> None:
    """Log each part's condition as it changes, and once that everything is usable."""
    told = False

    def look(name: str, part: Part) -> None:
        nonlocal told
        level = logging.INFO if part.ok else logging.WARNING
        log.log(level, "%s: %s", name, Told(part.detail or ("well" if part.ok else "not well")))
        if not told and app.health.ready():
            told = True
            log.info("ready", extra={"data": {"port": app.http.address[1]}})
            if "webchat" in app.settings.adapters:
                log.info("web chat: %s", Told(app.settings.http.public_url or app.http.url))

    app.health.on_change(look)
