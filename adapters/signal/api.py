"""The REST calls, each a coroutine over `requests` in a few threads.

A fresh session, so a fresh connection, for each request: a kept one that the server closed
meanwhile would leave us not knowing whether the request arrived (`Connection: close` alone doesn't
keep urllib3 from keeping it). Nothing raised here carries a URL, since those hold the
bot's number; the libraries' own log records that hold it are dropped.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import requests

from adapters.signal.failures import refused, unanswered
from bot.errors import MessengerError, Permanent, Retryable, TooLarge
from bot.messaging.workers import Workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping
    from typing import TypeVar

    from adapters.signal.settings import SignalSettings

    T = TypeVar("T")

WORKERS = 8
CONNECT_S = 5.0
CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success: the status and what the JSON body says (None if there is none)."""

    status: int
    body: Any


class Api:
    """One server and one account on it. Every call raises MessengerError and nothing else."""

    def __init__(self, settings: SignalSettings) -> None:
        self._settings = settings
        self._number = quote(settings.number, safe="")
        self._workers = Workers(WORKERS, name="signal")
        self._closed = False
        self._discretion = _Discretion(settings.number)
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(self._discretion)

    def close(self) -> None:
        """Take no more calls; those under way end by their timeout, or with the process."""
        self._closed = True
        for name in _TALKATIVE:
            logging.getLogger(name).removeFilter(self._discretion)

    async def about(self) -> Mapping[str, Any]:
        """The server's mode and version."""
        return _mapping(await self._call("GET", "/v1/about"))

    async def health(self) -> None:
        """Raise unless the server says that it is well."""
        await self._call("GET", "/v1/health")

    async def accounts(self) -> list[str]:
        """The numbers the server has."""
        return [str(one) for one in _sequence(await self._call("GET", "/v1/accounts"))]

    async def groups(self) -> list[Mapping[str, Any]]:
        """The groups the account is or was in."""
        answer = await self._call("GET", f"/v1/groups/{self._number}", expand=True)
        return [one for one in _sequence(answer) if isinstance(one, dict)]

    async def group(self, group: str) -> Mapping[str, Any] | None:
        """One group with its members, or None if the account doesn't know it.

        The server answers 404 or, in some versions, 200 with null.
        """
        path = f"/v1/groups/{self._number}/{quote(group, safe='')}"
        answer = await self._call("GET", path, expand=True, absent=True)
        return answer.body if isinstance(answer.body, dict) else None

    async def send(self, body: Callable[[], Mapping[str, Any]]) -> Any:
        """POST /v2/send; `body` is made in the worker, since it reads files."""
        answer = await self._call("POST", "/v2/send", body=body, repeatable=False)
        return answer.body

    async def remote_delete(self, recipient: str, timestamp: int) -> None:
        """Take back a message of the account's own."""
        body = {"recipient": recipient, "timestamp": timestamp}
        await self._call("DELETE", f"/v1/remote-delete/{self._number}", body=lambda: body)

    async def react(self, reaction: Mapping[str, Any], *, remove: bool) -> None:
        """Put a reaction on a message, or take the account's off."""
        method = "DELETE" if remove else "POST"
        await self._call(method, f"/v1/reactions/{self._number}", body=lambda: reaction)

    async def remove_attachment(self, attachment: str) -> None:
        """Let the server forget a file; one it doesn't have is no error."""
        await self._call("DELETE", f"/v1/attachments/{quote(attachment, safe='')}", absent=True)

    async def attachment(self, attachment: str, *, max_bytes: int) -> AsyncIterator[bytes]:
        """A file's bytes as they come; raises TooLarge past `max_bytes`."""
        download = _Download(
            self._url(f"/v1/attachments/{quote(attachment, safe='')}"),
            timeout=(CONNECT_S, self._settings.timeout_s),
            max_bytes=max_bytes,
        )
        try:
            while chunk := await self._in_worker(download.next):
                yield chunk
        finally:
            download.close()

    def _url(self, path: str) -> str:
        return self._settings.api_url + path

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: Callable[[], Mapping[str, Any]] | None = None,
        expand: bool = False,
        repeatable: bool = True,
        absent: bool = False,
    ) -> Answer:
        """`repeatable` where a repetition changes nothing; `absent` where 404 is an answer."""

        def exchange() -> Answer:
            content = None if body is None else json.dumps(body()).encode()
            status, said = self._exchange(
                method, path, content, expand=expand, repeatable=repeatable
            )
            if status >= 400 and not (absent and status == 404):
                raise refused(status, said, repeatable=repeatable)
            return Answer(status=status, body=said if status < 400 else None)

        return await self._in_worker(exchange)

    def _exchange(
        self, method: str, path: str, content: bytes | None, *, expand: bool, repeatable: bool
    ) -> tuple[int, Any]:
        failure: MessengerError
        try:
            with _session() as session:
                response = session.request(
                    method,
                    self._url(path),
                    data=content,
                    params={"expand": "true"} if expand else None,
                    headers={"Content-Type": "application/json"} if content is not None else None,
                    timeout=(CONNECT_S, self._settings.timeout_s),
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            failure = unanswered(error, repeatable=repeatable)
        else:
            return response.status_code, _json(response.content)
        # Outside the handler, so that the library's exception isn't even its context.
        raise failure

    async def _in_worker(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise Retryable("the Signal adapter is closed")
        return await self._workers.do(work)


def _session() -> requests.Session:
    """Proxies and .netrc of the environment are none of the server's business."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Connection"] = "close"
    return session


class _Download:
    """A streamed GET, taken chunk by chunk from worker threads, one at a time."""

    def __init__(
        self,
        url: str,
        *,
        timeout: tuple[float, float],
        max_bytes: int,
    ) -> None:
        self._session = _session()
        self._url = url
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._got = 0
        self._response: requests.Response | None = None
        self._chunks: Iterator[bytes] = iter(())

    def next(self) -> bytes:
        """The next chunk; empty at the end."""
        failure: MessengerError
        try:
            if self._response is None:
                self._open()
            chunk = next(self._chunks, b"")
        except requests.RequestException:
            failure = Retryable("signal-cli-rest-api broke off the download")
        else:
            self._got += len(chunk)
            self._check(self._got)
            return chunk
        raise failure

    def close(self) -> None:
        if self._response is not None:
            self._response.close()
        self._session.close()

    def _open(self) -> None:
        self._response = response = self._session.get(
            self._url, timeout=self._timeout, stream=True, allow_redirects=False
        )
        if response.status_code == 404:
            raise Permanent("the file is no longer on the server")
        if response.status_code != 200:
            raise refused(response.status_code, None, repeatable=True)
        length = response.headers.get("Content-Length", "")
        self._check(int(length) if length.isdigit() else 0)
        self._chunks = response.iter_content(CHUNK)

    def _check(self, size: int) -> None:
        if size > self._max_bytes:
            raise TooLarge("file larger than allowed", limit=self._max_bytes)


_TALKATIVE = ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.connection")


class _Discretion(logging.Filter):
    """Drops the records that hold the bot's number, as the libraries' lines about URLs do."""

    def __init__(self, number: str) -> None:
        super().__init__()
        self._forms = (number, quote(number, safe=""), number.lstrip("+"))

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        return not any(form in text for form in self._forms)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None


def _mapping(answer: Answer) -> Mapping[str, Any]:
    return answer.body if isinstance(answer.body, dict) else {}


def _sequence(answer: Answer) -> list[Any]:
    return answer.body if isinstance(answer.body, list) else []
