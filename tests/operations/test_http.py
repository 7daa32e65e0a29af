"""The bot's HTTP server, over real sockets on this machine."""

from __future__ import annotations

import asyncio
import http.client
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from bot.errors import SaarbotError
from bot.messaging import Page
from bot.operations.health import Health
from bot.operations.http import HEADERS, HttpServer, files, more_files
from bot.operations.metrics import Metrics
from bot.settings import HttpSettings


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


async def get(
    server: HttpServer, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
) -> Answer:
    """Ask the server, as any client would."""

    def ask() -> Answer:
        client = http.client.HTTPConnection(*server.address, timeout=10)
        client.request(method, path, headers=dict(headers or {}))
        answer = client.getresponse()
        found = Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        client.close()
        return found

    return await asyncio.to_thread(ask)


@asynccontextmanager
async def serving(
    *pages: Page,
    health: Health | None = None,
    figures: Metrics | None = None,
    guard: Mapping[str, Any] | None = None,
    **settings: Any,
) -> AsyncIterator[HttpServer]:
    server = HttpServer(
        HttpSettings(port=0, **settings),
        health or Health(),
        figures or Metrics(),
        pages,
        **(guard or {}),
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def page(path: str, answer: Callable[[Request], Response]) -> Page:
    """A page that answers everything under its path."""

    async def endpoint(request: Request) -> Response:
        return answer(request)

    routes = [Route("/{rest:path}", endpoint, methods=["GET", "POST"])]
    return Page(path=path, app=Starlette(routes=routes))


def words(text: str) -> Callable[[Request], Response]:
    return lambda _request: PlainTextResponse(text)


async def test_healthz_says_that_the_process_lives() -> None:
    """It answers as soon as the server listens, whatever else is wrong."""
    health = Health()
    health.set("store", False, "disk full")
    async with serving(health=health) as server:
        assert (await get(server, "/healthz"))[::2] == (200, "ok\n")


async def test_readyz_waits_for_every_part_and_tells_no_details() -> None:
    """Ready means store and adapters are usable; the reason is for the operator, not the web."""
    health = Health()
    health.expect("store", "telegram")
    async with serving(health=health) as server:
        assert (await get(server, "/readyz")).status == 503
        health.set("store", True)
        health.set("telegram", False, "token refused")
        answer = await get(server, "/readyz")
        assert (answer.status, answer.text) == (503, '{"store":"ok","telegram":"not ready"}')
        health.set("telegram", True, "connected")
        assert (await get(server, "/readyz")).status == 200


def test_nothing_announced_is_not_ready() -> None:
    """An empty board is a bot that hasn't begun."""
    assert not Health().ready()


def test_the_board_tells_each_change_once() -> None:
    """Watchers hear what changes, not what stays."""
    health, heard = Health(), list[tuple[str, bool]]()
    health.on_change(lambda name, part: heard.append((name, part.ok)))
    health.set("store", True)
    health.set("store", True)
    health.set("store", False, "disk full")

    assert heard == [("store", True), ("store", False)]


async def test_metrics_are_prometheus_text_for_this_machine() -> None:
    """Figures are named saarbot_* and carry no person, chat or text."""
    metrics = Metrics()
    metrics.received.labels("telegram").inc(3)
    metrics.before_reading(lambda: metrics.outbox.labels("waiting").set(7))
    async with serving(figures=metrics) as server:
        answer = await get(server, "/metrics")
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]

    assert answer.headers["content-type"].startswith("text/plain")
    assert 'saarbot_received_total{source="telegram"} 3.0' in lines
    assert 'saarbot_outbox{state="waiting"} 7.0' in lines
    assert all(line.startswith("saarbot_") for line in lines)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_metrics_are_closed_to_whoever_comes_through_a_proxy(header: str) -> None:
    """A web server in front forwards from loopback; that must not open the figures."""
    async with serving() as server:
        answer = await get(server, "/metrics", headers={header: "203.0.113.9"})
        assert answer.status == 404


async def origin_told(server: HttpServer, source: str, forwarded: str) -> str:
    """Where a page takes a visitor to be from, who comes through the server at `source`."""

    def ask() -> str:
        port, here = server.address[1], (source, 0)
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=here)
        client.request("GET", "/who/", headers={"X-Forwarded-For": forwarded})
        told = client.getresponse().read().decode()
        client.close()
        return told

    return await asyncio.to_thread(ask)


def who(request: Request) -> Response:
    assert request.client is not None
    return PlainTextResponse(request.client.host)


