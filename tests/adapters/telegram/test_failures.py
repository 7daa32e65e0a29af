"""Sending that fails: what the core hears."""

from __future__ import annotations

from datetime import timedelta

import pytest

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
from bot.messaging import Outgoing
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.faults import Fault, broken, drop, flood, hang, refusal
from tests.adapters.telegram.peer import Watched, address
from tests.adapters.telegram.people import User
from tests.adapters.telegram.world import Group

_REFUSALS: list[tuple[Fault, type[MessengerError]]] = [
    (flood(7), RateLimited),
    (broken(), Uncertain),
    (hang(60), Uncertain),
    (hang(60, acts=False), Uncertain),
    (drop(), Uncertain),
    (refusal(502, "Bad Gateway"), Uncertain),
    (refusal(403, "Forbidden: bot was blocked by the user"), RecipientGone),
    (refusal(403, "Forbidden: user is deactivated"), RecipientGone),
    (refusal(400, "Bad Request: chat not found"), RecipientGone),
    (refusal(400, "Bad Request: PEER_ID_INVALID"), RecipientGone),
    (refusal(400, "Bad Request: not enough rights to send text messages to the chat"), NotAllowed),
    (refusal(400, "Bad Request: CHAT_WRITE_FORBIDDEN"), NotAllowed),
    (refusal(400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN"), NotAllowed),
    (refusal(400, "Bad Request: message is too long"), TooLarge),
    (refusal(413, "Request Entity Too Large"), TooLarge),
    (refusal(400, "Bad Request: something new"), Permanent),
    (refusal(401, "Unauthorized"), NotAllowed),
]


@pytest.mark.parametrize(
    ("fault", "error"), _REFUSALS, ids=[f"{f.code or 'lost'}-{f.description}" for f, _ in _REFUSALS]
)
async def test_telegrams_words_mean_one_of_ours(
    server: BotApiServer, telegram: Watched, els: User, fault: Fault, error: type[MessengerError]
) -> None:
    """Every refusal has its class, and the token is in none of them."""
    server.fails("sendMessage", fault=fault)
    with pytest.raises(MessengerError) as failed:
        await telegram.send(address(els), Outgoing(text="MELDING"), key="k")
    assert type(failed.value) is error
    assert server.token not in f"{failed.value!r} {failed.value.__cause__!r}"
    assert server.token.partition(":")[2] not in str(failed.value)


async def test_a_flood_says_how_long_and_for_whom(
    server: BotApiServer, telegram: Watched, els: User
) -> None:
    """Telegram's own seconds; only this chat pauses."""
    server.fails("sendMessage", fault=flood(7))
    with pytest.raises(RateLimited) as failed:
        await telegram.send(address(els), Outgoing(text="MELDING"), key="k")
    assert failed.value.after == timedelta(seconds=7)
    assert failed.value.scope == "chat"


async def test_a_flood_without_a_time_is_a_second(
    server: BotApiServer, telegram: Watched, els: User
) -> None:
    """A proxy before Telegram may say 429 in its own words."""
    server.fails("sendMessage", fault=refusal(429, "slow down"))
    with pytest.raises(RateLimited) as failed:
        await telegram.send(address(els), Outgoing(text="MELDING"), key="k")
    assert failed.value.after == timedelta(seconds=1)


async def test_nobody_listening_is_certain(
    server: BotApiServer, telegram: Watched, els: User
) -> None:
    """The request never left: it may be tried again without fear of a second copy."""
    server.stop()
    with pytest.raises(Retryable):
        await telegram.send(address(els), Outgoing(text="MELDING"), key="k")
    server.start()
    await telegram.send(address(els), Outgoing(text="MELDING"), key="k")
    assert els.texts == ["MELDING"]


async def test_a_group_that_moved_says_where_to(telegram: Watched, straat: Group) -> None:
    """Error 400 with the new id: the core follows."""
    new = straat.migrates()
    with pytest.raises(ChatMoved) as moved:
        await telegram.send(address(straat), Outgoing(text="MELDING"), key="k")
    assert moved.value.to == address(new)
    await telegram.send(moved.value.to, Outgoing(text="MELDING"), key="k")
    assert new.texts == ["MELDING"]


async def test_thrown_out_of_a_group_is_not_allowed(
    server: BotApiServer, telegram: Watched, straat: Group
) -> None:
    """The group is still there; somebody must put the bot back."""
    straat.removes_bot(server.user("Els"))
    with pytest.raises(NotAllowed):
        await telegram.send(address(straat), Outgoing(text="MELDING"), key="k")


async def test_who_never_pressed_start_cannot_be_written_to(
    server: BotApiServer, telegram: Watched
) -> None:
    """A bot can't write first."""
    with pytest.raises(RecipientGone):
        await telegram.send(address(server.user("Stef")), Outgoing(text="hallo"), key="k")


async def test_a_refusal_that_quotes_a_text_does_not_pass_it_on(
    server: BotApiServer, telegram: Watched, els: User
) -> None:
    """Telegram's sentence may hold what somebody wrote; the operator reads it without."""
    said = 'Bad Request: can\'t parse entities: Unsupported start tag "Kerkstraat 12"'
    server.fails("sendMessage", fault=refusal(400, said))
    with pytest.raises(Permanent) as failed:
        await telegram.send(address(els), Outgoing(text="MELDING"), key="k")
    assert "Kerkstraat" not in str(failed.value)
