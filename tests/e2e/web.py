"""A resident's web page without a browser: the page's own requests, its cookie, its open line."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from typing import Any, Final

import requests

from tests.e2e.process import wait_until

_TIMEOUT: Final = (5, 40)


class WebPerson:
    """Somebody with a browser of their own. `items` is what the page shows, oldest first."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._session = requests.Session()
        self._session.headers.update({"Origin": url, "X-Page-Language": "nl"})
        self._items: dict[str, dict[str, Any]] = {}
        self._line: threading.Thread | None = None
        self._closed = threading.Event()

    # --- the open page -----------------------------------------------------------------------

    def opens(self, path: str = "/") -> None:
        """Open the page and keep it open; it counts as reached from now on."""
        self._session.get(self.url + path, timeout=_TIMEOUT).raise_for_status()
        ready = threading.Event()
        self._closed.clear()
        self._line = threading.Thread(target=self._listen, args=(ready,), daemon=True)
        self._line.start()
        assert ready.wait(10), f"{self.name}'s page does not open"

    def closes(self) -> None:
        """Close the page, as far as the next sign of life shows."""
        self._closed.set()
        if self._line is not None:
            self._line.join(30)

    def _listen(self, ready: threading.Event) -> None:
        try:
            answer = self._session.get(f"{self.url}/webchat/events", stream=True, timeout=_TIMEOUT)
        except requests.RequestException:
            return
        connection = ""
        with answer:
            for kind, data in _events(answer):
                if self._closed.is_set():
                    return
                connection = data["connection"] if kind == "hello" else connection
                self._take(kind, data, connection)
                if kind == "snapshot":
                    ready.set()

    def _take(self, kind: str, data: Any, connection: str) -> None:
        if kind == "beat":
            body = {"connection": connection}
            self._session.post(f"{self.url}/webchat/here", json=body, timeout=_TIMEOUT)
        for item in {"snapshot": data, "item": [data]}.get(kind, ()):
            self._items[item["id"]] = item

    # --- what it shows -----------------------------------------------------------------------

    @property
    def items(self) -> list[dict[str, Any]]:
        return [self._items[key] for key in sorted(self._items, key=int)]

    @property
    def texts(self) -> list[str]:
        """What the bot wrote, cards as the page draws them."""
        return [words(item) for item in self.items if item.get("from") != "me"]

    def shows(self, fragment: str) -> bool:
        """Whether one of the bot's messages says `fragment`."""
        return any(fragment in text for text in self.texts)

    def reads(self, fragment: str) -> None:
        """Wait for it."""
        wait_until(lambda: self.shows(fragment), told=lambda: f"{self.name}: {self.texts[-4:]}")

    # --- what is done there ------------------------------------------------------------------

    def says(self, text: str) -> requests.Response:
        """Type something; the server's answer."""
        return self._posts({"text": text})

    def presses(self, label: str) -> None:
        """Press the choice that begins with `label`, under the newest message that offers it."""
        wait_until(lambda: self._offered(label), told=lambda: f"{self.name}: {self.texts[-2:]}")
        item, choice = self._offered(label)[0]
        said = {"token": choice["token"], "message": item["id"], "label": label}
        self._posts(said).raise_for_status()

    def _offered(self, label: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        return [
            (item, choice)
            for item in reversed(self.items)
            for choice in item.get("choices", ())
            if choice["label"].startswith(label)
        ]

    def _posts(self, said: dict[str, Any]) -> requests.Response:
        body = {"client_id": secrets.token_hex(8), **said}
        return self._session.post(f"{self.url}/webchat/messages", json=body, timeout=_TIMEOUT)


def words(item: dict[str, Any]) -> str:
    """A message's words, with its card's."""
    return "\n".join([str(item.get("text", "")), *_strings(item.get("card") or {})])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _events(answer: requests.Response) -> Iterator[tuple[str, Any]]:
    """Server-sent events as (kind, data), until the line ends."""
    kind = ""
    try:
        for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)
    except requests.RequestException:
        return