async def test_a_server_in_front_is_believed_where_the_operator_names_it() -> None:
    """In a container the proxy is no loopback: `http.proxies` names it, and each of the strangers
    behind it has an origin of their own. Nobody else may make one up.
    """
    async with serving(page("/who", who), proxies=("127.0.0.2/32",)) as server:
        assert await origin_told(server, "127.0.0.2", "203.0.113.9") == "203.0.113.9"
        assert await origin_told(server, "127.0.0.1", "203.0.113.8") == "203.0.113.8"
        assert await origin_told(server, "127.0.0.3", "203.0.113.9") == "127.0.0.3"


async def test_a_server_in_front_is_believed_on_a_socket_for_both_kinds_of_address() -> None:
    """Where the bot listens at `[::]`, an IPv4 proxy on this machine is still this machine."""
    async with serving(page("/who", who), host="::", proxies=("127.0.0.2/32",)) as server:
        for source in ("127.0.0.1", "127.0.0.2"):
            assert await origin_told(server, source, "203.0.113.9") == "203.0.113.9"


async def test_a_server_in_front_that_is_not_believed_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever runs it in Docker behind a proxy would otherwise never know why newcomers wait."""
    async with serving(page("/who", who)) as server:
        await origin_told(server, "127.0.0.1", "192.168.1.7")
        assert not caplog.records
        for _ in range(2):
            await origin_told(server, "127.0.0.3", "203.0.113.9")
    [line] = caplog.messages
    assert "127.0.0.3" in line
    assert "http.proxies" in line


async def test_metrics_can_be_opened() -> None:
    """`metrics: any` is the operator's own word."""
    async with serving(metrics="any") as server:
        answer = await get(server, "/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
        assert answer.status == 200


async def test_every_answer_carries_security_headers() -> None:
    """Also a 404, also a page that forgot; a page's own policy stays."""

    def own(_request: Request) -> Response:
        return PlainTextResponse("x", headers={"Content-Security-Policy": "default-src 'self'"})

    async with serving(page("/own", own)) as server:
        for path in ("/healthz", "/nothing-here", "/own/x"):
            headers = {k.lower(): v for k, v in (await get(server, path)).headers.items()}
            assert {name.lower() for name in HEADERS} <= headers.keys()
            assert "server" not in headers
            policy = (
                "default-src 'self'" if path == "/own/x" else HEADERS["Content-Security-Policy"]
            )
            assert headers["content-security-policy"] == policy


async def test_the_longest_path_wins_and_a_bare_path_is_no_redirect() -> None:
    """A webhook's POST reaches its page though another page has everything at `/`."""
    pages = (
        page("/", words("home")),
        page("/webhooks/telegram", words("hook")),
        page("/demo/phone", words("phone")),
    )
    async with serving(*pages) as server:
        assert (await get(server, "/")).text == "home"
        assert (await get(server, "/u/rozenstraat")).text == "home"
        assert (await get(server, "/webhooks/telegram/x", method="POST")).text == "hook"
        assert (await get(server, "/webhooks/telegramx")).text == "home"
        assert (await get(server, "/demo/phone/1")).text == "phone"
        assert (await get(server, "/healthz")).text == "ok\n"


async def test_a_page_gets_its_bare_path() -> None:
    """`/webhooks/telegram` itself reaches the page, as every messenger posts it."""
    seen: list[tuple[str, str]] = []

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        seen.append((scope["path"], scope["root_path"]))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with serving(Page(path="/webhooks/telegram", app=app)) as server:
        assert (await get(server, "/webhooks/telegram", method="POST")).status == 204
    assert seen == [("/webhooks/telegram", "/webhooks/telegram")]


async def test_a_page_that_fails_answers_500_and_no_more() -> None:
    """The visitor learns nothing of the inside, and the server goes on."""

    def broken(_request: Request) -> Response:
        raise RuntimeError("secret inside")

    async with serving(page("/broken", broken)) as server:
        answer = await get(server, "/broken/x")
        assert answer.status == 500
        assert "secret" not in answer.text
        assert (await get(server, "/healthz")).status == 200


async def test_a_websocket_reaches_its_page() -> None:
    """The web chat's live line passes the same listener."""

    async def echo(socket_: WebSocket) -> None:
        await socket_.accept()
        await socket_.send_text(await socket_.receive_text())
        await socket_.close()

    chat = Page(path="/", app=Starlette(routes=[WebSocketRoute("/live", echo)]))
    async with serving(chat) as server:
        url = server.url.replace("http", "ws") + "/live"
        async with connect(url) as client:
            await client.send("hallo")
            assert await client.recv() == "hallo"


async def test_a_taken_port_is_a_sentence() -> None:
    """Two bots on one port: the second says which address, and raises no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = HttpServer(HttpSettings(port=port), Health(), Metrics())
        with pytest.raises(
            SaarbotError, match=rf"http.listen: 127.0.0.1:{port} is taken.*: end that one"
        ):
            await server.start()


async def test_stop_lets_an_answer_under_way_finish() -> None:
    """Who was being answered when the bot stops still gets the answer."""
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(_request: Request) -> Response:
        begun.set()
        await go.wait()
        return PlainTextResponse("done")

    server = HttpServer(
        HttpSettings(port=0),
        Health(),
        Metrics(),
        [Page(path="/slow", app=Starlette(routes=[Route("/x", slow)]))],
    )
    await server.start()
    asking = asyncio.create_task(get(server, "/slow/x"))
    await asyncio.wait_for(begun.wait(), 10)
    stopping = asyncio.create_task(server.stop())
    await asyncio.sleep(0)
    go.set()

    assert (await asyncio.wait_for(asking, 10)).text == "done"
    await asyncio.wait_for(stopping, 10)


async def test_a_crowd_of_connections_leaves_files_for_the_rest() -> None:
    """Those that are there go on; one too many is closed at once, and its place is free again later."""
    async with serving(guard={"connections": 3}) as server:
        crowd = [await asyncio.open_connection(*server.address) for _ in range(3)]
        reader, writer = crowd[0]
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        refused, late = await asyncio.open_connection(*server.address)
        with suppress(ConnectionResetError):
            assert await refused.read() == b""
        for one in (*(writer for _, writer in crowd), late):
            one.close()
        await _answers(server)


async def _answers(server: HttpServer) -> None:
    """Return when the server takes connections again; the test's timeout is the limit."""
    while True:
        with suppress(OSError, http.client.HTTPException):
            assert (await get(server, "/healthz")).status == 200
            return


async def test_whoever_connects_and_asks_for_nothing_is_let_go() -> None:
    """Not even half a request keeps a connection: only a whole one does."""
    async with serving(guard={"silent_s": 0.05}) as server:
        reader, writer = await asyncio.open_connection(*server.address)
        writer.write(b"GET /healthz HT")
        assert await reader.read() == b""
        writer.close()
        assert (await get(server, "/healthz")).status == 200


def test_half_of_the_files_are_for_everything_but_the_web() -> None:
    """What the process may open is raised as far as the system lets it, never lowered."""
    before = files()
    more_files()
    assert files() >= before


async def test_half_a_request_behind_an_answer_keeps_no_connection() -> None:
    """Whoever was answered once and then sends a letter at a time holds nothing; neither does a
    body that nobody reads any more. An answer that never ends goes on.
    """

    async def endless() -> AsyncIterator[bytes]:
        yield b"one\n"
        await asyncio.sleep(0.3)
        yield b"two\n"

    def streaming(_request: Request) -> Response:
        return StreamingResponse(endless())

    async with serving(page("/stream", streaming), guard={"silent_s": 0.05}) as server:
        for begin in (
            b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\nGET /heal",
            b"POST /healthz HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nab",
        ):
            reader, writer = await asyncio.open_connection(*server.address)
            writer.write(begin)
            assert (await asyncio.wait_for(reader.read(), 3)).startswith(b"HTTP/1.1 ")
            writer.close()
        assert (await get(server, "/stream/")).text == "one\ntwo\n"


async def test_one_address_takes_only_a_part_of_the_connections() -> None:
    """A quarter: others still come in. A server in front speaks for many and has them all."""
    async with serving(guard={"connections": 8}, proxies=("127.0.0.9/32",)) as server:
        port = server.address[1]

        async def connects(source: str) -> bool:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=(source, 0)
            )
            open_now.append(writer)
            with suppress(ConnectionError):
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
                return bool(await reader.readline())
            return False

        open_now: list[asyncio.StreamWriter] = []
        assert [await connects("127.0.0.3") for _ in range(3)] == [True, True, False]
        assert [await connects("127.0.0.4") for _ in range(2)] == [True, True]
        assert [await connects("127.0.0.9") for _ in range(3)] == [True, True, True]
        for writer in open_now:
            writer.close()
