"""From a raw update to events. Pure; what can't be read becomes `Unknown`, never an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from telegram import (
    Chat,
    ChatMember,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    ReactionTypeEmoji,
    Update,
    User,
)

from adapters.telegram import media, plain
from adapters.telegram.me import ANONYMOUS, Me, clean, language
from bot.messaging.adapter import RawInbound
from bot.messaging.address import Address, Sender
from bot.messaging.events import (
    ButtonPressed,
    ChatKind,
    ChatMigrated,
    ContactLost,
    ContentKind,
    Event,
    JoinRequested,
    MembershipChanged,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
    Unknown,
)

_OTHER_EMOJI = "❔"

# Notes that Telegram puts into a chat about the chat itself. They say nothing to us.
_NOTES: Final = frozenset(
    {
        "boost_added",
        "channel_chat_created",
        "chat_background_set",
        "chat_owner_changed",
        "chat_owner_left",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "delete_chat_photo",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "giveaway_completed",
        "giveaway_created",
        "group_chat_created",
        "message_auto_delete_timer_changed",
        "new_chat_photo",
        "new_chat_title",
        "pinned_message",
        "poll_option_added",
        "poll_option_deleted",
        "proximity_alert_triggered",
        "supergroup_chat_created",
        "video_chat_ended",
        "video_chat_participants_invited",
        "video_chat_scheduled",
        "video_chat_started",
        "write_access_allowed",
    }
)


def events(raw: RawInbound, me: Me) -> list[Event]:
    """The events in one update, in order; none for what concerns nobody."""
    try:
        data = json.loads(raw.payload)
        short = plain.text_message(raw, me, data)
        return [short] if short else _Reading(raw, me, data).events()
    except Exception as error:  # noqa: BLE001 - an update of any shape may come; it is set aside
        return [_unreadable(raw, me, type(error).__name__)]


def _unreadable(raw: RawInbound, me: Me, why: str) -> Unknown:
    return Unknown(
        source=me.source,
        event_id=raw.key,
        chat=Address(me.source, "unknown"),
        chat_kind=ChatKind.DIRECT,
        sender=None,
        occurred_at=raw.received_at,
        received_at=raw.received_at,
        kind=f"unreadable ({why})",
    )


class _Reading:
    """One update being read."""

    def __init__(self, raw: RawInbound, me: Me, data: dict[str, Any]) -> None:
        self.raw = raw
        self.me = me
        self.data = data
        self.update = Update.de_json(data)
        self.kind = next((key for key in data if key != "update_id"), "empty")

    def events(self) -> list[Event]:
        readers: Mapping[str, Callable[[], list[Event]]] = {
            "message": self.message,
            "edited_message": self.edited,
            "callback_query": self.pressed,
            "my_chat_member": self.own_membership,
            "chat_member": self.membership,
            "chat_join_request": self.asked_to_join,
            "message_reaction": self.reaction,
        }
        return readers.get(self.kind, self.unknown)()

    def common(
        self,
        chat: Chat,
        user: User | None,
        at: datetime | None = None,
        *,
        mark: str = "",
        part: int = 0,
    ) -> dict[str, Any]:
        """The fields that all events share.

        Telegram starts its update ids anew, at random, after a week of silence
        (core.telegram.org/bots/api#update): the time, or `mark`, makes an id unmistakable.
        """
        stamp = mark or (str(int(at.timestamp())) if at else self.kind)
        event_id = f"{self.update.update_id}.{stamp}"
        return {
            "source": self.me.source,
            "event_id": f"{event_id}.{part}" if part else event_id,
            "chat": self.address(chat.id),
            "chat_kind": ChatKind.DIRECT if chat.type == Chat.PRIVATE else ChatKind.GROUP,
            "sender": self.sender(user, chat) if user else None,
            "occurred_at": at or self.raw.received_at,
            "received_at": self.raw.received_at,
            "is_self": user is not None and user.id == self.me.bot_id,
        }

    def address(self, native: int) -> Address:
        return Address(self.me.source, str(native))

    def sender(self, user: User, chat: Chat | None) -> Sender:
        """A bot may write to whoever wrote to it privately, and to nobody else."""
        private = chat is not None and chat.type == Chat.PRIVATE
        return Sender(
            address=self.address(user.id),
            direct=self.address(chat.id) if chat and private else None,
            display=clean(user.full_name),
            language=language(user.language_code),
        )

    # Messages

    def message(self) -> list[Event]:
        message = self.update.message
        assert message is not None
        if message.migrate_to_chat_id:
            return [self.migrated(message, message.chat.id, message.migrate_to_chat_id)]
        if message.migrate_from_chat_id:
            return [self.migrated(message, message.migrate_from_chat_id, message.chat.id)]
        if message.new_chat_members or message.left_chat_member:
            return self.came_and_went(message)
        if not _NOTES.isdisjoint(self.data["message"]):
            return []
        return [self.received(message)]

    def received(self, message: Message) -> Event:
        files = media.files(message, self.me.source)
        return MessageReceived(
            **self.common(message.chat, _author(message), message.date),
            message_id=str(message.message_id),
            text=self.text(message),
            media=files,
            location=media.location(message),
            content=_content(message, has_media=bool(files)),
            reply_to=_answered(message),
            group_key=message.media_group_id,
            forwarded=message.forward_origin is not None,
            anonymous=_is_anonymous(message),
        )

    def edited(self) -> list[Event]:
        message = self.update.edited_message
        assert message is not None
        return [
            MessageEdited(
                **self.common(message.chat, _author(message), message.edit_date or message.date),
                message_id=str(message.message_id),
                text=self.text(message),
                media=media.files(message, self.me.source),
                location=media.location(message),
            )
        ]

    def text(self, message: Message) -> str:
        return self.me.reads(message.text or message.caption or "")

    def migrated(self, message: Message, old: int, new: int) -> Event:
        common = self.common(message.chat, None, message.date)
        return ChatMigrated(**{**common, "chat": self.address(old)}, to=self.address(new))

    # Members

    def came_and_went(self, message: Message) -> list[Event]:
        """Only administrators get `chat_member` updates; these notes are for the other bots."""
        people = [(user, True) for user in message.new_chat_members]
        if message.left_chat_member:
            people.append((message.left_chat_member, False))
        return [
            self.member(
                self.common(message.chat, message.from_user, message.date, part=n),
                user,
                present=present,
            )
            for n, (user, present) in enumerate(people)
        ]

    def member(
        self, common: dict[str, Any], user: User, *, present: bool, can_post: bool = True
    ) -> Event:
        return MembershipChanged(
            **common,
            member=self.sender(user, None),
            present=present,
            is_bot=user.id == self.me.bot_id,
            can_post=can_post,
        )

    def membership(self) -> list[Event]:
        change = self.update.chat_member
        assert change is not None
        return [self.changed(change)]

    def own_membership(self) -> list[Event]:
        """In a private chat: the person stopped the bot, or started it again (a message follows)."""
        change = self.update.my_chat_member
        assert change is not None
        if change.chat.type != Chat.PRIVATE:
            return [self.changed(change)]
        if change.new_chat_member.status == ChatMember.BANNED:
            return [ContactLost(**self.common(change.chat, change.from_user, change.date))]
        return []

    def changed(self, change: ChatMemberUpdated) -> Event:
        now = change.new_chat_member
        return self.member(
            self.common(change.chat, change.from_user, change.date),
            now.user,
            present=is_present(now),
            can_post=bool(getattr(now, "can_send_messages", True)),
        )

    def asked_to_join(self) -> list[Event]:
        request = self.update.chat_join_request
        assert request is not None
        asked = {
            "chat_id": request.chat.id,
            "user_id": request.from_user.id,
            "user_chat_id": request.user_chat_id,
            **request.api_kwargs,  # `query_id` of Bot API 10.1, where Telegram gives it
        }
        link = request.invite_link
        return [
            JoinRequested(
                **self.common(request.chat, request.from_user, request.date),
                request=asked,
                invite=link.invite_link if link else None,
            )
        ]

    # Buttons and reactions

    def pressed(self) -> list[Event]:
        query = self.update.callback_query
        assert query is not None
        if query.message is None or query.data is None:
            return self.unknown()
        return [
            ButtonPressed(
                **self.common(query.message.chat, query.from_user, mark=query.id),
                message_id=str(query.message.message_id),
                token=query.data,
            )
        ]

    def reaction(self) -> list[Event]:
        change = self.update.message_reaction
        assert change is not None
        return [
            ReactionChanged(
                **self.common(change.chat, change.user, change.date),
                message_id=str(change.message_id),
                emoji=_emoji(change),
            )
        ]

    def unknown(self) -> list[Event]:
        chat = self.update.effective_chat or Chat(0, Chat.PRIVATE)
        common = self.common(chat, self.update.effective_user)
        return [Unknown(**common, kind=self.kind)]


def is_present(member: ChatMember) -> bool:
    """Whether this state of a member means being in the group."""
    if member.status == ChatMember.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status in {ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER}


def _author(message: Message) -> User | None:
    """None where Telegram shows a group or channel in the writer's place."""
    return None if _is_anonymous(message) else message.from_user


def _is_anonymous(message: Message) -> bool:
    user = message.from_user
    return message.sender_chat is not None or (user is not None and user.id == ANONYMOUS)


def _content(message: Message, *, has_media: bool) -> ContentKind:
    if message.sticker:
        return ContentKind.STICKER
    if message.contact:
        return ContentKind.CONTACT
    if message.poll:
        return ContentKind.POLL
    if has_media or message.text or message.caption or message.location:
        return ContentKind.PLAIN
    return ContentKind.OTHER


def _answered(message: Message) -> str | None:
    """The message answered; in a forum every message "answers" its topic's first, which is none."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created:
        return None
    return str(answered.message_id)


def _emoji(change: MessageReactionUpdated) -> str | None:
    if not change.new_reaction:
        return None
    first = change.new_reaction[0]
    return first.emoji if isinstance(first, ReactionTypeEmoji) else _OTHER_EMOJI
