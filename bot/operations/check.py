"""`saarbot check`: configuration, scripts, texts, store, adapters and mail, all told at once.

What one part finds stops no other: of a wrong configuration every section that is right is still
looked at, and so are scripts and texts.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import config
from bot.clock import SystemClock
from bot.errors import ConfigurationError, StoreBusy, Unusable
from bot.messaging import Address, Context, Finding, registry
from bot.operations import listener, mailprobe, ownwords
from bot.operations.findings import Mark, Row
from bot.operations.requests import is_running
from bot.settings import Settings, SettingsError, load
from bot.store import datadir
from bot.store import places as place_store
from bot.store.engine import open_store

if TYPE_CHECKING:
    from bot.messaging import Adapter
    from bot.settings import AdapterSettings

PROBE_S: Final = 20.0
_LEAST_FREE: Final = 500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All rows; `misconfigured` tells a wrong file from something that can't be reached."""

    rows: tuple[Row, ...]
    misconfigured: bool


async def check(file: Path, environ: Mapping[str, str], *, offline: bool) -> Result:
    """Look at everything; raises nothing."""
    try:
        settings = load(file, environ)
    except SettingsError as error:
        rows = [*_problems("configuration", [one.at(file) for one in error.problems], "")]
        rows += [*words(error.read), *await _sound_parts(error, offline=offline)]
        return Result(rows=tuple(rows), misconfigured=True)
    rows = [*_configuration(settings), *words(settings), *_time(settings), *_store(settings)]
    rows += _listening(settings)
    rows += [*mailprobe.addresses(settings), *await _network(settings, offline=offline)]
    return Result(rows=tuple(rows), misconfigured=False)


async def _sound_parts(error: SettingsError, *, offline: bool) -> list[Row]:
    """What can be looked at though the configuration is wrong elsewhere."""
    read = error.read
    if read is None:
        return []
    settings = replace(
        read,
        data_dir=Path(os.devnull) if error.concerns("data_dir") else read.data_dir,
        adapters={
            name: one
            for name, one in read.adapters.items()
            if not error.concerns(f"adapters.{name}")
        },
        mail=None if error.concerns("mail") else read.mail,
        neighbourhoods={
            id_: place
            for id_, place in read.neighbourhoods.items()
            if place.police.mailboxes or not error.concerns(f"neighbourhoods.{id_}.police")
        },
    )
    kept = [] if error.concerns("data_dir") else _store(settings)
    return [
        *_time(settings),
        *kept,
        *([] if error.concerns("http") else _listening(settings)),
        *mailprobe.addresses(settings),
        *await _network(settings, offline=offline),
    ]


def _configuration(settings: Settings) -> Iterator[Row]:
    places = len(settings.neighbourhoods)
    yield Row(
        subject="configuration",
        mark=Mark.OK,
        detail=f"{settings.file}: {places} neighbourhood{'s' * (places != 1)}, "
        f"adapters {', '.join(settings.adapters) or 'none'}",
    )
    for one in settings.later:
        detail = f"{settings.file}:{one.line}: {one.key}: {one.note}"
        yield Row(subject="configuration", mark=Mark.NOTE, detail=detail)
    if not settings.adapters:
        yield Row(
            subject="configuration",
            mark=Mark.FAIL,
            detail="no adapter is configured: nobody can reach the bot",
            cure="write adapters: {webchat: {}}",
        )
    url = settings.http.public_url
    if url is not None and url.startswith("http:"):
        yield Row(
            subject="http.public_url",
            mark=Mark.NOTE,
            detail="without https, what residents type can be read on the way",
            cure="put a web server with a certificate in front",
        )


