"""Who is on the messenger in memory: people who do things, and the groups they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.messaging import (
    Address,
    ChatKind,
    Choice,
    ContentKind,
    Feature,
    MediaKind,
)
from bot.testkit import updates
from bot.testkit.chats import Chat, Shown

if TYPE_CHECKING:
    from bot.testkit.messenger import Messenger


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that somebody sends."""

    data: bytes
    kind: MediaKind = MediaKind.PHOTO
    mime: str = "image/jpeg"
    name: str | None = None
    as_file: bool = False


class Group:
    """A native group on the messenger, with the bot in it."""

    def __init__(self, messenger: Messenger, native: str, title: str) -> None:
        self.title = title
        self.members: dict[str, Person] = {}
        self.bot_present = True
        self.bot_may_post = True
        self.members_may_post: bool | None = True
        self.unreached: dict[str, str] = {}
        self.chat = Chat(Address(messenger.name, native), ChatKind.GROUP, messenger.now)
        self._messenger = messenger

    @property
    def address(self) -> Address:
        return self.chat.address

    @property
    def texts(self) -> list[str]:
        """What the bot's messages say now."""
        return self.chat.texts

    @property
    def last(self) -> Shown:
        return self.chat.last

    async def hears(self, fragment: str, *, since: int = 0, within: float = 5.0) -> Shown:
        """Wait until the bot says `fragment` here."""
        return await self.chat.hears(fragment, since=since, within=within)

    def moves(self) -> Address:
        """The messenger gives the group another address, and says so."""
        return self._messenger.move(self)

    def puts_bot_out(self) -> None:
        """The bot is no longer in the group."""
        self.bot_present = False
        bot = updates.person(
            Address(self._messenger.name, "bot"),
            name="bot",
            language=None,
            aliases=(),
            direct=False,
        )
        self._messenger.queue(
            "membership", self.chat, {"member": bot, "present": False, "is_bot": True}
        )


