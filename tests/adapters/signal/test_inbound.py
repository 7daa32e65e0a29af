"""What signal-cli says, and what we make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.signal import frame as frames
from adapters.signal.ids import NativeId
from adapters.signal.inbound import Account, edit_in, parse
from bot.messaging import (
    Address,
    ChatKind,
    ContentKind,
    DeliveryStatus,
    Event,
    IdentityChanged,
    MediaKind,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    RawInbound,
    ReactionChanged,
    Unknown,
)

BOT = "+32470123456"
BOT_UUID = "b07b07b0-7b07-4b07-8b07-b07b07b07b07"
ANN = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"
BERT = "11111111-2222-4333-8444-555555555555"
GROUP = "2DicEQ5lOnSc516Tte0nVAd4dSofTvryO3zsZjwEetg="
GROUP_ADDRESS = "group.MkRpY0VRNWxPblNjNTE2VHRlMG5WQWQ0ZFNvZlR2cnlPM3pzWmp3RWV0Zz0="
SENT = 1769270000123
RECEIVED = datetime(2026, 1, 24, 15, 53, 21, tzinfo=UTC)
ACCOUNT = Account(source="signal", number=BOT, original=lambda version: version)

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


def envelope(number: str | None = "+4915100000001", **content: Any) -> dict[str, Any]:
    """An envelope from Ann, as signal-cli's JsonMessageEnvelope has it."""
    return {
        "source": number or ANN,
        "sourceNumber": number,
        "sourceUuid": ANN,
        "sourceName": "Ann",
        "sourceDevice": 2,
        "timestamp": SENT,
        "serverReceivedTimestamp": SENT + 277,
        "serverDeliveredTimestamp": SENT + 287,
        **content,
    }


def own(**content: Any) -> dict[str, Any]:
    """An envelope from another device of the bot's own account."""
    return {**envelope(BOT, **content), "sourceUuid": BOT_UUID, "sourceName": "Saarbot"}


def data(**content: Any) -> dict[str, Any]:
    return {"timestamp": SENT, "message": None, "expiresInSeconds": 0, "viewOnce": False, **content}


def group(kind: str = "DELIVER") -> dict[str, Any]:
    return {"groupId": GROUP, "groupName": "Elm St", "revision": 12, "type": kind}


def raw(frame: dict[str, Any] | str) -> RawInbound:
    payload = frame if isinstance(frame, str) else json.dumps({"account": BOT, **frame})
    return RawInbound(
        source="signal", key=frames.key(payload), payload=payload, received_at=RECEIVED
    )


def events(frame: dict[str, Any]) -> list[Event]:
    return list(parse(raw({"envelope": frame}), ACCOUNT))


def only(frame: dict[str, Any]) -> Any:
    (event,) = events(frame)
    return event


