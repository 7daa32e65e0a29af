"""Every failure has its name, shows no number, and holds nothing else up."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import traceback
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.signal.adapter import SignalAdapter
from adapters.signal.api import CONNECT_S
from bot.errors import (
    IdentityUntrusted,
    MessengerError,
    NotAllowed,
    Permanent,
    RateLimited,
    RecipientGone,
    Retryable,
    TooLarge,
    Uncertain,
)
from bot.messaging import Address, Condition, MessageReceived, MessageRef, Outgoing
from bot.testkit.peer import receiving
from tests.adapters.signal import faults
from tests.adapters.signal.building import build
from tests.adapters.signal.people import Group, Person
from tests.adapters.signal.restapi import SignalServer
from tests.adapters.signal.sent import CARD, chat


def sentence(text: str) -> faults.Fault:
    return faults.Fault(status=400, body={"error": text})


FAILURES = [
    (faults.UNTRUSTED, IdentityUntrusted),
    (sentence("Failed to send message due to untrusted identities"), IdentityUntrusted),
    (faults.gone("+32470000002"), RecipientGone),
    (sentence("Failed to send message"), Retryable),
    (sentence("Failed to send message: host unreachable (UnknownHostException)"), Retryable),
    (sentence("StatusCode: 499 (DeprecatedVersionException)"), Retryable),
    (sentence("/tmp/x: too large (AttachmentInvalidException)"), Permanent),
    (sentence("iets heel anders over +32470000002"), Permanent),
    (faults.Fault(status=404, body={"error": "page not found"}), Permanent),
    (faults.Fault(status=413), TooLarge),
    (faults.rate_limited(), RateLimited),
    (faults.rate_limited("tok-1"), RateLimited),
    (faults.BROKEN, Uncertain),
    (faults.UNAVAILABLE, Retryable),
    (faults.HANG, Uncertain),
    (faults.DROP_AFTER_SENDING, Uncertain),
]


class TestFailures:
    @pytest.mark.parametrize(("fault", "meaning"), FAILURES)
    async def test_each_has_its_name_and_shows_no_number(
        self,
        server: SignalServer,
        adapter: SignalAdapter,
        ann: Person,
        fault: faults.Fault,
        meaning: type[MessengerError],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """The libraries' exceptions and the server's sentences carry numbers: none gets through."""
        caplog.set_level(logging.DEBUG)
        server.fail_next(fault)
        with pytest.raises(MessengerError) as failed:
            await adapter.send(chat(ann), CARD, key="k1")
        assert type(failed.value) is meaning
        told = "".join(traceback.format_exception(failed.value)) + caplog.text
        for secret in (server.number, server.number[1:], ann.number, "Kerkstraat"):
            assert secret not in told
        assert failed.value.__context__ is None

    async def test_a_captcha_pauses_the_account_and_names_its_token(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        """The operator solves it; until then nothing of this account is sent."""
        server.fail_next(faults.rate_limited("", "tok-1"))
        with pytest.raises(RateLimited) as limited:
            await adapter.send(chat(ann), CARD, key="k1")
        assert (limited.value.scope, limited.value.challenge) == ("account", "tok-1")
        server.fail_next(faults.captcha_sentence(ann.number, "tok-2", 86400))
        with pytest.raises(RateLimited) as limited:
            await adapter.send(chat(ann), CARD, key="k1")
        assert limited.value.challenge == "tok-2"
        assert limited.value.after <= timedelta(minutes=10)

    async def test_the_operator_sees_the_captcha_until_it_is_solved(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        """In the adapter's state, with the token that solving it needs."""
        async with receiving(adapter) as sink:
            server.fail_next(faults.rate_limited("tok-1"))
            with pytest.raises(RateLimited):
                await adapter.send(chat(ann), CARD, key="k1")
            assert sink.condition is Condition.DEGRADED
            assert "tok-1" in sink.states[-1].detail
            ann.says("nog hier")
            await sink.event(adapter, MessageReceived)
            assert sink.condition is Condition.DEGRADED
            await adapter.send(chat(ann), CARD, key="k1")
            told = [state.condition for state in sink.states]
        assert told[-2:] == [Condition.DEGRADED, Condition.CONNECTED]

    async def test_a_plain_limit_names_no_challenge(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        server.fail_next(faults.rate_limited(""))
        with pytest.raises(RateLimited) as limited:
            await adapter.send(chat(ann), CARD, key="k1")
        assert limited.value.challenge is None
        assert limited.value.after == timedelta(seconds=60)

    async def test_a_server_that_is_away_has_sent_nothing(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        """So it may be tried again without a mark."""
        server.stop()
        with pytest.raises(Retryable):
            await adapter.send(chat(ann), CARD, key="k1")
        server.start()
        await adapter.send(chat(ann), CARD, key="k1")
        assert len(ann.shown) == 1

    async def test_where_the_bot_may_not_write_it_says_so(
        self, server: SignalServer, adapter: SignalAdapter, street: Group
    ) -> None:
        """Put out of the group, not an admin where only admins write, no profile, no such group."""
        street.only_admins_write, street.bot_is_admin = True, False
        with pytest.raises(NotAllowed):
            await adapter.send(chat(street), CARD, key="k1")
        street.has_bot = False
        with pytest.raises(NotAllowed):
            await adapter.send(chat(street), CARD, key="k1")
        with pytest.raises(NotAllowed):
            await adapter.send(Address("signal", "group.QUFB"), CARD, key="k1")
        server.has_profile = False
        with pytest.raises(NotAllowed):
            await adapter.send(chat(street), CARD, key="k1")

    async def test_a_long_text_that_broke_off_goes_on_where_it_stopped(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        """Sent again under the same key, nobody reads its beginning twice."""
        long = Outgoing(text="regel " * 1000)
        server.fail_next(faults.UNAVAILABLE, after=1)
        with pytest.raises(Retryable):
            await adapter.send(chat(ann), long, key="k1")
        receipt = await adapter.send(chat(ann), long, key="k1")
        assert [str(one.timestamp) for one in ann.shown] == list(receipt.parts)
        assert [one.text[:5] for one in ann.shown] == ["(1/4)", "(2/4)", "(3/4)", "(4/4)"]

    async def test_another_text_under_the_same_key_starts_anew(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        """As a resend that is marked as one."""
        server.fail_next(faults.UNAVAILABLE, after=1)
        with pytest.raises(Retryable):
            await adapter.send(chat(ann), Outgoing(text="regel " * 1000), key="k1")
        receipt = await adapter.send(chat(ann), Outgoing(text="(opnieuw)"), key="k1")
        assert len(receipt.parts) == 1

    async def test_a_deletion_or_thumb_that_got_no_answer_is_tried_again(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        """Doing it twice changes nothing."""
        receipt = await adapter.send(chat(ann), CARD, key="k1")
        ref = MessageRef(chat(ann), receipt.parts[0])
        server.fail_next(faults.HANG, "/v1/remote-delete/{number}")
        server.fail_next(faults.BROKEN, "/v1/reactions/{number}")
        with pytest.raises(Retryable):
            await adapter.delete([ref])
        with pytest.raises(Retryable):
            await adapter.react(ref, "👍")


class TestStopping:
    def test_a_hanging_request_does_not_hold_up_the_end(
        self, server: SignalServer, ann: Person, tmp_path: Path
    ) -> None:
        """Whoever stops the bot need not wait for a server that doesn't answer."""
        server.fail_next(faults.HANG, times=9)
        script = _HANGING.format(url=server.url, number=server.number, to=ann.uuid, spool=tmp_path)
        done = subprocess.run([sys.executable, "-c", script], timeout=20, check=False)
        assert done.returncode == 0

    async def test_a_closed_adapter_sends_nothing(
        self, server: SignalServer, ann: Person, tmp_path: Path
    ) -> None:
        adapter = build(server, tmp_path)
        await adapter.close()
        with pytest.raises(Retryable):
            await adapter.send(chat(ann), CARD, key="k1")

    async def test_many_hanging_requests_leave_the_rest_waiting_not_lost(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        """More than there are threads: each ends with its own outcome."""
        server.fail_next(faults.HANG, times=10)
        outcomes = await asyncio.gather(
            *(adapter.send(chat(ann), CARD, key=f"k{n}") for n in range(12)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, Uncertain) for one in outcomes) == 10
        assert len(ann.shown) == 2


_HANGING = """
import asyncio, pathlib
from adapters.signal.adapter import SignalAdapter
from bot.messaging import Address, Outgoing
from bot.testkit.storage import context

async def main():
    section = {{"api_url": "{url}", "number": "{number}", "timeout_s": 600}}
    adapter = SignalAdapter(context("signal", pathlib.Path("{spool}"), settings=section))
    send = adapter.send(Address("signal", "{to}"), Outgoing(text="x"), key="k")
    try:
        await asyncio.wait_for(send, 0.5)
    except TimeoutError:
        pass
    await adapter.close()

asyncio.run(main())
"""


async def test_the_core_waits_longer_than_the_settings_let_one_message_take(
    server: SignalServer, tmp_path: Path
) -> None:
    """Else a send that takes its time would count as unknown, and be repeated, before it ends."""
    adapter = build(server, tmp_path, timeout_s=60.0)
    assert adapter.capabilities(Address("signal", "someone")).call_max_s > 60 + CONNECT_S
    await adapter.close()
