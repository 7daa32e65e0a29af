"""The parts of a case's page that are lists: what was described, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.police import clean
from bot.police.case import Case, Line, moment

if TYPE_CHECKING:
    from bot.police.wording import Wording

_BASICS: Final = ("sex", "age", "height", "build")
_CLOTHING: Final = ("top", "bottom", "clothing", "shoes")
_PERSON: Final = {"head": ("head",), "clothing": _CLOTHING}
_VEHICLE: Final = ("type", "colour", "make", "model")
# What fits the headline of a case.
HEADLINE: Final = 140
# A messenger's clock that agrees with ours to the minute says nothing new.
_SAME: Final = timedelta(minutes=2)


def blocks(case: Case, words: Wording) -> list[dict[str, Any]]:
    """What was told, one block a subject; rows are (label, value, monospace)."""
    found = [
        _words(case, words),
        *_persons(case, words),
        _vehicle(case, words),
        _point(case, words),
    ]
    return [block for block in found if block["rows"]]


def _block(title: str, rows: list[tuple[str, str, bool]]) -> dict[str, Any]:
    return {"title": title, "rows": [list(row) for row in rows if row[1]]}


def _words(case: Case, words: Wording) -> dict[str, Any]:
    """The reporter's own words where the headline could not hold them, and how sure they were."""
    whole = words.what(case)
    rows = [(words.say("reported.words"), whole, False)] if len(whole) > HEADLINE else []
    if words.has(f"reported.{case.urgency}") and case.urgency in ("cold", "unsure"):
        rows.append((words.say("reported.urgency"), words.say(f"reported.{case.urgency}"), False))
    return _block(words.say("reported.title"), rows)


def _persons(case: Case, words: Wording) -> list[dict[str, Any]]:
    rows: list[tuple[str, str, bool]] = []
    for n, person in enumerate(case.persons, 1):
        label = words.say("described.person", n=n, of=len(case.persons))
        rows += _person(label, _plain(person, words), words)
    if case.direction:
        rows.append((words.say("described.direction"), clean.paragraph(case.direction), False))
    return [_block(words.say("described.title"), rows)]


def _person(label: str, person: dict[str, str], words: Wording) -> list[tuple[str, str, bool]]:
    first = _joined(person, (*_BASICS, "text"), " · ") or words.say("unknown")
    rows = [(label, first, False)]
    for name, keys in _PERSON.items():
        rows.append((words.say(f"described.{name}"), _joined(person, keys, ", "), False))
    rows.append((words.say("described.carried"), _joined(person, ("carried",), ", "), False))
    return [*rows, (words.say("described.rest"), ", ".join(person.values()), False)]


def _vehicle(case: Case, words: Wording) -> dict[str, Any]:
    told = _plain(case.vehicle, words)
    rows = [
        (words.say("described.kind"), _joined(told, _VEHICLE, ", "), False),
        (words.say("described.plate"), _joined(told, ("plate",), " "), True),
        (words.say("described.occupants"), _joined(told, ("occupants",), " "), False),
        (words.say("described.marks"), _joined(told, ("extra",), ", "), False),
        (words.say("described.text"), _joined(told, ("text",), " "), False),
    ]
    rows.append((words.say("described.rest"), ", ".join(told.values()), False))
    return _block(words.say("described.vehicle"), rows)


def _point(case: Case, words: Wording) -> dict[str, Any]:
    rows = []
    if case.latitude and case.longitude:
        point = words.say(
            "described.point_value",
            latitude=clean.line(case.latitude),
            longitude=clean.line(case.longitude),
        )
        rows = [
            (words.say("described.exact"), words.where(case), False),
            (words.say("described.point"), point, False),
        ]
    return _block(words.say("described.place"), rows)


def _plain(told: Mapping[str, Any], words: Wording) -> dict[str, str]:
    return {key: text for key, value in told.items() if (text := _text(value, words))}


def _text(value: Any, words: Wording) -> str:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return ", ".join(text for item in value if (text := _text(item, words)))
    return "" if value is None or isinstance(value, bool) else words.coded("value", str(value))


def _joined(told: dict[str, str], keys: tuple[str, ...], between: str) -> str:
    """These parts of what was told, taken out of it, so that the rest can be shown as rest."""
    return between.join(told.pop(key) for key in keys if key in told)


# --- the timeline -------------------------------------------------------------------------------


def timeline(case: Case, words: Wording) -> dict[str, Any]:
    """What happened in the stretch, in the log's order, each with the log's line number."""
    head = [words.say(f"timeline.{name}") for name in ("hour", "who", "what", "entry")]
    said = {str(one.fields.get("message")): one.n for one in case.lines if _quotes(one)}
    days = {words.local(one.at).date() for one in case.lines}
    rows = [_row(_once(one, case), words, said, dated=len(days) > 1) for one in case.lines]
    return {"title": words.say("timeline.title"), "head": head, "rows": rows}


