"""Edits, deletions, thumbs and receipts, and what the bot's own devices do."""

from __future__ import annotations

import pytest

from adapters.signal.ids import NativeId
from adapters.signal.inbound import edit_in
from bot.messaging import (
    Address,
    ChatKind,
    DeliveryStatus,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
    ReactionChanged,
)
from tests.adapters.signal.frames import (
    ACCOUNT,
    ANN,
    BERT,
    BOT,
    BOT_UUID,
    GROUP_ADDRESS,
    SENT,
    data,
    envelope,
    events,
    group,
    only,
    own,
    raw,
)


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
