"""What means nothing, what is new, and how a frame is told from another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.signal import frame as frames
from adapters.signal.inbound import edit_in, parse
from bot.messaging import IdentityChanged, Unknown
from tests.adapters.signal.frames import (
    ACCOUNT,
    ANN,
    GROUP,
    SENT,
    data,
    envelope,
    events,
    group,
    only,
    raw,
)

KEYS = [
    *frames.CONTENTS,
    "envelope",
    "exception",
    "sourceUuid",
    "sourceNumber",
    "timestamp",
    "serverReceivedTimestamp",
    "message",
    "attachments",
    "quote",
    "id",
    "mentions",
    "start",
    "length",
    "reaction",
    "remoteDelete",
    "adminDelete",
    "targetSentTimestamp",
    "groupInfo",
    "groupId",
    "sentMessage",
    "timestamps",
    "isDelivery",
    "offerMessage",
    "size",
    "contentType",
]


class TestSilenceAndSurprise:
    @pytest.mark.parametrize(
        "content",
        [
            {"typingMessage": {"action": "STARTED", "timestamp": SENT, "groupId": GROUP}},
            {"storyMessage": {"allowsReplies": True, "textAttachment": {"text": "vakantie"}}},
            {"syncMessage": {"readMessages": [{"sender": ANN, "timestamp": 5}]}},
            {"syncMessage": {"type": "CONTACTS_SYNC"}},
            {"dataMessage": data(groupInfo=group("UPDATE"))},
            {"dataMessage": data(isExpirationUpdate=True, expiresInSeconds=3600)},
            {"dataMessage": data(pinMessage={"targetAuthor": ANN})},
        ],
        ids=["typing", "story", "read elsewhere", "contacts", "group", "timer", "pin"],
    )
    def test_what_means_nothing_says_nothing(self, content: dict[str, Any]) -> None:
        assert events(envelope(**content)) == []

    def test_what_is_new_is_kept_aside(self) -> None:
        """Named, so that the operator knows what to ask for."""
        event = only(envelope(giftMessage={"badge": 1}))
        assert isinstance(event, Unknown)
        assert event.kind == "giftMessage"
        assert only(envelope(dataMessage=data(giftBadge={"x": 1}))).kind == "giftBadge"

    def test_an_undecrypted_message_is_a_warning(self) -> None:
        """Its content is gone; who wrote is known, what went wrong is named, no number is."""
        frame = {
            "envelope": envelope(),
            "exception": {
                "message": "Untrusted +4915100000001",
                "type": "UntrustedIdentityException",
            },
        }
        (event,) = parse(raw(frame), ACCOUNT)
        assert isinstance(event, IdentityChanged)
        assert event.detail == "UntrustedIdentityException"
        assert event.sender is not None

    def test_a_message_that_came_twice_is_no_warning(self) -> None:
        frame = {"envelope": envelope(), "exception": {"type": "ProtocolDuplicateMessageException"}}
        assert list(parse(raw(frame), ACCOUNT)) == []

    def test_an_envelope_without_a_sender_has_none(self) -> None:
        """Sealed senders that can't be opened."""
        (event,) = parse(
            raw({"envelope": {"timestamp": SENT}, "exception": {"type": "InvalidMessage"}}), ACCOUNT
        )
        assert event.sender is None

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(KEYS),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=30,
        )
    )
    def test_no_frame_breaks_the_reading(self, value: Any) -> None:
        """Whatever a later signal-cli, or somebody who means ill, puts in it."""
        for frame in ({"envelope": value}, {"envelope": envelope(dataMessage=value)}, value):
            payload = json.dumps(frame)
            for event in parse(raw(payload), ACCOUNT):
                assert event.occurred_at.tzinfo is not None
            edit_in(payload, ACCOUNT)


class TestKeys:
    def test_the_same_frame_has_the_same_key_whenever_it_is_delivered(self) -> None:
        first = raw({"envelope": envelope(dataMessage=data(message="x"))})
        again = raw(
            {"envelope": envelope(serverDeliveredTimestamp=1, dataMessage=data(message="x"))}
        )
        assert first.key == again.key == f"{ANN}|{SENT}|dataMessage"

    def test_what_has_no_name_is_named_by_its_bytes(self) -> None:
        assert raw("geen json").key != raw("ook geen json").key
        assert raw("geen json").key == raw("geen json").key