def words(settings: Settings | None) -> Iterator[Row]:
    """Scripts and texts as they ship, with one's own over them, read as `run` reads them."""
    from bot.dialogue.lexicon import Lexicon
    from bot.dialogue.scripts import check_scripts, texts_said
    from bot.dialogue.source import Problems
    from bot.dialogue.texts import Texts

    texts_in = settings.texts if settings else (config.TEXTS,)
    scripts_in = settings.dialogues if settings else (config.DIALOGUES,)
    texts = Texts.load(*texts_in)
    try:
        lexicon = Lexicon.load(*texts_in)
    except ConfigurationError as error:
        yield from _problems("words", str(error).splitlines(), "")
        lexicon = Lexicon()
    found = Problems()
    scripts = check_scripts(*scripts_in, texts=texts, lexicon=lexicon, into=found)
    wrong = [str(one) for one in texts.problems(texts_said(scripts))]
    yield from _problems("texts", wrong, f"in {', '.join(texts.languages)}")
    yield from _problems(
        "scripts", [str(one) for one in sorted(found.found)], ", ".join(sorted(scripts))
    )
    if settings and settings.own_words:
        yield from ownwords.rows(settings.own_words, texts)


def _problems(subject: str, problems: list[str], detail: str) -> Iterator[Row]:
    for problem in problems:
        yield Row(subject=subject, mark=Mark.FAIL, detail=problem)
    if not problems:
        yield Row(subject=subject, mark=Mark.OK, detail=detail)


def _time(settings: Settings) -> Iterator[Row]:
    local = SystemClock().now().astimezone(settings.timezone)
    yield Row(
        subject="time",
        mark=Mark.OK,
        detail=f"{local:%Y-%m-%d %H:%M} in {settings.timezone.key}",
    )


def _store(settings: Settings) -> Iterator[Row]:
    folder = settings.data_dir
    try:
        datadir.usable(folder)
    except Unusable as error:
        yield Row(subject="store", mark=Mark.FAIL, detail=error.detail, cure=error.cure)
        return
    there = next(one for one in (folder, *folder.parents) if one.exists())
    yield from _privacy(folder)
    free = shutil.disk_usage(there).free
    yield Row(
        subject="disk",
        mark=Mark.OK if free >= _LEAST_FREE else Mark.FAIL,
        detail=f"{free / 1e9:.1f} GB free at {there}",
        cure="" if free >= _LEAST_FREE else "make room: photos and videos need it",
    )
    yield _database(settings)


def _listening(settings: Settings) -> Iterator[Row]:
    """Whether `run` would get its address, or has it."""
    host, port = settings.http.host, settings.http.port
    try:
        listener.try_out(host, port)
    except Unusable as error:
        if is_running(settings.data_dir) and listener.is_saarbot(host, port):
            detail = f"{listener.url(host, port)}: the running saarbot listens there"
            yield Row(subject=listener.KEY, mark=Mark.OK, detail=detail)
        else:
            yield Row(subject=listener.KEY, mark=Mark.FAIL, detail=error.detail, cure=error.cure)
    else:
        detail = f"{listener.url(host, port)} is free" if port else "any free port"
        yield Row(subject=listener.KEY, mark=Mark.OK, detail=detail)


def _privacy(folder: Path) -> Iterator[Row]:
    """Nobody but the bot's own user has anything to look for among the data."""
    if not folder.exists():
        return
    rights = stat.S_IMODE(folder.stat().st_mode)
    if rights & 0o077:
        who = "everybody on this machine" if rights & 0o007 else "its whole group"
        yield Row(
            subject="data_dir",
            mark=Mark.FAIL,
            detail=f"{folder} is open to {who}",
            cure=f"chmod 700 {folder}",
        )


def _database(settings: Settings) -> Row:
    file = settings.data_dir / datadir.FILE
    if not file.exists():
        return Row(subject="store", mark=Mark.OK, detail="no database yet; the first run makes it")
    from bot.store import overview

    store = open_store(settings.database, settings.data_dir, SystemClock())
    try:
        with store.reading() as reader:
            entries = sum(head.n for head in overview.heads(reader))
    except StoreBusy:
        return Row(subject="store", mark=Mark.NOTE, detail=f"{file} is busy; try again")
    except Exception as error:  # noqa: BLE001  # a damaged file must be a row, not a traceback
        return Row(
            subject="store",
            mark=Mark.FAIL,
            detail=f"{file} can't be read ({type(error).__name__})",
            cure="put the last backup back",
        )
    finally:
        store.close()
    beside = "; saarbot is running" if is_running(settings.data_dir) else ""
    return Row(subject="store", mark=Mark.OK, detail=f"{file}: {entries} log entries{beside}")


