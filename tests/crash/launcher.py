"""Starts the bot so that it can be made to kill itself at a named point; a program of the tests.

    python tests/crash/launcher.py          # then a line of JSON on stdin for each life

It imports everything once and forks for each life, which saves most of the start. Around every
commit, send, file and SMTP DATA it says which point is being passed; when the point is one of
`at`, the process kills itself. Of the product nothing is changed but these hooks and, without
`limits`, Telegram's pause of a second between two messages of a chat, which would make each story
of the points a minute longer.
"""

from __future__ import annotations

import json
import os
import re
import signal
import smtplib
import sys
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from adapters.signal import adapter as _signal  # noqa: F401  # the parent imports what a life needs
from adapters.telegram import chats
from adapters.webchat import adapter as _webchat  # noqa: F401
from bot.cli import main
from bot.delivery import delivery, ledger
from bot.delivery.ledger import Ticket
from bot.intake.sink import Inbox
from bot.journal.vault import Vault
from bot.messaging.text import plain
from bot.operations import running as _running  # noqa: F401
from bot.police import digest, smtp
from bot.police.ledger import Ledger
from bot.store.writer import Writer

BEFORE, AFTER, HALF = "before", "after", "half"
_OWN_NAMES = ("accept", "delivery")  # works that say more of themselves than their label
_WORDS = 24


class Points:
    """What this life passes, and where it is to die."""

    def __init__(self) -> None:
        self.at: set[str] = set()
        self.trail = Path(os.devnull)
        self.people: dict[str, str] = {}

    def passing(self, stage: str, *names: str) -> None:
        """Note the point, and die there if that is wanted."""
        for name in names:
            point = f"{stage} {name}"
            dies = point in self.at
            with self.trail.open("a") as out:
                out.write(f"{'DIES' if dies else 'PASSES'} {point}\n")
            if dies:
                os.kill(os.getpid(), signal.SIGKILL)

    def wants(self, stage: str, name: str) -> bool:
        return f"{stage} {name}" in self.at


points = Points()
_group = threading.local()


# --- commits ---------------------------------------------------------------------------------


def _noting(name: str) -> None:
    """A work of the group that is being written says what it is."""
    _group.names = [*getattr(_group, "names", []), name]


class _Cursor:
    """The writer's cursor; a commit is a point for each work in it."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __iter__(self) -> Iterator[Any]:
        yield from self._real

    def execute(self, sql: str, *more: Any) -> Any:
        if sql != "COMMIT":
            return self._real.execute(sql, *more)
        names = [f"commit of {name}" for name in _group.names]
        points.passing(BEFORE, *names)
        found = self._real.execute(sql)
        points.passing(AFTER, *names)
        return found


def _watch_commits() -> None:
    transact, cursor = Writer._transact, Writer._cursor

    def transacting(self: Writer, group: list[Any]) -> None:
        _group.names = [job.label or "?" for job in group if job.label not in _OWN_NAMES]
        transact(self, group)

    def watched(self: Writer) -> Any:
        return _Cursor(cursor(self))

    Writer._transact = transacting  # type: ignore[method-assign]
    Writer._cursor = watched  # type: ignore[method-assign]
    take, claim, record = Inbox._take, ledger.claim, ledger.record

    def taking(self: Inbox, tx: Any, raw: Any, cursor: Any) -> None:
        number = raw.key.partition("-")[0] if raw.source == "telegram" else ""
        _noting(f"accept {raw.source} {number}".rstrip())
        take(self, tx, raw, cursor)

    def claiming(*args: Any, **kwargs: Any) -> Any:
        found = claim(*args, **kwargs)
        _noting(f"claim {_about(found.row)}" if isinstance(found, Ticket) else "claim of nothing")
        return found

    def recording(tx: Any, row: Any, verdict: Any, on_outcome: Any) -> None:
        _noting(f"{type(verdict).__name__.lower()} {_about(row)}")
        record(tx, row, verdict, on_outcome)

    Inbox._take = taking  # type: ignore[method-assign]
    ledger.claim = claiming
    ledger.record = recording


def _about(row: Any) -> str:
    """A message by its reader and its words, so that it is called the same in every story."""
    text = re.sub(r"[\d*«»\s]+", " ", plain(json.loads(row.body).get("text", "")))
    who = points.people.get(row.chat, row.chat.partition(":")[0])
    return f"{row.kind} {row.purpose} to {who}: {text.strip()[:_WORDS].strip()}"


# --- sends, files, mail ----------------------------------------------------------------------


def _around(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def acting(*args: Any, **kwargs: Any) -> Any:
        points.passing(BEFORE, name)
        found = act(*args, **kwargs)
        points.passing(AFTER, name)
        return found

    return acting


def _watch_deeds() -> None:
    hand_over, data = delivery._hand_over, smtplib.SMTP.data

    async def handing_over(adapter: Any, ticket: Ticket) -> Any:
        name = f"call {_about(ticket.row)}"
        points.passing(BEFORE, name)
        found = await hand_over(adapter, ticket)
        points.passing(AFTER, name)
        return found

    def handing_mail(self: smtplib.SMTP, msg: Any) -> Any:
        points.passing(BEFORE, "mail's bytes sent")
        if points.wants(HALF, "mail's bytes sent"):
            self.putcmd("data")
            self.getreply()
            self.send(msg[: len(msg) // 2])
        points.passing(HALF, "mail's bytes sent")
        found = data(self, msg)
        points.passing(AFTER, "mail's bytes sent")
        return found

    delivery._hand_over = handing_over
    smtplib.SMTP.data = handing_mail  # type: ignore[method-assign]
    digest._keep = _around("mail's bytes kept", digest._keep)
    smtp.send = _around("mail server called", smtp.send)
    Vault.keep = _around("picture kept", Vault.keep)  # type: ignore[method-assign]
    Ledger.close = _around("mail cut, not committed", Ledger.close)  # type: ignore[method-assign]


# --- lives -----------------------------------------------------------------------------------


def _live(life: dict[str, Any]) -> int:
    points.at, points.trail = set(life["at"]), Path(life["trail"])
    points.people = life["people"]
    if not life["limits"]:
        chats._CHAT_RATES = chats._GROUP_RATES = ()  # type: ignore[misc,assignment]  # this process alone
    out = os.open(life["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    return main(["run", "-c", life["config"]])


def _lives() -> None:
    """Fork for each line; say the process's number, and how it ended."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = _live(json.loads(line))
            finally:
                sys.stderr.flush()
                os._exit(status)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _watch_commits()
    _watch_deeds()
    _lives()
