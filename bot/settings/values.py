"""Kinds of value: each turns one item into a typed value or says what would be right."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from datetime import time, timedelta
from pathlib import Path
from typing import Final, TypeVar, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from bot.messaging.address import Address
from bot.settings.document import Wrong
from bot.settings.table import Item, Read, near, nearest, scalar

Word = TypeVar("Word", bound=str)

_TRUE: Final = frozenset({"true", "yes", "on"})
_FALSE: Final = frozenset({"false", "no", "off"})
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]*[A-Za-z]")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_LASTING = re.compile(r"([0-9]{1,5})\s*(h|d|w|y)")
_UNIT_HOURS: Final = {"h": 1, "d": 24, "w": 168, "y": 8760}
_MESSENGER = re.compile(r"[a-z][a-z0-9_-]*")
_HOST = re.compile(
    r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_INVITE = re.compile(r"[A-Za-z0-9_-]{4,64}")
_PHONE = re.compile(r"\+?[0-9][0-9 ./()-]{1,24}")


def text(item: Item) -> str:
    """Any single line of text."""
    value = scalar(item).strip()
    if not value:
        raise Wrong("is empty")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise Wrong("must be one line of plain text")
    return value


def whole(least: int, most: int) -> Read[int]:
    """A whole number between two bounds."""

    def read(item: Item) -> int:
        value = scalar(item).strip().replace("_", "")
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise Wrong(f"must be a whole number, not {item.written}")
        if not least <= int(value) <= most:
            raise Wrong(f"must be a whole number from {least} to {most}, not {item.written}")
        return int(value)

    return read


def number(item: Item) -> float:
    """A number, with or without a fraction."""
    value = scalar(item)
    try:
        return float(value)
    except ValueError:
        raise Wrong(f"must be a number, not {item.written}") from None


def flag(item: Item) -> bool:
    """True or false."""
    value = scalar(item).strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise Wrong(f"must be true or false, not {item.written}")


def one_of(words: Sequence[Word]) -> Read[Word]:
    """One of a few words."""

    def read(item: Item) -> Word:
        value = scalar(item).strip()
        if value in words:
            return cast("Word", value)
        raise Wrong(f"must be one of {', '.join(words)}, not {item.written}")

    return read


def zone(item: Item) -> ZoneInfo:
    """A time zone by its IANA name."""
    name = scalar(item).strip()
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        close = nearest(name, available_timezones())
        hint = close if close.startswith("did") else "for example Europe/Brussels"
        raise Wrong(f"{item.written} is no time zone; {hint}") from None


def email(item: Item) -> str:
    """A mail address, bare."""
    value = scalar(item).strip()
    if len(value) > 254 or ".." in value or not _EMAIL.fullmatch(value):
        raise Wrong("is no e-mail address; for example wijk@politie.example")
    return value


def moment(value: str) -> time:
    """A time of day from its text; raises ValueError."""
    found = _TIME.fullmatch(value.strip())
    if not found:
        raise ValueError(value)
    return time(int(found[1]), int(found[2]))


def clock_time(item: Item) -> time:
    """A time of day."""
    value = scalar(item)
    try:
        return moment(value)
    except ValueError:
        raise Wrong(f'must be a time of day as "06:30", not {item.written}') from None


def lasting(item: Item) -> timedelta:
    """A span: hours, days, weeks or years."""
    found = _LASTING.fullmatch(scalar(item).strip())
    if not found:
        raise Wrong(f"must be a span as 24h, 30d or 2y, not {item.written}")
    return timedelta(hours=int(found[1]) * _UNIT_HOURS[found[2]])


def address(item: Item) -> Address:
    """A chat or account as `messenger:id`. The id is never repeated: it may be a number."""
    value = scalar(item).strip()
    try:
        found = Address.parse(value)
    except ValueError:
        raise Wrong('is no address; write messenger:id, for example "telegram:111111"') from None
    if not _MESSENGER.fullmatch(found.messenger):
        raise Wrong('is no address; write messenger:id, for example "telegram:111111"')
    return found


def web(item: Item) -> str:
    """A web address, without a slash at its end."""
    value = scalar(item).strip()
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and host_is_good(parts.hostname or "")
        good = good and (parts.port is None or parts.port > 0) and parts.username is None
    except ValueError:
        good = False
    if not good or re.search(r"\s", value):
        raise Wrong("is no web address; for example https://saar.example.org")
    return value.rstrip("/")


def origin(item: Item) -> str:
    """A web address without a path: where the bot itself is reached."""
    value = web(item)
    parts = urlsplit(value)
    if parts.path or parts.query or parts.fragment:
        raise Wrong("must be a web address without a path; for example https://saar.example.org")
    return value


def host(item: Item) -> str:
    """A host's name or address."""
    value = scalar(item).strip()
    if not host_is_good(value):
        raise Wrong(f"must be a host's name, for example smtp.example.org, not {item.written}")
    return value


