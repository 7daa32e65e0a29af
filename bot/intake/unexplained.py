"""Words that may be a question about an alert or a report, whose author hasn't said yet which.

They lie in the conversation that asks. None of them is lost: what follows takes them along, or
they are kept in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.dialogue.state import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.dialogue.engine import Answer, Engine
    from bot.store.dialogues import Dialogue

SCRIPT: Final = "question"


def words(dialogues: Iterable[Dialogue]) -> Mapping[str, Any]:
    """`what` was written, and how it was `said`; empty where nothing waits to be explained."""
    for dialogue in dialogues:
        if dialogue.script == SCRIPT:
            return State.from_json(dialogue.data).data
    return {}


def reported(
    dialogues: Iterable[Dialogue], first: Answer | None, streets: Sequence[str], engine: Engine
) -> dict[str, Any]:
    """The draft that a report begins with: they are part of its story, unless they could only be a
    question. The place that is named last counts.
    """
    data = words(dialogues)
    if not data:
        return {}
    told = {"said": list(data.get("said") or ())}
    what = str(data.get("what") or "")
    if engine.lexicon.begins_asking(what):
        return told
    told |= engine.quick(what, streets)
    if first is not None and engine.quick(first.text, streets).get("place"):
        told.pop("place", None)
    return told
