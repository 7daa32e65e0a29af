"""What the operator's commands do, once the arguments are known."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import config
from bot.clock import SystemClock
from bot.errors import ConfigurationError, SaarbotError, StoreError
from bot.operations import logs
from bot.settings import Secret, Settings, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.operations.requests import Handler
    from bot.store.engine import Store

DONE: Final = 0
FAILED: Final = 1
WRONG: Final = 2
_WIDE: Final = 120


def secrets(settings: Settings) -> Iterator[str]:
    """Every secret of the configuration, for the logs' redactor."""
    found = [value for one in settings.adapters.values() for value in one.values.values()]
    if settings.mail is not None:
        found.append(settings.mail.smtp.password)
    return (value.reveal() for value in found if isinstance(value, Secret))


def _load(file: Path, environ: Mapping[str, str], *, level: int = logging.ERROR) -> Settings:
    logs.configure(level=level)
    settings = load(file, environ)
    logs.configure(secrets(settings), level=level)
    return settings


def run(file: Path, environ: Mapping[str, str]) -> int:
    """Run until SIGTERM or SIGINT."""
    settings = _load(file, environ, level=logging.INFO)
    from bot.operations.running import run as serve

    asyncio.run(serve(settings))
    return DONE


def demo(file: Path | None, environ: Mapping[str, str], *, headless: bool) -> int:
    """The demonstration, in ./var/demo unless a configuration says otherwise."""
    settings = _load(file or config.DEMO, environ, level=logging.WARNING)
    if file is None:
        settings = replace(settings, data_dir=Path.cwd() / "var" / "demo")
    from bot.operations.demo import demo as play

    return play(settings, headless=headless)


def init(file: Path, environ: Mapping[str, str], *, usual: bool) -> int:
    """Ask, write, and print the codes."""
    logs.configure(level=logging.ERROR)
    from bot.operations.init import init as ask
    from bot.operations.questions import Questions

    ask(file, environ, Questions(), usual=usual)
    return DONE


def check(file: Path, environ: Mapping[str, str], *, offline: bool) -> int:
    """Print the table of findings."""
    logs.configure(level=logging.CRITICAL)
    from bot.operations.check import check as look
    from bot.operations.findings import as_table, failed

    result = asyncio.run(look(file, environ, offline=offline))
    width = shutil.get_terminal_size((_WIDE, 24)).columns if sys.stdout.isatty() else _WIDE
    print(as_table(result.rows, width))
    if result.misconfigured:
        return WRONG
    return FAILED if failed(result.rows) else DONE


def status(file: Path, environ: Mapping[str, str], *, as_json: bool) -> int:
    """Print how the bot stands."""
    settings = _load(file, environ)
    from bot.operations.status import in_words
    from bot.operations.status import status as look

    found = look(settings)
    print(json.dumps(found, indent=2) if as_json else in_words(found, settings.timezone))
    return DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """What the operator wants exported, as typed."""

    neighbourhood: str | None = None
    case: str | None = None
    since: str | None = None
    until: str | None = None
    format: str = "zip"
    output: Path | None = None


def export(file: Path, environ: Mapping[str, str], wish: ExportWish) -> int:
    """Have the file made, by the running bot or here, and put it where it was asked."""
    settings = _load(file, environ)
    outcome = _perform(settings, "export", export_args(settings, wish))
    source = Path(str(outcome["file"]))
    target = _target(wish.output, source.name)
    try:
        _copy(source, target)
    except OSError as error:
        raise SaarbotError(f"{target} can't be written: {error.strerror}") from None
    with suppress(OSError):
        source.unlink()
        source.parent.rmdir()
    print(target)
    return DONE


def _copy(source: Path, target: Path) -> None:
    """Copy to a file that its owner alone may read, also where one with wider rights stood."""
    with source.open("rb") as data, open(target, "wb", opener=_private) as out:
        if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
            os.fchmod(out.fileno(), 0o600)
        shutil.copyfileobj(data, out)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def export_args(settings: Settings, wish: ExportWish) -> dict[str, Any]:
    """The request's arguments; raises ConfigurationError where the wish is unclear."""
    from bot.operations.times import beginning, ending

    if wish.case and (wish.since or wish.until):
        raise ConfigurationError("--case and --since or --until exclude each other")
    zone = settings.timezone
    since = beginning(wish.since, zone) if wish.since else None
    until = ending(wish.until, zone) if wish.until else None
    if since and until and since >= until:
        raise ConfigurationError("--since must lie before --until")
    return {
        "neighbourhood": _place(settings, wish.neighbourhood),
        "case": wish.case,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "format": wish.format,
    }


def _place(settings: Settings, wanted: str | None) -> str:
    names = sorted(settings.neighbourhoods)
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted in settings.neighbourhoods:
        return str(wanted)
    told = f"--neighbourhood {wanted} is none of" if wanted else "--neighbourhood must be one of"
    raise ConfigurationError(f"{told} {', '.join(names)}")


def _target(output: Path | None, name: str) -> Path:
    if output is None:
        return Path.cwd() / name
    return output / name if output.is_dir() else output


def digest(file: Path, environ: Mapping[str, str], *, now: bool, dry_run: bool) -> int:
    """Mail what is due; return when the server has accepted or refused it."""
    settings = _load(file, environ)
    outcome = _perform(settings, "digest", {"now": now, "dry_run": dry_run})
    mails = outcome["mails"]
    for mail in mails:
        why = f": {mail['reason']}" if mail.get("reason") else ""
        print(
            f"{mail['neighbourhood']} {mail['number']} to {mail['mailbox']}: {mail['state']}{why}"
        )
    if not mails:
        print("Nothing is due.")
    return DONE if all(mail["state"] in ("accepted", "would be sent") for mail in mails) else FAILED


def _perform(settings: Settings, kind: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
    from bot.operations.progress import Bar
    from bot.operations.requests import perform
    from bot.store.datadir import has_database
    from bot.store.engine import open_store

    if not has_database(settings.data_dir):
        raise StoreError(f"there is no database in {settings.data_dir} yet: nothing to {kind}")
    store = open_store(settings.database, settings.data_dir, SystemClock())
    bar = Bar()
    try:
        work = perform(store, kind, args, handlers=lambda: _handlers(settings, store), progress=bar)
        return asyncio.run(bar.during(work))
    finally:
        store.close()


def _handlers(settings: Settings, store: Store) -> Mapping[str, Handler]:
    """The police's own work, without the rest of the bot around it."""
    from bot.dialogue.texts import Texts
    from bot.police.digest import Police

    return Police(store, settings, SystemClock(), Texts.load(*settings.texts)).handlers()


def verify(path: Path, *, head: str | None = None) -> int:
    """Say what holds and what doesn't; 1 where something doesn't."""
    logs.configure(level=logging.ERROR)
    if not path.exists():
        raise ConfigurationError(f"{path}: there is no such file or folder")
    if not os.access(path, os.R_OK):
        raise SaarbotError(f"{path}: can't be read")
    from bot.operations.verifying import verify as look

    verdicts = look(path, head=head)
    for verdict in verdicts:
        print(verdict.subject)
        for line in verdict.lines("en") or ["· there is no entry yet"]:
            print(f"  {line}")
    broken = next((one.broken for one in verdicts if one.broken), None)
    print("Everything holds." if broken is None else f"It doesn't hold. {broken.text('en')}")
    return DONE if broken is None else FAILED
