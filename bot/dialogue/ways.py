"""Which ways lead through a script: steps nobody reaches, forks that only meet forks."""

from __future__ import annotations

from collections.abc import Iterator

from bot.dialogue.script import Action, Script, Step
from bot.dialogue.source import Problems, Table


def check_ways(script: Script, table: Table, problems: Problems) -> None:
    """Note every unreachable step and every circle of forks."""
    reached = _reached(script)
    for name in script.steps.keys() - reached:
        problems.add((table.file, table.lines[name]), f"no answer leads to the step '{name}'")
    for name, step in script.steps.items():
        if step.route is not None and _circles(script, name):
            problems.add((table.file, table.lines[name]), f"the fork '{name}' leads back to itself")


def _reached(script: Script) -> set[str]:
    reached: set[str] = set()
    waiting = [*goals(script.start), *(g for one in script.words.values() for g in goals(one))]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        waiting += (goal for action in _actions(script.steps[name]) for goal in goals(action))
    return reached


def _circles(script: Script, name: str) -> bool:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        step = script.steps[waiting.pop()]
        for goal in goals(step.route) if step.route else ():
            if goal == name:
                return True
            if goal not in seen:
                seen.add(goal)
                waiting.append(goal)
    return False


def goals(action: Action) -> Iterator[str]:
    """The steps that an action may lead to."""
    if isinstance(action.target, str):
        yield action.target
    for branch in action.branches:
        yield from goals(branch)


def _actions(step: Step) -> Iterator[Action]:
    if step.route:
        yield step.route
    if step.media:
        yield step.media
    yield from (choice.action for choice in step.choices)
    yield from (alarm.action for alarm in step.alarms.values())
    yield from (one.action for one in (step.listed, step.text, step.location) if one)
