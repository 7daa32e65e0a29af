"""The routes of the web chat."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from adapters.webchat import inbound
from adapters.webchat.identity import Door, same_origin
from adapters.webchat.origin import origin_of
from adapters.webchat.pages import PLAIN_FENCE, Assets, page
from adapters.webchat.spool import BrokenOff, EmptyFile
from adapters.webchat.words import languages, preferred, word
from bot.errors import StoreError, TooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from adapters.webchat.adapter import WebChat

_log = logging.getLogger(__name__)
_BODY_MAX = 1_000_000
BODY_S = 30.0  # for words to arrive whole: who sends them a letter at a time holds a connection
_LATER_S = 30.0
_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_HERE = {"X-Accel-Buffering": "no"} | PLAIN_FENCE
_WHOLE = re.compile(r"[0-9]{1,15}")


class Refusal(Exception):
    """An answer with words for the person, after which the page keeps or drops the message."""

    def __init__(self, status: int, key: str, *, retry_s: float | None = None) -> None:
        self.status = status
        self.key = key
        self.retry_s = retry_s
        super().__init__(key)


class Entrance:
    """One page and what it posts to, for the people of one door."""

    def __init__(self, chat: WebChat, door: Door, *, framed: bool) -> None:
        self._chat = chat
        self._door = door
        self._framed = framed

    def routes(self) -> list[Route | Mount]:
        """Everything below the door's path."""
        return [
            Route("/", self.front, methods=["GET"]),
            Route("/u/{code}", self.front, methods=["GET"]),
            Route("/webchat/events", self.events, methods=["GET"]),
            Route("/webchat/messages", self.messages, methods=["POST"]),
            Route("/webchat/upload", self.upload, methods=["POST"]),
            Route("/webchat/here", self.here, methods=["POST"]),
            Route("/webchat/file/{file}", self.file, methods=["GET"]),
        ]

    async def front(self, request: Request) -> Response:
        """The page; with an invitation's code, it offers to join."""
        about = self._chat.about
        code = request.path_params.get("code")
        invited_to = self._invited_to(code, origin_of(request)) if code else None
        person = self._door.who(request)
        face = await self._chat.history.face(person) if person else {}
        language = face.get("lang") or self._language(request)
        facts = {
            "base": self._door.base,
            "group": invited_to or about.group,
            "emergency": about.emergency,
            "zone": about.zone,
            "upload-max": self._chat.upload_max,
            "invite": code,
            "invited-to": invited_to,
            "languages": " ".join(sorted(languages())),
        }
        response = page(language=language, framed=self._framed, facts=facts)
        self._door.give_cookie(request, response)
        return response

    def _invited_to(self, code: str, origin: str) -> str | None:
        """What an invitation is for. Where many wrong ones are tried nobody is told."""
        if not self._chat.flood.may_guess(origin):
            return None
        found = self._chat.about.invited_to(code)
        if found is None:
            self._chat.flood.wrong_code(origin)
        return found

    async def events(self, request: Request) -> Response:
        """The stream of everything the page shows."""
        person, origin = self._person(request), origin_of(request)
        await self._welcome(person, origin)
        self._let_in(self._chat.flood.opening(person))
        if not self._chat.live.has_room(origin) and not await self._chat.belongs(person):
            self._let_in(_LATER_S)
        last = request.headers.get("last-event-id") or request.query_params.get("after", "")
        return StreamingResponse(
            self._events(person, origin, last), media_type="text/event-stream", headers=_HERE
        )

    async def _events(self, person: str, origin: str, last: str) -> AsyncIterator[str]:
        connection = self._chat.live.connect(person, origin)
        wearing = asyncio.create_task(self._chat.wear(connection))
        try:
            async for text in self._chat.stream.events(connection, last):
                yield text
        finally:
            wearing.cancel()
            self._chat.live.leave(connection)

    async def messages(self, request: Request) -> Response:
        """A text, a press or a location: kept when the answer is 200."""
        person = self._poster(request)
        said = inbound.said_by(await self._read(request, person))
        item = await self._chat.talk.already(person, said["client"])
        if item is None:
            await self._welcome(person, origin_of(request))
            await self._let_speak(person, said.get("text", ""), origin_of(request))
            item = await self._chat.talk.say(person, said, self._language(request))
        return JSONResponse(item, headers=PLAIN_FENCE)

    async def upload(self, request: Request) -> Response:
        """A photo or video as the raw body."""
        person = self._poster(request)
        client = inbound.client_id(request.query_params.get("client_id"))
        earlier = await self._chat.talk.already(person, client)
        if earlier is None:
            await self._welcome(person, origin_of(request))
            self._let_in(self._chat.flood.upload(person))
            earlier = await self._receive(request, person, client)
        return JSONResponse(earlier, headers=PLAIN_FENCE)

    async def _receive(self, request: Request, person: str, client: str) -> dict[str, Any]:
        length = request.headers.get("content-length", "")
        told = _told(request, person)
        received = await self._chat.spool.receive(
            f"{person}-{client}",
            request.stream(),
            limit=self._chat.upload_max,
            expected=_number(length) if length else None,
            stranger=None if await self._chat.belongs(person) else origin_of(request),
        )
        said = {
            "client": client,
            "file": _described(request, received.file, received.size),
            **told,
        }
        try:
            return await self._chat.talk.bring(person, said, received, self._language(request))
        except StoreError:
            self._chat.spool.release(received.file)
            raise

    async def here(self, request: Request) -> Response:
        """The page says that it is still looked at."""
        person = self._poster(request)
        body = await self._read(request, person)
        known = isinstance(body, dict) and self._chat.live.here(person, str(body.get("connection")))
        return Response(status_code=204 if known else 410, headers=PLAIN_FENCE)

    async def file(self, request: Request) -> Response:
        """A file that was offered to this person, while it lasts."""
        person = self._person(request)
        offered = await self._chat.downloads.find(person, request.path_params["file"])
        if offered is None:
            raise HTTPException(404)
        headers = PLAIN_FENCE | {"Content-Security-Policy": "sandbox"}
        return FileResponse(
            offered.path, media_type=offered.mime, filename=offered.name, headers=headers
        )

    @property
    def _emergency(self) -> str:
        return self._chat.about.emergency

    def _person(self, request: Request) -> str:
        person = self._door.who(request)
        if person is None:
            raise Refusal(401, "no_cookie")
        return person

    def _poster(self, request: Request) -> str:
        if not same_origin(request.headers, self._chat.public_url):
            raise HTTPException(403)
        return self._person(request)

    async def _welcome(self, person: str, origin: str) -> None:
        """Remember no more new browsers at once than people could open."""
        if await self._chat.history.chat(person) is None:
            self._let_in(self._chat.flood.newcomer(origin))

    async def _read(self, request: Request, person: str) -> Any:
        """What a page posts; of strangers only a few at a time may be slow."""
        if self._chat.live.is_member(person):
            return await _json(request)
        arriving, origin = self._chat.arriving, origin_of(request)
        if not arriving.has_room(origin) and not await self._chat.belongs(person):
            self._let_in(_LATER_S)
        with arriving.one(origin):
            return await _json(request)

    async def _let_speak(self, person: str, text: str, origin: str) -> None:
        """Members as fast as anybody types; all others also within what is kept of strangers."""
        self._let_in(self._chat.flood.message(person, text, self._emergency))
        if self._chat.live.is_member(person):
            return
        wait_s = self._chat.flood.strangers_words(origin, text)
        if wait_s and not await self._chat.belongs(person):
            self._let_in(wait_s)

    def _let_in(self, wait_s: float) -> None:
        if wait_s:
            raise Refusal(429, "flood", retry_s=wait_s)

    def _language(self, request: Request) -> str:
        return _asked_for(request, self._chat.about.language)


