"""What Telegram's refusals mean for the core: `telegram.error.*` is mapped here and nowhere else.

The Bot API has few codes and many sentences. Those looked for here come from the Bot API server
(tdlib/telegram-bot-api, Client.cpp: `check_chat_access`, `fail_query_with_error`) and from the
library under it, whose errors in capitals it passes on as 400. A 400 that isn't known is
permanent (the same request will be refused again); anything that may have happened after the
request left is uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
from telegram import error as telegram

from adapters.telegram.transport import Flooded
from bot.errors import (
    ChatMoved,
    MessengerError,
    NotAllowed,
    Permanent,
    RateLimited,
    RecipientGone,
    Retryable,
    TooLarge,
    Uncertain,
)
from bot.messaging.address import Address

REJECTED: Final = "Telegram refuses the bot's token: ask @BotFather for the current one"

# Nothing of the request had left when one of these came.
_BEFORE_SENDING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_GONE: Final = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "group chat was deleted",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
)
_RIGHTS: Final = (
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_admin_required",
    "chat_write_forbidden",
    "chat_restricted",
    "can't be deleted",
    "not a member",
    "is restricted",
)
_RIGHT_TO_SEND = re.compile(r"chat_send_\w+_forbidden")
_TOO_LARGE: Final = (
    "too long",
    "caption_too_long",
    "too big",
    "too large",
)
_QUOTED = re.compile(r"""(["'«“]).*(["'»”])""", re.DOTALL)


@contextmanager
def translated(chat: Address | None = None, *, again: bool = False) -> Iterator[None]:
    """Raise the core's errors instead of the library's.

    `again` is for what may be done twice without harm: an unknown outcome is then just
    something to repeat.
    """
    try:
        yield
    except telegram.TelegramError as error:
        # `from None`: the cause's text or its traceback may show an address with the token.
        raise meaning(error, chat, again=again) from None


def meaning(
    error: telegram.TelegramError, chat: Address | None = None, *, again: bool = False
) -> MessengerError:
    """The core's error for one of the library's; never holds token or text."""
    found = _meaning(error, chat)
    return Retryable(found.reason) if again and isinstance(found, Uncertain) else found


def _meaning(error: telegram.TelegramError, chat: Address | None) -> MessengerError:
    match error:
        case Flooded():
            return RateLimited("too many messages", after=error.after, scope="chat")
        case telegram.ChatMigrated() if chat:
            return ChatMoved(Address(chat.messenger, str(error.new_chat_id)))
        case telegram.Forbidden():
            return _forbidden(error, chat)
        case telegram.InvalidToken():
            return NotAllowed(REJECTED)
        case telegram.BadRequest():
            return _refused(error)
        case telegram.NetworkError():
            return _lost(error)
    return Retryable(words(error))


def _forbidden(error: telegram.Forbidden, chat: Address | None) -> MessengerError:
    if chat and is_group(chat):
        return NotAllowed(words(error))
    return RecipientGone(words(error))


def _refused(error: telegram.BadRequest) -> MessengerError:
    said, reason = error.message.lower(), words(error)
    if "temporarily unavailable" in said:
        return Retryable(reason)
    if any(sentence in said for sentence in _GONE):
        return RecipientGone(reason)
    if any(sentence in said for sentence in _RIGHTS) or _RIGHT_TO_SEND.search(said):
        return NotAllowed(reason)
    if any(sentence in said for sentence in _TOO_LARGE):
        return TooLarge(reason)
    return Permanent(reason)


def _lost(error: telegram.NetworkError) -> MessengerError:
    if isinstance(error.__cause__, _BEFORE_SENDING):
        return Retryable("Telegram can't be reached")
    if "entity too large" in error.message.lower():
        return TooLarge("request entity too large")
    if isinstance(error, telegram.TimedOut):
        return Uncertain("no answer in time")
    return Uncertain("the connection broke, or Telegram failed, before it answered")


def words(error: telegram.TelegramError) -> str:
    """Telegram's sentence, short, without anything it quotes (that may be somebody's text)."""
    return _QUOTED.sub("…", error.message)[:160]


def says(error: telegram.TelegramError, *sentences: str) -> bool:
    """Whether Telegram's sentence holds one of these (lower case)."""
    said = error.message.lower()
    return any(sentence in said for sentence in sentences)


def is_group(chat: Address) -> bool:
    """Telegram's group ids are negative, people's positive (core.telegram.org/api/bots/ids)."""
    return chat.id.startswith("-")
