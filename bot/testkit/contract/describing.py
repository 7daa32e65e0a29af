"""What an adapter says of itself, its chats and its health."""

from __future__ import annotations

import asyncio

from bot.messaging import (
    Address,
    CommandMenu,
    Feature,
    Level,
    MessageReceived,
)
from bot.testkit.contract.material import PATIENCE, leaks, needs
from bot.testkit.peer import Ability, Peer, receiving


class DescribingContract:
    """What an adapter says of itself."""

    async def test_capabilities_hold_together(self, peer: Peer) -> None:
        """Equal each time, with limits that can be met."""
        chats = [chat for chat in (peer.person, peer.group) if chat is not None]
        for chat in chats:
            limits = peer.adapter.capabilities(chat)
            assert peer.adapter.capabilities(chat) == limits
            assert limits.text_max >= 200
            assert limits.upload_max > 0
            assert limits.call_max_s > 0
            for rate in (*limits.chat_rates, *limits.account_rates):
                assert rate.count > 0
                assert rate.seconds > 0
                assert rate.burst >= 0
            assert all(isinstance(level, Level) for level in limits.support.values())

    async def test_every_promise_of_the_peer_is_a_capability(self, peer: Peer) -> None:
        """A messenger whose buttons can be pressed says so, and the other way round."""
        can_press = peer.adapter.capabilities(peer.person).can(Feature.BUTTONS)
        assert can_press == (Ability.PRESS not in peer.cannot)

    async def test_probing_a_healthy_messenger_finds_nothing_wrong(self, peer: Peer) -> None:
        """Every line of `saarbot check` is right, and none shows a secret."""
        findings = await peer.adapter.probe()
        assert findings
        assert [finding for finding in findings if not finding.ok] == []
        assert not leaks(peer, " ".join(f"{f.subject} {f.detail} {f.cure}" for f in findings))

    async def test_probing_a_dead_messenger_names_a_cure(self, peer: Peer) -> None:
        """It raises nothing: what is wrong is a line, with what to do."""
        needs(peer, Ability.DISCONNECT)
        await peer.goes_away()
        try:
            findings = await asyncio.wait_for(peer.adapter.probe(), PATIENCE)
        finally:
            await peer.comes_back()
        wrong = [finding for finding in findings if not finding.ok]
        assert wrong
        assert all(finding.cure for finding in wrong)
        assert not leaks(peer, " ".join(f"{f.subject} {f.detail} {f.cure}" for f in findings))

    async def test_membership_is_told_or_unknown(self, peer: Peer) -> None:
        """True, or None where the messenger can't tell; never a guess of False."""
        needs(peer, Ability.GROUP)
        assert peer.group is not None
        async with receiving(peer.adapter) as sink:
            await peer.says("hier", in_group=True)
            event = await sink.event(peer.adapter, MessageReceived)
        assert event.sender is not None
        known = await peer.adapter.is_member(peer.group, event.sender.address)
        lookup = peer.adapter.capabilities(peer.group).can(Feature.MEMBER_LOOKUP)
        assert known is (True if lookup else None)

    async def test_who_may_post_in_a_group_is_told_or_unknown(self, peer: Peer) -> None:
        """Of a group, and never of what is none: no guess, and no error."""
        needs(peer, Ability.GROUP)
        assert peer.group is not None
        assert await peer.adapter.members_may_post(peer.group) in (True, False, None)
        nowhere = Address(peer.group.messenger, "nowhere")
        assert await peer.adapter.members_may_post(nowhere) is None

    async def test_a_deep_link_carries_its_payload(self, peer: Peer) -> None:
        """Or there is none."""
        link = peer.adapter.deep_link("rozenstraat")
        assert link is None or "rozenstraat" in link

    async def test_commands_can_be_set_again(self, peer: Peer) -> None:
        """At every start; where there is no menu, nothing happens."""
        menus = [CommandMenu(audience="resident", entries={"nl": [("meld", "Meld iets")]})]
        await peer.adapter.set_commands(menus)
        await peer.adapter.set_commands(menus)

    async def test_closing_twice_is_no_error(self, peer: Peer) -> None:
        """Whoever shuts down in a hurry may ask twice."""
        await peer.adapter.close()
        await peer.adapter.close()
