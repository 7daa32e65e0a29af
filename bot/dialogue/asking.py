"""How a question is put: its text, and the choices as they are offered now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bot.dialogue.draft import Draft
from bot.dialogue.expression import always
from bot.dialogue.script import Choice, Line, Listed, Step
from bot.dialogue.turn import Option, Say

EMERGENCY: Final = "emergency"
_SHOWN: Final = "shown"
_MOST_LISTED: Final = 9


def spoken(line: Line, draft: Draft) -> Say:
    """One text with its values."""
    if not line.values and not line.number:
        return Say(key=line.key, steady=True)
    values = {name: draft.shown(name) for name in line.values}
    if line.number:
        values["n"] = draft.value(line.number) or 0
    return Say(key=line.key, values=values, steady=values.keys() == {EMERGENCY})


def question(step: Step, draft: Draft, *, again: bool = False) -> Iterator[Say]:
    """The notes that hold, then the question with its choices; shorter where it is put `again`."""
    if step.listed is not None:
        draft.keep(_SHOWN, _offered(step.listed, draft))
    for note in step.notes:
        if note.when(draft):
            yield spoken(note, draft)
    short = step.again if again else None
    for line in step.lines if short is None else (short,):
        if line.when(draft):
            said = spoken(line, draft)
            yield said._replace(
                choices=options(step, draft),
                panel=step.panel if short is None else "",
                ask=step.ask,
                steady=said.steady and step.made is not None,
            )
            return


def options(step: Step, draft: Draft) -> tuple[Option, ...]:
    """The choices that hold, numbered: listed ones first."""
    if step.made is None:
        return (*_listed_options(step, draft), *_chosen_options(step, draft))
    emergency = draft.value(EMERGENCY)
    made = step.made.get(emergency)
    if made is None:
        made = step.made[emergency] = tuple(_chosen_options(step, draft))
    return made


def always_alike(choices: tuple[Choice, ...], listed: Listed | None) -> bool:
    """Whether nothing about the choices depends on the moment, the emergency number apart."""
    return listed is None and all(
        choice.when is always and set(choice.values) <= {EMERGENCY} for choice in choices
    )


def _chosen_options(step: Step, draft: Draft) -> Iterator[Option]:
    following = len(listed(step, draft)) + 1
    for choice in step.choices:
        if not choice.when(draft):
            continue
        number = choice.number
        if number is None:
            number, following = following, following + 1
        values = tuple([(name, draft.shown(name)) for name in choice.values])
        yield Option(id=choice.id, number=number, label_key=choice.label, label_values=values)


def _listed_options(step: Step, draft: Draft) -> Iterator[Option]:
    for number, item in enumerate(listed(step, draft), 1):
        assert step.listed is not None
        yield Option(
            id=option_id(step, item),
            number=number,
            label_key=step.listed.label,
            label_values=tuple([(name, item.get(name, "")) for name in step.listed.values]),
        )


def listed(step: Step, draft: Draft) -> list[dict[str, Any]]:
    """The items that were offered as choices when the question was put. What has changed since
    changes no number: `1` is what stood there as 1.
    """
    return [] if step.listed is None else draft.data.get(_SHOWN) or []


def _offered(wanted: Listed, draft: Draft) -> list[dict[str, Any]]:
    names = {wanted.id, *wanted.values}
    found = list(draft.value(wanted.fact) or ())[:_MOST_LISTED]
    return [{name: item[name] for name in names if name in item} for item in found]


def option_id(step: Step, item: dict[str, Any]) -> str:
    """The id of the choice that stands for an item."""
    assert step.listed is not None
    return f"i{item[step.listed.id]}"
