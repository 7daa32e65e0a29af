"""The loopback Telegram is strict, so that what passes here passes there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.adapters.telegram.botapi import BotApiServer


@pytest.fixture
def lenient() -> Iterator[BotApiServer]:
    """A server whose violations are the point."""
    with BotApiServer() as server:
        yield server


def call(server: BotApiServer, method: str, **fields: Any) -> dict[str, Any]:
    answer = httpx.post(f"{server.url}/bot{server.token}/{method}", data=fields, timeout=5)
    body = answer.json()
    assert isinstance(body, dict)
    assert body["ok"] == (answer.status_code == 200)
    return body


@pytest.mark.parametrize(
    ("method", "fields", "fault"),
    [
        ("sendMesage", {}, "no method"),
        ("sendMessage", {"chat_id": 111111}, "needs the field text"),
        ("sendMessage", {"chat_id": 111111, "text": "x", "tekst": "y"}, "no field tekst"),
        ("getUpdates", {"offset": "soon"}, "no Integer"),
        ("sendMessage", {"chat_id": 1, "text": "x", "protect_content": "ja"}, "not JSON"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": '{"rows":[]}'}, "rows"),
        ("sendDocument", {"chat_id": 111111, "document": "attach://f"}, "f came along"),
    ],
)
def test_what_the_description_does_not_allow_is_refused_and_counted(
    lenient: BotApiServer, method: str, fields: dict[str, Any], fault: str
) -> None:
    """Unknown method, missing or unknown field, wrong type: refused, and the test knows."""
    answer = call(lenient, method, **fields)
    assert not answer["ok"]
    assert any(fault in violation for violation in lenient.violations)


def test_confirmed_updates_are_gone(server: BotApiServer) -> None:
    """An offset forgets all before it; without one they stay."""
    els = server.user("Els")
    els.says("een")
    els.says("twee")
    first = call(server, "getUpdates")["result"]
    assert [update["message"]["text"] for update in first] == ["een", "twee"]
    assert call(server, "getUpdates")["result"] == first
    later = call(server, "getUpdates", offset=first[1]["update_id"])["result"]
    assert [update["message"]["text"] for update in later] == ["twee"]
    assert len(call(server, "getUpdates")["result"]) == 1


def test_members_and_reactions_come_only_when_asked_for(server: BotApiServer) -> None:
    """As Telegram's default has it; a list once given is kept."""
    group, els = server.group("Straat"), server.user("Els")
    els.reacts(els.says("x", to=group), "👍", to=group)
    els.joins(group)
    kinds = [next(reversed(update)) for update in call(server, "getUpdates")["result"]]
    assert kinds == ["message", "message"]
    asked = json.dumps(["message_reaction"])
    call(server, "getUpdates", allowed_updates=asked)
    els.reacts(1, None, to=group)
    assert "message_reaction" in call(server, "getUpdates")["result"][-1]


def test_privacy_mode_hides_what_is_not_meant_for_the_bot() -> None:
    """A member without admin rights reads commands and answers to itself, nothing else."""
    with BotApiServer(reads_all=False) as server:
        group, els = server.group("Straat", bot="member"), server.user("Els")
        els.says("mooi weer", to=group)
        els.says("/meld inbraak", to=group)
        card = group.add("bot", text="MELDING")
        els.says("gezien", to=group, reply_to=card.id)
        seen = [update["message"]["text"] for update in call(server, "getUpdates")["result"]]
    assert seen == ["/meld inbraak", "gezien"]


def test_limits_are_enforced(server: BotApiServer) -> None:
    """Length after parsing, valid markup, 64 bytes in a button, an empty text."""
    els = server.user("Els")
    els.has_started = True
    assert call(server, "sendMessage", chat_id=els.id, text="😀" * 2048)["ok"]
    for fields, words in (
        ({"text": "😀" * 2049}, "too long"),
        ({"text": " "}, "empty"),
        ({"text": "<x>", "parse_mode": "HTML"}, "parse entities"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "parse entities"),
        ({"text": "x", "reply_markup": _keyboard("d" * 65)}, "BUTTON_DATA_INVALID"),
    ):
        answer = call(server, "sendMessage", chat_id=els.id, **fields)
        assert words in answer["description"]


def _keyboard(data: str) -> str:
    return json.dumps({"inline_keyboard": [[{"text": "1 Ja", "callback_data": data}]]})


def test_a_wrong_token_is_refused(server: BotApiServer) -> None:
    """401, as with a revoked one."""
    assert httpx.get(f"{server.url}/bot1:x/getMe").status_code == 401


def test_a_restarted_server_knows_what_it_knew(server: BotApiServer) -> None:
    """Same port, same chats, same waiting updates."""
    server.user("Els").says("meld")
    url = server.url
    server.stop()
    server.start()
    assert server.url == url
    assert len(call(server, "getUpdates")["result"]) == 1


def test_published_rates_are_kept_on_demand() -> None:
    """The 21st message of a minute in a group is flooded, with the seconds to wait."""
    with BotApiServer(limits=True) as server:
        group = server.group("Straat")
        answers = [call(server, "sendMessage", chat_id=group.id, text=str(n)) for n in range(21)]
    assert [answer["ok"] for answer in answers] == [True] * 20 + [False]
    assert 1 <= answers[-1]["parameters"]["retry_after"] <= 60
    assert len(group.messages) == 20
