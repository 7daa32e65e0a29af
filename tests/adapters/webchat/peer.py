"""The page's side of the web chat as the contract suite drives it: its requests, over HTTP."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from adapters.webchat.identity import person_id
from bot.errors import StoreError
from bot.messaging import Adapter, Address, RawInbound
from bot.messaging.text import plain
from bot.testkit.peer import Ability, Fault, Seen
from bot.testkit.storage import MemoryStorage
from tests.adapters.webchat.house import House

_SERVED_HERE = "the page is served by the bot itself: there is no other side that could"


class FaultyStorage(MemoryStorage):
    """Refuses to write when told to, once."""

    def __init__(self) -> None:
        super().__init__()
        self.fails_next = False

    async def put_many(self, values: Mapping[str, str | None]) -> None:
        if self.fails_next:
            self.fails_next = False
            raise StoreError("the disk is full, for a test")
        await super().put_many(values)


class Browser:
    """One browser that has the page open: a cookie, and the requests that the page makes."""

    def __init__(self, house: House) -> None:
        self.http = httpx.AsyncClient(base_url=house.url, headers={"Sec-Fetch-Site": "same-origin"})
        self.person = ""
        self._listening: list[asyncio.Task[None]] = []

    async def opens(self) -> None:
        await self.http.get("/")
        (token,) = self.http.cookies.values()
        self.person = person_id(token)
        await self.listens()

    async def listens(self) -> int:
        """One stream more, which stays open; how it was answered, once it says something."""
        heard: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._listening.append(asyncio.create_task(self._listens(heard)))
        return await asyncio.wait_for(heard, 5)

    async def _listens(self, heard: asyncio.Future[int]) -> None:
        async with self.http.stream("GET", "/webchat/events", timeout=None) as stream:
            async for _ in stream.aiter_lines():
                if not heard.done():
                    heard.set_result(stream.status_code)

    async def posts(self, path: str, **request: Any) -> dict[str, Any]:
        """As the page does: again and again until it is kept."""
        while (answer := await self.http.post(path, **request)).status_code >= 429:
            await asyncio.sleep(0.02)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def closes(self) -> None:
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        await self.http.aclose()


class WebPeer:
    """Two browsers at the web chat."""

    group: Address | None = None
    secrets: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.storage = FaultyStorage()
        self.house = House(folder, storage=self.storage)
        self.cannot: dict[Ability, str] = {
            Ability.GROUP: "a page is one person's",
            Ability.EDIT_OWN: "what was said on the page stays said",
            Ability.STICKER: "the page has none",
            Ability.REPLY: "on the page people answer the bot, not one message",
            Ability.DISCONNECT: _SERVED_HERE,
            Ability.GONE: "a page that was opened can be opened again",
        }
        for fault in (
            Ability.RATE_LIMITED,
            Ability.DOWN,
            Ability.FORBIDDEN,
            Ability.HANG,
            Ability.LOST_ANSWER,
        ):
            self.cannot[fault] = _SERVED_HERE
        self._waiting = 0
        self._last: tuple[str, dict[str, Any]] | None = None

    @property
    def adapter(self) -> Adapter:
        return self.house.adapter

    async def starts(self) -> None:
        await self.house.start(running=False)
        self._els, self._jan = Browser(self.house), Browser(self.house)
        await self._els.opens()
        await self._jan.opens()
        self.person = Address("webchat", self._els.person)
        self.other = Address("webchat", self._jan.person)
        self.secrets = tuple(self._els.http.cookies.values())

    async def ends(self) -> None:
        await self._els.closes()
        await self._jan.closes()
        await self.house.stop()

    async def _post(self, path: str, **request: Any) -> str:
        self._waiting += 1
        self._last = (path, request)
        item = await self._els.posts(path, **request)
        self._waiting -= 1
        return str(item["id"])

    async def says(self, text: str, *, in_group: bool = False, reply_to: str | None = None) -> str:
        return await self._post("/webchat/messages", json={"client_id": _new(), "text": text})

    async def edits(self, message_id: str, text: str) -> None:
        raise NotImplementedError

    async def sends_photo(self, data: bytes, *, caption: str = "") -> str:
        return await self._post(
            "/webchat/upload",
            params={"client_id": _new()},
            content=data,
            headers={
                "Content-Type": "image/jpeg",
                "X-File-Name": "foto.jpg",
                "X-File-Text": quote(caption),
            },
        )

    async def sends_location(self, latitude: float, longitude: float) -> str:
        point = {"latitude": latitude, "longitude": longitude, "accuracy_m": 12}
        return await self._post("/webchat/messages", json={"client_id": _new(), "location": point})

    async def sends_sticker(self) -> str:
        raise NotImplementedError

    async def presses(self, part: str, label: str) -> None:
        items = self._items(self.person)
        choices = next(item["choices"] for item in items if item["id"] == part)
        token = next(choice["token"] for choice in choices if choice["label"] == label)
        body = {"client_id": _new(), "token": token, "message": part, "label": label}
        await self._post("/webchat/messages", json=body)

    def shown(self, chat: Address) -> list[Seen]:
        return [
            Seen(
                id=item["id"],
                text=plain(item["text"]),
                buttons=tuple(choice["label"] for choice in item.get("choices", ())),
                files=tuple(
                    self.house.adapter.spool.offered(file["file"]).read_bytes()
                    for file in item.get("files", ())
                ),
                reply_to=item.get("reply_to"),
            )
            for item in self._items(chat)
            if item["from"] == "bot" and not item.get("deleted")
        ]

    def _items(self, chat: Address) -> list[dict[str, Any]]:
        """What a page opened now would be told."""
        rows = self.storage.values.items()
        items = [json.loads(text) for key, text in rows if key.startswith(f"item/{chat.id}/")]
        return sorted(items, key=lambda item: int(item["id"]))

    def unknown(self) -> RawInbound:
        payload = json.dumps({"person": self.person.id, "id": "9", "hologram": True, "client": "c"})
        now = self.house.clock.now()
        key = f"{self.person.id}:c"
        return RawInbound(source="webchat", key=key, payload=payload, received_at=now)

    def acknowledged(self) -> bool | None:
        return self._waiting == 0

    def fail_next(self, fault: Fault, chat: Address) -> None:
        assert fault is Fault.SERVER_ERROR
        self.storage.fails_next = True

    async def redeliver(self) -> None:
        assert self._last is not None
        path, request = self._last
        await self._els.posts(path, **request)

    async def goes_away(self) -> None:
        raise NotImplementedError

    async def comes_back(self) -> None:
        raise NotImplementedError

    async def restart(self) -> Adapter:
        await self.house.adapter.close()
        return self.house.renew()


def _new() -> str:
    return secrets.token_hex(12)
