"""A browser with the web chat open, as far as the promises go: it comes back, and posts again."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from adapters.webchat.identity import person_id

if TYPE_CHECKING:
    from collections.abc import Callable


class Page:
    """One person's page: `items` as it shows them, `doubles` what came to it twice."""

    def __init__(self, port: Callable[[], int]) -> None:
        """`port` tells where the bot listens now, 0 while it doesn't."""
        self._port = port
        self._token = secrets.token_urlsafe(32)
        self.person = person_id(self._token)
        self.items: dict[str, dict[str, Any]] = {}
        self.doubles: list[str] = []
        self.came: dict[str, float] = {}
        self._last = ""
        self._connected = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def open(self) -> None:
        """Listen from now on, through every restart."""
        self._thread.start()

    def close(self) -> None:
        self._ended.set()

    @property
    def connected(self) -> bool:
        """Whether the bot holds the line just now."""
        return self._connected.is_set()

    def post(self, client: str, text: str) -> bool:
        """Say something under a name of its own; whether it was answered 200."""
        body = json.dumps({"client_id": client, "text": text})
        return self._request("POST", "/webchat/messages", body) == 200

    def _request(self, method: str, path: str, body: str) -> int:
        if not (port := self._port()):
            return 0
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
        with suppress(OSError, http.client.HTTPException), closing(line):
            line.request(method, path, body, self._headers())
            return line.getresponse().status
        return 0

    def _headers(self) -> dict[str, str]:
        return {
            "Cookie": f"saar={self._token}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
            "X-Page-Language": "nl",
            **({"Last-Event-ID": self._last} if self._last else {}),
        }

    # --- listening ----------------------------------------------------------------------------

    def _listen(self) -> None:
        while not self._ended.is_set():
            if port := self._port():
                with suppress(OSError, http.client.HTTPException):
                    self._stream(port)
                self._connected.clear()
            time.sleep(0.02)

    def _stream(self, port: int) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
            line.request("GET", "/webchat/events", headers=self._headers())
            answer = line.getresponse()
            fields: dict[str, str] = {}
            while raw := answer.readline():
                text = raw.decode().rstrip("\n")
                if text:
                    name, _, value = text.partition(": ")
                    fields[name] = value
                    continue
                self._take(fields)
                fields = {}

    def _take(self, fields: dict[str, str]) -> None:
        data = json.loads(fields.get("data", "null"))
        kind = fields.get("event")
        if kind == "hello":
            self._hello = data["connection"]
            self._connected.set()
        elif kind == "beat":
            self._request("POST", "/webchat/here", json.dumps({"connection": self._hello}))
        elif kind == "snapshot":
            for item in data:
                self._shown(item)
        elif kind == "item":
            self._shown(data)
        if "id" in fields:
            self._last = fields["id"]

    def _shown(self, item: dict[str, Any]) -> None:
        """An item again is a change of it; the same change twice would be a doubling."""
        if self.items.get(item["id"]) == item:
            self.doubles.append(item["id"])
        self.came.setdefault(item["id"], time.monotonic())
        self.items[item["id"]] = item
