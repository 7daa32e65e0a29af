"""From a file to `Settings`: every section read once, all problems told together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import yaml

from bot.messaging.address import Address
from bot.settings import values as v
from bot.settings.adapters import Declared, declared, read_adapters
from bot.settings.document import Document, SettingsError, Wrong
from bot.settings.model import (
    HttpSettings,
    Later,
    MailSettings,
    NeighbourhoodSettings,
    PreventionSettings,
    Security,
    Settings,
    SmtpSettings,
)
from bot.settings.place import LANGUAGES, neighbours_known, read_place, unused, without_words
from bot.settings.table import Item, Table, nearest, scalar

SPOKEN: Final = ("nl", "en")  # languages whose texts this version has
_SECURITIES: Final[tuple[Security, ...]] = ("none", "starttls", "tls")
_PORTS: Final = {"none": 25, "starttls": 587, "tls": 465}
_SILENT: Final = "its texts come later; Dutch is used until then"


def load(file: Path, environ: Mapping[str, str], adapters: Declared = declared) -> Settings:
    """Read and check a configuration; raises SettingsError with every problem in it.

    `environ` fills in `${NAME}`. `adapters` tells what an adapter may be set; the default asks
    the installed ones, and imports only those that the file configures.
    """
    document = Document(file, environ)
    node = document.root()
    if node is not None and not isinstance(node, yaml.MappingNode):
        document.report(1, "", "must be a table of keys, such as data_dir: ../var")
    settings = None
    if isinstance(node, yaml.MappingNode):
        settings = _Reader(document, Table(document, node), adapters).settings()
    if document.problems or settings is None:
        raise SettingsError(file, document.problems, settings)
    return settings


class _Reader:
    """Walks through the file's sections."""

    def __init__(self, document: Document, top: Table, adapters: Declared) -> None:
        self._document = document
        self._top = top
        self._adapters = adapters
        self._later: list[Later] = []
        self._lines: dict[tuple[str, str], int] = {}

    def settings(self) -> Settings:
        top = self._top
        adapters, messengers = read_adapters(top, self._adapters, self._later)
        places = self._places()
        self._known(messengers, places)
        settings = Settings(
            file=self._document.file,
            data_dir=top.need("data_dir", v.path, Path(), example="../var"),
            database=top.get("database", self._database, "sqlite"),
            timezone=top.get("timezone", v.zone, ZoneInfo("Europe/Brussels")),
            language=self._language(),
            own_words=top.get("own_words", v.folder, None),
            http=self._http(),
            adapters=adapters,
            mail=self._mail(wanted=any(p.police.mailboxes for p in places.values())),
            prevention=self._prevention(),
            neighbourhoods=places,
        )
        self._put_off("timestamp", ("url", "ca_file", "qualified"), top)
        top.done()
        return replace(settings, later=tuple(sorted(self._later, key=lambda one: one.line)))

    def _database(self, item: Item) -> str:
        value = scalar(item).strip()
        if value == "sqlite":
            return value
        if value.startswith(("postgresql:", "postgres:")):
            raise Wrong("PostgreSQL comes later; write sqlite")
        raise Wrong("must be sqlite")

    def _language(self) -> str:
        language = self._top.get("language", v.one_of(LANGUAGES), "nl")
        if language in SPOKEN:
            return language
        item = self._top.take("language")
        self._later.append(Later(line=item.line if item else 0, key="language", note=_SILENT))
        return "nl"

    def _http(self) -> HttpSettings:
        table = self._top.table("http")
        if table is None:
            return HttpSettings()
        host, port = table.get("listen", v.listen, ("127.0.0.1", 8080))
        found = HttpSettings(
            host=host,
            port=port,
            public_url=table.get("public_url", v.origin, None),
            metrics=table.get("metrics", v.one_of(("loopback", "any")), "loopback"),
            proxies=table.many("proxies", v.network),
        )
        table.done()
        return found

    def _put_off(self, name: str, keys: tuple[str, ...], table: Table) -> None:
        """Accept a section of a later part: known keys, nothing done with them."""
        section = table.table(name)
        if section is None:
            return
        for key in keys:
            section.take(key)
        section.done()
        self._later.append(Later(line=section.line, key=section.path))

    def _mail(self, *, wanted: bool) -> MailSettings | None:
        table = self._top.table("mail")
        if table is None:
            if wanted:
                text = "is missing, and a police mailbox is set; see saarbot.example.yaml"
                self._document.report(self._top.line, "mail", text)
            return None
        found = MailSettings(
            sender=table.need("from", v.email, "", example="saarbot@example.org"),
            smtp=self._smtp(table),
            max_message_bytes=table.get("max_message_bytes", v.whole(100_000, 10**9), 10_000_000),
        )
        self._put_off("smime", ("sign_certificate", "sign_key_file"), table)
        account = ("host", "port", "security", "username", "password", "password_file")
        self._put_off("imap", account, table)
        self._put_off("dkim", ("domain", "selector", "key_file"), table)
        table.done()
        return found

    def _smtp(self, mail: Table) -> SmtpSettings:
        table = mail.table("smtp")
        if table is None:
            text = "is missing; for example {host: smtp.example.org}"
            self._document.report(mail.line, mail.key("smtp"), text)
            return SmtpSettings(host="", port=0)
        security: Security = table.get("security", v.one_of(_SECURITIES), "starttls")
        found = SmtpSettings(
            host=table.need("host", v.host, "", example="smtp.example.org"),
            port=table.get("port", v.whole(1, 65535), _PORTS[security]),
            security=security,
            username=table.get("username", v.text, None),
            password=table.secret("password"),
            ca_file=table.get("ca_file", v.file, None),
        )
        _login(table, found)
        table.done()
        return found

    def _prevention(self) -> PreventionSettings | None:
        table = self._top.table("prevention")
        if table is None:
            return None
        found = PreventionSettings(
            name=table.need("name", v.text, "", example="Preventiedienst Stad Bilzen"),
            mail=table.get("mail", v.email, None),
            contacts=table.many("contacts", v.address),
        )
        table.done()
        self._later.append(Later(line=table.line, key=table.path))
        return found

    def _places(self) -> dict[str, NeighbourhoodSettings]:
        table = self._top.table("neighbourhoods")
        if table is None or not table.names():
            text = "is missing; a first one: {munsterbilzen: {name: Munsterbilzen, preset: bilzen}}"
            self._document.report(table.line if table else self._top.line, "neighbourhoods", text)
            return {}
        places: dict[str, NeighbourhoodSettings] = {}
        for id_ in table.names():
            item = table.take(id_) or table.bare(id_)
            place = read_place(item, id_, self._lines)
            if place is not None:
                places[id_] = without_words(place, SPOKEN)
                self._note_later(item, place)
        self._apart(places)
        return places

    def _note_later(self, item: Item, place: NeighbourhoodSettings) -> None:
        """Keys that are kept but change nothing yet, where the file itself sets them."""
        for key, note in unused(place):
            line = self._lines[place.id, key.partition(".")[0]]
            self._later.append(Later(line=line, key=f"{item.path}.{key}", note=note))
        if place.police.language not in SPOKEN:
            line = self._lines[place.id, "police"]
            key = f"{item.path}.police.language"
            self._later.append(Later(line=line, key=key, note=_SILENT))

    def _apart(self, places: Mapping[str, NeighbourhoodSettings]) -> None:
        """What may belong to one neighbourhood only: an invitation, a native group."""
        owner: dict[object, str] = {}
        for id_, place in places.items():
            shared = [*place.groups, *([place.invite_code.lower()] if place.invite_code else [])]
            for thing in shared:
                first = owner.setdefault(thing, id_)
                if first != id_:
                    key = "groups" if isinstance(thing, Address) else "invite_code"
                    self._wrong(id_, key, f"belongs to neighbourhood {first} already")
        for id_, name in neighbours_known(places):
            text = f"{name!r} is no neighbourhood of this file; {nearest(name, places)}"
            self._wrong(id_, "adjoining", text)

    def _known(
        self, messengers: frozenset[str], places: Mapping[str, NeighbourhoodSettings]
    ) -> None:
        """Every address must be on a messenger that is configured."""
        for id_, place in places.items():
            for key, addresses in (("groups", place.groups), ("coordinators", place.coordinators)):
                for name in sorted({one.messenger for one in addresses} - messengers):
                    hint = nearest(name, messengers) if messengers else "none is configured"
                    self._wrong(id_, key, f"{name} is not under adapters; {hint}")

    def _wrong(self, id_: str, key: str, text: str) -> None:
        line = self._lines[id_, key]
        self._document.report(line, f"neighbourhoods.{id_}.{key}", text)


def _login(table: Table, smtp: SmtpSettings) -> None:
    if (smtp.username is None) != (smtp.password is None):
        text = "username and password belong together: set both, or neither"
        table.document.report(table.line, table.path, text)
    if smtp.password is not None and smtp.security == "none" and not v.is_loopback(smtp.host):
        text = "none would send the password in the clear; write starttls or tls"
        table.document.report(table.line, table.key("security"), text)
