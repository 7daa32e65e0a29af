"""Menus, links, members and join requests."""

from __future__ import annotations

import pytest

from bot.errors import NotAllowed, RecipientGone
from bot.messaging import Address, CommandMenu
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.faults import broken, refusal
from tests.adapters.telegram.peer import Watched, address
from tests.adapters.telegram.people import User
from tests.adapters.telegram.world import Group


async def test_commands_are_set_by_scope_and_language(
    server: BotApiServer, telegram: Watched
) -> None:
    """The first language also serves people of any other; names Telegram refuses are left out."""
    entries = {"nl": [("meld", "Meld iets"), ("nieuwe groep", "x")], "en": [("meld", "Report")]}
    menus = [
        CommandMenu(audience="direct", entries=entries),
        CommandMenu(audience="telegram:111111", entries={"nl": [("export", "Exporteer")]}),
        CommandMenu(audience="coordinator", entries=entries),
    ]
    await telegram.set_commands(menus)
    dutch = [{"command": "meld", "description": "Meld iets"}]
    assert server.commands[("all_private_chats", "")] == dutch
    assert server.commands[("all_private_chats", "nl")] == dutch
    assert server.commands[("all_private_chats", "en")][0]["description"] == "Report"
    assert set(server.commands) == {
        ("all_private_chats", ""),
        ("all_private_chats", "nl"),
        ("all_private_chats", "en"),
        ("chat:111111", ""),
        ("chat:111111", "nl"),
    }


async def test_a_chat_that_refuses_its_menu_keeps_no_other_from_theirs(
    server: BotApiServer, telegram: Watched
) -> None:
    """A coordinator who never pressed Start: the next one's list is filled all the same."""
    entries = {"nl": [("export", "Exporteer")]}
    menus = [CommandMenu(audience=f"telegram:{n}", entries=entries) for n in (1, 2)]
    server.fails("setMyCommands", fault=refusal(400, "Bad Request: chat not found"))
    with pytest.raises(RecipientGone):
        await telegram.set_commands(menus)
    assert set(server.commands) == {("chat:2", ""), ("chat:2", "nl")}


async def test_a_deep_link_is_there_once_our_name_is_known(telegram: Watched) -> None:
    """And only for what Telegram passes on: letters, digits, - and _, up to 64."""
    assert telegram.deep_link("rozenstraat") is None
    await telegram.probe()
    assert telegram.deep_link("rozenstraat") == "https://t.me/saarbot_test_bot?start=rozenstraat"
    assert telegram.deep_link("beheer-A1_b2") is not None
    assert telegram.deep_link("met spatie") is None
    assert telegram.deep_link("x" * 65) is None


async def test_membership_is_known_or_not(
    server: BotApiServer, telegram: Watched, els: User, straat: Group
) -> None:
    """In, out, or not to be told; an error is never taken for out."""
    straat.members.add(els.id)
    jan = server.user("Jan")
    assert await telegram.is_member(address(straat), address(els)) is True
    assert await telegram.is_member(address(straat), address(jan)) is False
    assert await telegram.is_member(address(straat), Address("telegram", "999")) is None
    assert await telegram.is_member(Address("telegram", "-1"), address(els)) is None
    server.fails("getChatMember", fault=broken())
    assert await telegram.is_member(address(straat), address(els)) is None


async def test_who_may_post_in_a_group_is_known_or_not(
    server: BotApiServer, telegram: Watched, els: User, straat: Group
) -> None:
    """By the group's permissions; a person's chat has none, and an error tells nothing."""
    assert await telegram.members_may_post(address(straat)) is True
    straat.members_may_post = False
    assert await telegram.members_may_post(address(straat)) is False
    assert await telegram.members_may_post(address(els)) is None
    straat.bot = "kicked"
    assert await telegram.members_may_post(address(straat)) is None
    server.fails("getChat", fault=broken())
    assert await telegram.members_may_post(address(straat)) is None


@pytest.mark.parametrize("admit", [True, False])
async def test_a_join_request_is_answered_once(
    telegram: Watched, els: User, straat: Group, *, admit: bool
) -> None:
    """Another administrator was faster: no error."""
    request = {"chat_id": straat.id, "user_id": els.id, "user_chat_id": els.id}
    await telegram.decide_join(request, admit=admit)
    await telegram.decide_join(request, admit=admit)
    assert straat.decided == {els.id: admit}


async def test_a_join_request_that_may_not_be_answered_is_said(
    server: BotApiServer, telegram: Watched, els: User, straat: Group
) -> None:
    """The bot lost its right to invite."""
    refused = refusal(400, "Bad Request: not enough rights to manage chat join requests")
    server.fails("approveChatJoinRequest", fault=refused)
    with pytest.raises(NotAllowed):
        await telegram.decide_join({"chat_id": straat.id, "user_id": els.id}, admit=True)
