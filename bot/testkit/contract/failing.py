"""Sent, not sent or unknown: every failure in the port's own words."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import (
    MessengerError,
    NotAllowed,
    RateLimited,
    RecipientGone,
    Retryable,
    Uncertain,
)
from bot.messaging import (
    Feature,
    Outgoing,
)
from bot.testkit.contract.material import PATIENCE, leaks, needs, refs
from bot.testkit.peer import Fault, Peer

_OUTCOMES: list[tuple[Fault, tuple[type[MessengerError], ...]]] = [
    (Fault.RATE_LIMITED, (RateLimited,)),
    (Fault.SERVER_ERROR, (Retryable, Uncertain)),
    (Fault.DOWN, (Retryable,)),
    (Fault.GONE, (RecipientGone,)),
    (Fault.FORBIDDEN, (NotAllowed, RecipientGone)),
    (Fault.HANG, (Uncertain,)),
    (Fault.LOST_ANSWER, (Uncertain,)),
]


class FailingContract:
    """A send ends sent, not sent, or unknown, in the port's own words."""

    @pytest.mark.parametrize(("fault", "classes"), _OUTCOMES, ids=[f.value for f, _ in _OUTCOMES])
    async def test_a_failed_send_is_classified(
        self, peer: Peer, fault: Fault, classes: tuple[type[MessengerError], ...]
    ) -> None:
        """Within bounded time, without secrets or the text in the reason; then all is well again."""
        needs(peer, fault)
        peer.fail_next(fault, peer.person)
        with pytest.raises(MessengerError) as failed:
            await asyncio.wait_for(
                peer.adapter.send(peer.person, Outgoing(text="MELDING Kerkstraat"), key="k1"),
                PATIENCE,
            )
        assert isinstance(failed.value, classes)
        assert not leaks(peer, str(failed.value))
        assert "Kerkstraat" not in str(failed.value)
        await peer.adapter.send(peer.person, Outgoing(text="weer goed"), key="k2")
        assert peer.shown(peer.person)[-1].text == "weer goed"

    async def test_a_limit_says_how_long(self, peer: Peer) -> None:
        """`after` is positive and `scope` is the chat or the account."""
        needs(peer, Fault.RATE_LIMITED)
        peer.fail_next(Fault.RATE_LIMITED, peer.person)
        with pytest.raises(RateLimited) as limited:
            await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        assert limited.value.after > timedelta(0)
        assert limited.value.scope in {"chat", "account"}

    async def test_an_unanswered_edit_is_unknown(self, peer: Peer) -> None:
        """As with a send."""
        needs(peer, Fault.HANG)
        if not peer.adapter.capabilities(peer.person).can(Feature.EDIT):
            pytest.skip(f"{peer.adapter.name} edits nothing")
        receipt = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        peer.fail_next(Fault.HANG, peer.person)
        with pytest.raises(Uncertain):
            await asyncio.wait_for(
                peer.adapter.edit(
                    refs(peer.person, receipt.parts), Outgoing(text="GESLOTEN"), key="k2"
                ),
                PATIENCE,
            )

    async def test_one_hanging_chat_holds_up_no_other(self, peer: Peer) -> None:
        """The alert for everybody else goes out while one request hangs."""
        needs(peer, Fault.HANG)
        peer.fail_next(Fault.HANG, peer.person)
        stuck = asyncio.create_task(
            peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        )
        await asyncio.sleep(0)
        await peer.adapter.send(peer.other, Outgoing(text="MELDING"), key="k2")
        assert [seen.text for seen in peer.shown(peer.other)] == ["MELDING"]
        with pytest.raises(Uncertain):
            await asyncio.wait_for(stuck, PATIENCE)

    async def test_many_at_once_all_arrive(self, peer: Peer) -> None:
        """Twenty sends started together, each shown once."""
        sends = [
            peer.adapter.send(chat, Outgoing(text=f"nr {n}"), key=f"{chat}{n}")
            for n in range(10)
            for chat in (peer.person, peer.other)
        ]
        receipts = await asyncio.gather(*sends)
        assert len({part for receipt in receipts for part in receipt.parts}) >= 10
        for chat in (peer.person, peer.other):
            assert sorted(seen.text for seen in peer.shown(chat)) == sorted(
                f"nr {n}" for n in range(10)
            )
