"""Reading the adapters' sections against what each adapter itself declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from bot.errors import ConfigurationError
from bot.messaging import registry
from bot.messaging.adapter import Setting
from bot.settings import values as v
from bot.settings.model import AdapterSettings, Later
from bot.settings.table import Item, Table, elements, nearest, scalar, table_of

# Promised keys of adapters that this version does not have: kept, and said so by `check`.
COMING: Final[Mapping[str, frozenset[str]]] = {
    "matrix": frozenset({"homeserver", "user", "password", "password_file"}),
    "whatsapp": frozenset(
        {
            "api_url",
            "phone_number_id",
            "token",
            "token_file",
            "app_secret",
            "app_secret_file",
            "verify_token",
            "verify_token_file",
            "business_account_id",
            "api_version",
        }
    ),
}

# What an adapter of this name may be set; None where none is installed.
Declared = Callable[[str], Mapping[str, Setting] | None]


def declared(name: str) -> Mapping[str, Setting] | None:
    """What the installed adapter declares. Imports it, so only for adapters in use."""
    return registry.load(name).settings if name in registry.known() else None


def read_adapters(
    top: Table, declared: Declared, later: list[Later]
) -> tuple[dict[str, AdapterSettings], frozenset[str]]:
    """The sections, and all messengers that are named, whose addresses may be used."""
    table = top.table("adapters")
    found: dict[str, AdapterSettings] = {}
    if table is None:
        return found, frozenset()
    for name in table.names():
        item = table.take(name) or table.bare(name)
        settings = _declared(item, name, declared)
        if settings is not None:
            values = _section(item, settings)
            found[name] = AdapterSettings(name=name, values=values)
        elif name in COMING:
            _coming(item, COMING[name])
            later.append(Later(line=item.line, key=item.path))
    return found, frozenset(table.names())


def _declared(item: Item, name: str, declared: Declared) -> Mapping[str, Setting] | None:
    try:
        settings = declared(name)
    except ConfigurationError as error:
        item.report(error.message)
        return None
    except ImportError as error:
        item.report(f"the adapter can't be loaded: {error.name or 'a library'} is not installed")
        return None
    if settings is None and name not in COMING:
        known = {*registry.known(), *COMING}
        item.report(f"no such adapter is installed; {nearest(name, known)}")
    return settings


def _coming(item: Item, keys: frozenset[str]) -> None:
    table = table_of(item)
    if table is not None:
        for key in keys:
            table.take(key)
        table.done()


def _section(item: Item, settings: Mapping[str, Setting]) -> dict[str, Any]:
    table = table_of(item)
    if table is None:
        return {}
    found = {key: _value(table, key, setting) for key, setting in settings.items()}
    table.done()
    return found


def _value(table: Table, key: str, setting: Setting) -> Any:
    if setting.secret:
        given = table.secret(key, required=setting.required)
        return setting.default if given is None else given
    read = _reader(setting)
    if setting.required:
        return table.need(key, read, setting.default, example=setting.help or f"{key}: …")
    return table.get(key, read, setting.default)


def _reader(setting: Setting) -> Callable[[Item], Any]:
    if setting.choices:
        return v.one_of(setting.choices)
    if setting.kind is bool:
        return v.flag
    if setting.kind is int:
        return v.whole(-(10**15), 10**15)
    if setting.kind is float:
        return v.number
    if setting.kind is Path:
        return v.path
    if setting.kind in (list, tuple):
        return lambda item: elements(item, v.text)
    return _address_or_text


def _address_or_text(item: Item) -> str:
    """Text; a key that ends in `url` must hold a web address."""
    if item.path.endswith("url"):
        return v.web(item)
    return v.text(item) if scalar(item).strip() else ""
