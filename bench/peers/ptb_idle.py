"""The peer for readiness and memory: a bare python-telegram-bot `Application` that polls.

    python bench/peers/ptb_idle.py http://127.0.0.1:8081 123456789:TOKEN

Prints `ready` once it polls and stays until SIGTERM.
"""

from __future__ import annotations

import asyncio
import signal
import sys

from telegram.ext import Application


async def main(url: str, token: str) -> None:
    """Poll the Bot API server at `url` until SIGTERM."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    # Bare: the library's own default brings no job queue either.
    application = Application.builder().token(token).base_url(f"{url}/bot").job_queue(None).build()
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        print("ready", flush=True)
        await ended.wait()
        await application.updater.stop()
        await application.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
