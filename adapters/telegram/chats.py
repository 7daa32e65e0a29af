"""What a chat can do, who is in it, who asks to come in, and its command list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, TelegramError

from adapters.telegram.failures import is_group, says, translated
from adapters.telegram.inbound import is_present
from adapters.telegram.outbound import TEXT_MAX
from bot.errors import MessengerError
from bot.messaging.adapter import CommandMenu
from bot.messaging.address import Address
from bot.messaging.capabilities import Capabilities, Feature, Level, Rate, TextUnit

# core.telegram.org/bots/faq: "avoid sending more than one message per second" in a chat, short
# bursts may go over it; at most 20 a minute in a group, about 30 a second in all. How short a burst
# may be isn't said: three are what one answer to a person takes.
# core.telegram.org/bots/api: "Sending files", getFile, "Using a local server".
_CHAT_RATES: Final = (Rate(count=1, seconds=1, burst=3),)
_GROUP_RATES: Final = (*_CHAT_RATES, Rate(count=20, seconds=60))
_ACCOUNT_RATES: Final = (Rate(count=30, seconds=1),)
DOWNLOAD_MAX: Final = 20_000_000
UPLOAD_MAX: Final = 50_000_000
LOCAL_UPLOAD_MAX: Final = 2_000_000_000
_EDIT_AGE_S: Final = 48 * 3600

_EVERYWHERE: Final = {
    Feature.EDIT: Level.FULL,
    Feature.DELETE: Level.PARTIAL,  # 48 hours
    Feature.REACT: Level.PARTIAL,  # a fixed list of emoji
    Feature.REPLY: Level.FULL,
    Feature.BUTTONS: Level.FULL,
    Feature.FILES: Level.FULL,
    Feature.ALBUM: Level.FULL,
    Feature.LOCATION: Level.FULL,
    Feature.COMMAND_MENU: Level.FULL,
    Feature.WRITE_FIRST: Level.UNSUPPORTED,  # only to whoever pressed Start
    Feature.DELETE_EVENTS: Level.UNSUPPORTED,
    Feature.RECEIPTS: Level.UNSUPPORTED,
}
_IN_GROUPS: Final = {
    Feature.JOIN_REQUESTS: Level.PARTIAL,  # where the bot is administrator
    Feature.MEMBERSHIP_EVENTS: Level.PARTIAL,  # likewise
    Feature.MEMBER_LOOKUP: Level.PARTIAL,  # certain only as administrator
}

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_DESCRIPTION_MAX = 256
_SCOPES: Final[Mapping[str, Callable[[], BotCommandScope]]] = {
    "anyone": BotCommandScopeDefault,
    "direct": BotCommandScopeAllPrivateChats,
    "resident": BotCommandScopeAllPrivateChats,
}


def capabilities(chat: Address, *, official: bool) -> Capabilities:
    """The published limits; a local Bot API server has wider ones for files."""
    in_group = is_group(chat)
    return Capabilities(
        support=_EVERYWHERE | (_IN_GROUPS if in_group else {}),
        text_max=TEXT_MAX,
        text_unit=TextUnit.UTF16,
        upload_max=UPLOAD_MAX if official else LOCAL_UPLOAD_MAX,
        download_max=DOWNLOAD_MAX if official else None,
        edit_age_s=_EDIT_AGE_S,
        chat_rates=_GROUP_RATES if in_group else _CHAT_RATES,
        account_rates=_ACCOUNT_RATES,
    )


async def is_member(bot: Bot, group: Address, person: Address) -> bool | None:
    """None where Telegram doesn't tell: no answer, or no right.

    An error never means "outside": to a bot that is no administrator, Telegram says "user not
    found" of members whom it did not see lately (tdlib/td#589).
    """
    try:
        return is_present(await bot.get_chat_member(int(group.id), int(person.id)))
    except (TelegramError, ValueError):
        return None


async def members_may_post(bot: Bot, group: Address) -> bool | None:
    """The group's default permissions; None where Telegram doesn't tell."""
    try:
        chat = await bot.get_chat(int(group.id))
    except (TelegramError, ValueError):
        return None
    return chat.permissions.can_send_messages if chat.permissions else None


async def decide_join(bot: Bot, request: Mapping[str, Any], *, admit: bool) -> None:
    """Answer; a request withdrawn, or answered by another administrator, is none any more."""
    decide = bot.approve_chat_join_request if admit else bot.decline_chat_join_request
    chat, user = int(request["chat_id"]), int(request["user_id"])
    with translated(again=True):
        try:
            await decide(chat, user)
        except BadRequest as refused:
            if not says(refused, "hide_requester_missing", "user_already_participant"):
                raise


async def set_commands(bot: Bot, menus: Sequence[CommandMenu]) -> None:
    """Fill Telegram's lists: `anyone`'s everywhere, `direct` or `resident` in private chats, and
    that of an audience named by an address in that chat. Others have no list of their own here.

    The first language of a menu is also shown to people of any other language. A chat that
    refuses (its owner never pressed Start) keeps no other from its list; its error comes last.
    """
    refused: MessengerError | None = None
    for menu in menus:
        if scope := _scope(menu.audience):
            try:
                await _set(bot, scope, menu)
            except MessengerError as error:
                refused = refused or error
    if refused:
        raise refused


async def _set(bot: Bot, scope: BotCommandScope, menu: CommandMenu) -> None:
    for n, (language, entries) in enumerate(menu.entries.items()):
        commands = _commands(entries)
        with translated(again=True):
            if n == 0:
                await bot.set_my_commands(commands, scope=scope)
            await bot.set_my_commands(commands, scope=scope, language_code=language)


def _scope(audience: str) -> BotCommandScope | None:
    if audience in _SCOPES:
        return _SCOPES[audience]()
    _, colon, chat = audience.partition(":")
    return BotCommandScopeChat(int(chat)) if colon else None


def _commands(entries: Sequence[tuple[str, str]]) -> list[BotCommand]:
    return [
        BotCommand(name, description[:_DESCRIPTION_MAX])
        for name, description in entries
        if _NAME.fullmatch(name)
    ]
