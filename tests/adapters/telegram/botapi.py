"""A Telegram Bot API server on loopback, for tests: people who write, and a bot that answers.

    server = BotApiServer().start()
    rozenstraat = server.user("Rozenstraat 4")
    rozenstraat.says("meld")
    server.wait_until(lambda: "101" in rozenstraat.last.text)
    rozenstraat.presses("Ja")

It speaks HTTP in a thread of its own, so that the bot may run in this process or in another.
It refuses whatever the published description of the Bot API doesn't allow and counts it in
`violations`. It can flood, fail, hang and drop connections on demand (`fails`).
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import unquote

from tests.adapters.telegram import description
from tests.adapters.telegram.faults import Fault, Paces, flood
from tests.adapters.telegram.listener import Answer, Listener, Request
from tests.adapters.telegram.methods import Methods, Refused
from tests.adapters.telegram.people import User
from tests.adapters.telegram.updates import Updates
from tests.adapters.telegram.world import Chat, Group, Json, Post, StoredFile, numbered, standing

TOKEN: Final = "123456789:AAF-loopback_token_for_tests_only_x"


@dataclass(slots=True)
class _Planned:
    methods: tuple[str, ...]
    fault: Fault
    chat: int | None
    times: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that came; `at` is monotonic, in seconds."""

    method: str
    fields: Json
    at: float

    @property
    def chat(self) -> int | None:
        """The chat it was for."""
        return int(self.fields["chat_id"]) if "chat_id" in self.fields else None