def _number(text: str) -> int:
    """A whole number, 0 where none of a sensible length is written."""
    return int(text) if _WHOLE.fullmatch(text) else 0


def _told(request: Request, person: str) -> dict[str, Any]:
    """What a page says of a file beside its bytes; raises NotUnderstood.

    Words and names come in headers: an address ends up in the logs of servers on the way.
    """
    asked = request.query_params
    told: dict[str, Any] = {"waited_ms": inbound.waited(_number(asked.get("waited_ms", "")))}
    caption = unquote(request.headers.get("x-file-text", "")).strip()
    if caption:
        told |= inbound.caption(caption)
    if "group" in asked:
        told["group"] = f"{person}:{inbound.client_id(asked['group'])}"
    return told


def _described(request: Request, file: str, size: int) -> dict[str, Any]:
    mime = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    name = unquote(request.headers.get("x-file-name", ""))[:120]
    return {
        "file": file,
        "size": size,
        "mime": mime if _MIME.fullmatch(mime) else "application/octet-stream",
        "name": re.sub(r"[\x00-\x1f/\\]", "_", name) or None,
    }


async def _json(request: Request) -> Any:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > _BODY_MAX:
                    raise Refusal(413, "too_long")
    except TimeoutError:
        raise BrokenOff from None
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise inbound.NotUnderstood("json") from error


