"""One made-up person's phone: the real page's own requests, as a browser would make them.

What the phone shows is heard as it comes, edits too, so that the demonstration never says more
than a person could have read.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

import requests

from bot.errors import SaarbotError
from bot.operations.demo.saying import patterns

if TYPE_CHECKING:
    import re

    from bot.dialogue.texts import Texts

PATIENCE_S: Final = 8.0
LOOK_EVERY_S: Final = 0.05
_TIMEOUT: Final = (3, 30)
_AGAIN_S: Final = 0.5

Item: TypeAlias = dict[str, Any]
# Who, what, and whether it changes something that stood there already.
Hear: TypeAlias = Callable[["Visitor", Item, bool], None]


class Unanswered(SaarbotError):
    """The demonstration waited for words that didn't come."""


@dataclass(kw_only=True, eq=False)
class Visitor:
    """A phone of the demonstration: `url` is its page, `token` its cookie."""

    name: str
    url: str
    token: str
    texts: Texts
    heard: Hear = field(default=lambda _who, _item, _edited: None)
    _items: dict[str, Item] = field(default_factory=dict)
    _told: dict[str, str] = field(default_factory=dict)
    _own: set[str] = field(default_factory=set)
    _closed: threading.Event = field(default_factory=threading.Event)

    async def opens(self) -> None:
        """Look at the page from now on; `heard` is called in the event loop that is running."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()

        def hears(items: list[Item]) -> None:
            for item in items:
                self._take(item)
            ready.set()

        def tell(items: list[Item]) -> None:
            if not self._closed.is_set():
                loop.call_soon_threadsafe(hears, items)

        threading.Thread(target=self._listen, args=(tell,), daemon=True).start()
        async with asyncio.timeout(PATIENCE_S):
            await ready.wait()

    def leaves(self) -> None:
        """Hear nothing more."""
        self._closed.set()

    async def says(self, text: str) -> None:
        """Type something."""
        await asyncio.to_thread(self._post, {"text": text})

    async def presses(self, key: str) -> None:
        """Press the choice with this text, under the newest message that offers it."""
        written = patterns(self.texts, key)
        await self._waits(lambda: _press(self.shown(), written), key)
        await asyncio.to_thread(self._post, _press(self.shown(), written) or {})

    async def sends(self, name: str, data: bytes) -> None:
        """Send a picture, as the page uploads it."""
        await asyncio.to_thread(self._upload, name, data)

    async def reads(self, *keys: str) -> None:
        """Wait until for each of these texts one of the bot's messages says it."""
        for key in keys:
            written = patterns(self.texts, key)
            await self._waits(partial(self._was_told, written), key)

    def _was_told(self, written: Sequence[re.Pattern[str]]) -> bool:
        told = [words(item) for item in self.shown()]
        return any(pattern.search(text) for pattern in written for text in told)

    async def sees(self, state: str) -> None:
        """Wait until a card stands there in this state."""
        await self._waits(
            lambda: any((item.get("card") or {}).get("state") == state for item in self.shown()),
            f"a card that is {state}",
        )

    def shown(self) -> list[Item]:
        """Everything on the page, in its order."""
        return sorted(self._items.values(), key=lambda item: int(item["id"]))

    def said_by_hand(self, item: Item) -> bool:
        """Whether the person at the browser said this, and not the played story."""
        return item.get("from") == "me" and item.get("client") not in self._own

    async def _waits(self, until: Callable[[], Any], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not until():
            if time.monotonic() > deadline:
                raise Unanswered(f"{self.name} waited for {what}")
            await asyncio.sleep(LOOK_EVERY_S)

    def _take(self, item: Item) -> None:
        old = self._items.get(item["id"])
        if self._closed.is_set() or (old and old["number"] > item["number"]):
            return
        self._items[item["id"]] = item
        told = self._told.get(item["id"])
        if item.get("stored", True) and told != spoken(item):
            self._told[item["id"]] = spoken(item)
            self.heard(self, item, told is not None)

    # --- the page's own requests -------------------------------------------------------------

    def _headers(self) -> dict[str, str]:
        host = self.url.split("/", 3)
        return {
            "Cookie": f"saar_demo={self.token}",
            "Origin": f"{host[0]}//{host[2]}",
            "X-Page-Language": "nl",
        }

    def _new_id(self) -> str:
        client = secrets.token_hex(8)
        self._own.add(client)
        return client

    def _post(self, said: Item) -> None:
        body = {"client_id": self._new_id(), **said}
        url = f"{self.url}webchat/messages"
        requests.post(url, json=body, headers=self._headers(), timeout=_TIMEOUT).raise_for_status()

    def _upload(self, name: str, data: bytes) -> None:
        headers = {**self._headers(), "Content-Type": "image/jpeg", "X-File-Name": quote(name)}
        query = {"client_id": self._new_id()}
        url = f"{self.url}webchat/upload"
        answer = requests.post(url, params=query, data=data, headers=headers, timeout=_TIMEOUT)
        answer.raise_for_status()

    def _listen(self, tell: Callable[[list[Item]], None]) -> None:
        """Hear the page's stream, and come back to it, until this person leaves."""
        while not self._closed.is_set():
            try:
                for kind, data in self._events():
                    if kind in {"snapshot", "item"}:
                        tell(data if kind == "snapshot" else [data])
            except requests.RequestException:
                self._closed.wait(_AGAIN_S)

    def _events(self) -> Iterator[tuple[str, Any]]:
        """Server-sent events as (kind, data)."""
        url = f"{self.url}webchat/events"
        with requests.get(url, headers=self._headers(), stream=True, timeout=_TIMEOUT) as stream:
            stream.raise_for_status()
            kind = ""
            for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield kind, json.loads(value)


def _press(items: list[Item], written: Sequence[re.Pattern[str]]) -> Item | None:
    for item in reversed(items):
        for choice in item.get("choices", ()):
            label = choice["label"]
            if any(pattern.fullmatch(label) for pattern in written):
                return {"token": choice["token"], "message": item["id"], "label": label}
    return None


def spoken(item: Item) -> str:
    """One message as a line of a transcript."""
    if item.get("from") != "me":
        choices = "".join(
            f" [{choice['number']} {choice['label']}]" for choice in item.get("choices", ())
        )
        return f"{item.get('text', '').replace('**', '')}{choices}"
    chose = item.get("chose")
    media = item.get("media")
    said = f"{chose['number']} {chose['label']}" if chose else item.get("text", "")
    other = f"[{media['kind']}]" if media else "[location]"
    return f"> {said or other}"


def words(item: Mapping[str, Any]) -> str:
    """What a message of the bot says, its card too."""
    if item.get("from") == "me":
        return ""
    card = item.get("card") or {}
    return "\n".join([str(item.get("text", "")), *(str(v) for v in card.values())]).replace(
        "**", ""
    )