class BotApiServer:
    """Telegram, as far as one bot sees it."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "saarbot_test_bot",
        reads_all: bool = True,
        download_max: int | None = 20_000_000,
        limits: bool = False,
    ) -> None:
        """`limits` makes it refuse what goes over 20 messages a minute in a group, 30 a second."""
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.username = username
        self.reads_all = reads_all
        self.can_join_groups = True
        self.download_max = download_max
        self.limits = limits
        self.webhook = ""
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.calls: list[Call] = []
        self.answered: list[str] = []
        self.violations: list[str] = []
        self.files: dict[str, StoredFile] = {}
        self.lock = threading.RLock()
        self.chats: dict[int, Chat] = {}
        self._users: dict[str, User] = {}
        self.updates = Updates()
        self._paces = Paces()
        self._faults: list[_Planned] = []
        self._user_id = numbered(111_111, 111_111)
        self._group_id = numbered(-1_001_000_000_001, -1)
        self._serial = numbered(1)
        self._listener = Listener(self._serve)
        self._methods = Methods(self)

    # Running

    def start(self) -> Self:
        """Listen; again on the same port after `stop`."""
        self._listener.start()
        return self

    def stop(self) -> None:
        """Close every connection; people, chats and waiting updates stay."""
        self._listener.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """What `adapters.telegram.api_url` is set to."""
        return f"http://127.0.0.1:{self._listener.port}"

    # People and groups

    def user(self, name: str, *, id: int | None = None, language: str = "nl") -> User:  # noqa: A002
        """The person of this name; a new one the first time."""
        with self.lock:
            if name not in self._users:
                user = User(self, id or self._user_id(), name, language)
                self._users[name] = self.chats[user.id] = user
            return self._users[name]

    def group(
        self,
        title: str,
        *,
        id: int | None = None,  # noqa: A002
        bot: str = "administrator",
        kind: str = "supergroup",
    ) -> Group:
        """A new group in which the bot already is, as administrator or member."""
        with self.lock:
            group = Group(self, id or self._group_id(), title, bot=bot, kind=kind)
            self.chats[group.id] = group
            return group

    def chat(self, native: int) -> Chat:
        """A chat by its id."""
        return self.chats[native]

    # Faults and observation

    def fails(
        self,
        *methods: str,
        fault: Fault,
        chat: Chat | None = None,
        times: int = 1,
        after: int = 0,
    ) -> None:
        """Let the next `times` calls of any of `methods` (to `chat`) go wrong, `after` good ones."""
        with self.lock:
            here = chat.id if chat else None
            self._faults.append(_Planned(methods, fault, here, times, after))

    def heal(self) -> None:
        """Forget all faults that did not happen yet."""
        with self.lock:
            self._faults.clear()

    def count(self, method: str) -> int:
        """How often `method` was called."""
        return sum(call.method == method for call in list(self.calls))

    @property
    def waiting(self) -> int:
        """How many updates the bot has not confirmed."""
        return self.updates.waiting

    def wait_until(self, true: Callable[[], object], *, seconds: float = 10.0) -> None:
        """Return when `true()` is; AssertionError with what the chats show if it never is."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s in vain; {self._shown()}")
            time.sleep(0.01)

    async def until(self, true: Callable[[], object], *, seconds: float = 10.0) -> None:
        """`wait_until` for a test that runs in the bot's own loop."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s in vain; {self._shown()}")
            await asyncio.sleep(0.01)

    def _shown(self) -> str:
        shown = {chat.title: chat.texts[-3:] for chat in list(self.chats.values())}
        return f"shown: {shown}; violations: {self.violations}"

    # For `world` and `people`

    def push(self, kind: str, body: Json) -> None:
        """Queue an update; AssertionError if the description doesn't know its shape."""
        update = {"update_id": self.updates.new_id(), kind: body}
        faults = description.payload_faults(update, "Update")
        assert not faults, faults
        self.updates.add(update, kind)

    def push_odd(self, **body: Any) -> int:
        """Queue an update of any shape, as a newer Telegram might send; returns its id."""
        update = {"update_id": self.updates.new_id(), **body}
        self.updates.add(update)
        return int(update["update_id"])

    def redeliver(self) -> None:
        """Give the last update once more, as after a confirmation that was lost."""
        self.updates.redeliver()

    def message(self, chat: Chat, post: Post, author: Json, **about: Any) -> Json:
        """A Message as Telegram would show it."""
        body: Json = {
            "message_id": post.id,
            "date": self.now(),
            "chat": chat.as_json(),
            "from": author,
            **about,
        }
        answered = chat.posts.get(post.reply_to or 0)
        if answered:
            of_bot = answered.author == "bot"
            who = self.as_user() if of_bot else ({**author, "first_name": answered.author})
            words = {"text": answered.text} if answered.text else {}
            told = {"date": self.now(), "chat": chat.as_json(), "from": who}
            body["reply_to_message"] = {"message_id": answered.id, **told, **words}
        return body

    def hears(self, chat: Chat, post: Post) -> bool:
        """Whether privacy mode lets the bot see this message."""
        if not isinstance(chat, Group) or chat.bot == "administrator":
            return True
        if chat.bot != "member" or self.reads_all:
            return chat.bot == "member"
        answered = chat.posts.get(post.reply_to or 0)
        return post.text.startswith("/") or (answered is not None and answered.author == "bot")

    def as_user(self) -> Json:
        """The bot as a User."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": "Saarbot",
            "username": self.username,
        }

    def bot_moves(self, group: Group, by: User, after: str) -> None:
        """Change the bot's standing in a group and tell it."""
        before, group.bot = group.bot, after
        body = {
            "chat": group.as_json(),
            "from": by.as_user(),
            "date": self.now(),
            "old_chat_member": standing(before, self.as_user()),
            "new_chat_member": standing(after, self.as_user()),
        }
        self.push("my_chat_member", body)

    def private_standing(self, user: User, before: str, after: str) -> None:
        """Tell the bot that a person stopped or started it."""
        body = {
            "chat": user.as_json(),
            "from": user.as_user(),
            "date": self.now(),
            "old_chat_member": standing(before, self.as_user()),
            "new_chat_member": standing(after, self.as_user()),
        }
        self.push("my_chat_member", body)

    def keep(
        self, content: bytes | None, path: str, *, size: int | None = None, name: str = ""
    ) -> StoredFile:
        """Store a file and give it its ids."""
        with self.lock:
            n = self._serial()
            size = len(content or b"") if size is None else size
            file = StoredFile(
                id=f"BQACAgQAAx{n}",
                unique=f"AgAD{n}",
                path=path,
                size=size,
                content=content,
                name=name,
            )
            self.files[file.id] = file
            return file

    def now(self) -> int:
        """Unix seconds, as Telegram stamps messages."""
        return int(time.time())

    def new_album(self) -> str:
        """An album's id."""
        return str(13_900_000_000_000 + self._serial())

    def new_query(self) -> str:
        """A pressed button's id."""
        return str(4_382_000_000_000 + self._serial())

    # Serving

    async def _serve(self, request: Request) -> Answer:
        _, where, *rest = request.path.split("/", 3)
        if where == "file" and rest[0] == f"bot{self.token}":
            return await self._file(unquote(rest[1]), request)
        if where != f"bot{self.token}" or not rest:
            return _answer(_failure(404 if where == "bot" else 401, "Unauthorized"))
        return await self._call(rest[0], request)

    async def _file(self, path: str, request: Request) -> Answer:
        """A download; `fails("file", ...)` lets it go wrong."""
        if fault := self._due("file", request):
            return await self._wrong(fault, "file", request)
        for file in self.files.values():
            if file.path == path and file.content is not None:
                return Answer(body=file.content, kind="application/octet-stream")
        return _answer(_failure(404, "Not Found"))

    async def _call(self, said: str, request: Request) -> Answer:
        name = description.method(said)
        if name is None:
            self.violations.append(f"no method {said}")
            return _answer(_failure(404, "Not Found: method not found"))
        self.calls.append(Call(method=name, fields=request.fields, at=time.monotonic()))
        if faults := description.request_faults(name, request.fields, request.files.keys()):
            self.violations += faults
            return _answer(_failure(400, f"Bad Request: {faults[0]}"))
        fault = self._due(name, request)
        if fault:
            return await self._wrong(fault, name, request)
        return _answer(await self._done(name, request))

    def _due(self, name: str, request: Request) -> Fault | None:
        chat = request.fields.get("chat_id")
        with self.lock:
            for planned in self._faults:
                here = planned.chat is None or str(planned.chat) == str(chat)
                if name in planned.methods and here and planned.times > 0:
                    planned.after -= 1
                    if planned.after < 0:
                        planned.times -= 1
                        return planned.fault
        return self._over_the_limit(name, int(chat)) if chat else None

    def _over_the_limit(self, name: str, chat: int) -> Fault | None:
        """Telegram's published limits, where the test asked for them."""
        if not self.limits or not name.startswith("send"):
            return None
        pause = self._paces.refuses(chat, time.monotonic())
        return flood(pause) if pause else None

    async def _wrong(self, fault: Fault, name: str, request: Request) -> Answer:
        if fault.acts and name != "file":
            await self._done(name, request)
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.drop:
            return Answer(drop=True)
        return _answer(_failure(fault.code, fault.description, fault.parameters))

    async def _done(self, name: str, request: Request) -> Json:
        if name == "getUpdates":
            return await self._get_updates(request.fields)
        try:
            with self.lock:
                result = self._methods.call(name, request.fields, request.files)
        except Refused as refused:
            return _failure(refused.code, refused.description, refused.parameters)
        return {"ok": True, "result": result}

    async def _get_updates(self, fields: Json) -> Json:
        if self.webhook:
            said = "Conflict: can't use getUpdates method while webhook is active"
            return _failure(409, f"{said}; use deleteWebhook to delete the webhook first")
        given = await self.updates.poll(fields)
        if given is None:
            said = "Conflict: terminated by other getUpdates request"
            return _failure(409, f"{said}; make sure that only one bot instance is running")
        return {"ok": True, "result": given}


def _failure(code: int, description: str, parameters: Json | None = None) -> Json:
    failure: Json = {"ok": False, "error_code": code, "description": description}
    return {**failure, "parameters": parameters} if parameters else failure


def _answer(body: Json) -> Answer:
    return Answer(status=int(body.get("error_code", 200)), body=json.dumps(body).encode())
