"""What each method of the Bot API does to the loopback server's world."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.adapters.telegram.listener import Upload
from tests.adapters.telegram.people import User
from tests.adapters.telegram.world import Button, Chat, Group, Json, Post, standing
from tests.adapters.telegram.written import Written, read_html

if TYPE_CHECKING:
    from tests.adapters.telegram.botapi import BotApiServer

Files = Mapping[str, Upload]
TEXT_MAX, CAPTION_MAX, DATA_MAX = 4096, 1024, 64
GIFTS = (
    *("unlimited_gifts", "limited_gifts", "unique_gifts"),
    *("premium_subscription", "gifts_from_channels"),
)
PHOTO_MAX, UPLOAD_MAX = 10_000_000, 50_000_000


class Refused(Exception):
    """The method says no."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class Methods:
    """Called with the server's lock held; fields have passed the description already."""

    def __init__(self, server: BotApiServer) -> None:
        self._server = server

    def call(self, name: str, fields: Json, files: Files) -> Any:
        """Do it; raises Refused."""
        act: Callable[[Json, Files], Any] | None = getattr(self, f"_{name}", None)
        if act is None:
            raise Refused(501, f"the loopback server does not play {name}")
        return act(fields, files)

    # The bot itself

    def _getMe(self, fields: Json, files: Files) -> Json:  # noqa: N802
        return {
            **self._server.as_user(),
            "can_join_groups": self._server.can_join_groups,
            "can_read_all_group_messages": self._server.reads_all,
            "supports_inline_queries": False,
        }

    def _getWebhookInfo(self, fields: Json, files: Files) -> Json:  # noqa: N802
        pending = self._server.waiting
        url = self._server.webhook
        return {"url": url, "has_custom_certificate": False, "pending_update_count": pending}

    def _setWebhook(self, fields: Json, files: Files) -> bool:  # noqa: N802
        self._server.webhook = fields["url"]
        return True

    def _deleteWebhook(self, fields: Json, files: Files) -> bool:  # noqa: N802
        self._server.webhook = ""
        return True

    def _setMyCommands(self, fields: Json, files: Files) -> bool:  # noqa: N802
        scope = json.loads(fields.get("scope", '{"type":"default"}'))
        key = scope["type"] + (f":{scope['chat_id']}" if "chat_id" in scope else "")
        language = fields.get("language_code", "")
        self._server.commands[(key, language)] = json.loads(fields["commands"])
        return True

    # Sending

    def _sendMessage(self, fields: Json, files: Files) -> Json:  # noqa: N802
        chat = self._chat(fields)
        written = _written(fields, "text", TEXT_MAX)
        if not written.text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        return self._shown(chat, self._post(chat, fields, written))

    def _sendPhoto(self, fields: Json, files: Files) -> Json:  # noqa: N802
        return self._send_file(fields, files, "photo", PHOTO_MAX)

    def _sendDocument(self, fields: Json, files: Files) -> Json:  # noqa: N802
        return self._send_file(fields, files, "document", UPLOAD_MAX)

    def _send_file(self, fields: Json, files: Files, kind: str, limit: int) -> Json:
        chat = self._chat(fields)
        written = _written(fields, "caption", CAPTION_MAX)
        upload = _checked(files[kind], limit)
        return self._shown(chat, self._post(chat, fields, written, upload, kind=kind))

    def _sendMediaGroup(self, fields: Json, files: Files) -> list[Json]:  # noqa: N802
        chat = self._chat(fields)
        media = json.loads(fields["media"])
        if not 2 <= len(media) <= 10:
            raise Refused(400, "Bad Request: wrong number of media in the album")
        if "document" in {each["type"] for each in media} and len({e["type"] for e in media}) > 1:
            raise Refused(400, "Bad Request: document can't be mixed with other media types")
        album = self._server.new_album()
        posts = []
        for each in media:
            upload = files[each["media"].removeprefix("attach://")]
            written = _written(each, "caption", CAPTION_MAX)
            post = self._post(chat, fields, written, upload, kind=each["type"])
            post.album = album
            posts.append(post)
        return [self._shown(chat, post) for post in posts]

    def _post(
        self,
        chat: Chat,
        fields: Json,
        written: Written,
        upload: Upload | None = None,
        *,
        kind: str = "",
    ) -> Post:
        stored = None
        if upload:
            path = f"sent/{len(self._server.files)}-{upload.name}"
            stored = self._server.keep(upload.content, path, name=upload.name)
        return chat.add(
            "bot",
            text=written.text,
            bold=written.bold,
            html=_source(fields),
            buttons=_buttons(fields),
            reply_to=_reply(chat, fields),
            file=stored,
            as_photo=kind == "photo",
            is_silent=fields.get("disable_notification") == "true",
            is_protected=fields.get("protect_content") == "true",
            has_preview=not json.loads(fields.get("link_preview_options", "{}")).get("is_disabled"),
        )

    def _shown(self, chat: Chat, post: Post) -> Json:
        words = {"caption" if post.file else "text": post.text} if post.text else {}
        body = self._server.message(chat, post, self._server.as_user(), **words)
        if post.file:
            file = {"file_id": post.file.id, "file_unique_id": post.file.unique}
            shape = {**file, "width": 1, "height": 1}
            body |= {"photo": [shape]} if post.as_photo else {"document": file}
        return body

    # Changing

    def _editMessageText(self, fields: Json, files: Files) -> Json:  # noqa: N802
        chat, post = self._own(fields, "edit")
        if post.file:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        written = _written(fields, "text", TEXT_MAX)
        return self._changed(chat, post, written, fields)

    def _editMessageCaption(self, fields: Json, files: Files) -> Json:  # noqa: N802
        chat, post = self._own(fields, "edit")
        if not post.file:
            raise Refused(400, "Bad Request: there is no caption in the message to edit")
        return self._changed(chat, post, _written(fields, "caption", CAPTION_MAX), fields)

    def _changed(self, chat: Chat, post: Post, written: Written, fields: Json) -> Json:
        buttons = _buttons(fields)
        if (written.text, written.bold, buttons) == (post.text, post.bold, post.buttons):
            same = "specified new message content and reply markup are exactly the same"
            raise Refused(400, f"Bad Request: message is not modified: {same} as a current content")
        post.text, post.bold, post.buttons = written.text, written.bold, buttons
        post.html = _source(fields)
        post.edits += 1
        return {**self._shown(chat, post), "edit_date": self._server.now()}

    def _deleteMessage(self, fields: Json, files: Files) -> bool:  # noqa: N802
        _, post = self._own(fields, "delete")
        post.is_deleted = True
        return True

    def _setMessageReaction(self, fields: Json, files: Files) -> bool:  # noqa: N802
        post = self._chat(fields).posts.get(int(fields["message_id"]))
        if post is None:
            raise Refused(400, "Bad Request: message to react not found")
        post.reactions = [each["emoji"] for each in json.loads(fields.get("reaction", "[]"))]
        return True

    def _own(self, fields: Json, verb: str) -> tuple[Chat, Post]:
        chat = self._chat(fields)
        post = chat.posts.get(int(fields["message_id"]))
        if post is None or post.is_deleted:
            raise Refused(400, f"Bad Request: message to {verb} not found")
        if post.author != "bot":
            raise Refused(400, f"Bad Request: message can't be {verb.removesuffix('e')}ed")
        return chat, post

    def _answerCallbackQuery(self, fields: Json, files: Files) -> bool:  # noqa: N802
        self._server.answered.append(fields["callback_query_id"])
        return True

    # Files and chats

    def _getFile(self, fields: Json, files: Files) -> Json:  # noqa: N802
        file = self._server.files.get(fields["file_id"])
        if file is None:
            said = "wrong file_id or the file is temporarily unavailable"
            raise Refused(400, f"Bad Request: {said}")
        if self._server.download_max and file.size > self._server.download_max:
            raise Refused(400, "Bad Request: file is too big")
        about = {"file_id": file.id, "file_unique_id": file.unique, "file_size": file.size}
        return {**about, "file_path": file.path}

    def _getChat(self, fields: Json, files: Files) -> Json:  # noqa: N802  # as the Bot API calls it
        chat = self._chat(fields)
        about = {**chat.as_json(), "accent_color_id": 0, "max_reaction_count": 11}
        about["accepted_gift_types"] = dict.fromkeys(GIFTS, False)
        if isinstance(chat, Group):
            about["permissions"] = {"can_send_messages": chat.members_may_post}
        return about

    def _getChatMember(self, fields: Json, files: Files) -> Json:  # noqa: N802
        group = self._chat(fields)
        assert isinstance(group, Group)
        native = int(fields["user_id"])
        user = self._server.chats.get(native)
        if native == self._server.bot_id:
            return standing(group.bot, self._server.as_user())
        if not isinstance(user, User):
            raise Refused(400, "Bad Request: user not found")
        status = "member" if native in group.members else "left"
        return standing(status, user.as_user())

    def _approveChatJoinRequest(self, fields: Json, files: Files) -> bool:  # noqa: N802
        return self._decide(fields, admit=True)

    def _declineChatJoinRequest(self, fields: Json, files: Files) -> bool:  # noqa: N802
        return self._decide(fields, admit=False)

    def _decide(self, fields: Json, *, admit: bool) -> bool:
        group, user = self._chat(fields), int(fields["user_id"])
        assert isinstance(group, Group)
        if user in group.decided:
            raise Refused(400, "Bad Request: HIDE_REQUESTER_MISSING")
        group.decided[user] = admit
        if admit:
            group.members.add(user)
        return True

    def _chat(self, fields: Json) -> Chat:
        """The chat, if the bot may write there."""
        chat = self._server.chats.get(int(fields["chat_id"]))
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if isinstance(chat, User):
            _check_person(chat)
        elif isinstance(chat, Group):
            _check_group(chat)
        return chat


