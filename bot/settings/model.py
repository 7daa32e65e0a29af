"""What the configuration says, checked: frozen values that the rooms are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import config
from bot.messaging.address import Address
from bot.settings.secret import Secret

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Where the bot listens. `public_url` has no slash at its end; port 0 takes a free one.

    `proxies` are networks whose servers are believed for whom they speak, beside this machine's own.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    metrics: Literal["loopback", "any"] = "loopback"
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterSettings:
    """One adapter's section, checked against its factory; secrets are `Secret` here."""

    name: str
    values: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """The values as the adapter itself gets them, secrets revealed."""
        return {
            key: value.reveal() if isinstance(value, Secret) else value
            for key, value in self.values.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """The server that takes the mail. `ca_file` is a private authority's certificate."""

    host: str
    port: int
    security: Security = "starttls"
    username: str | None = None
    password: Secret | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Who sends the police mail, how, and how large one message may be, encoded."""

    sender: str
    smtp: SmtpSettings
    max_message_bytes: int = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventionSettings:
    """The city's prevention service."""

    name: str
    mail: str | None = None
    contacts: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One police mailbox. The limit is the zone's; None means the mail section's."""

    address: str
    certificate: Path | None = None
    max_message_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceSettings:
    """When and how a neighbourhood's log goes to the police. `at` is local time."""

    mailboxes: tuple[Mailbox, ...] = ()
    at: time = time(6, 30)
    on_close: bool = True
    empty: Literal["always", "weekly", "never"] = "weekly"
    language: str = "nl"
    names: Literal["smime", "tls", "never"] = "smime"
    reply_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long each kind of data stays. Media and text count from delivery, not before."""

    drafts: timedelta = timedelta(hours=24)
    rejected: timedelta = timedelta(days=30)
    media: timedelta = timedelta(days=30)
    text: timedelta = timedelta(days=90)
    members: timedelta = timedelta(days=30)
    bans: timedelta = timedelta(days=730)
    ledger: timedelta = timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one member, and the group's relay, may do. They never hold back the 101 question."""

    reports_per_hour: int = 3
    reports_per_day: int = 8
    updates_per_hour: int = 20
    media_per_report: int = 10
    media_bytes_per_day: int = 100_000_000
    cards_per_hour: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local hours in which campaigns and reminders wait; they may span midnight."""

    begin: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourhoodSettings:
    """One neighbourhood: what the file sets, over its preset, over the safe default.

    `origin` says for each key of the preset whence its value came: "set" (in the file: wins
    over what was changed in chat), "preset NAME" or "default".
    """

    id: str
    name: str
    preset: str | None = None
    invite_code: str | None = None
    groups: tuple[Address, ...] = ()
    coordinators: tuple[Address, ...] = ()
    relay: Literal["alerts", "open_alert", "always"] = "open_alert"
    police: PoliceSettings = field(default_factory=PoliceSettings)
    area: str = ""
    streets: tuple[str, ...] = ()
    adjoining: tuple[str, ...] = ()
    privacy_url: str = ""
    controller: str = ""
    emergency: str = "101"
    police_phone: str = ""
    r: Literal["registreer", "reageer", "beide"] = "beide"
    gate_101: Literal["strict", "advisory"] = "strict"
    unsure: Literal["strict", "ask_group"] = "strict"
    media_to_group: Literal["never", "always"] = "never"
    plate_to_group: Literal["none", "partial", "full"] = "partial"
    min_age: int = 18
    skin_colour: bool = False
    retention: Retention = field(default_factory=Retention)
    limits: Limits = field(default_factory=Limits)
    quiet_hours: QuietHours | None = None
    origin: Mapping[str, str] = field(default_factory=dict)

    def is_set(self, key: str) -> bool:
        """Whether the file itself sets this key, so that chat can't change it."""
        return self.origin.get(key) == "set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Something the file sets that this version keeps but does not use yet."""

    line: int
    key: str
    note: str = "comes later, not used yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration. `own_words` is a folder with texts and scripts over the shipped."""

    file: Path
    data_dir: Path
    timezone: ZoneInfo
    neighbourhoods: Mapping[str, NeighbourhoodSettings]
    database: str = "sqlite"
    language: str = "nl"
    own_words: Path | None = None
    http: HttpSettings = field(default_factory=HttpSettings)
    adapters: Mapping[str, AdapterSettings] = field(default_factory=dict)
    mail: MailSettings | None = None
    prevention: PreventionSettings | None = None
    later: tuple[Later, ...] = ()

    @property
    def texts(self) -> tuple[Path, ...]:
        """The folders of texts and words; what a later one says replaces what an earlier one does."""
        return (config.TEXTS, *([self.own_words / "texts"] if self.own_words else []))

    @property
    def dialogues(self) -> tuple[Path, ...]:
        """The folders of scripts, likewise."""
        return (config.DIALOGUES, *([self.own_words / "dialogues"] if self.own_words else []))
