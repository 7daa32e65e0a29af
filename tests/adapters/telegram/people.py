"""The people who use the loopback Telegram: they write, press, edit, come and go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.adapters.telegram.world import Chat, Group, Json, Post, StoredFile

if TYPE_CHECKING:
    from tests.adapters.telegram.botapi import BotApiServer


class User(Chat):
    """A person, and their private chat with the bot (both have the same id)."""

    def __init__(self, server: BotApiServer, native: int, name: str, language: str) -> None:
        super().__init__(server, native, name)
        self.name = name
        self.language = language
        self.has_started = False
        self.has_blocked = False

    def as_json(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.name}

    def as_user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.name,
            "language_code": self.language,
        }

    # Writing

    def says(self, text: str, *, to: Chat | None = None, reply_to: int | None = None) -> int:
        """Write; returns the message's id. `to` is a group, or the private chat."""
        about: Json = {"text": text}
        if command := re.match(r"/\w+(@\w+)?", text):
            about["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
        return self._writes(about, to, text=text, reply_to=reply_to)

    def presses_start(self, payload: str = "") -> int:
        """Press Start, behind a deep link with `payload` or without."""
        return self.says(f"/start {payload}".rstrip())

    def forwards(self, text: str, *, to: Chat | None = None) -> int:
        """Pass on somebody else's message."""
        origin = {"type": "hidden_user", "date": self._server.now(), "sender_user_name": "Iemand"}
        return self._writes({"text": text, "forward_origin": origin}, to, text=text)

    def edits(self, message: int, text: str, *, to: Chat | None = None) -> None:
        """Change one's own message; a file's caption if it has a file."""
        chat = to or self
        with self._server.lock:
            post = chat.posts[message]
            post.text, post.edits = text, post.edits + 1
            about: Json = {"caption" if post.file else "text": text}
            if post.file:
                about["photo"] = self._photo(post.file)
            body = self._server.message(chat, post, self.as_user(), **about)
            self._server.push("edited_message", {**body, "edit_date": self._server.now()})

    def _writes(
        self,
        about: Json,
        to: Chat | None,
        *,
        text: str = "",
        reply_to: int | None = None,
        file: StoredFile | None = None,
    ) -> int:
        chat = to or self
        with self._server.lock:
            if chat is self:
                self.has_started, self.has_blocked = True, False
            post = chat.add(self.name, text=text, reply_to=reply_to, file=file)
            message = self._server.message(chat, post, self.as_user(), **about)
            if self._server.hears(chat, post):
                self._server.push("message", message)
        return post.id

    # Files and places

    def sends_photo(
        self, content: bytes, caption: str = "", *, to: Chat | None = None, album: str | None = None
    ) -> int:
        """Send a picture as a photo, which Telegram offers in two sizes."""
        file = self._server.keep(content, f"photos/file_{len(self._server.files)}.jpg")
        about: Json = {"photo": self._photo(file)}
        if album:
            about["media_group_id"] = album
        return self._sends(about, file, caption, to)

    def sends_album(
        self, contents: Sequence[bytes], caption: str = "", *, to: Chat | None = None
    ) -> list[int]:
        """Send pictures together; only the first carries the caption."""
        album = self._server.new_album()
        captions = [caption, *[""] * (len(contents) - 1)]
        pairs = zip(contents, captions, strict=True)
        return [self.sends_photo(each, words, to=to, album=album) for each, words in pairs]

    def _photo(self, file: StoredFile) -> list[Json]:
        small = {"file_id": f"{file.id}s", "file_unique_id": f"{file.unique}s"}
        return [
            {**small, "width": 90, "height": 60, "file_size": min(file.size, 900)},
            {**self._file(file), "width": 1280, "height": 853},
        ]

    def _file(self, file: StoredFile) -> Json:
        return {"file_id": file.id, "file_unique_id": file.unique, "file_size": file.size}

    def sends_document(
        self,
        content: bytes | None,
        name: str,
        mime: str,
        caption: str = "",
        *,
        to: Chat | None = None,
        size: int | None = None,
    ) -> int:
        """Send a file as it is. Without `content` it only claims to be `size` bytes."""
        file = self._server.keep(content, f"documents/{name}", size=size, name=name)
        about = {"document": {**self._file(file), "file_name": name, "mime_type": mime}}
        return self._sends(about, file, caption, to)

    def sends_video(
        self,
        content: bytes | None,
        caption: str = "",
        *,
        to: Chat | None = None,
        size: int | None = None,
    ) -> int:
        """Send a video; see `sends_document` for `size`."""
        file = self._server.keep(content, "videos/file.mp4", size=size)
        shape = {"width": 720, "height": 1280, "duration": 9, "mime_type": "video/mp4"}
        return self._sends({"video": {**self._file(file), **shape}}, file, caption, to)

    def sends_video_note(self, content: bytes, *, to: Chat | None = None) -> int:
        file = self._server.keep(content, "video_notes/file.mp4")
        about = {"video_note": {**self._file(file), "length": 240, "duration": 5}}
        return self._sends(about, file, "", to)

    def sends_voice(self, content: bytes, *, to: Chat | None = None) -> int:
        file = self._server.keep(content, "voice/file.oga")
        about = {"voice": {**self._file(file), "duration": 4, "mime_type": "audio/ogg"}}
        return self._sends(about, file, "", to)

    def sends_audio(self, content: bytes, name: str, *, to: Chat | None = None) -> int:
        file = self._server.keep(content, f"music/{name}", name=name)
        shape = {"duration": 61, "file_name": name, "mime_type": "audio/mpeg"}
        return self._sends({"audio": {**self._file(file), **shape}}, file, "", to)

    def sends_animation(self, content: bytes, *, to: Chat | None = None) -> int:
        """Send a GIF, which comes twice in one message."""
        file = self._server.keep(content, "animations/file.mp4")
        plain = {**self._file(file), "file_name": "giphy.mp4", "mime_type": "video/mp4"}
        shape = {**plain, "width": 320, "height": 240, "duration": 2}
        return self._sends({"animation": shape, "document": plain}, file, "", to)

    def _sends(self, about: Json, file: StoredFile, caption: str, to: Chat | None) -> int:
        if caption:
            about["caption"] = caption
        return self._writes(about, to, text=caption, file=file)

    def sends_location(
        self,
        latitude: float,
        longitude: float,
        *,
        accuracy: float | None = None,
        to: Chat | None = None,
    ) -> int:
        point: Json = {"latitude": latitude, "longitude": longitude}
        if accuracy is not None:
            point["horizontal_accuracy"] = accuracy
        return self._writes({"location": point}, to)

    def sends_venue(
        self, latitude: float, longitude: float, title: str, address: str, *, to: Chat | None = None
    ) -> int:
        """Send a named place; the message holds the bare point as well."""
        point = {"latitude": latitude, "longitude": longitude}
        venue = {"location": point, "title": title, "address": address}
        return self._writes({"venue": venue, "location": point}, to)

    def sends_sticker(self, *, to: Chat | None = None) -> int:
        file = self._server.keep(b"sticker", "stickers/file.webp")
        kind = {"type": "regular", "width": 512, "height": 512}
        sticker = {
            **self._file(file),
            **kind,
            "is_animated": False,
            "is_video": False,
            "emoji": "🙂",
        }
        return self._writes({"sticker": sticker}, to)

    def sends_contact(self, phone: str, name: str, *, to: Chat | None = None) -> int:
        return self._writes({"contact": {"phone_number": phone, "first_name": name}}, to)

    def sends_poll(self, question: str, answers: Sequence[str], *, to: Chat | None = None) -> int:
        options = [
            {"persistent_id": str(n), "text": answer, "voter_count": 0}
            for n, answer in enumerate(answers)
        ]
        yes = {"is_anonymous": True}
        no = dict.fromkeys(
            ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only"), False
        )
        poll = {"id": "77", "question": question, "options": options, "total_voter_count": 0}
        return self._writes({"poll": {**poll, **yes, **no, "type": "regular"}}, to)

    def sends_dice(self, *, to: Chat | None = None) -> int:
        return self._writes({"dice": {"emoji": "🎲", "value": 4}}, to)

    # Buttons, reactions, coming and going

    def presses(self, word: str, *, to: Chat | None = None) -> None:
        """Press the newest button that says `word` (its number, its label, or part of it)."""
        chat = to or self
        post, button = chat.offers(word)
        self.presses_button(post, button.data, to=to)

    def presses_button(self, post: Post, data: str, *, to: Chat | None = None) -> None:
        """Press a certain button, perhaps one of long ago."""
        chat = to or self
        message = self._server.message(chat, post, self._server.as_user(), text=post.text or " ")
        self._server.push(
            "callback_query",
            {
                "id": self._server.new_query(),
                "from": self.as_user(),
                "chat_instance": str(chat.id),
                "message": message,
                "data": data,
            },
        )

    def reacts(self, message: int, emoji: str | None, *, to: Chat | None = None) -> None:
        """Put an emoji on a message, or take one's own off."""
        chat = to or self
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        self._server.push(
            "message_reaction",
            {
                "chat": chat.as_json(),
                "message_id": message,
                "user": self.as_user(),
                "date": self._server.now(),
                "old_reaction": [],
                "new_reaction": new,
            },
        )

    def joins(self, group: Group) -> None:
        """Come into a group."""
        group.members.add(self.id)
        self._moves(group, "left", "member", new_chat_members=[self.as_user()])

    def leaves(self, group: Group) -> None:
        """Go out of a group."""
        group.members.discard(self.id)
        self._moves(group, "member", "left", left_chat_member=self.as_user())

    def _moves(self, group: Group, before: str, after: str, **note: Any) -> None:
        server = self._server
        if group.bot == "administrator":
            server.push(
                "chat_member",
                {
                    "chat": group.as_json(),
                    "from": self.as_user(),
                    "date": server.now(),
                    "old_chat_member": {"status": before, "user": self.as_user()},
                    "new_chat_member": {"status": after, "user": self.as_user()},
                },
            )
        post = group.add("telegram")
        server.push("message", server.message(group, post, self.as_user(), **note))

    def asks_to_join(self, group: Group, *, link: str | None = None) -> None:
        """Ask the group's administrators, among them the bot, to be let in."""
        request: Json = {
            "chat": group.as_json(),
            "from": self.as_user(),
            "user_chat_id": self.id,
            "date": self._server.now(),
        }
        if link:
            request["invite_link"] = {
                "invite_link": link,
                "creator": self._server.as_user(),
                "creates_join_request": True,
                "is_primary": False,
                "is_revoked": False,
            }
        self._server.push("chat_join_request", request)

    def blocks_bot(self) -> None:
        """Stop the bot in the private chat."""
        self.has_blocked = True
        self._server.private_standing(self, "member", "kicked")

    def unblocks_bot(self) -> None:
        """Start it again."""
        self.has_blocked = False
        self._server.private_standing(self, "kicked", "member")