def _check_person(user: User) -> None:
    if user.has_blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user")
    if not user.has_started:
        raise Refused(403, "Forbidden: bot can't initiate conversation with a user")


def _check_group(group: Group) -> None:
    if group.moved_to:
        said = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refused(400, said, {"migrate_to_chat_id": group.moved_to})
    if group.bot == "kicked":
        raise Refused(403, "Forbidden: bot was kicked from the supergroup chat")


def _written(fields: Json, key: str, limit: int) -> Written:
    text = str(fields.get(key, ""))
    if fields.get("parse_mode") != "HTML":
        written = Written(text)
    else:
        try:
            written = read_html(text)
        except ValueError as error:
            raise Refused(400, f"Bad Request: can't parse entities: {error}") from None
    if len(written.text.encode("utf-16-le")) // 2 > limit:
        kind = "message is too long" if key == "text" else "message caption is too long"
        raise Refused(400, f"Bad Request: {kind}")
    return written


def _source(fields: Json) -> str:
    return str(fields.get("text", fields.get("caption", "")))


def _checked(upload: Upload, limit: int) -> Upload:
    if not upload.content:
        raise Refused(400, "Bad Request: file must be non-empty")
    if len(upload.content) > limit:
        raise Refused(413, "Request Entity Too Large")
    return upload


def _buttons(fields: Json) -> list[Button]:
    markup = json.loads(fields.get("reply_markup", "{}"))
    buttons = [
        Button(text=each["text"], data=each.get("callback_data", ""))
        for row in markup.get("inline_keyboard", [])
        for each in row
    ]
    if any(not 1 <= len(button.data.encode()) <= DATA_MAX for button in buttons):
        raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return buttons


def _reply(chat: Chat, fields: Json) -> int | None:
    reply = json.loads(fields.get("reply_parameters", "{}"))
    native = reply.get("message_id")
    if native is None:
        return None
    post = chat.posts.get(native)
    if post is None or post.is_deleted:
        if reply.get("allow_sending_without_reply"):
            return None
        raise Refused(400, "Bad Request: message to be replied not found")
    return int(native)