class Person:
    """Somebody on the messenger. Each thing they do is what their app would send."""

    def __init__(
        self,
        messenger: Messenger,
        native: str,
        name: str,
        *,
        language: str | None,
        aliases: tuple[Address, ...],
    ) -> None:
        self.name = name
        self.language = language
        self.aliases = aliases
        self.blocking = False
        self.watching = True
        self.chat = Chat(Address(messenger.name, native), ChatKind.DIRECT, messenger.now)
        self._messenger = messenger
        self._started = messenger.profile.can(Feature.WRITE_FIRST)
        self._acted_at = 0

    @property
    def address(self) -> Address:
        return self.chat.address

    @property
    def texts(self) -> list[str]:
        """What the bot's messages in the direct chat say now."""
        return self.chat.texts

    @property
    def last(self) -> Shown:
        """The bot's latest message in the direct chat."""
        return self.chat.last

    @property
    def reachable(self) -> bool:
        """Whether the bot may write to them."""
        return self._started and not self.blocking

    def starts(self) -> None:
        """Open the direct chat, so that the bot may write, without a word that it has to answer."""
        self._started, self.blocking = True, False

    async def hears(self, fragment: str, *, within: float = 5.0) -> Shown:
        """Wait until the bot says `fragment` here, since this person last did something."""
        return await self.chat.hears(fragment, since=self._acted_at, within=within)

    def says(
        self,
        text: str,
        *,
        to: Group | None = None,
        reply_to: Shown | str | None = None,
        **more: Any,
    ) -> str:
        """Write to the bot, or in a group; returns the message's id. `more` are fields of the
        update: forwarded, anonymous, view_once, expires_in_s.
        """
        return self._sends(to, reply_to, {"text": text, **more})

    def sends(
        self,
        *attachments: Attachment,
        caption: str = "",
        to: Group | None = None,
        reply_to: Shown | str | None = None,
    ) -> list[str]:
        """Send files; several are an album of as many messages. Returns their ids."""
        album = f"album-{self._messenger.count()}" if len(attachments) > 1 else None
        return [
            self._sends(
                to,
                reply_to,
                {
                    "text": caption if place == 0 else "",
                    "album": album,
                    "media": [updates.media(self._messenger.keep(attachment))],
                },
            )
            for place, attachment in enumerate(attachments)
        ]

    def sends_photo(self, data: bytes, *, caption: str = "", to: Group | None = None) -> str:
        """Send one photo."""
        return self.sends(Attachment(data=data), caption=caption, to=to)[0]

    def sends_location(self, latitude: float, longitude: float, *, to: Group | None = None) -> str:
        """Share a point, in WGS 84 degrees."""
        return self._sends(to, None, {"location": [latitude, longitude]})

    def sends_sticker(self, *, to: Group | None = None) -> str:
        return self.sends_odd(ContentKind.STICKER, to=to)

    def sends_odd(self, content: ContentKind, *, to: Group | None = None) -> str:
        """Send something that has neither words nor files: a sticker, a contact, a poll."""
        return self._sends(to, None, {"content": content.value})

    def presses(self, choice: str | int, *, on: Shown | None = None) -> None:
        """Choose by label (or a part of it), number or token, under `on` or the latest question.

        Where the messenger has no buttons the number is typed, as people do there.
        """
        shown = on or self._latest_question()
        chosen = _choice(shown.choices, choice)
        if not shown.buttons:
            self.says(str(chosen.number))
            return
        self._act("press", self._chat_of(shown), {"message": shown.id, "token": chosen.token})

    def edits(self, message_id: str, text: str) -> None:
        """Change the text of something they said."""
        chat = self._where(message_id)
        chat.edit(message_id, text=text)
        self._act("edit", chat, {"message": message_id, "text": text})

    def deletes(self, message_id: str) -> None:
        """Take back something they said. Whether the bot hears of it depends on the messenger."""
        chat = self._where(message_id)
        chat.delete(message_id)
        if self._messenger.profile.can(Feature.DELETE_EVENTS):
            self._act("deletion", chat, {"message": message_id})

    def reacts(self, emoji: str | None, *, on: Shown) -> None:
        """Put an emoji on a message, or take it off."""
        self._act("reaction", self._chat_of(on), {"message": on.id, "emoji": emoji})

    def asks_to_join(self, group: Group, *, invite: str | None = None) -> None:
        """Ask to come into a group that its administrators open."""
        request = {"group": group.address.id, "person": self.address.id}
        self._messenger.join_requests[group.address.id, self.address.id] = None
        self._act("join_request", group.chat, {"request": request, "invite": invite})

    def joins(self, group: Group) -> None:
        """Come into the group."""
        group.members[self.address.id] = self
        self._membership(group, present=True)

    def leaves(self, group: Group) -> None:
        """Leave the group."""
        group.members.pop(self.address.id, None)
        self._membership(group, present=False)

    def blocks(self) -> None:
        """Stop the bot: nothing can be sent until they write again."""
        self.blocking = True
        self._act("lost", self.chat, {})

    def changes_safety_number(self) -> None:
        """Get a new phone; what is sent from it can't be trusted yet."""
        self._act("identity", self.chat, {"detail": "safety number changed"})

    def reads(self, shown: Shown, *, status: str = "read") -> None:
        """Let the messenger report a receipt."""
        self._act("status", self._chat_of(shown), {"message": shown.id, "status": status})

    def as_sender(self) -> dict[str, Any]:
        """How updates name this person."""
        return updates.person(
            self.address,
            name=self.name,
            language=self.language,
            aliases=self.aliases,
            direct=self.reachable,
        )

    def _sends(self, to: Group | None, reply_to: Shown | str | None, fields: dict[str, Any]) -> str:
        chat = self.chat if to is None else to.chat
        if to is None:
            self.starts()
        answered = reply_to.id if isinstance(reply_to, Shown) else reply_to
        message = self._messenger.count()
        chat.put(
            Shown(
                id=message,
                chat=chat.address,
                at=self._messenger.now(),
                author=self.name,
                text=fields.get("text", ""),
                reply_to=answered,
            )
        )
        self._act("message", chat, {"message": message, "reply_to": answered, **fields})
        return message

    def _act(self, kind: str, chat: Chat, fields: dict[str, Any]) -> None:
        self._acted_at = len(self.chat.history)
        self._messenger.queue(kind, chat, {"from": self.as_sender(), **fields})

    def _membership(self, group: Group, *, present: bool) -> None:
        if self._messenger.profile.can(Feature.MEMBERSHIP_EVENTS):
            member = {"member": self.as_sender(), "present": present}
            self._act("membership", group.chat, member)

    def _where(self, message_id: str) -> Chat:
        for chat in self._messenger.chats():
            if message_id in chat and chat[message_id].author == self.name:
                return chat
        raise LookupError(f"{self.name} said no {message_id}")

    def _chat_of(self, shown: Shown) -> Chat:
        return self._messenger.chat(shown.chat)

    def _latest_question(self) -> Shown:
        for shown in reversed(self.chat.of_bot):
            if shown.choices:
                return shown
        raise LookupError(f"{self.name} was asked nothing")


def _choice(choices: Sequence[Choice], wanted: str | int) -> Choice:
    exact = [c for c in choices if wanted in (c.number, c.token, c.label)]
    if exact:
        return exact[0]
    partly = [c for c in choices if isinstance(wanted, str) and wanted.lower() in c.label.lower()]
    if len(partly) == 1:
        return partly[0]
    offered = ", ".join(f"{choice.number} {choice.label}" for choice in choices) or "nothing"
    raise LookupError(f"{wanted!r} names no single choice; offered were: {offered}")
