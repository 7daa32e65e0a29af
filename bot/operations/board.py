"""The health board on disk, so that `status` in another process reads how the parts are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bot.errors import StoreError
from bot.operations.health import Health, Part
from bot.store import storage

if TYPE_CHECKING:
    from bot.store.engine import Store
    from bot.store.tx import Reader, Tx

OWNER: Final = "operations"
KEY: Final = "board"


class Board:
    """Keeps the newest picture of `Health` in the store while the bot runs."""

    def __init__(self, health: Health, store: Store) -> None:
        self._health = health
        self._store = store
        self._changed = asyncio.Event()
        health.on_change(lambda _name, _part: self._changed.set())

    async def run(self) -> None:
        """Write at once, then after every change, until cancelled."""
        while True:
            self._changed.clear()
            await self._keep()
            await self._changed.wait()

    async def _keep(self) -> None:
        picture = json.dumps(
            {name: [part.ok, part.detail] for name, part in self._health.parts().items()}
        )

        def work(tx: Tx) -> None:
            storage.keep(tx, OWNER, KEY, picture)

        with suppress(StoreError):  # the next change tries again
            await self._store.writer.submit(work, label="board")


def last_board(reader: Reader) -> Mapping[str, Part]:
    """How the parts were when the bot last told; worth something only while it runs."""
    kept = storage.kept(reader, OWNER, KEY)
    picture = json.loads(kept) if kept else {}
    return {name: Part(ok=ok, detail=detail) for name, (ok, detail) in picture.items()}
