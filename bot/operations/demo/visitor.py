"""One made-up person who uses the real page's own requests, as a browser would."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import requests

from bot.errors import SaarbotError

PATIENCE_S: Final = 8.0
LOOK_EVERY_S: Final = 0.05
_TIMEOUT: Final = (3, 30)


class Unanswered(SaarbotError):
    """The demonstration waited for words that didn't come."""


@dataclass(kw_only=True)
class Visitor:
    """A phone of the demonstration: `url` is its page, `token` its cookie."""

    name: str
    url: str
    token: str
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def opens(self) -> None:
        """Open the page, so that this person counts as reached; it closes with the server."""
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(ready,), daemon=True).start()
        await asyncio.to_thread(ready.wait, PATIENCE_S)

    async def says(self, text: str) -> None:
        """Type something."""
        await asyncio.to_thread(self._post, {"text": text})

    async def presses(self, label: str) -> None:
        """Press the choice that begins with `label`, under the newest message that offers it."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            said = _press(await self.shown(), label)
            if said is not None:
                await asyncio.to_thread(self._post, said)
                return
            await asyncio.sleep(LOOK_EVERY_S)
        raise Unanswered(f"{self.name} has no choice {label!r}")

    async def sends(self, name: str, data: bytes) -> None:
        """Send a picture, as the page uploads it."""
        await asyncio.to_thread(self._upload, name, data)

    async def reads(self, fragment: str, *, count: int = 1) -> None:
        """Wait until the page shows `fragment` in at least `count` of the bot's messages."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            items = await asyncio.to_thread(self._look)
            if sum(fragment in _words(item) for item in items) >= count:
                return
            await asyncio.sleep(LOOK_EVERY_S)
        raise Unanswered(f"{self.name} waited for {fragment!r}")

    async def shown(self) -> list[dict[str, Any]]:
        """Everything on the page."""
        return await asyncio.to_thread(self._look)

    # --- the page's own requests -------------------------------------------------------------

    def _headers(self) -> dict[str, str]:
        host = self.url.split("/", 3)
        return {
            "Cookie": f"saar_demo={self.token}",
            "Origin": f"{host[0]}//{host[2]}",
            "X-Page-Language": "nl",
        }

    def _post(self, said: dict[str, Any]) -> None:
        body = {"client_id": secrets.token_hex(8), **said}
        url = f"{self.url}webchat/messages"
        requests.post(url, json=body, headers=self._headers(), timeout=_TIMEOUT).raise_for_status()

    def _upload(self, name: str, data: bytes) -> None:
        headers = {**self._headers(), "Content-Type": "image/jpeg", "X-File-Name": quote(name)}
        query = {"client_id": secrets.token_hex(8)}
        url = f"{self.url}webchat/upload"
        answer = requests.post(url, params=query, data=data, headers=headers, timeout=_TIMEOUT)
        answer.raise_for_status()

    def _look(self) -> list[dict[str, Any]]:
        """What the page would show if it were opened now."""
        with self._stream() as stream:
            for kind, data in _events(stream):
                if kind == "snapshot":
                    self.seen = data
                    return self.seen
        return []

    def _listen(self, ready: threading.Event) -> None:
        try:
            for _ in _events(self._stream()):
                ready.set()
        except requests.RequestException:
            ready.set()  # the server has gone, and with it the page

    def _stream(self) -> requests.Response:
        url = f"{self.url}webchat/events"
        answer = requests.get(url, headers=self._headers(), stream=True, timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer


def _press(items: list[dict[str, Any]], label: str) -> dict[str, Any] | None:
    for item in reversed(items):
        for choice in item.get("choices", ()):
            if choice["label"].startswith(label):
                return {"token": choice["token"], "message": item["id"], "label": label}
    return None


def spoken(item: dict[str, Any]) -> str:
    """One message as a line of a transcript."""
    if item.get("from") != "me":
        choices = "".join(
            f" [{choice['number']} {choice['label']}]" for choice in item.get("choices", ())
        )
        return f"Saarbot: {item.get('text', '').replace('**', '')}{choices}"
    chose = item.get("chose")
    media = item.get("media")
    said = f"{chose['number']} {chose['label']}" if chose else item.get("text", "")
    other = f"[{media['kind']}]" if media else "[location]"
    return f"> {said or other}"


def _words(item: dict[str, Any]) -> str:
    """What a message of the bot says, its card too."""
    if item.get("from") == "me":
        return ""
    card = item.get("card") or {}
    return "\n".join([str(item.get("text", "")), *(str(v) for v in card.values())])


def _events(stream: requests.Response) -> Iterator[tuple[str, Any]]:
    """Server-sent events as (kind, data)."""
    kind = ""
    for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)
