"""Where it happens, read out of what people type; and house numbers taken out again.

The words themselves are never lost: `Place.text` is all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.dialogue import houses, streets
from bot.dialogue.houses import House
from bot.dialogue.letters import flat
from bot.dialogue.streets import Street

_CLOSE = 2  # characters between what may be no street and a number that makes it one


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`text` as typed; `street` and `number` where they were recognised, else ''."""

    text: str
    street: str = ""
    number: str = ""

    def as_data(self) -> dict[str, Any]:
        """The place as a draft keeps it."""
        return {"text": self.text, "street": self.street, "number": self.number}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A street within a text: from `first` to `end` with its house number."""

    street: str
    number: str
    first: int
    end: int


def read_place(text: str, known: Sequence[str] = ()) -> Place:
    """The place in `text`; all its words stay."""
    words = text.strip()
    found = find_street(words, known)
    if found is None:
        return Place(text=words)
    return Place(text=words, street=found.street, number=found.number)


def find_street(text: str, known: Sequence[str] = ()) -> Found | None:
    """The first street in the text: one of the list before any other."""
    compared = flat(text)
    first = next(streets.listed(compared, known), None)
    if first is None:
        others = (street for street in streets.named(text, compared) if street.sure)
        first = min(others, key=_order, default=None)
    return None if first is None else _found(text, compared, first)


def streets_in(text: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of all streets in the text, each once: those of the list, or else others."""
    compared = flat(text)
    found = list(streets.listed(compared, known)) or sorted(
        (street for street in streets.named(text, compared) if street.sure), key=_order
    )
    return tuple(dict.fromkeys(street.name for street in found))


def house_numbers(text: str, compared: str, known: Sequence[str] = ()) -> Iterator[House]:
    """All house numbers in the text; `compared` is the text as `letters.flat` makes it."""
    found = (*streets.listed(compared, known), *streets.named(text, compared))
    behind = [
        house
        for street in found
        if (house := houses.behind(compared, street.end))
        and (_wide(street) or house.at - street.end <= _CLOSE)
    ]
    yield from behind
    taken = {house.at for house in behind}
    for street in found:
        house = houses.before(compared, street.start) if _wide(street) else None
        if house is not None and house.at not in taken:
            yield house
    yield from houses.apart(compared)


def follows_street(text: str, at: int, known: Sequence[str] = ()) -> bool:
    """Whether a street ends right before this point of the text."""
    before = text[max(0, at - 80) : at]
    compared = flat(before)
    found = (*streets.listed(f"{compared}1", known), *streets.named(before, compared))
    return any(len(before) - street.end <= _CLOSE for street in found)


def without_numbers(text: str) -> str:
    """The words of a place that names no known street, without any number but times and the like."""
    left: list[str] = []
    at = 0
    for house in houses.bare(flat(text)):
        left.append(text[at : house.start])
        at = house.end
    return "".join([*left, text[at:]]).strip(" ,")


def _wide(street: Street) -> bool:
    """Whether a number near it is a house number: "fietspad" needs it right behind it."""
    return street.sure or " " in street.name


def _order(street: Street) -> tuple[int, int]:
    """Earlier first, and of two that begin together the longer one."""
    return street.start, -street.end


def _found(text: str, compared: str, street: Street) -> Found:
    first, end = street.start, street.end
    house = houses.behind(compared, end)
    if house is not None:
        end = house.end
    else:
        house = houses.before(compared, first)
        first = first if house is None else house.at
    number = "" if house is None else text[house.at : house.till].strip()
    return Found(street=street.name, number=number, first=first, end=end)