async def _network(settings: Settings, *, offline: bool) -> list[Row]:
    if offline:
        return [Row(subject="network", mark=Mark.NOTE, detail="left out (--offline)")]
    probes = [_adapter(settings, one) for one in settings.adapters.values()]
    found = await asyncio.gather(*probes, asyncio.to_thread(mailprobe.probe, settings))
    return [row for rows in found for row in rows]


async def _adapter(settings: Settings, section: AdapterSettings) -> list[Row]:
    with tempfile.TemporaryDirectory() as spool:
        context = Context(
            name=section.name,
            settings=section.plain(),
            storage=Scratch(),
            clock=SystemClock(),
            spool=Path(spool),
            public_url=settings.http.public_url,
        )
        try:
            adapter = registry.load(section.name)(context)
            async with asyncio.timeout(PROBE_S):
                return await _looked_at(adapter, _groups(settings, section.name))
        except TimeoutError:
            detail = f"no answer in {PROBE_S:.0f} s"
        except ConfigurationError as error:
            detail = error.message
        except Exception as error:  # noqa: BLE001  # a third party's adapter may raise anything
            detail = f"the adapter failed ({type(error).__name__})"
    return [Row(subject=section.name, mark=Mark.FAIL, detail=detail)]


async def _looked_at(adapter: Adapter, groups: Mapping[Address, str]) -> list[Row]:
    try:
        rows = [_row(adapter.name, one) for one in await adapter.probe()]
        if all(row.mark is not Mark.FAIL for row in rows):
            rows += [await _posting(adapter, group, name) for group, name in groups.items()]
        return rows
    finally:
        await adapter.close()


def _groups(settings: Settings, messenger: str) -> dict[Address, str]:
    """The native groups on a messenger, configured or linked in chat, and whose they are."""
    places = settings.neighbourhoods
    found = {group: place.name for place in places.values() for group in place.groups}
    with suppress(Exception):  # the store has a row of its own
        for group in _linked(settings):
            if group.neighbourhood in places:
                found[Address.parse(group.address)] = places[group.neighbourhood].name
    return {group: name for group, name in found.items() if group.messenger == messenger}


def _linked(settings: Settings) -> list[place_store.Group]:
    if not datadir.has_database(settings.data_dir):
        return []
    store = open_store(settings.database, settings.data_dir, SystemClock())
    try:
        with store.reading() as reader:
            return list(place_store.groups(reader))
    finally:
        store.close()


async def _posting(adapter: Adapter, group: Address, name: str) -> Row:
    """Advice: in a group where only coordinators post, an alert is not lost among chatter."""
    told = {
        True: (
            Mark.NOTE,
            "every member may post",
            "let only administrators post there; members write to the bot",
        ),
        False: (Mark.OK, "only administrators may post", ""),
        None: (Mark.NOTE, "who may post there can't be told", "is the bot in it?"),
    }
    mark, detail, cure = told[await adapter.members_may_post(group)]
    subject = f"{adapter.name} group"
    return Row(subject=subject, mark=mark, detail=f"{name}, {group.id}: {detail}", cure=cure)


def _row(name: str, finding: Finding) -> Row:
    subject = finding.subject if finding.subject.startswith(name) else f"{name} {finding.subject}"
    return Row(
        subject=subject.strip(),
        mark=Mark.OK if finding.ok else Mark.FAIL,
        detail=finding.detail,
        cure="" if finding.ok else finding.cure,
    )


class Scratch:
    """A storage that forgets: `check` changes nothing that an adapter keeps."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self._kept.get(key)

    async def put(self, key: str, value: str | None) -> None:
        await self.put_many({key: value})

    async def put_many(self, values: Mapping[str, str | None]) -> None:
        for key, value in values.items():
            if value is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = value

    async def scan(
        self, prefix: str, *, after: str = "", limit: int = 1000
    ) -> list[tuple[str, str]]:
        pairs = sorted(pair for pair in self._kept.items() if pair[0].startswith(prefix))
        return [pair for pair in pairs if pair[0] > after][:limit]
