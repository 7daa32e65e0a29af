"""What a stretch of the log tells the police: its cases and pictures, from its entries alone. Pure.

A case that was opened before the stretch is shown with its head again; its timeline holds only
what the stretch adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from bot.journal.kinds import Police, kind
from bot.police.case import Case, Logged, Picture, at, case_of, moment, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUFFIXES: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/3gpp": ".3gp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A stretch of the log: entries `first` to `last`, newest case first.

    `counts` adds up the kinds that the police may count; of the others nothing is told.
    """

    first: int
    last: int
    cases: tuple[Case, ...]
    pictures: tuple[Picture, ...]
    counts: Mapping[str, int]

    @property
    def urgent(self) -> int:
        return sum(case.urgent for case in self.cases)

    @property
    def empty(self) -> bool:
        return not self.cases


def build(entries: Iterable[Logged], *, after: int = 0, before: Sequence[Logged] = ()) -> Report:
    """The report of `entries`, the stretch behind entry `after`.

    `before` holds earlier entries of cases that go on in the stretch; they give a case its head.
    """
    cases: dict[str, Case] = {}
    for entry in before:
        tell(cases, entry, ())
    earlier = {number: replace(case, continued=True) for number, case in cases.items()}
    cases = {number: replace(case, lines=(), lost=()) for number, case in earlier.items()}
    pictures: list[Picture] = []
    counts: dict[str, int] = {}
    touched: dict[str, int] = {}
    last = after
    for entry in entries:
        last = entry.n
        how = kind(entry.kind).police
        if how is Police.COUNT:
            counts[entry.kind] = counts.get(entry.kind, 0) + 1
        if how is not Police.YES:
            continue
        if entry.kind == "case.media":
            pictures.append(_picture(entry, len(pictures) + 1))
        if number := case_of(entry):
            touched.setdefault(number, entry.n)
            tell(cases, entry, pictures)
    shown = [replace(cases[number], pictures=_of(pictures, number)) for number in touched]
    return Report(
        first=after + 1,
        last=last,
        cases=tuple(sorted(shown, key=_age, reverse=True)),
        pictures=tuple(pictures),
        counts=counts,
    )


def cases_in(entries: Iterable[Logged]) -> list[str]:
    """The numbers of the cases that these entries are about."""
    return sorted({number for entry in entries if (number := case_of(entry))})


def _of(pictures: Sequence[Picture], number: str) -> tuple[Picture, ...]:
    return tuple(picture for picture in pictures if picture.case == number)


def _age(case: Case) -> tuple[str, str]:
    return (case.opened_at.isoformat() if case.opened_at else "", case.number)


def _picture(entry: Logged, number: int) -> Picture:
    fields = entry.fields
    mime = str(fields.get("mime") or "")
    return Picture(
        file=f"{number:04d}{_suffix(mime, str(fields.get('name') or ''))}",
        n=entry.n,
        case=case_of(entry),
        author=str(fields.get("author") or ""),
        sha256=str(fields.get("sha256") or ""),
        size=int(fields.get("size") or 0),
        mime=mime,
        name=str(fields.get("name") or ""),
        kind=str(fields.get("kind") or ""),
        as_file=fields.get("as_file"),
        source=str(fields.get("source") or ""),
        received_at=at(entry),
        told_at=moment(fields.get("platform_at")),
    )


def _suffix(mime: str, name: str) -> str:
    """The ending for a file of this kind: from a fixed list, never the sender's word alone."""
    plain = mime.partition(";")[0].strip().lower()
    if plain in _SUFFIXES:
        return _SUFFIXES[plain]
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending in set(_SUFFIXES.values()) | {".jpeg"} else ".bin"