class TestMessages:
    def test_a_group_message_with_everything(self) -> None:
        """Text, quote and picture of a group's member, each where the field looks for it."""
        event = only(
            envelope(
                dataMessage=data(
                    message="van again",
                    expiresInSeconds=604800,
                    quote={
                        "id": 1769269990000,
                        "author": BERT,
                        "authorNumber": None,
                        "authorUuid": BERT,
                        "text": "van?",
                        "attachments": [],
                    },
                    attachments=[
                        {
                            "contentType": "image/jpeg",
                            "filename": None,
                            "id": "abc123.jpg",
                            "size": 81234,
                            "width": 1200,
                            "height": 900,
                            "caption": None,
                            "uploadTimestamp": 1769270000001,
                        }
                    ],
                    groupInfo=group(),
                )
            )
        )
        assert isinstance(event, MessageReceived)
        assert event.event_id == f"{ANN}|{SENT}|message"
        assert event.chat == Address("signal", GROUP_ADDRESS)
        assert event.chat_kind is ChatKind.GROUP
        assert event.message_id == f"{ANN}|{SENT}"
        assert event.text == "van again"
        assert event.reply_to == f"{BERT}|1769269990000"
        assert event.expires_in_s == 604800
        assert not event.is_self
        (photo,) = event.media
        assert photo.kind is MediaKind.PHOTO
        assert photo.native == {"attachment": "abc123.jpg"}
        assert (photo.mime, photo.name, photo.size) == ("image/jpeg", None, 81234)
        assert (photo.width, photo.height, photo.as_file) == (1200, 900, None)

    def test_the_sender_is_the_uuid_with_the_number_as_alias(self) -> None:
        """A number may be hidden later; the uuid stays, and can be written to first."""
        event = only(envelope(dataMessage=data(message="dag")))
        assert event.sender.address == Address("signal", ANN)
        assert event.sender.aliases == (Address("signal", "+4915100000001"),)
        assert event.sender.direct == event.chat == Address("signal", ANN)
        assert event.sender.display == "Ann"

    def test_a_hidden_number_is_no_alias(self) -> None:
        """Nothing is made of what isn't told."""
        event = only(envelope(None, dataMessage=data(message="dag")))
        assert event.sender.address == Address("signal", ANN)
        assert event.sender.aliases == ()

    def test_the_time_is_the_server_s(self) -> None:
        """The sender's clock may be wrong; Signal's server noted when it took the message."""
        event = only(envelope(dataMessage=data(message="dag")))
        assert event.occurred_at == datetime(2026, 1, 24, 15, 53, 20, 400000, tzinfo=UTC)
        assert event.received_at == RECEIVED

    def test_a_quote_of_the_bot_s_names_our_own_id(self) -> None:
        """The one that sending returned, so that the core finds its card."""
        quote = {"id": 1769269990000, "author": BOT, "authorNumber": BOT, "authorUuid": BOT_UUID}
        assert (
            only(envelope(dataMessage=data(message="1", quote=quote))).reply_to == "1769269990000"
        )

    @pytest.mark.parametrize(
        ("mime", "name", "kind"),
        [
            ("image/heic", None, MediaKind.PHOTO),
            ("video/mp4", None, MediaKind.VIDEO),
            ("audio/aac", None, MediaKind.VOICE),
            ("audio/mpeg", "lied.mp3", MediaKind.AUDIO),
            ("application/pdf", "brief.pdf", MediaKind.DOCUMENT),
            ("", "iets", MediaKind.DOCUMENT),
        ],
    )
    def test_a_file_s_kind(self, mime: str, name: str | None, kind: MediaKind) -> None:
        """By its type; a recording without a file name is a voice message."""
        file = {"contentType": mime, "filename": name, "id": "x", "size": 1}
        assert only(envelope(dataMessage=data(attachments=[file]))).media[0].kind is kind

    def test_a_file_that_was_not_downloaded_is_still_told(self) -> None:
        """With a name of its own, so that its absence can be reported."""
        files = [{"contentType": "image/jpeg", "id": None}, {"contentType": "image/png"}]
        first, second = only(envelope(dataMessage=data(attachments=files))).media
        assert first.native == second.native == {}
        assert first.id != second.id

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            ({"sticker": {"packId": "9a", "stickerId": 3}}, ContentKind.STICKER),
            ({"contacts": [{"name": {"display": "Jan"}}]}, ContentKind.CONTACT),
            ({"pollCreate": {"question": "Wie?", "options": ["a", "b"]}}, ContentKind.POLL),
            ({"payment": {"note": ""}}, ContentKind.OTHER),
        ],
    )
    def test_what_is_no_plain_message_says_so(
        self, content: dict[str, Any], kind: ContentKind
    ) -> None:
        """So that the core answers kindly."""
        assert only(envelope(dataMessage=data(**content))).content is kind

    def test_view_once_is_told(self) -> None:
        """What the sender wants seen once is not spread."""
        file = {"contentType": "image/jpeg", "id": "x", "size": 1}
        event = only(envelope(dataMessage=data(viewOnce=True, attachments=[file])))
        assert event.view_once

    def test_a_mention_shows_no_number(self) -> None:
        """signal-cli calls the mentioned by number or uuid; positions count in UTF-16."""
        mentions = [
            {"name": "+4915100000009", "number": "+4915100000009", "start": 3, "length": 1},
            {"name": BOT, "number": BOT, "uuid": BOT_UUID, "start": 0, "length": 1},
        ]
        text = "\ufffc😀\ufffc zag hem"
        event = only(envelope(dataMessage=data(message=text, mentions=mentions)))
        assert event.text == "😀@… zag hem"

    def test_half_a_character_does_not_break_the_store(self) -> None:
        """A lone surrogate, which JSON can carry, is replaced."""
        (event,) = parse(
            raw(json.dumps({"envelope": envelope(dataMessage=data(message="a\ud83dz"))})), ACCOUNT
        )
        assert isinstance(event, MessageReceived)
        assert event.text == "a\ufffdz"

    def test_somebody_who_rings_the_bot_is_heard(self) -> None:
        """A call can't be answered; silence would be worse."""
        event = only(envelope(callMessage={"offerMessage": {"id": 1, "type": "AUDIO_CALL"}}))
        assert isinstance(event, MessageReceived)
        assert event.content is ContentKind.OTHER
        assert events(envelope(callMessage={"hangupMessage": {"id": 1}})) == []


