"""How a question is put: its text, and the choices as they are offered now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from bot.dialogue.draft import Draft
from bot.dialogue.expression import always
from bot.dialogue.script import Choice, Line, Listed, Step
from bot.dialogue.turn import Option, Say

_MOST_LISTED: Final = 9


def spoken(line: Line, draft: Draft) -> Say:
    """One text with its values."""
    values = {name: draft.shown(name) for name in line.values}
    if line.number:
        values["n"] = draft.value(line.number) or 0
    return Say(key=line.key, values=values)


def question(step: Step, draft: Draft) -> Iterator[Say]:
    """The notes that hold, then the question with its choices."""
    for note in step.notes:
        if note.when(draft):
            yield spoken(note, draft)
    for line in step.lines:
        if line.when(draft):
            said = spoken(line, draft)
            yield Say(
                key=said.key,
                values=said.values,
                choices=options(step, draft),
                panel=step.panel,
                ask=step.ask,
            )
            return


def options(step: Step, draft: Draft) -> tuple[Option, ...]:
    """The choices that hold, numbered: listed ones first."""
    if step.fixed is not None:
        return step.fixed
    return (*_listed_options(step, draft), *_chosen_options(step, draft))


def fixed(choices: tuple[Choice, ...], listed: Listed | None) -> tuple[Option, ...] | None:
    """The choices, where nothing about them depends on the moment."""
    if listed or any(choice.values or choice.when is not always for choice in choices):
        return None
    return tuple(_numbered(choices, 1))


def _numbered(choices: Iterable[Choice], following: int) -> Iterator[Option]:
    for choice in choices:
        number = choice.number
        if number is None:
            number, following = following, following + 1
        yield Option(id=choice.id, number=number, label_key=choice.label)


def _chosen_options(step: Step, draft: Draft) -> Iterator[Option]:
    here = [choice for choice in step.choices if choice.when(draft)]
    for choice, option in zip(here, _numbered(here, len(listed(step, draft)) + 1), strict=True):
        values = {name: draft.shown(name) for name in choice.values}
        yield replace(option, label_values=values) if values else option


def _listed_options(step: Step, draft: Draft) -> Iterator[Option]:
    for number, item in enumerate(listed(step, draft), 1):
        assert step.listed is not None
        yield Option(
            id=option_id(step, item),
            number=number,
            label_key=step.listed.label,
            label_values={name: item.get(name, "") for name in step.listed.values},
        )


def listed(step: Step, draft: Draft) -> list[dict[str, Any]]:
    """The items of a fact that are offered as choices."""
    if step.listed is None:
        return []
    return list(draft.value(step.listed.fact) or ())[:_MOST_LISTED]


def option_id(step: Step, item: dict[str, Any]) -> str:
    """The id of the choice that stands for an item."""
    assert step.listed is not None
    return f"i{item[step.listed.id]}"
