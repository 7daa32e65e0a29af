"""Between a page and the core: what comes in is kept and handed over, what goes out is shown.

A person's own message gets its place in their history before the core hears it, so that the
answer stands below it; it is shown as kept only when `accept` has returned, in whose commit
that mark is stored.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from adapters.webchat.history import History, Item, item_key, written
from adapters.webchat.inbound import media_kind
from bot.errors import StoreError
from bot.messaging import RawInbound

if TYPE_CHECKING:
    from adapters.webchat.live import Live
    from adapters.webchat.spool import Received
    from bot.clock import Clock
    from bot.messaging import Sink


class Talk:
    """What people on pages say, on its way to the core."""

    def __init__(self, source: str, history: History, live: Live, clock: Clock) -> None:
        self._source = source
        self._history = history
        self._live = live
        self._clock = clock
        self.sink: Sink | None = None

    async def already(self, person: str, client: str) -> Item | None:
        """The message that was kept earlier under the page's own name for it."""
        item = await self._history.once(person, f"in-{client}")
        return item if item is not None and item["stored"] else None

    async def say(self, person: str, said: dict[str, Any], language: str) -> Item:
        """Hand over a text, press or location; returns it as it stands in the history."""
        bubble = _bubble(said)
        if "token" in said:
            bubble |= await self._answer(person, said)
        return await self._hand_over(person, said, bubble, language)

    async def bring(
        self, person: str, said: dict[str, Any], received: Received, language: str
    ) -> Item:
        """Hand over an uploaded file."""
        file = said["file"]
        proof = f"{received.sha256[:4]} {received.sha256[4:8]}"
        media = {"kind": str(media_kind(file["mime"])), "size": received.size, "proof": proof}
        bubble = {"text": said.get("text", ""), "media": media}
        return await self._hand_over(person, said, bubble, language)

    async def _hand_over(
        self, person: str, said: dict[str, Any], bubble: Item, language: str
    ) -> Item:
        if self.sink is None:
            raise StoreError("the chat is not running")
        now = self._clock.now()
        repeated = await self._history.once(person, f"in-{said['client']}") is not None
        own = {"from": "me", "at": written(now), "client": said["client"], "stored": False}
        placed = await self._history.add(person, own | bubble, once=f"in-{said['client']}")
        kept = placed | {"stored": True}
        payload = said | {"person": person, "id": placed["id"], "language": language}
        raw = RawInbound(
            source=self._source,
            key=f"{person}:{said['client']}",
            payload=json.dumps(payload),
            received_at=now,
        )
        mark = (item_key(person, placed["number"]), json.dumps(kept))
        await self.sink.accept(raw, cursor=mark)
        if repeated:  # `accept` need not store the mark of what it already had
            await self._history.put(person, kept)
        self._live.push(person, kept)
        return kept

    async def _answer(self, person: str, said: dict[str, Any]) -> Item:
        """Note on the question which choice was taken; returns the words of that choice."""
        question = await self._history.item(person, said["message"])
        choices = (question or {}).get("choices", ())
        chosen = next((one for one in choices if one["token"] == said["token"]), None)
        if question is None or chosen is None:
            return {"text": said["label"]}
        if "card" not in question:
            answered = {"answered": said["token"]}
            changed = await self._history.amend(person, question["id"], answered)
            self._live.push(person, changed or question)
        return {"text": "", "chose": {"number": chosen["number"], "label": chosen["label"]}}


def _bubble(said: dict[str, Any]) -> Item:
    if "location" in said:
        return {"text": "", "location": said["location"]}
    return {"text": said.get("text", "")}
