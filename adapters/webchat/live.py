"""The pages that are open now.

A page counts as reached only while it answers: it says "here" after each sign of life it
gets, so a phone in a tunnel, or a browser that froze the page, soon doesn't count.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_WAITING_MAX = 500
_MISSED_BEATS = 2.5
PAGES_A_PERSON = 12


@dataclass(eq=False, slots=True)
class Connection:
    """One open page. `None` in the queue means: this is the end."""

    person: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    queue: asyncio.Queue[dict[str, Any] | None] = field(
        default_factory=lambda: asyncio.Queue(_WAITING_MAX + 1)
    )
    seen: float = field(default_factory=time.monotonic)
    member: bool = False
    _panels: dict[str, Any] | None = None

    def wear(self, panels: dict[str, Any]) -> None:
        """Show these panels: in place of earlier ones that are still to be shown."""
        self.member = "header" in panels
        if self._panels is None and self.queue.qsize() <= _WAITING_MAX:
            self.queue.put_nowait({"panels": True})
        self._panels = panels

    def newest_panels(self) -> dict[str, Any]:
        """Those to be shown now."""
        panels, self._panels = self._panels or {}, None
        return panels

    def end(self) -> None:
        """Tell the page's stream to stop; the page comes back for what it missed."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Live:
    """All open pages, by person."""

    def __init__(self, *, heartbeat_s: float) -> None:
        self._patience = heartbeat_s * _MISSED_BEATS
        self._pages: defaultdict[str, list[Connection]] = defaultdict(list)
        self.closed = False

    def connect(self, person: str) -> Connection:
        """A page has opened. The oldest of too many gives way."""
        connection = Connection(person)
        pages = self._pages[person]
        pages.append(connection)
        if len(pages) > PAGES_A_PERSON:
            pages.pop(0).end()
        if self.closed:
            connection.end()
        return connection

    def leave(self, connection: Connection) -> None:
        """A page has gone."""
        pages = self._pages.get(connection.person, [])
        if connection in pages:
            pages.remove(connection)
        if not pages:
            self._pages.pop(connection.person, None)

    def here(self, person: str, connection_id: str) -> bool:
        """A page says that it is still there; False if we don't know it."""
        for page in self._pages.get(person, ()):
            if page.id == connection_id:
                page.seen = time.monotonic()
                return True
        return False

    def reaches(self, person: str) -> bool:
        """Whether somebody is looking at this person's page, as far as can be told."""
        limit = time.monotonic() - self._patience
        return any(page.seen >= limit for page in self._pages.get(person, ()))

    def is_member(self, person: str) -> bool:
        """Whether the core shows an open page of this person to which group they belong."""
        return any(page.member for page in self._pages.get(person, ()))

    def push(self, person: str, event: dict[str, Any]) -> None:
        """Show `event` on every open page of this person."""
        for page in list(self._pages.get(person, ())):
            if page.queue.qsize() >= _WAITING_MAX:
                page.end()
                self.leave(page)
            else:
                page.queue.put_nowait(event)

    def everyone(self) -> Iterable[Connection]:
        """Every open page."""
        return [page for pages in self._pages.values() for page in pages]

    def open(self) -> None:
        """Let pages connect (again)."""
        self.closed = False

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self.closed = True
        for page in self.everyone():
            page.end()
