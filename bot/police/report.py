"""What a stretch of the log tells the police, made from its entries alone. Pure.

A case that was opened before the stretch is shown with its head again; its timeline holds only
what the stretch adds. Nothing is judged here and nothing is worded: see `wording` and `sheet`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.journal.kinds import Police, kind

if TYPE_CHECKING:
    from collections.abc import Iterable

SELF, COORDINATOR, OTHER, NONE = "self", "coordinator", "other", "none"
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


class Logged(Protocol):
    """The part of a journal entry that a report is made of."""

    @property
    def n(self) -> int: ...
    @property
    def ts(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def case(self) -> str | None: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Who said, when, that the emergency number was called. A statement, not a fact."""

    by: str = NONE
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a case's timeline; `told_at` is the sender's messenger's own time."""

    n: int
    at: datetime
    kind: str
    who: str
    fields: Mapping[str, Any]
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One file that came in (photo, video, sound, document), under its name in the package."""

    file: str
    n: int
    case: str
    author: str
    sha256: str
    size: int
    mime: str
    name: str
    kind: str
    as_file: bool | None
    source: str
    received_at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A file that was announced and never came."""

    n: int
    author: str
    kind: str
    size: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One report by a neighbour and what became of it."""

    number: str
    urgency: str = ""
    what: str = ""
    kind: str = ""
    street: str = ""
    place: str = ""
    latitude: str = ""
    longitude: str = ""
    reporter: str = ""
    started_at: datetime | None = None
    opened_at: datetime | None = None
    stale: bool = False
    gates: tuple[Gate, ...] = ()
    persons: tuple[Mapping[str, Any], ...] = ()
    vehicle: Mapping[str, Any] = field(default_factory=dict)
    direction: str = ""
    relayed: bool = False
    reach: tuple[int, int] | None = None
    state: str = "open"
    outcome: str = ""
    closed_at: datetime | None = None
    rectified_at: datetime | None = None
    continued: bool = False
    lines: tuple[Line, ...] = ()
    pictures: tuple[Picture, ...] = ()
    lost: tuple[Lost, ...] = ()

    @property
    def gate(self) -> Gate:
        """The first statement that a call was made; if nobody made one, that."""
        said = [gate for gate in self.gates if gate.by != NONE]
        return said[0] if said else Gate()

    @property
    def urgent(self) -> bool:
        """Urgent when it came in, and not put right since."""
        return self.urgency == "urgent" and self.rectified_at is None


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
        _tell(cases, entry, ())
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
        if number := _case_of(entry):
            touched.setdefault(number, entry.n)
            _tell(cases, entry, pictures)
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
    return sorted({number for entry in entries if (number := _case_of(entry))})


def moment(text: Any) -> datetime | None:
    """The time that a field tells; None where it tells none."""
    if not isinstance(text, str) or not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _case_of(entry: Logged) -> str:
    return entry.case or str(entry.fields.get("case") or "")


def _of(pictures: Sequence[Picture], number: str) -> tuple[Picture, ...]:
    return tuple(picture for picture in pictures if picture.case == number)


def _age(case: Case) -> tuple[str, str]:
    return (case.opened_at.isoformat() if case.opened_at else "", case.number)


def _tell(cases: dict[str, Case], entry: Logged, pictures: Sequence[Picture]) -> None:
    """Let one entry change what is known of its case."""
    number = _case_of(entry)
    if not number or kind(entry.kind).police is not Police.YES:
        return
    case = cases.get(number, Case(number=number, continued=True))
    change = _CHANGES.get(entry.kind)
    changed = replace(case, **change(case, entry)) if change else case
    cases[number] = replace(changed, lines=(*changed.lines, _line(entry, pictures)))


def _line(entry: Logged, pictures: Sequence[Picture]) -> Line:
    fields = dict(entry.fields)
    if entry.kind == "case.media" and pictures:
        fields["file"] = pictures[-1].file
    if entry.kind == "case.media_released":
        fields["file"] = next((p.file for p in pictures if p.sha256 == fields.get("sha256")), "")
    return Line(
        n=entry.n,
        at=_at(entry),
        kind=entry.kind,
        who=_who(fields),
        fields=fields,
        told_at=moment(fields.get("platform_at")),
    )


def _who(fields: Mapping[str, Any]) -> str:
    """Whose doing it was: the field's name differs from kind to kind."""
    names = ("author", "reporter", "who") if "who" in fields else ("author", "reporter", "by")
    return next((str(fields[name]) for name in names if fields.get(name)), "")