class Answers:
    """What a page hears when something didn't work: always a key, and words to show."""

    def __init__(self, chat: WebChat) -> None:
        self._chat = chat

    def handlers(self) -> dict[Any, Any]:
        return {
            Refusal: self.refused,
            StoreError: self.not_kept,
            inbound.NotUnderstood: self.not_understood,
            TooLarge: self.too_large,
            EmptyFile: self.empty,
            BrokenOff: self.broken_off,
            ClientDisconnect: self.broken_off,
        }

    async def refused(self, request: Request, error: Refusal) -> Response:
        return self._say(request, error.status, error.key, retry_s=error.retry_s)

    async def not_kept(self, request: Request, error: StoreError) -> Response:
        _log.warning("a web message could not be kept: %s", type(error).__name__)
        return self._say(request, 503, "not_kept", retry_s=5)

    async def not_understood(self, request: Request, _error: Exception) -> Response:
        return self._say(request, 400, "not_understood")

    async def too_large(self, request: Request, _error: Exception) -> Response:
        return self._say(request, 413, "too_large")

    async def empty(self, request: Request, _error: Exception) -> Response:
        return self._say(request, 400, "empty_file")

    async def broken_off(self, request: Request, _error: Exception) -> Response:
        return self._say(request, 400, "broken_off")

    def _say(
        self, request: Request, status: int, key: str, *, retry_s: float | None = None
    ) -> Response:
        language = _asked_for(request, self._chat.about.language)
        values = {
            "emergency": self._chat.about.emergency,
            "limit": str(self._chat.upload_max // 1_000_000),
        }
        body: dict[str, Any] = {"error": key, "text": word(language, f"error_{key}", **values)}
        headers = dict(PLAIN_FENCE)
        if retry_s is not None:
            body["retry_s"] = round(retry_s, 1)
            headers["Retry-After"] = str(max(1, round(retry_s)))
        return JSONResponse(body, status, headers=headers)


def _asked_for(request: Request, default: str) -> str:
    """The language that the page shows, or before it shows any the one its browser wants."""
    wanted = request.headers.get("x-page-language") or request.headers.get("accept-language")
    return preferred(wanted, default)


def site(chat: WebChat, door: Door) -> Starlette:
    """What stands at `/`."""
    routes: list[Route | Mount] = [Mount("/static", Assets(), name="static")]
    routes += Entrance(chat, door, framed=False).routes()
    return Starlette(routes=routes, exception_handlers=Answers(chat).handlers())


def demo_site(chat: WebChat, doors: dict[str, Door]) -> Starlette:
    """What stands at `/demo/phone`: one phone for each made-up person."""
    routes = [
        Mount(f"/{name}", routes=Entrance(chat, door, framed=True).routes())
        for name, door in doors.items()
    ]
    return Starlette(routes=routes, exception_handlers=Answers(chat).handlers())
