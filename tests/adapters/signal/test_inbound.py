"""What signal-cli says, and what we make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.signal.inbound import parse
from bot.messaging import Address, ChatKind, ContentKind, MediaKind, MessageReceived
from tests.adapters.signal.frames import (
    ACCOUNT,
    ANN,
    BERT,
    BOT,
    BOT_UUID,
    GROUP_ADDRESS,
    RECEIVED,
    SENT,
    data,
    envelope,
    events,
    group,
    only,
    raw,
)


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
