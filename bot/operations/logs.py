"""Logs: one JSON object a line on stderr, and no personal data in it.

The rule for whoever logs: a fixed sentence, and as its arguments numbers, ids of ours, or an
error itself. A second net stands under the rule here, because one slip is enough:

- an argument that isn't a number, a plain word, `Told` or one of our own errors is replaced by
  dots, so a message's text or a name can't pass;
- whatever passes goes through a redactor: addresses, mail addresses, tokens, number-like digits,
  and every secret of the configuration;
- of a foreign exception only its type and the places in the code are written, never its words.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, TextIO

from bot.errors import SaarbotError

HIDDEN: Final = "•••"
# Libraries that would log requests, URLs with tokens, or whole updates.
QUIET: Final = (
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "mail.log",
    "multipart",
    "PIL",
    "requests",
    "sqlalchemy",
    "alembic",
    "telegram",
    "urllib3",
    "uvicorn",
    "websockets",
)

_PLAIN = re.compile(r"[A-Za-z0-9_.:/#@+-]{1,80}")
_PERSONAL: Final = (
    re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"),  # mail address, jid
    re.compile(r"\b(?:bot)?\d{6,}:[A-Za-z0-9_-]{20,}"),  # a Telegram token
    re.compile(r"\b(telegram|signal|whatsapp|matrix|webchat):[^\s,;\"')\]}]+"),  # a chat
    re.compile(r"\bgroup\.[A-Za-z0-9+/=_-]{8,}"),  # a Signal group
    re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    re.compile(r"\+\d[\d ()/.-]{5,}\d"),  # an international number
    re.compile(r"(?<![\w.-])0\d(?:[ /.-]?\d){6,}(?!\w)"),  # a national one
    re.compile(r"(?<![\w.])-?\d{8,}(?!\w)"),  # a chat id, a number without its zero
)
_SIZES: Final = ("_bytes", "_ms")  # large numbers that are nobody's id
_PYTHON_ROOTS: Final = ("bot", "adapters", "config")


class Told(str):
    """A sentence that its author promises to hold no personal data: an adapter's state, say.

    It passes whole, though still through the redactor.
    """

    __slots__ = ()


class Redactor:
    """Takes out of a text what must not be in a log."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({one for one in secrets if len(one) >= 4}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for personal in _PERSONAL:
            text = personal.sub(HIDDEN, text)
        return text


class JsonLines(logging.Formatter):
    """One record as one line of JSON."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "room": record.name,
            "event": self._redact(_sentence(record)),
        }
        given = getattr(record, "data", None)
        if isinstance(given, Mapping):
            line |= {str(name): self._value(str(name), value) for name, value in given.items()}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._redact(_words(record.exc_info[1]))
            line["at"] = _places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)

    def _value(self, name: str, value: Any) -> Any:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            known = name.endswith(_SIZES)
            return value if known or self._redact(str(value)) == str(value) else HIDDEN
        return self._redact(_harmless(value))


def _time(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sentence(record: logging.LogRecord) -> str:
    """The record's words, with only harmless arguments filled in."""
    if not record.args:
        return str(record.msg) if isinstance(record.msg, str) else _words(record.msg)
    given = record.args
    values: Any
    if isinstance(given, Mapping):
        values = {name: _argument(value) for name, value in given.items()}
    else:
        values = tuple(_argument(value) for value in given)
    try:
        return str(str(record.msg) % values)
    except (TypeError, ValueError):
        return str(record.msg)


def _argument(value: Any) -> Any:
    return value if isinstance(value, int | float) else _harmless(value)


def _harmless(value: Any) -> str:
    if value is None or isinstance(value, Enum):
        return str(value)
    if isinstance(value, BaseException):
        return _words(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Told):
        return str(value)
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else HIDDEN


def _words(error: Any) -> str:
    """An error's name; its words too where the error is ours and written for the operator."""
    name = type(error).__name__
    if isinstance(error, SaarbotError) and str(error):
        return f"{name}: {error}"
    return name


def _places(error: BaseException) -> list[str]:
    """Where it happened, innermost last: file, line and function, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    parts = Path(filename).parts
    for root in _PYTHON_ROOTS:
        if root in parts:
            return "/".join(parts[parts.index(root) :])
    return "/".join(parts[-2:])


def configure(
    secrets: Iterable[str] = (), *, level: int = logging.INFO, stream: TextIO | None = None
) -> logging.Handler:
    """Send all logging through the JSON lines, libraries only from a warning on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(Redactor(secrets)))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.handlers.clear()
        logger.propagate = True
    logging.captureWarnings(True)
    return handler
