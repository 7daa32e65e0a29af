"""Reading one neighbourhood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import yaml

import config
from bot.settings import values as v
from bot.settings.document import Wrong
from bot.settings.model import Mailbox, NeighbourhoodSettings, PoliceSettings
from bot.settings.rules import SET, read_rules, resolve
from bot.settings.table import Item, Table, elements, scalar, table_of

LANGUAGES: Final = ("nl", "fr", "de", "en")
_OWN_KEYS: Final = (
    "name",
    "invite_code",
    "groups",
    "coordinators",
    "relay",
    "police",
    "area",
    "streets",
    "adjoining",
    "privacy_url",
    "controller",
)


def read_place(
    item: Item, id_: str, lines: dict[tuple[str, str], int]
) -> NeighbourhoodSettings | None:
    """One neighbourhood; None where it is no table at all.

    `lines` is told where each key stands, for what can only be judged once all are read.
    """
    table = table_of(item)
    if table is None:
        return None
    lines |= {(id_, name): table.line_of(name) for name in table.names()}
    if not v.id_is_good(id_):
        item.report("a neighbourhood's id must be lower-case letters, digits and hyphens")
    if id_ == "operator":
        item.report("is the operator's own log; choose another id")
    preset = table.get("preset", v.one_of(config.presets()), None)
    rules, origin = resolve(read_rules(table), preset)
    origin |= {name: SET if name in table else "default" for name in _OWN_KEYS}
    place = NeighbourhoodSettings(
        id=id_,
        name=table.need("name", v.text, id_, example="Munsterbilzen"),
        preset=preset,
        invite_code=table.get("invite_code", v.invite, None),
        groups=_unique(table, "groups"),
        coordinators=_unique(table, "coordinators"),
        relay=table.get("relay", v.one_of(("alerts", "open_alert", "always")), "open_alert"),
        police=_police(table),
        area=table.get("area", v.text, ""),
        streets=_streets(table),
        adjoining=table.many("adjoining", v.identifier),
        privacy_url=table.get("privacy_url", v.web, ""),
        controller=table.get("controller", v.text, ""),
        origin=origin,
        **rules,
    )
    table.done()
    return place


def _unique(table: Table, name: str) -> tuple[Any, ...]:
    seen: set[Any] = set()

    def read(item: Item) -> Any:
        found = v.address(item)
        if found in seen:
            raise Wrong("stands twice in this list")
        seen.add(found)
        return found

    return table.many(name, read)


def _streets(table: Table) -> tuple[str, ...]:
    """Street names: a list, or the path of a text file with one a line."""
    item = table.take("streets")
    if item is None:
        return ()
    if isinstance(item.node, yaml.SequenceNode):
        return elements(item, v.text)
    try:
        lines = v.file(item).read_text("utf-8").splitlines()
    except Wrong as error:
        item.report(f"must be a list of streets or a file with one a line: {error}")
    except (OSError, UnicodeDecodeError):
        item.report(f"the file {scalar(item)} can't be read as UTF-8 text")
    else:
        return tuple(line.strip() for line in lines if line.strip() and line[0] != "#")
    return ()


def _police(place: Table) -> PoliceSettings:
    table = place.table("police")
    if table is None:
        return PoliceSettings()
    found = PoliceSettings(
        mailboxes=_mailboxes(table),
        at=table.get("at", v.clock_time, PoliceSettings().at),
        on_close=table.get("on_close", v.flag, default=True),
        empty=table.get("empty", v.one_of(("always", "weekly", "never")), "weekly"),
        language=table.get("language", v.one_of(LANGUAGES), "nl"),
        names=table.get("names", v.one_of(("smime", "tls", "never")), "smime"),
        reply_from=table.many("reply_from", v.email),
    )
    table.done()
    return found


def _mailboxes(police: Table) -> tuple[Mailbox, ...]:
    item = police.take("mailbox")
    if item is None:
        text = "is missing; for example [wijk@politie.example]"
        police.document.report(police.line, police.key("mailbox"), text)
        return ()
    seen: set[str] = set()

    def read(part: Item) -> Mailbox:
        found = _mailbox(part)
        if found.address.lower() in seen:
            raise Wrong("stands twice in this list")
        seen.add(found.address.lower())
        return found

    return elements(item, read)


def _mailbox(item: Item) -> Mailbox:
    if not isinstance(item.node, yaml.MappingNode):
        return Mailbox(address=v.email(item))
    table = Table(item.document, item.node, item.path)
    found = Mailbox(
        address=table.need("address", v.email, "", example="wijk@politie.example"),
        certificate=table.get("certificate", v.path, None),
        max_message_bytes=table.get("max_message_bytes", v.whole(100_000, 10**9), None),
    )
    table.done()
    return found


_NOT_YET: Final = "comes later, not used yet"
_UNUSED: Final = ("r", "retention", "limits", "quiet_hours", "adjoining", "controller")


def unused(place: NeighbourhoodSettings) -> Iterator[tuple[str, str]]:
    """Keys whose value changes nothing in this version, and what happens instead.

    A value that says what happens anyway (`media_to_group: never`) needs no word.
    """
    for key in _UNUSED:
        if place.is_set(key):
            yield key, _NOT_YET
    if place.media_to_group == "always":
        yield "media_to_group", "comes later; until then a coordinator releases each picture"
    if place.skin_colour:
        yield "skin_colour", "comes later; until then it isn't asked"
    if place.relay == "always":
        yield "relay", "always comes later; until then as open_alert"
    if any(box.certificate for box in place.police.mailboxes):
        yield "police.mailbox", "certificates come later; mail goes unencrypted until then"
    if place.police.names == "tls":
        yield "police.names", "comes later; until then names are never sent"
    if place.police.reply_from:
        yield "police.reply_from", _NOT_YET


def neighbours_known(
    places: Mapping[str, NeighbourhoodSettings],
) -> Iterator[tuple[str, str]]:
    """Adjoining groups that aren't in the file: (neighbourhood, the name it gives)."""
    for place in places.values():
        for name in place.adjoining:
            if name not in places:
                yield place.id, name


def without_words(place: NeighbourhoodSettings, spoken: tuple[str, ...]) -> NeighbourhoodSettings:
    """The neighbourhood with a report language that this version can write."""
    if place.police.language in spoken:
        return place
    return replace(place, police=replace(place.police, language="nl"))
