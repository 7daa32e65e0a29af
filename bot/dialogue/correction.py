"""What follows from an edit: what was taken from the old words is taken from the new ones.

Both are read by the reader of one-line reports. Where the new words name no place any more the
old one stays: an alert needs one, and its reporter sees it before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.kinds import LONGEST_NAME, cut, read_quick, told_time
from bot.dialogue.lexicon import Lexicon
from bot.dialogue.place import read_place


def corrected(
    told: Mapping[str, Any], old: str, new: str, streets: Sequence[str], lexicon: Lexicon
) -> dict[str, Any]:
    """What of `what`, `kind` and `place` changes when the message `old` becomes `new`."""
    old, new = cut(old.strip()), cut(new.strip())
    before, after = read_quick(old, streets, lexicon), read_quick(new, streets, lexicon)
    changed: dict[str, Any] = {}
    place: Mapping[str, Any] = told.get("place") or {}
    spot: Mapping[str, Any] = before.get("place") or {}
    told_with = bool(spot) and place.get("text") == spot["text"] != old
    if told_with and after.get("place"):
        changed["place"] = {**place, **after["place"]}
    elif place.get("text") == old and any(char.isalpha() for char in new):
        changed["place"] = _moved(place, new, streets)
    if after:
        short = told_with and "place" in after
        fresh = str(after["what"] if short else new)
        changed |= _retold(told, [old, str(before.get("what") or "")], fresh, lexicon)
    return {name: value for name, value in changed.items() if value != told.get(name)}


def _moved(place: Mapping[str, Any], new: str, streets: Sequence[str]) -> dict[str, Any]:
    """The place that somebody typed; for a point that was shared, the street by its name."""
    named = read_place(new, streets).as_data()
    if place.get("latitude") is not None:
        named["street"] = named["street"] or " ".join(new.split())[:LONGEST_NAME]
    return {**place, **named}


def _retold(
    told: Mapping[str, Any], olds: Sequence[str], fresh: str, lexicon: Lexicon
) -> dict[str, Any]:
    """What happens: the same paragraphs, this one in its new words."""
    for old in olds:
        what = retold(str(told.get("what") or ""), old, fresh)
        if what is not None:
            same = (told.get("kind") or "") == lexicon.kind(old)
            return {"what": what, **({"kind": lexicon.kind(fresh)} if same else {})}
    return {}


def retold(story: str, old: str, new: str) -> str | None:
    """A story of several messages, with one of them in its new words; None where it isn't in it."""
    if not old or f"\n{old}\n" not in f"\n{story}\n":
        return None
    return f"\n{story}\n".replace(f"\n{old}\n", f"\n{new}\n", 1)[1:-1]


def without(story: str, told: str) -> str:
    """What happens, without the message that became something else."""
    old = cut(told.strip())
    return "\n".join(part for part in story.split("\n") if part != old)


def corrected_sighting(
    told: Mapping[str, Any], old: str, new: str, streets: Sequence[str], lexicon: Lexicon
) -> dict[str, Any]:
    """What of `where` and `when` changes when the message `old` becomes `new`."""
    old, new = cut(old.strip()), cut(new.strip())
    changed: dict[str, Any] = {}
    where = told.get("where") or {}
    if where.get("text") == old and any(char.isalpha() for char in new):
        changed["where"] = {**where, **read_place(new, streets).as_data()}
        changed["when"] = told_time(new, lexicon) or told.get("when")
    elif told.get("when") == " ".join(old.split()):
        changed["when"] = " ".join(new.split())
    return {name: value for name, value in changed.items() if value != told.get(name)}


def replaced(told: Any, old: str, new: str) -> Any:
    """The same data with `new` wherever exactly `old` was typed."""
    if isinstance(told, str):
        return cut(new.strip()) if told == cut(old.strip()) else told
    if isinstance(told, Mapping):
        return {key: replaced(value, old, new) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [replaced(value, old, new) for value in told]
    return told
