"""Files that a coordinator or the operator asks for: a case, a period, or the whole log.

An export has no number in any series and never holds names. As `zip` it is the same kind of
package as the police get, and verifies alike: entries of other cases travel as digests.
"""

from __future__ import annotations

import asyncio
import csv
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, Final

from bot.errors import RequestRefused
from bot.journal import journal
from bot.journal.kinds import Police
from bot.police import clean
from bot.police.case import Line
from bot.police.formats import FORMATS
from bot.police.issue import Issue
from bot.police.report import Report
from bot.police.sections import sentence
from bot.police.stretch import report_of
from bot.police.wording import Wording

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.dialogue.texts import Texts
    from bot.journal.vault import Vault
    from bot.settings import NeighbourhoodSettings, Settings
    from bot.store.engine import Store
    from bot.store.tx import Reader

# What a spreadsheet takes for a formula, in any width of letter (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_COLUMNS: Final = (
    *("entry", "received", "told_at", "case", "kind", "who"),
    *("what", "text", "place", "file", "sha256"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be exported; `until` is exclusive, None means no bound."""

    case: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Entries (after, upto] of a chain; of one case only, the others as digests."""

    chain: str
    after: int
    upto: int
    case: str | None

    def entries(self, reader: Reader) -> Iterator[journal.Entry]:
        return journal.entries(reader, self.chain, after=self.after, upto=self.upto)

    def shown(self, reader: Reader) -> list[journal.Entry]:
        return [e for e in self.entries(reader) if self.case is None or e.case == self.case]

    def lines(self, reader: Reader) -> Iterator[str]:
        for entry in self.entries(reader):
            whole = self.case is None or entry.case == self.case
            yield entry.to_json_line() if whole else entry.to_digest_line()


def build_export(
    reader: Reader,
    vault: Vault,
    place: NeighbourhoodSettings,
    wish: Wish,
    *,
    kind: str,
    folder: Path,
    words: Wording,
    simulated: bool = False,
) -> Path:
    """Write the file into `folder`, which stays full of what it was made of.

    Blocks. Raises RequestRefused where there is nothing.
    """
    from bot.police import package

    if kind not in FORMATS:
        raise RequestRefused(f"no export as {kind}; there are {', '.join(FORMATS)}")
    stretch = _stretch(reader, place.id, wish)
    issue = replace(_issue(reader, place, stretch, wish, words), simulated=simulated)
    file = folder / f"{issue.package}.{kind}"
    if kind == "zip":
        lines = stretch.lines(reader)
        return package.build(issue, lines, find=vault.path, words=words, folder=folder).file
    if kind == "pdf":
        bare = replace(issue, bare=True)
        file.write_bytes(package.draw(bare, find=vault.path, words=words, folder=folder))
    elif kind == "csv":
        _write_csv(file, issue.report, words)
    else:
        _write_lines(file, stretch.lines(reader))
    return file


def _stretch(reader: Reader, chain: str, wish: Wish) -> _Stretch:
    if wish.case is not None:
        case = _whole_number(reader, chain, wish.case)
        numbers = [entry.n for entry in journal.entries(reader, chain, case=case)]
        if not numbers:
            raise RequestRefused(f"there is no case {case}")
        return _Stretch(chain=chain, after=numbers[0] - 1, upto=numbers[-1], case=case)
    end = journal.head(reader, chain).n
    after, upto = 0, end
    if wish.since is not None:
        after = (journal.first_since(reader, chain, wish.since) or end + 1) - 1
    if wish.until is not None:
        upto = (journal.first_since(reader, chain, wish.until) or end + 1) - 1
    stretch = _Stretch(chain=chain, after=after, upto=upto, case=None)
    if not any(entry.police is Police.YES for entry in stretch.entries(reader)):
        raise RequestRefused("there is nothing in this period")
    return stretch


def _whole_number(reader: Reader, chain: str, case: str) -> str:
    """A bare number means the newest case with it."""
    if not case.isdigit():
        return case.upper()
    ending = f"-{int(case):04d}"
    found = [
        entry.case
        for entry in journal.entries(reader, chain)
        if entry.kind == "case.opened" and entry.case and entry.case.endswith(ending)
    ]
    return found[-1] if found else case


def _issue(
    reader: Reader, place: NeighbourhoodSettings, stretch: _Stretch, wish: Wish, words: Wording
) -> Issue:
    shown = stretch.shown(reader)
    report = report_of(reader, place.id, shown, after=stretch.after)
    first, last = (datetime.fromisoformat(shown[i].ts) for i in (0, -1))
    return Issue(
        neighbourhood=place.id,
        name=place.name,
        report=Report(
            first=stretch.after + 1,
            last=stretch.upto,
            cases=report.cases,
            pictures=report.pictures,
            counts=report.counts,
        ),
        since=wish.since or first,
        # What is still to come is no part of it.
        until=max(last, min(wish.until or last, reader.now)),
        head=journal.head_at(reader, place.id, stretch.upto).hash.hex(),
        previous_head=journal.head_at(reader, place.id, stretch.after).hash.hex(),
        export=_name(stretch, words.local(first), words.local(last)),
    )


def _name(stretch: _Stretch, first: datetime, last: datetime) -> str:
    if stretch.case is not None:
        return f"export-{clean.file_part(stretch.case)}"
    return f"export-{first:%Y%m%d}-{last:%Y%m%d}"


def _write_lines(file: Path, lines: Iterator[str]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{line}\n" for line in lines)


# --- CSV ----------------------------------------------------------------------------------------


def _write_csv(file: Path, report: Report, words: Wording) -> None:
    """For Excel with Dutch settings: byte order mark, semicolons, CRLF; every cell is text."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([words.say(f"csv.{name}") for name in _COLUMNS])
        for line, case in _lines(report):
            writer.writerow([_cell(value) for value in _row(line, case, words)])


def _lines(report: Report) -> list[tuple[Line, str]]:
    found = [(line, case.number) for case in report.cases for line in case.lines]
    return sorted(found, key=lambda pair: pair[0].n)


def _row(line: Line, case: str, words: Wording) -> list[Any]:
    fields = line.fields
    told = f"{words.local(line.told_at):%Y-%m-%d %H:%M:%S}" if line.told_at else ""
    return [
        line.n,
        f"{words.local(line.at):%Y-%m-%d %H:%M:%S}",
        told,
        case,
        line.kind,
        line.who,
        sentence(line, words, {}),
        fields.get("text") or "",
        fields.get("place") or fields.get("where") or "",
        fields.get("file") or "",
        fields.get("sha256") or "",
    ]


def _cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = clean.paragraph(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


# --- asked for ----------------------------------------------------------------------------------


class Exporter:
    """Makes exports beside a running bot. Each lies in a folder of its own until it is handed over.

    So one that waits for its messenger is never replaced or removed by the next of the same name.
    """

    def __init__(
        self, store: Store, vault: Vault, settings: Settings, texts: Texts, clock: Clock
    ) -> None:
        self._store = store
        self._vault = vault
        self._settings = settings
        self._texts = texts
        self._clock = clock
        self.folder = store.data_dir / "exports"

    async def build(
        self,
        *,
        place: str,
        case: str | None,
        since: datetime | None,
        until: datetime | None,
        kind: str,
    ) -> Path:
        """The file. Raises RequestRefused where there is nothing to export."""
        wish = Wish(case=case or None, since=since, until=until)
        return await asyncio.to_thread(self._build, place, wish, kind)

    def _build(self, place_id: str, wish: Wish, kind: str) -> Path:
        place = self._settings.neighbourhoods[place_id]
        words = Wording.of(place, self._texts, self._settings.timezone)
        with self._store.reading() as reader, self._store.workspace() as folder:
            made = build_export(
                reader,
                self._vault,
                place,
                wish,
                kind=kind,
                folder=folder,
                words=words,
                simulated=self._clock.simulated,
            )
            return self._keep(made)

    def _keep(self, made: Path) -> Path:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        place = self.folder / secrets.token_hex(8)
        place.mkdir(mode=0o700)
        return made.rename(place / made.name)

    def remove(self, file: Path) -> None:
        """It was handed over."""
        rmtree(file.parent, ignore_errors=True)

    def tidy(self, older_than: timedelta = timedelta(days=1)) -> None:
        """Remove what was made longer ago."""
        if not self.folder.exists():
            return
        limit = datetime.now(UTC) - older_than
        for place in self.folder.iterdir():
            if datetime.fromtimestamp(place.stat().st_mtime, UTC) < limit:
                rmtree(place, ignore_errors=True)

    async def asked(
        self, args: Mapping[str, Any], progress: Callable[[int, int, str], None]
    ) -> Mapping[str, Any]:
        """`saarbot export`: build it, note it in the log, and say where it lies."""
        progress(0, 0, "")
        place = str(args["neighbourhood"])
        file = await self.build(
            place=place,
            case=args.get("case"),
            since=_time(args.get("since")),
            until=_time(args.get("until")),
            kind=str(args.get("format") or "zip"),
        )
        told = {name: str(args.get(name) or "") for name in ("case", "since", "until", "format")}
        fields = {"by": journal.OPERATOR, **told, "bytes": file.stat().st_size}
        await self._store.writer.submit(
            lambda tx: journal.append(tx, place, "export.made", fields), label="export noted"
        )
        return {"file": str(file)}


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None
