"""What everybody's phone showed, in order of time, as a text. Edits stand where they happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from bot.operations.demo.visitor import Item, spoken
from bot.testkit.chats import Change

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.testkit.chats import Entry

_MARGIN = 30
_CHANGED = {Change.EDITED: "changed: ", Change.DELETED: "deleted: "}


class Transcript:
    """Takes down what pages show as it comes."""

    def __init__(self, clock: Clock, zone: tzinfo) -> None:
        self._clock = clock
        self._zone = zone
        self._lines: list[tuple[datetime, str, str]] = []

    def hears(self, who: str, item: Item, *, edited: bool) -> None:
        """A message, at its own time; its change, now."""
        at = self._clock.now() if edited else datetime.fromisoformat(str(item["at"]))
        by = "" if item.get("from") == "me" else "Saarbot: "
        self._lines.append((at, who, f"{by}{'changed: ' if edited else ''}{spoken(item)}"))

    def told(self, elsewhere: Iterable[Entry]) -> str:
        """Everything, with what the chats of the invented messenger showed."""
        lines = [*self._lines]
        for entry in elsewhere:
            if entry.shown.author is None and entry.change is not Change.REACTED:
                changed = _CHANGED.get(entry.change, "")
                text = entry.shown.text.replace("**", "")
                lines.append((entry.at, str(entry.shown.chat), f"Saarbot: {changed}{text}"))
        lines.sort(key=lambda line: line[0])
        return "\n".join(self._line(*line) for line in lines)

    def _line(self, at: datetime, who: str, text: str) -> str:
        indented = text.replace("\n", "\n" + " " * _MARGIN)
        return f"{at.astimezone(self._zone):%H:%M:%S}  {who:<18} {indented}"
