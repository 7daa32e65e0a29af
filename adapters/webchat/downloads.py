"""Files offered to one person for a day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adapters.webchat.history import written

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.webchat.spool import Spool
    from bot.clock import Clock
    from bot.messaging import File, Storage

_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A file that may be downloaded now."""

    path: Path
    name: str
    mime: str


class Downloads:
    """The files on offer, each known to the person it is for."""

    def __init__(self, storage: Storage, spool: Spool, clock: Clock) -> None:
        self._storage = storage
        self._spool = spool
        self._clock = clock

    async def offer(self, person: str, file: File) -> dict[str, Any]:
        """Keep a copy for `person`; returns what the page shows of it."""
        name, size = await self._spool.offer(file.path)
        until = written(self._clock.now() + _LASTS)
        row = {"person": person, "name": file.name, "mime": file.mime, "until": until}
        await self._storage.put(f"file/{name}", json.dumps(row))
        return {"file": name, "name": file.name, "mime": file.mime, "size": size, "until": until}

    async def find(self, person: str, name: str) -> Offered | None:
        """The file called `name`, if it is for this person and its day is not over."""
        text = await self._storage.get(f"file/{name}")
        row = json.loads(text) if text else {}
        if row.get("person") != person or row["until"] < written(self._clock.now()):
            return None
        path = self._spool.offered(name)
        return Offered(path=path, name=row["name"], mime=row["mime"]) if path.exists() else None

    async def sweep(self) -> None:
        """Take away what has expired."""
        now, after = written(self._clock.now()), "file/"
        while rows := await self._storage.scan("file/", after=after):
            for key, text in rows:
                if json.loads(text)["until"] < now:
                    self._spool.withdraw(key.removeprefix("file/"))
                    await self._storage.put(key, None)
            after = rows[-1][0]
