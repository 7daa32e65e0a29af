"""The demonstration: one night in one street, on one page, or told in the terminal."""

from __future__ import annotations

import asyncio
import signal
import sys
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.errors import PackageError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.operations.demo.demonstration import Demonstration
    from bot.police.verdict import Verdict
    from bot.settings import Settings


def demo(settings: Settings, *, headless: bool) -> int:
    """Play it; the exit status. With `headless` nobody is needed and it ends by itself."""
    from bot.operations.demo.demonstration import Demonstration

    if headless:
        return asyncio.run(_tell(Demonstration(_any_port(settings), breath_s=0.0)))
    return asyncio.run(_show(Demonstration(settings)))


def _any_port(settings: Settings) -> Settings:
    from dataclasses import replace

    return replace(settings, http=replace(settings.http, port=0))


async def _show(night: Demonstration) -> int:
    """Serve the page until interrupted."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    await night.open()
    print(f"Open {night.app.http.url}/demo in a browser. Stop with Ctrl-C.", flush=True)
    again = asyncio.create_task(night.serve())
    await stop.wait()
    again.cancel()
    with suppress(asyncio.CancelledError):
        await again
    await night.close()
    return 0


async def _tell(night: Demonstration) -> int:
    """Play the whole story, print it, keep and verify the package."""
    print("One night is played; that takes some seconds ...", file=sys.stderr, flush=True)
    await night.open()
    try:
        mail = await night.tell()
        print(night.transcript())
        return _verified(mail, night.folder.parent)
    finally:
        await night.close()


def _verified(mail: Path, folder: Path) -> int:
    from bot.operations.verifying import verify

    verdicts = verify(mail)
    package = _unpacked(mail, folder)
    print(f"\nPolice mail: {mail}\nPackage: {package}\n")
    for verdict in verdicts:
        for line in verdict.lines("en"):
            print(f"  {line}")
    good = bool(verdicts) and all(_holds(one) for one in verdicts)
    print("\nEverything holds." if good else "\nSomething does not hold.", file=sys.stdout)
    return 0 if good else 1


def _holds(verdict: Verdict) -> bool:
    return verdict.broken is None


def _unpacked(mail: Path, folder: Path) -> Path:
    """The package from the mail, unzipped beside the mailbox."""
    from email import message_from_bytes
    from email.policy import default

    target = folder / "package"
    message: Any = message_from_bytes(mail.read_bytes(), policy=default)
    for part in message.iter_attachments():
        if part.get_content_type() == "application/zip":
            target.mkdir(exist_ok=True)
            file = target / str(part.get_filename())
            file.write_bytes(part.get_content())
            with zipfile.ZipFile(file) as packed:
                packed.extractall(target)
            return target / file.stem
    raise PackageError(f"{mail} carries no package")
