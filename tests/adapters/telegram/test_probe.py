"""What `saarbot check` reads about Telegram, what may be configured, and what is never shown."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram.adapter import factory
from bot.errors import ConfigurationError, Uncertain
from bot.messaging import Address, MessageReceived, Outgoing, Rate
from bot.messaging.registry import load
from bot.testkit.peer import receiving
from bot.testkit.storage import context
from tests.adapters.telegram.botapi import TOKEN, BotApiServer
from tests.adapters.telegram.faults import broken, hang, refusal
from tests.adapters.telegram.peer import Watched, adapter


async def test_privacy_mode_is_explained_with_its_cure(
    server: BotApiServer, telegram: Watched
) -> None:
    """No fault, since an administrator reads all; but the operator should know."""
    server.reads_all = False
    findings = {finding.subject: finding for finding in await telegram.probe()}
    assert findings["privacy mode"].ok
    assert "/setprivacy" in findings["privacy mode"].cure


async def test_a_bot_that_may_not_join_groups_is_a_fault(
    server: BotApiServer, telegram: Watched
) -> None:
    """Without it there is no native group."""
    server.can_join_groups = False
    wrong = [finding for finding in await telegram.probe() if not finding.ok]
    assert [finding.subject for finding in wrong] == ["groups"]
    assert "/setjoingroups" in wrong[0].cure


async def test_a_webhook_is_told_by_its_host_alone(server: BotApiServer, telegram: Watched) -> None:
    """Its path may be somebody's secret."""
    server.webhook = "https://old.example.org/hook/geheim"
    told = " ".join(finding.detail for finding in await telegram.probe())
    assert "old.example.org" in told
    assert "geheim" not in told


async def test_a_refused_token_names_where_to_get_one(
    server: BotApiServer, telegram: Watched
) -> None:
    """The commonest mistake of all."""
    server.fails("getMe", fault=refusal(401, "Unauthorized"))
    (finding,) = await telegram.probe()
    assert not finding.ok
    assert "@BotFather" in finding.cure


async def test_a_server_that_is_none_is_a_fault(server: BotApiServer, telegram: Watched) -> None:
    """Broken or silent: one line, with a cure."""
    for fault in (broken(), hang(60)):
        server.fails("getMe", fault=fault)
        (finding,) = await telegram.probe()
        assert not finding.ok
        assert finding.cure


def test_the_adapter_is_found_by_its_entry_point() -> None:
    """As a third party's is."""
    assert load("telegram") is factory
    assert factory.settings["token"].secret
    assert factory.settings["token"].required


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"token": "geheim-maar-fout"}, "token"),
        ({"token": ""}, "token"),
        ({"api_url": "api.telegram.org"}, "api_url"),
        ({"receive": "webhook"}, "polling"),
    ],
)
def test_wrong_settings_are_refused_with_the_right_ones(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    """Each names its key and what would be right; a secret is never repeated."""
    section = {"token": TOKEN, "api_url": "https://api.telegram.org", "receive": "polling"}
    with pytest.raises(ConfigurationError) as refused:
        factory(context("telegram", tmp_path, settings={**section, **changed}))
    assert said in refused.value.message
    assert "geheim" not in str(refused.value)


async def test_limits_are_telegrams_own(tmp_path: Path) -> None:
    """As published, for a group and for one person; a bot can't write first."""
    telegram = factory(context("telegram", tmp_path, settings={"token": TOKEN}))
    person = telegram.capabilities(Address("telegram", "111111"))
    group = telegram.capabilities(Address("telegram", "-1001234567890"))
    assert (person.text_max, person.download_max, person.upload_max) == (
        4096,
        20_000_000,
        50_000_000,
    )
    one_a_second, twenty_a_minute = Rate(count=1, seconds=1, burst=3), Rate(count=20, seconds=60)
    assert person.chat_rates == (one_a_second,)
    assert group.chat_rates == (one_a_second, twenty_a_minute)
    assert person.account_rates == group.account_rates == (Rate(count=30, seconds=1),)
    assert person.edit_age_s == 48 * 3600
    await telegram.close()


async def test_no_log_holds_the_token_or_a_text(
    server: BotApiServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even with everything at DEBUG: addresses, requests, answers, errors."""
    caplog.set_level(logging.DEBUG)
    telegram = adapter(server, tmp_path)
    els = server.user("Els")
    els.says("er loopt iemand rond")
    server.fails("getUpdates", fault=broken())
    server.fails("sendMessage", fault=broken())
    async with receiving(telegram) as sink:
        event = await sink.event(telegram, MessageReceived)
        with pytest.raises(Uncertain) as failed:
            await telegram.send(event.chat, Outgoing(text="MELDING Kerkstraat"), key="k")
        await telegram.send(event.chat, Outgoing(text="MELDING Kerkstraat"), key="k")
    await telegram.close()
    logged = caplog.text + repr(failed.value) + repr(telegram) + repr(telegram._settings)
    for secret in (server.token, server.token.partition(":")[2], "loopt iemand", "Kerkstraat"):
        assert secret not in logged


async def test_an_answer_that_is_no_json_is_not_logged(
    server: BotApiServer, telegram: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    """The library would copy it; it may hold anything."""
    caplog.set_level(logging.DEBUG)
    answer = b"<html>welcome to the hotel's network, Els</html>"
    with pytest.raises(Exception, match="Bot API"):
        telegram._transport.parse_json_payload(answer)
    assert "hotel" not in caplog.text
