"""The keys that a preset sets and a neighbourhood may override, one reader for both.

A key's value is the file's, else the preset's, else the default in code, which is the safe one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

import yaml

import config
from bot.settings import values as v
from bot.settings.document import Document, SettingsError, Wrong
from bot.settings.model import Limits, QuietHours, Retention
from bot.settings.table import Item, Table, attempt, scalar, table_of

SET: Final = "set"
DEFAULT: Final = "default"


def _retention(item: Item) -> dict[str, Any]:
    return _partly(item, {part.name: v.lasting for part in fields(Retention)})


def _limits(item: Item) -> dict[str, Any]:
    read = v.whole(1, 10**12)
    return _partly(item, {part.name: read for part in fields(Limits)})


def _partly(item: Item, readers: Mapping[str, Callable[[Item], Any]]) -> dict[str, Any]:
    table = table_of(item)
    if table is None:
        return {}
    found = {name: table.get(name, read, None) for name, read in readers.items()}
    table.done()
    return {name: value for name, value in found.items() if value is not None}


def _quiet_hours(item: Item) -> QuietHours | None:
    if isinstance(item.node, yaml.ScalarNode) and scalar(item).strip().lower() in ("none", "no"):
        return None
    begin, _, end = scalar(item).partition("-")
    try:
        return QuietHours(begin=v.moment(begin), end=v.moment(end))
    except ValueError:
        raise Wrong(f'must be two times as "22:00-07:00", not {item.written}') from None


READERS: Final[Mapping[str, Callable[[Item], Any]]] = {
    "emergency": v.short_number,
    "police_phone": v.phone,
    "r": v.one_of(("registreer", "reageer", "beide")),
    "gate_101": v.one_of(("strict", "advisory")),
    "unsure": v.one_of(("strict", "ask_group")),
    "media_to_group": v.one_of(("never", "always")),
    "plate_to_group": v.one_of(("none", "partial", "full")),
    "min_age": v.whole(12, 99),
    "skin_colour": v.flag,
    "retention": _retention,
    "limits": _limits,
    "quiet_hours": _quiet_hours,
}


def read_rules(table: Table) -> dict[str, Any]:
    """The preset's keys that stand in this table; tables in it hold what is set of them."""
    found: dict[str, Any] = {}
    for name, read in READERS.items():
        item = table.take(name)
        if item is not None:
            problems = len(table.document.problems)
            value = attempt(item, read, None)
            if len(table.document.problems) == problems:
                found[name] = value
    return found


def read_preset(name: str) -> dict[str, Any]:
    """What a shipped preset sets; raises SettingsError if its file is wrong."""
    document = Document(config.PRESETS / f"{name}.yaml")
    node = document.root()
    found: dict[str, Any] = {}
    if isinstance(node, yaml.MappingNode):
        top = Table(document, node)
        for told in ("title", "sources"):
            top.take(told)
        rules = top.table("rules")
        if rules is not None:
            found = read_rules(rules)
            rules.done()
        top.done()
    if document.problems:
        raise SettingsError(document.file, document.problems)
    return found


def resolve(
    written: Mapping[str, Any], preset: str | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Every value that isn't the default's, and for each key whence its value came."""
    below = read_preset(preset) if preset else {}
    origin = {
        name: SET if name in written else f"preset {preset}" if name in below else DEFAULT
        for name in READERS
    }
    merged = {**below, **written}
    for name, kind in (("retention", Retention), ("limits", Limits)):
        merged[name] = kind(**{**below.get(name, {}), **written.get(name, {})})
    return merged, origin
