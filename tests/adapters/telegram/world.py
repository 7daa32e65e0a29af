"""The chats and messages that the loopback Bot API server holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.adapters.telegram.botapi import BotApiServer
    from tests.adapters.telegram.people import User

Json = dict[str, Any]
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """A file on Telegram's side; `content` may be absent for one only claimed to be large."""

    id: str
    unique: str
    path: str
    size: int
    content: bytes | None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button under a message."""

    text: str
    data: str

    def answers(self, word: str) -> bool:
        """Whether a person who means `word` would press it: by number, whole label, or part."""
        number, _, label = self.text.partition(" ")
        return word in {number, label, self.text} or word.lower() in label.lower()


@dataclass(slots=True, kw_only=True)
class Post:
    """A message in a chat, as it stands now."""

    chat: int
    id: int
    author: str
    text: str = ""
    bold: list[str] = field(default_factory=list)
    html: str = ""
    buttons: list[Button] = field(default_factory=list)
    reply_to: int | None = None
    file: StoredFile | None = None
    as_photo: bool = False
    is_silent: bool = False
    is_protected: bool = False
    has_preview: bool = True
    is_deleted: bool = False
    edits: int = 0
    album: str | None = None
    reactions: list[str] = field(default_factory=list)
    at: float = field(default_factory=time.monotonic)


class Chat:
    """A chat and what was written in it."""

    def __init__(self, server: BotApiServer, native: int, title: str) -> None:
        self._server = server
        self.id = native
        self.title = title
        self.posts: dict[int, Post] = {}
        self._ids = count(1)

    @property
    def address(self) -> str:
        """The chat as the configuration names it."""
        return f"telegram:{self.id}"

    @property
    def messages(self) -> list[Post]:
        """What the bot wrote and did not take back, with the texts of now."""
        return [
            post for post in self.posts.values() if post.author == "bot" and not post.is_deleted
        ]

    @property
    def texts(self) -> list[str]:
        """The texts of `messages`."""
        return [post.text for post in self.messages]

    @property
    def last(self) -> Post:
        """The newest of `messages`."""
        return self.messages[-1]

    def find(self, words: str) -> Post:
        """The newest of `messages` that holds these words; LookupError if there is none."""
        for post in reversed(self.messages):
            if words in post.text:
                return post
        raise LookupError(f"nothing in {self.title!r} says {words!r}; there is: {self.texts}")

    def add(self, author: str, **about: Any) -> Post:
        """Keep a message."""
        post = Post(chat=self.id, id=next(self._ids), author=author, **about)
        self.posts[post.id] = post
        return post

    def as_json(self) -> Json:
        raise NotImplementedError

    def offers(self, word: str) -> tuple[Post, Button]:
        """The newest message with a button for `word`."""
        for post in reversed(self.messages):
            for button in post.buttons:
                if button.answers(word):
                    return post, button
        shown = [button.text for post in self.messages for button in post.buttons]
        raise LookupError(f"no button for {word!r} in {self.title!r}; there are: {shown}")


class Group(Chat):
    """A group; `bot` is the bot's standing in it: administrator, member or left."""

    def __init__(
        self, server: BotApiServer, native: int, title: str, *, bot: str, kind: str
    ) -> None:
        super().__init__(server, native, title)
        self.bot = bot
        self.kind = kind
        self.members: set[int] = set()
        self.members_may_post = True
        self.moved_to: int | None = None
        self.decided: dict[int, bool] = {}

    def as_json(self) -> Json:
        return {"id": self.id, "type": self.kind, "title": self.title}

    def migrates(self) -> Group:
        """Become a supergroup with another id; both chats get Telegram's note about it."""
        with self._server.lock:
            new = self._server.group(self.title, bot=self.bot)
            new.members |= self.members
            self.moved_to = new.id
            self._note(self, migrate_to_chat_id=new.id)
            self._note(new, migrate_from_chat_id=self.id)
        return new

    def _note(self, chat: Group, **about: Any) -> None:
        post = chat.add("telegram")
        self._server.push(
            "message",
            {
                "message_id": post.id,
                "date": self._server.now(),
                "chat": chat.as_json(),
                "from": ANONYMOUS,
                "sender_chat": chat.as_json(),
                **about,
            },
        )

    def anonymous_says(self, text: str) -> int:
        """An administrator who hides behind the group writes."""
        post = self.add("somebody", text=text)
        message = self._server.message(self, post, ANONYMOUS, text=text)
        self._server.push("message", {**message, "sender_chat": self.as_json()})
        return post.id

    def adds_bot(self, by: User, *, standing: str = "administrator") -> None:
        """`by` puts the bot into the group, or changes its standing."""
        self._server.bot_moves(self, by, standing)

    def removes_bot(self, by: User) -> None:
        """`by` throws the bot out."""
        self._server.bot_moves(self, by, "kicked")


def standing(status: str, who: Json) -> Json:
    """A ChatMember."""
    member: Json = {"status": status, "user": who}
    if status == "kicked":
        member["until_date"] = 0
    if status == "administrator":
        rights = ("can_manage_chat", "can_delete_messages", "can_invite_users")
        lacking = (
            *("can_be_edited", "is_anonymous", "can_manage_video_chats"),
            *("can_restrict_members", "can_promote_members", "can_change_info"),
            *("can_post_stories", "can_edit_stories", "can_delete_stories"),
        )
        member |= dict.fromkeys(rights, True) | dict.fromkeys(lacking, False)
    return member


def numbered(start: int, step: int = 1) -> Callable[[], int]:
    """A source of ids."""
    numbers: Iterator[int] = count(start, step)
    return lambda: next(numbers)
