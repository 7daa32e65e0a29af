"""Which neighbourhood a native group belongs to: one at a time, and each change in both logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.journal.journal import append as append_entry
from bot.store import places as store

if TYPE_CHECKING:
    from bot.messaging import Address
    from bot.store.tx import Tx


def link(tx: Tx, group: Address, place: str, *, by: str) -> str | None:
    """The group is this neighbourhood's from now on; which other had it until then, if one did.

    Nothing is noted where it stays what it was.
    """
    before = store.place_of_group(tx, str(group))
    if before == place:
        return None
    fields = {"group": group.messenger, "by": by}
    if before is not None:
        append_entry(tx, before, "group.unlinked", fields)
    store.link_group(tx, str(group), place, by=by)
    append_entry(tx, place, "group.linked", fields)
    return before


def unlink(tx: Tx, group: Address, place: str) -> bool:
    """The group is nobody's any more; False where it was not."""
    if not store.unlink_group(tx, str(group)):
        return False
    append_entry(tx, place, "group.unlinked", {"group": group.messenger})
    return True
