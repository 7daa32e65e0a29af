"""One report by a neighbour, as the log tells it, and what each kind of entry changes in it. Pure.

Nothing is judged here and nothing is worded: see `wording` and `sheet`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Protocol

from bot.journal.kinds import Police, kind

SELF, COORDINATOR, OTHER, NONE = "self", "coordinator", "other", "none"


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


def tell(cases: dict[str, Case], entry: Logged, pictures: Sequence[Picture]) -> None:
    """Let one entry change what is known of its case."""
    number = case_of(entry)
    if not number or kind(entry.kind).police is not Police.YES:
        return
    case = cases.get(number, Case(number=number, continued=True))
    change = _CHANGES.get(entry.kind)
    changed = replace(case, **change(case, entry)) if change else case
    cases[number] = replace(changed, lines=(*changed.lines, _line(entry, pictures)))


def case_of(entry: Logged) -> str:
    """The number of the case that an entry is about; empty if of none."""
    return entry.case or str(entry.fields.get("case") or "")


def moment(text: Any) -> datetime | None:
    """The time that a field tells; None where it tells none."""
    if not isinstance(text, str) or not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _line(entry: Logged, pictures: Sequence[Picture]) -> Line:
    fields = dict(entry.fields)
    if entry.kind == "case.media" and pictures:
        fields["file"] = pictures[-1].file
    if entry.kind == "case.media_released":
        fields["file"] = next((p.file for p in pictures if p.sha256 == fields.get("sha256")), "")
    return Line(
        n=entry.n,
        at=at(entry),
        kind=entry.kind,
        who=_who(fields),
        fields=fields,
        told_at=moment(fields.get("platform_at")),
    )


def _who(fields: Mapping[str, Any]) -> str:
    """Whose doing it was: the field's name differs from kind to kind."""
    names = ("author", "reporter", "who") if "who" in fields else ("author", "reporter", "by")
    return next((str(fields[name]) for name in names if fields.get(name)), "")


def at(entry: Logged) -> datetime:
    """When an entry came in; raises ValueError where it tells no time."""
    found = moment(entry.ts)
    if found is None:
        raise ValueError(f"entry {entry.n} has no time")
    return found


# --- what each kind of entry changes in its case ------------------------------------------------


def _opened(_case: Case, entry: Logged) -> dict[str, Any]:
    fields = entry.fields
    texts = ("urgency", "what", "kind", "street", "place", "latitude", "longitude", "reporter")
    return {
        **{name: str(fields.get(name) or "") for name in texts},
        "started_at": moment(fields.get("started_at")) or at(entry),
        "opened_at": at(entry),
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
        at=moment(entry.fields.get("at")) or at(entry),
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
    return {"state": "closed", "outcome": outcome, "closed_at": at(entry)}


def _rectified(_case: Case, entry: Logged) -> dict[str, Any]:
    return {"rectified_at": at(entry)}


def _withdrawn(_case: Case, entry: Logged) -> dict[str, Any]:
    return {"state": "withdrawn", "closed_at": at(entry)}


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
