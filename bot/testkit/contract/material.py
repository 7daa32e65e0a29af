"""What the suite's rooms share: bounds, a photo, a question, and reading what was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.messaging import (
    Choice,
    MediaRef,
    MessageReceived,
    MessageRef,
    Outgoing,
    RawInbound,
)
from bot.testkit.peer import Ability, Fault, Peer

if TYPE_CHECKING:
    from bot.messaging import Address

PATIENCE = 30.0
"""Seconds within which an adapter under test must give up on a request that hangs."""

# A picture's bytes needn't be a picture's; but servers that sniff want a beginning.
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40 + b"\xff\xd9"

WIDE = "Rozenstraat 12: 👩‍👧 ontsnapt, ça va? Ωμέγα \u202bשלום\u202c"


def needs(peer: Peer, ability: Ability | Fault) -> None:
    """Leave the test out when the messenger can't do this, saying why."""
    reason = peer.cannot.get(Ability(ability.value))
    if reason:
        pytest.skip(f"{peer.adapter.name} can't {ability.value}: {reason}")


def question(text: str = "Heb je 101 gebeld?") -> Outgoing:
    return Outgoing(
        text=text,
        choices=(
            Choice(number=1, label="Ik heb 101 gebeld", token="q7:1"),  # noqa: S106 (no password)
            Choice(number=2, label="Ik kan niet bellen", token="q7:2"),  # noqa: S106
        ),
    )


async def collect(peer: Peer, media: MediaRef, *, max_bytes: int) -> bytes:
    return b"".join([chunk async for chunk in peer.adapter.fetch(media, max_bytes=max_bytes)])


def refs(chat: Address, parts: tuple[str, ...]) -> list[MessageRef]:
    return [MessageRef(chat, part) for part in parts]


def texts_of(peer: Peer, raws: list[RawInbound]) -> list[str]:
    events = [event for raw in raws for event in peer.adapter.parse(raw)]
    return [e.text for e in events if isinstance(e, MessageReceived) and not e.is_self]


def ids_of(peer: Peer, raw: RawInbound) -> list[str]:
    return [event.event_id for event in peer.adapter.parse(raw)]


def leaks(peer: Peer, text: str) -> list[str]:
    return [secret for secret in peer.secrets if secret and secret in text]
