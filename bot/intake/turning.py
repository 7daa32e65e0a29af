"""One turn of one conversation: who speaks where, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.alerts.scene import Scene
from bot.neighbourhood.people import ACTIVE
from bot.store import dialogues as store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.messaging import Address
    from bot.settings import NeighbourhoodSettings
    from bot.store.people import Member
    from bot.store.tx import Tx


@dataclass(slots=True, kw_only=True)
class Turning:
    """One turn of one conversation, its first where `fresh`. `member` is the speaker here, and
    `members` are they everywhere. `data` is the draft as the engine left it, which nobody changes;
    what an effect puts into `carry` goes along into the conversation that follows.
    """

    tx: Tx
    person_id: int
    member: Member | None
    members: Sequence[Member]
    place: NeighbourhoodSettings
    chat: Address
    lang: str
    cause: str
    dialogue: int
    started_at_ms: int
    looks_again: tuple[int | None, str] = (None, store.NONE)
    fresh: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    carry: dict[str, Any] = field(default_factory=dict)

    def scene(self) -> Scene:
        """The same for the alerts' room."""
        if self.member is None:
            raise LookupError("only a member can act on an alert")
        return Scene(
            tx=self.tx,
            member=self.member,
            place=self.place,
            chat=self.chat,
            lang=self.lang,
            dialogue=self.dialogue,
            started_at_ms=self.started_at_ms,
            data=self.data,
            carry=self.carry,
        )


def of_place(members: Sequence[Member], place: str) -> Member | None:
    return next((member for member in members if member.neighbourhood == place), None)


def may_speak(turning: Turning, script: str) -> bool:
    """Somebody who left halfway reports no more; somebody who joins is no member yet."""
    return script == "join" or (turning.member is not None and turning.member.state in ACTIVE)