class TestChanges:
    def test_an_edit_names_what_it_changes(self) -> None:
        event = only(
            envelope(
                timestamp=SENT + 9000,
                editMessage={
                    "targetSentTimestamp": SENT,
                    "dataMessage": data(
                        timestamp=SENT + 9000, message="van again, red", groupInfo=group()
                    ),
                },
            )
        )
        assert isinstance(event, MessageEdited)
        assert (event.message_id, event.text) == (f"{ANN}|{SENT}", "van again, red")
        assert event.chat_kind is ChatKind.GROUP

    def test_an_edit_is_recognised_before_it_is_read(self) -> None:
        """The receiver stores its place in the message's history with the frame."""
        frame = raw(
            {
                "envelope": envelope(
                    editMessage={
                        "targetSentTimestamp": SENT,
                        "dataMessage": data(timestamp=SENT + 1, message="x"),
                    }
                )
            }
        )
        assert edit_in(frame.payload, ACCOUNT) == (NativeId(ANN, SENT + 1), NativeId(ANN, SENT))

    def test_a_deletion_names_the_deleted(self) -> None:
        event = only(envelope(dataMessage=data(remoteDelete={"timestamp": 1769269990000})))
        assert isinstance(event, MessageDeleted)
        assert event.message_id == f"{ANN}|1769269990000"

    def test_an_admin_s_deletion_names_the_other_s_message(self) -> None:
        """The admin is the sender, somebody else wrote it."""
        target = {"targetAuthor": BERT, "targetAuthorUuid": BERT, "targetSentTimestamp": 5}
        event = only(envelope(dataMessage=data(adminDelete=target, groupInfo=group())))
        assert isinstance(event, MessageDeleted)
        assert event.message_id == f"{BERT}|5"
        assert event.sender is not None
        assert event.sender.address.id == ANN

    @pytest.mark.parametrize(("remove", "emoji"), [(False, "👍"), (True, None)])
    def test_a_reaction_names_what_it_is_put_on(self, *, remove: bool, emoji: str | None) -> None:
        reaction = {
            "emoji": "👍",
            "targetAuthor": BOT,
            "targetAuthorNumber": BOT,
            "targetAuthorUuid": BOT_UUID,
            "targetSentTimestamp": 5,
            "isRemove": remove,
        }
        event = only(envelope(dataMessage=data(reaction=reaction, groupInfo=group())))
        assert isinstance(event, ReactionChanged)
        assert (event.message_id, event.emoji) == ("5", emoji)

    def test_receipts_become_one_status_each(self) -> None:
        """A receipt may tell of many messages; each status has its own id."""
        receipt = {"when": 9, "isDelivery": True, "isRead": False, "timestamps": [5, 6]}
        first, second = events(envelope(receiptMessage=receipt))
        assert isinstance(first, DeliveryStatus)
        assert isinstance(second, DeliveryStatus)
        assert (first.message_id, first.status) == ("5", "delivered")
        assert second.message_id == "6"
        assert first.event_id != second.event_id

    def test_viewed_is_read(self) -> None:
        receipt = {"when": 9, "isDelivery": False, "isViewed": True, "timestamps": [5]}
        assert only(envelope(receiptMessage=receipt)).status == "read"


class TestOwnDevices:
    def test_what_the_bot_s_phone_sends_is_its_own(self) -> None:
        """Told, marked, and under the id that the bot's own messages have: no loop."""
        sent = {
            "destination": ANN,
            "destinationNumber": None,
            "destinationUuid": ANN,
            **data(message="sent from my phone"),
        }
        event = only(own(syncMessage={"sentMessage": sent}))
        assert isinstance(event, MessageReceived)
        assert event.is_self
        assert event.chat == Address("signal", ANN)
        assert event.message_id == str(SENT)

    def test_in_a_group_too(self) -> None:
        sent = {"destination": None, **data(message="hallo", groupInfo=group())}
        event = only(own(syncMessage={"sentMessage": sent}))
        assert event.is_self
        assert event.chat == Address("signal", GROUP_ADDRESS)

    def test_and_its_edits(self) -> None:
        edit = {"targetSentTimestamp": 5, "dataMessage": data(message="beter")}
        sent = {"destinationUuid": ANN, "editMessage": edit}
        event = only(own(syncMessage={"sentMessage": sent}))
        assert isinstance(event, MessageEdited)
        assert (event.is_self, event.message_id, event.text) == (True, "5", "beter")
        assert event.chat == Address("signal", ANN)


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