def _at(entry: Logged) -> datetime:
    found = moment(entry.ts)
    if found is None:
        raise ValueError(f"entry {entry.n} has no time")
    return found


def _picture(entry: Logged, number: int) -> Picture:
    fields = entry.fields
    mime = str(fields.get("mime") or "")
    return Picture(
        file=f"{number:04d}{suffix(mime, str(fields.get('name') or ''))}",
        n=entry.n,
        case=_case_of(entry),
        author=str(fields.get("author") or ""),
        sha256=str(fields.get("sha256") or ""),
        size=int(fields.get("size") or 0),
        mime=mime,
        name=str(fields.get("name") or ""),
        kind=str(fields.get("kind") or ""),
        as_file=fields.get("as_file"),
        source=str(fields.get("source") or ""),
        received_at=_at(entry),
        told_at=moment(fields.get("platform_at")),
    )


def suffix(mime: str, name: str) -> str:
    """The ending for a file of this kind: from a fixed list, never the sender's word alone."""
    plain = mime.partition(";")[0].strip().lower()
    if plain in _SUFFIXES:
        return _SUFFIXES[plain]
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending in set(_SUFFIXES.values()) | {".jpeg"} else ".bin"


# --- what each kind of entry changes in its case ------------------------------------------------


def _opened(_case: Case, entry: Logged) -> dict[str, Any]:
    fields = entry.fields
    texts = ("urgency", "what", "kind", "street", "place", "latitude", "longitude", "reporter")
    return {
        **{name: str(fields.get(name) or "") for name in texts},
        "started_at": moment(fields.get("started_at")) or _at(entry),
        "opened_at": _at(entry),
        "stale": bool(fields.get("stale")),
        "continued": False,
    }


def _corrected(_case: Case, entry: Logged) -> dict[str, Any]:
    told = ("what", "kind", "place", "street")
    return {name: str(entry.fields.get(name) or "") for name in told}


def _gate(case: Case, entry: Logged) -> dict[str, Any]:
    told = Gate(
        by=str(entry.fields.get("by") or NONE),
        who=str(entry.fields.get("who") or ""),
        at=moment(entry.fields.get("at")) or _at(entry),
    )
    return {"gates": (*case.gates, told)}


def _description(_case: Case, entry: Logged) -> dict[str, Any]:
    persons = entry.fields.get("persons") or ()
    vehicle = entry.fields.get("vehicle") or {}
    return {
        "persons": tuple(p if isinstance(p, Mapping) else {"text": p} for p in persons),
        "vehicle": vehicle if isinstance(vehicle, Mapping) else {"text": vehicle},
        "direction": str(entry.fields.get("direction") or ""),
    }


def _reach(_case: Case, entry: Logged) -> dict[str, Any]:
    return {"reach": (int(entry.fields.get("sent") or 0), int(entry.fields.get("of") or 0))}


def _closed(_case: Case, entry: Logged) -> dict[str, Any]:
    outcome = str(entry.fields.get("outcome") or "unknown")
    return {"state": "closed", "outcome": outcome, "closed_at": _at(entry)}


def _rectified(_case: Case, entry: Logged) -> dict[str, Any]:
    return {"rectified_at": _at(entry)}


def _withdrawn(_case: Case, entry: Logged) -> dict[str, Any]:
    return {"state": "withdrawn", "closed_at": _at(entry)}


def _reopened(_case: Case, _entry: Logged) -> dict[str, Any]:
    return {"state": "open", "outcome": "", "closed_at": None}


def _lost(case: Case, entry: Logged) -> dict[str, Any]:
    size = entry.fields.get("size")
    lost = Lost(
        n=entry.n,
        author=str(entry.fields.get("author") or ""),
        kind=str(entry.fields.get("kind") or ""),
        size=size if isinstance(size, int) else None,
        reason=str(entry.fields.get("reason") or ""),
    )
    return {"lost": (*case.lost, lost)}


_CHANGES: Final = {
    "case.opened": _opened,
    "case.corrected": _corrected,
    "case.gate": _gate,
    "case.description": _description,
    "case.relayed": lambda _case, _entry: {"relayed": True},
    "case.reach": _reach,
    "case.closed": _closed,
    "case.rectified": _rectified,
    "case.withdrawn": _withdrawn,
    "case.reopened": _reopened,
    "case.media_missing": _lost,
}
