"""A message survives its time in the outbox."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.codec import decode, encode
from bot.messaging import Address, Card, CardLine, Choice, File, MessageRef, Outgoing

text = st.text(max_size=8)
choices = st.builds(Choice, number=st.integers(0, 99), label=text, token=text)
files = st.builds(File, path=text, name=text, mime=text)
lines = st.builds(CardLine, icon=text, text=text, strong=text)
cards = st.builds(
    Card,
    kind=text,
    state=text,
    title=text,
    state_word=text,
    headline=text,
    body=text,
    lines=st.lists(lines, max_size=2).map(tuple),
    footer=text,
    updated=text,
)
ids = st.text(min_size=1, max_size=8)
chats = st.builds(Address, messenger=ids.filter(lambda name: ":" not in name), id=ids)
messages = st.builds(
    Outgoing,
    text=text,
    choices=st.lists(choices, max_size=2).map(tuple),
    files=st.lists(files, max_size=2).map(tuple),
    card=st.none() | cards,
    reply_to=st.none() | st.builds(MessageRef, chat=chats, id=text),
    ask=text,
    silent=st.booleans(),
    protect=st.booleans(),
    lang=text,
    panel=st.dictionaries(text, st.integers() | text, max_size=2),
)


@given(messages)
def test_it_comes_back_as_it_was(message: Outgoing) -> None:
    """Words, choices, files, card, reply and panel: all the same after a restart."""
    assert decode(encode(message)) == message
