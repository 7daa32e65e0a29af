"""The pages that are open now.

Members' pages have no limit but their person's. Of all others only so many may listen at once, from
one origin and together: a stream holds a connection for as long as it likes.

A page counts as reached only while it answers: it says "here" after each sign of life it
gets, so a phone in a tunnel, or a browser that froze the page, soon doesn't count.
"""

from __future__ import annotations

import asyncio
import resource
import secrets
import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_WAITING_MAX = 500
_MISSED_BEATS = 2.5
PAGES_A_PERSON = 12
STRANGERS_PAGES = 500
_SHARE_OF_FILES = 8
_ORIGINS = 4  # what one origin may have is this part of what all may
_REMEMBERED = 10_000


@dataclass(eq=False, slots=True)
class Connection:
    """One open page. `None` in the queue means: this is the end."""

    person: str
    origin: str = ""
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

    def __init__(self, *, heartbeat_s: float, strangers: int | None = None) -> None:
        self._patience = heartbeat_s * _MISSED_BEATS
        self._strangers = min(STRANGERS_PAGES, _files() // _SHARE_OF_FILES)
        if strangers is not None:
            self._strangers = strangers
        self._members: OrderedDict[str, None] = OrderedDict()
        self._pages: defaultdict[str, list[Connection]] = defaultdict(list)
        self.closed = False

    def has_room(self, origin: str) -> bool:
        """Whether one more page of somebody who is no member may listen from there."""
        strangers = [page.origin for page in self.everyone() if not page.member]
        mine = strangers.count(origin)
        return len(strangers) < self._strangers and mine < max(1, self._strangers // _ORIGINS)

    def connect(self, person: str, origin: str = "") -> Connection:
        """A page has opened. The oldest of too many gives way."""
        connection = Connection(person, origin)
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

    def wear(self, connection: Connection, panels: dict[str, Any]) -> None:
        """Show what stands around a conversation; from it is known who is a member."""
        connection.wear(panels)
        self.remember(connection.person, member=connection.member)

    def remember(self, person: str, *, member: bool) -> None:
        """The core has just said whether this person belongs to a group."""
        self._members.pop(person, None)
        if member:
            self._members[person] = None
            if len(self._members) > _REMEMBERED:
                self._members.popitem(last=False)

    def is_member(self, person: str) -> bool:
        """Whether this person belonged to a group when their page was last open, as far as known."""
        return person in self._members

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


def _files() -> int:
    """How many files this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return STRANGERS_PAGES * _SHARE_OF_FILES if soft == resource.RLIM_INFINITY else soft