def host_is_good(value: str) -> bool:
    """Whether this names a host: an IP address, or letters, digits and dots."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return len(value) <= 253 and bool(_HOST.fullmatch(value))
    return True


def is_loopback(name: str) -> bool:
    """Whether a host's name or address is this machine itself."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def listen(item: Item) -> tuple[str, int]:
    """HOST:PORT to listen at; an IPv6 address in brackets."""
    value = scalar(item).strip()
    name, colon, port = value.rpartition(":")
    name = name.removeprefix("[").removesuffix("]")
    good = colon and host_is_good(name) and re.fullmatch(r"[0-9]{1,5}", port)
    if not good or int(port) > 65535:
        raise Wrong(f"must be host:port, for example 127.0.0.1:8080, not {item.written}")
    return name, int(port)


def network(item: Item) -> str:
    """One address, or a network of them."""
    value = scalar(item).strip()
    try:
        found = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise Wrong(f"must be an address or network, as 172.17.0.1, not {item.written}") from None
    if found.prefixlen == 0:
        raise Wrong("would believe everybody; name the server in front, as 172.17.0.1")
    return str(found)


def path(item: Item) -> Path:
    """A path, relative to the configuration file."""
    value = scalar(item).strip()
    if not value or "\0" in value:
        raise Wrong("must be a path")
    return near(item, value)


def file(item: Item) -> Path:
    """The path of a file that is there."""
    found = path(item)
    if not found.is_file():
        raise Wrong(f"there is no file {found}")
    return found


def folder(item: Item) -> Path:
    """The path of a folder that is there."""
    found = path(item)
    if not found.is_dir():
        raise Wrong(f"there is no folder {found}")
    return found


def identifier(item: Item) -> str:
    """A short name in lower case, for files and chains."""
    value = scalar(item).strip()
    if not _ID.fullmatch(value):
        raise Wrong(f"must be lower-case letters, digits and hyphens, not {item.written}")
    return value


def id_is_good(name: str) -> bool:
    """Whether this may name a neighbourhood."""
    return bool(_ID.fullmatch(name))


def invite(item: Item) -> str:
    """An invitation's code: what every messenger's link can carry."""
    value = scalar(item).strip()
    if not _INVITE.fullmatch(value):
        raise Wrong("must be 4 to 64 letters, digits, hyphens or underscores")
    if value.lower().startswith(("beheer-", "koppel-")):
        raise Wrong("must not begin with beheer- or koppel-: those are one-time codes")
    return value


def phone(item: Item) -> str:
    """A telephone number that people are told to call."""
    value = scalar(item).strip()
    if not _PHONE.fullmatch(value):
        raise Wrong("must be a telephone number")
    return value


def short_number(item: Item) -> str:
    """The emergency number."""
    value = scalar(item).strip()
    if not re.fullmatch(r"[0-9]{3,6}", value):
        raise Wrong(f"must be a short number such as 101 or 112, not {item.written}")
    return value
