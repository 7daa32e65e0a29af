"""How a question is put: its text, and the choices as they are offered now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from bot.dialogue.draft import Draft
from bot.dialogue.script import Line, Step
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
    found = [
        Option(
            id=option_id(step, item),
            number=number,
            label_key=step.listed.label,
            label_values={name: item.get(name, "") for name in step.listed.values},
        )
        for number, item in enumerate(listed(step, draft), 1)
        if step.listed
    ]
    following = len(found) + 1
    for choice in step.choices:
        if not choice.when(draft):
            continue
        number = choice.number
        if number is None:
            number, following = following, following + 1
        values = {name: draft.shown(name) for name in choice.values}
        found.append(
            Option(id=choice.id, number=number, label_key=choice.label, label_values=values)
        )
    return tuple(found)


def listed(step: Step, draft: Draft) -> list[dict[str, Any]]:
    """The items of a fact that are offered as choices."""
    if step.listed is None:
        return []
    return list(draft.value(step.listed.fact) or ())[:_MOST_LISTED]


def option_id(step: Step, item: dict[str, Any]) -> str:
    """The id of the choice that stands for an item."""
    assert step.listed is not None
    return f"i{item[step.listed.id]}"
