"""A conversation that others asked for, as the answer to a neighbour's question, comes in between:
it carries with it where the one stood that it interrupts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.dialogue.state import State
from bot.intake import unexplained

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.store.dialogues import Dialogue

_WAITS: Final = "waits"


def by(script: str, dialogues: Iterable[Dialogue]) -> dict[str, Any]:
    """What the draft of the conversation that comes in between has to carry. One of its own kind
    is replaced; words that were not explained yet go into the log.
    """
    for dialogue in dialogues:
        if dialogue.script == script:
            waits = State.from_json(dialogue.data).data.get(_WAITS)
            return {_WAITS: waits} if waits else {}
        if dialogue.script != unexplained.SCRIPT:
            return {_WAITS: dialogue.data}
    return {}


def in_(draft: Mapping[str, Any]) -> State | None:
    """Where the conversation stood that waits for the end of this one."""
    waits = draft.get(_WAITS)
    return State.from_json(waits) if isinstance(waits, str) else None
