"""Checks requests and payloads against Telegram's published description of its Bot API.

The description is `tests/specs/telegram-bot-api.json`; nothing here knows a method by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import Any

SPEC = Path(__file__).parents[2] / "specs" / "telegram-bot-api.json"

_ARRAY = "Array of "
_INTEGER = re.compile(r"-?\d+")


@cache
def _spec() -> Any:
    return json.loads(SPEC.read_text())


@cache
def _methods() -> dict[str, str]:
    """The Bot API takes method names in any case."""
    return {name.lower(): name for name in _spec()["methods"]}


def method(name: str) -> str | None:
    """The method's name as published, or None."""
    return _methods().get(name.lower())


def request_faults(name: str, fields: Mapping[str, Any], files: AbstractSet[str]) -> list[str]:
    """What the description does not allow in this request; empty if all is well.

    `fields` hold strings as they stand in a form, or JSON values; `files` names uploaded parts.
    """
    known = {field["name"]: field for field in _spec()["methods"][name].get("fields", [])}
    return [*_shape_faults(name, known, {*fields, *(files & known.keys())})] + [
        fault
        for key, value in fields.items()
        if key in known
        for fault in _form_faults(value, known[key]["types"], f"{name}.{key}", files)
    ]


def payload_faults(value: Any, kind: str, where: str = "") -> list[str]:
    """What the description does not allow in a payload that claims to be a `kind`."""
    where = where or kind
    if kind.startswith(_ARRAY):
        return _array_faults(value, kind.removeprefix(_ARRAY), where)
    if kind in _PLAIN:
        return [] if _PLAIN[kind](value) else [f"{where}: {value!r} is no {kind}"]
    return _object_faults(value, kind, where)


def _shape_faults(name: str, known: Mapping[str, Any], given: AbstractSet[str]) -> Iterator[str]:
    for key in sorted(given - known.keys()):
        yield f"{name} has no field {key}"
    for key, field in known.items():
        if field["required"] and key not in given:
            yield f"{name} needs the field {key}"


def _form_faults(value: Any, kinds: list[str], where: str, files: AbstractSet[str]) -> list[str]:
    found = [_form_fault(value, kind, where) for kind in kinds]
    faults = [] if any(not each for each in found) else found[0]
    if isinstance(value, str) and "attach://" in value:
        names = re.findall(r"attach://([\w-]+)", value)
        faults += [f"{where}: no file {name} came along" for name in names if name not in files]
    return faults


def _form_fault(value: Any, kind: str, where: str) -> list[str]:
    if not isinstance(value, str) or kind == "String":
        return payload_faults(value, kind, where)
    if kind == "InputFile":
        return [f"{where}: a file comes as an upload, not as text"]
    if kind == "Integer" and not _INTEGER.fullmatch(value):
        return [f"{where}: {value!r} is no Integer"]
    try:
        return payload_faults(json.loads(value), kind, where)
    except ValueError:
        return [f"{where}: not JSON"]


def _array_faults(value: Any, kind: str, where: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where}: not a list"]
    return [
        fault
        for n, each in enumerate(value)
        for fault in payload_faults(each, kind, f"{where}[{n}]")
    ]


def _object_faults(value: Any, kind: str, where: str) -> list[str]:
    described = _spec()["types"][kind]
    if "subtypes" in described:
        return _fewest(value, described["subtypes"], where)
    if not isinstance(value, dict):
        return [f"{where}: not a {kind}"]
    known = {field["name"]: field for field in described.get("fields", [])}
    faults = [*_shape_faults(where, known, value.keys())]
    for key, each in value.items():
        if key in known:
            faults += _fewest(each, known[key]["types"], f"{where}.{key}")
    return faults


def _fewest(value: Any, kinds: list[str], where: str) -> list[str]:
    """The complaints by the kind that fits best."""
    return min((payload_faults(value, kind, where) for kind in kinds), key=len)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Integer": _is_whole,
    "Float": lambda value: _is_whole(value) or isinstance(value, float),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "InputFile": lambda value: isinstance(value, str),
}