def _once(one: Line, case: Case) -> Line:
    """A long text that stands above the timeline already is not set twice."""
    text = one.fields.get("text")
    if one.kind == "case.message" and text == case.what and len(str(text)) > HEADLINE:
        return replace(one, fields={**one.fields, "above": True})
    return one


def _quotes(one: Line) -> bool:
    return one.kind in ("case.message", "case.group_message") and bool(one.fields.get("message"))


def _row(one: Line, words: Wording, said: dict[str, int], *, dated: bool) -> list[str]:
    hour = words.weekday_hour(one.at) if dated else words.hour(one.at)
    who = clean.cut(one.who, 40) or words.say("nobody")
    told = sentence(one, words, said)
    if one.told_at is not None and abs(one.told_at - one.at) > _SAME:
        told = f"{told} ({words.say('timeline.told_at', at=words.day_hour(one.told_at))})"
    return [hour, who, told, str(one.n)]


def sentence(one: Line, words: Wording, said: Mapping[str, int]) -> str:
    """One line of the timeline in words."""
    name = one.kind.removeprefix("case.")
    make = _SENTENCES.get(name)
    if make is not None:
        return make(one, words, said)
    if words.has(f"timeline.{name}"):
        return words.say(f"timeline.{name}", **_values(one, words))
    return words.say("timeline.unlisted", kind=clean.line(one.kind))


def _values(one: Line, words: Wording) -> dict[str, str]:
    """The fields as they may stand in a sentence."""
    values = {name: clean.paragraph(value) for name, value in one.fields.items()}
    if "text" not in values or one.fields.get("text") is None:
        values["text"] = words.say("timeline.erased")
    return values


def _opened(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    key = "timeline.opened_recorded" if one.fields.get("urgency") == "cold" else "timeline.opened"
    started = moment(one.fields.get("started_at")) or one.at
    return words.say(key, at=words.hour(started), sent=words.hour(one.at))


def _gate(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    by = str(one.fields.get("by") or "none")
    key = f"timeline.gate_{by}"
    at = words.hour(moment(one.fields.get("at")) or one.at)
    return words.say(key if words.has(key) else "timeline.gate_someone", at=at)


def _message(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    text = _values(one, words)["text"]
    if one.fields.get("early") and one.fields.get("above"):
        return words.say("timeline.above")
    return words.say("timeline.early" if one.fields.get("early") else "timeline.quoted", text=text)


def _group_message(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    return words.say("timeline.group_message", text=_values(one, words)["text"])


def _corrected(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    values = _values(one, words)
    what = clean.told(values.get("what", "")) or words.coded("happened", values.get("kind", ""))
    return words.say("timeline.corrected", what=what, place=values.get("place", ""))


def _edited(one: Line, words: Wording, said: Mapping[str, int]) -> str:
    text = _values(one, words)["text"]
    first = said.get(str(one.fields.get("message")))
    if first is None:
        return words.say("timeline.edited_unknown", text=text)
    return words.say("timeline.edited", text=text, n=first)


def _sighting(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    text = clean.paragraph(one.fields.get("text") or "")
    where, when = (words.coded("value", str(one.fields.get(n) or "")) for n in ("where", "when"))
    parts = [words.say("timeline.quoted", text=text) if text else "", where]
    now = bool(one.fields.get("now"))  # said by the sentence itself
    parts.append("" if now or when in where else when)
    key = "timeline.sighting_now" if now else "timeline.sighting"
    return words.say(key, what=", ".join(part for part in parts if part))


def _reach(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    of = str(one.fields.get("of") or 0)
    sent = clean.line(one.fields.get("sent") or 0)
    return words.say("timeline.reach", sent=sent, of=of, n=1 if of == "1" else 2)


def _media(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    kind, file = words.kind(str(one.fields.get("kind"))), str(one.fields.get("file") or "")
    return words.say("timeline.media", kind=kind, file=file)


def _media_missing(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    reason = clean.cut(one.fields.get("reason") or "", 80) or words.say("unknown")
    kind = words.kind(str(one.fields.get("kind")))
    return words.say("timeline.media_missing", kind=kind, reason=reason)


def _released(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    file = str(one.fields.get("file") or "") or str(one.fields.get("sha256") or "")[:8]
    return words.say("timeline.media_released", file=file)


def _closed(one: Line, words: Wording, _said: Mapping[str, int]) -> str:
    ended = words.ending(str(one.fields.get("outcome") or "unknown"))
    return words.say("timeline.closed", outcome=ended[:1].lower() + ended[1:])


_SENTENCES: Final = {
    "opened": _opened,
    "gate": _gate,
    "message": _message,
    "group_message": _group_message,
    "corrected": _corrected,
    "edited": _edited,
    "sighting": _sighting,
    "reach": _reach,
    "media": _media,
    "media_missing": _media_missing,
    "media_released": _released,
    "closed": _closed,
}
