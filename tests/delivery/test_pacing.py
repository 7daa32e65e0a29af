"""The messengers' limits: kept, obeyed when told, and never in an alert's way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.delivery.post import Priority
from bot.errors import RateLimited
from bot.messaging import Rate
from tests.delivery.conftest import Office, seconds, settle, turn, until

if TYPE_CHECKING:
    from bot.store.tx import Tx


def _has_read(office: Office, texts: list[str]) -> bool:
    return office.messenger.texts("paper:anna") == texts


async def test_a_rate_limited_chat_pauses_alone(office: Office) -> None:
    """The chat is left alone as long as asked; others go on."""
    office.messenger.script["paper:anna"] = [RateLimited("slow down", after=seconds(30))]
    async with office.delivering():
        await office.post("een")
        await office.post("twee")
        await turn(office, 1)
        await office.post("drie", "paper:bert")
        await until(lambda: office.messenger.texts("paper:bert"))
        await turn(office, 28)
        assert office.messenger.texts("paper:anna") == ["een"]
        await turn(office, 1)
        await until(lambda: len(office.outcomes) == 3)
    assert office.messenger.texts("paper:anna") == ["een", "een", "twee"]


async def test_a_rate_limited_account_pauses_as_a_whole(office: Office) -> None:
    """Nothing leaves on that account until the time asked for, then everything."""
    limit = RateLimited("slow down", after=seconds(10), scope="account")
    office.messenger.script["paper:anna"] = [limit]
    async with office.delivering():
        await office.post("een")
        await turn(office, 0)
        await office.post("twee", "paper:bert")
        await turn(office, 9)
        assert office.messenger.texts("paper:bert") == []
        await turn(office, 1)
        await until(lambda: len(office.outcomes) == 2)


async def test_a_chat_rate_is_never_exceeded(office: Office) -> None:
    """Telegram's twenty a minute to a group: the twenty-first waits for the first to be a minute old."""
    office.messenger.chat_rates = (Rate(count=20, seconds=60),)
    async with office.delivering() as delivery:
        for n in range(45):
            await office.post(str(n), "paper:groep")
        for _ in range(15):
            await until(lambda: delivery.stats().active == 0)
            await turn(office, 10)
        await until(lambda: len(office.outcomes) == 45)
    times = [call.at for call in office.messenger.calls]
    assert all(
        later - first >= seconds(60) for first, later in zip(times, times[20:], strict=False)
    )
    assert [call.text for call in office.messenger.calls] == [str(n) for n in range(45)]


async def test_a_short_burst_goes_at_once_and_an_alert_overtakes_the_rest(office: Office) -> None:
    """One a second with three in a burst: three answers go at once, and of what then waits in the
    chat the alert goes first, a second later.
    """
    office.messenger.chat_rates = (Rate(count=1, seconds=1, burst=3),)
    async with office.delivering():
        for text in ("een", "twee", "drie", "vier"):
            await office.post(text)
        await until(lambda: _has_read(office, ["een", "twee", "drie"]))
        await office.post("MELDING", priority=Priority.ALERT)
        await turn(office, 0.9)
        assert len(office.messenger.calls) == 3
        await turn(office, 0.1)
        await until(lambda: _has_read(office, ["een", "twee", "drie", "MELDING"]))
        await turn(office, 1)
        await until(lambda: _has_read(office, ["een", "twee", "drie", "MELDING", "vier"]))


async def test_a_limit_that_was_told_rules_over_a_burst(office: Office) -> None:
    """ "Retry after 7" with two of the burst left: nothing for seven seconds, then one by one."""
    office.messenger.chat_rates = (Rate(count=1, seconds=1, burst=3),)
    office.messenger.script["paper:anna"] = [RateLimited("slow down", after=seconds(7))]
    async with office.delivering():
        for text in ("een", "twee", "drie"):
            await office.post(text)
        await turn(office, 6.9)
        assert office.messenger.texts("paper:anna") == ["een"]
        for sent in (["een"], ["een", "twee"], ["een", "twee", "drie"]):
            await turn(office, 0.1 if sent == ["een"] else 1)
            await until(partial(_has_read, office, ["een", *sent]))


async def test_campaigns_leave_room_for_alerts(office: Office) -> None:
    """With the campaign at its third of the account's limit, an alert still goes at once."""
    office.messenger.account_rates = (Rate(count=30, seconds=1),)
    async with office.delivering():
        await office.store.writer.submit(
            lambda tx: [
                office.outbox.post(tx, office.a("c", f"paper:{n}", priority=Priority.CAMPAIGN))
                for n in range(100)
            ]
        )
        await settle(office)
        assert len(office.messenger.calls) == 10
        await office.store.writer.submit(
            lambda tx: [
                office.outbox.post(tx, office.a("A", f"paper:a{n}", priority=Priority.ALERT))
                for n in range(25)
            ]
        )
        await settle(office)
        sent = [call.text for call in office.messenger.calls]
        assert sent.count("A") == 20
        await turn(office, 1)
        sent = [call.text for call in office.messenger.calls]
        assert sent.count("A") == 25


async def test_ten_thousand_waiting_campaign_messages_delay_no_alert(office: Office) -> None:
    """Nothing goes before an alert but what was under way: at most one second's share of campaigns.

    How soon that is, `make bench` measures.
    """
    office.messenger.account_rates = (Rate(count=30, seconds=1),)

    def campaign(tx: Tx) -> None:
        for n in range(10_000):
            office.outbox.post(tx, office.a("c", f"paper:{n}", priority=Priority.CAMPAIGN))

    await office.store.writer.submit(campaign)
    overtaken = []
    async with office.delivering():
        await until(lambda: office.messenger.calls)
        for n in range(15):
            before = len(office.messenger.calls)
            await office.post("A", f"paper:a{n}", priority=Priority.ALERT)
            await until(lambda: office.messenger.calls[-1].text == "A")
            overtaken.append(len(office.messenger.calls) - before - 1)
            await settle(office)
            office.clock.advance(seconds(1))
            await until(lambda: office.messenger.calls[-1].text == "c")
    assert max(overtaken) <= 10, overtaken
