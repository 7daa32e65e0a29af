"""Where a decision is taken: the transaction, who speaks, where, and the draft at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.messaging import Address
    from bot.settings import NeighbourhoodSettings
    from bot.store.people import Member
    from bot.store.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One turn of one person. `data` is the draft, `dialogue` its id.

    What is put into `carry` goes along into the conversation that follows.
    """

    tx: Tx
    member: Member
    place: NeighbourhoodSettings
    chat: Address
    lang: str
    dialogue: int | None = None
    started_at_ms: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    carry: dict[str, Any] = field(default_factory=dict)


def iso(moment_ms: int) -> str:
    """A table's time as the journal writes it."""
    return from_ms(moment_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
