"""Who of the members is in the native groups: asked where a messenger can tell.

What isn't known counts as outside, and then the member is written to directly.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.errors import MessengerError
from bot.messaging import Address, Feature
from bot.store import people as store
from bot.store import places as place_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.messaging import Adapter
    from bot.store.engine import Store
    from bot.store.tx import Tx

log = logging.getLogger(__name__)
ASK_EVERY_S = 3600.0
PAUSE_S = 0.05


class Presence:
    """Keeps the presence rows true."""

    def __init__(self, store_: Store, adapters: Mapping[str, Adapter]) -> None:
        self._store = store_
        self._adapters = adapters
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Ask again soon; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Ask at the start, when woken, and every hour."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self.refresh()
            try:
                async with asyncio.timeout(ASK_EVERY_S):
                    await self._woken.wait()
            except TimeoutError:
                continue
            finally:
                self._woken.clear()

    async def refresh(self) -> None:
        """Ask for every member's account in every group of the same messenger."""
        for group, person in self._pairs():
            adapter = self._adapters.get(group.messenger)
            if adapter is None or not adapter.capabilities(group).can(Feature.MEMBER_LOOKUP):
                continue
            try:
                present = await adapter.is_member(group, person)
            except MessengerError as error:
                log.warning(
                    "membership of a %s group can't be asked: %s", group.messenger, error.reason
                )
                continue
            if present is not None:
                await self._store.writer.submit(_noted(group, person, present=present))
            await asyncio.sleep(PAUSE_S)

    def _pairs(self) -> list[tuple[Address, Address]]:
        with self._store.reading() as reader:
            groups = [
                (Address.parse(g.address), g.neighbourhood) for g in place_store.groups(reader)
            ]
            return [
                (group, Address.parse(account.address))
                for group, place in groups
                for member in store.members_of(reader, place)
                if member.state in ("active", "paused")
                for account in store.accounts_of(reader, member.person_id)
                if account.address == account.canonical
                and account.address.startswith(f"{group.messenger}:")
            ]


def _noted(group: Address, person: Address, *, present: bool) -> Callable[[Tx], None]:
    def work(tx: Tx) -> None:
        place_store.see(tx, str(group), str(person), present=present)

    return work
