"""What the core says is what people on Signal read, and every failure has its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.signal.adapter import SignalAdapter
from bot.errors import (
    IdentityUntrusted,
    MessengerError,
    NotAllowed,
    Permanent,
    RateLimited,
    RecipientGone,
    Retryable,
    Uncertain,
)
from bot.messaging import (
    Address,
    Capabilities,
    Choice,
    Feature,
    File,
    MediaKind,
    MediaRef,
    MessageRef,
    Outgoing,
)
from tests.adapters.signal import faults
from tests.adapters.signal.building import build
from tests.adapters.signal.people import Group, Person
from tests.adapters.signal.restapi import SignalServer
from tests.adapters.signal.sent import CARD, a_file, chat


class TestWhatIsShown:
    async def test_bold_is_bold_and_stars_are_stars(
        self, adapter: SignalAdapter, ann: Person
    ) -> None:
        """The mode's other marks, typed by a resident, stay what they were."""
        text = "**MELDING** 3*4 ~5~ `ls` || a|b \\* c\\d **101 gebeld**"
        await adapter.send(chat(ann), Outgoing(text=text), key="k1")
        (shown,) = ann.shown
        assert shown.text == text.replace("**", "")
        assert shown.bold == ("MELDING", "101 gebeld")

    async def test_choices_are_numbers(self, adapter: SignalAdapter, ann: Person) -> None:
        """The number is what a neighbour types."""
        choices = (
            Choice(number=1, label="Ja, verstuur", token="t1"),
            Choice(number=2, label="Nee", token="t2"),
        )
        await adapter.send(chat(ann), Outgoing(text="Versturen?", choices=choices), key="k1")
        assert ann.shown[0].text == "Versturen?\n\n1 Ja, verstuur\n2 Nee"
        assert ann.shown[0].bold == ("1", "2")

    async def test_somebody_is_reached_by_number_before_the_uuid_is_known(
        self, adapter: SignalAdapter, ann: Person
    ) -> None:
        """As the configuration names a coordinator: signal:+32…"""
        await adapter.send(Address("signal", ann.number), CARD, key="k1")
        assert len(ann.shown) == 1

    async def test_an_answer_quotes_what_it_answers(
        self, adapter: SignalAdapter, ann: Person, street: Group
    ) -> None:
        """Somebody else's message by its author and time; the id is the one an event carried."""
        said = ann.says("wie zag dit?", street)
        ref = MessageRef(chat(street), f"{ann.uuid}|{said.timestamp}")
        await adapter.send(chat(street), Outgoing(text="Buur 7 zag het", reply_to=ref), key="k1")
        assert street.shown[-1].quote == (ann.uuid, said.timestamp)

    async def test_an_answer_to_something_unknown_is_sent_all_the_same(
        self, adapter: SignalAdapter, ann: Person
    ) -> None:
        """A quote is a comfort; the message matters."""
        ref = MessageRef(chat(ann), "iets van elders")
        await adapter.send(chat(ann), Outgoing(text="gezien", reply_to=ref), key="k1")
        assert ann.shown[0].quote is None

    async def test_pictures_go_as_one_message(
        self, adapter: SignalAdapter, ann: Person, tmp_path: Path
    ) -> None:
        """Two files and their text are one album, with types and names that can do no harm."""
        file = a_file(tmp_path, b"\xff\xd8\xff", name="../../etc/vreemde;naam=.jpg")
        other = File(path=file.path, name="", mime="image/jpeg;x=1,")
        receipt = await adapter.send(
            chat(ann), Outgoing(text="gezien", files=(file, other)), key="k1"
        )
        assert len(receipt.parts) == 1
        assert ann.shown[0].files == [
            ("image/jpeg", "vreemde_naam_.jpg", b"\xff\xd8\xff"),
            ("image/jpegx1", "file", b"\xff\xd8\xff"),
        ]

    async def test_an_empty_or_missing_file_is_refused_before_anything_is_sent(
        self, adapter: SignalAdapter, ann: Person, tmp_path: Path
    ) -> None:
        for file in (
            a_file(tmp_path, b""),
            File(path=str(tmp_path / "weg"), name="weg", mime="a/b"),
        ):
            with pytest.raises(Permanent):
                await adapter.send(chat(ann), Outgoing(text="kijk", files=(file,)), key="k1")
        assert ann.shown == []

    async def test_a_card_keeps_its_place_through_ten_edits(
        self, adapter: SignalAdapter, ann: Person, street: Group
    ) -> None:
        """Each edit names the first version, the quote stays, and the id stays the same."""
        said = ann.says("help", street)
        answered = MessageRef(chat(street), f"{ann.uuid}|{said.timestamp}")
        receipt = await adapter.send(
            chat(street), Outgoing(text="MELDING", reply_to=answered), key="k"
        )
        refs = [MessageRef(chat(street), part) for part in receipt.parts]
        for n in range(1, 11):
            card = Outgoing(text=f"**MELDING** · {n} gezien", reply_to=answered)
            assert (await adapter.edit(refs, card, key=f"k{n}")).parts == receipt.parts
        shown = street.shown[-1]
        assert (shown.text, shown.bold) == ("MELDING · 10 gezien", ("MELDING",))
        assert shown.quote == (ann.uuid, said.timestamp)
        assert len(shown.earlier) == 10

    async def test_an_edit_that_grew_goes_on_in_a_new_message(
        self, adapter: SignalAdapter, ann: Person
    ) -> None:
        """And one that shrank again takes the rest back."""
        receipt = await adapter.send(chat(ann), Outgoing(text="kort"), key="k1")
        refs = [MessageRef(chat(ann), part) for part in receipt.parts]
        grown = await adapter.edit(refs, Outgoing(text="lang " * 500), key="k2")
        assert grown.parts[0] == receipt.parts[0]
        assert len(grown.parts) == 2
        refs = [MessageRef(chat(ann), part) for part in grown.parts]
        assert (
            await adapter.edit(refs, Outgoing(text="weer kort"), key="k3")
        ).parts == receipt.parts
        assert [one.text for one in ann.shown if not one.deleted] == ["weer kort"]

    async def test_an_edit_leaves_the_pictures_alone(
        self, adapter: SignalAdapter, ann: Person, tmp_path: Path
    ) -> None:
        message = Outgoing(text="foto", files=(a_file(tmp_path, b"\xff\xd8"),))
        receipt = await adapter.send(chat(ann), message, key="k1")
        refs = [MessageRef(chat(ann), part) for part in receipt.parts]
        await adapter.edit(refs, Outgoing(text="foto van de auto", files=message.files), key="k2")
        (shown,) = ann.shown
        assert (shown.text, len(shown.files)) == ("foto van de auto", 1)

    async def test_a_thumb_goes_up_and_down(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        """On somebody's message and on our own."""
        said = ann.says("hij is weg")
        card = await adapter.send(chat(ann), CARD, key="k1")
        theirs = MessageRef(chat(ann), f"{ann.uuid}|{said.timestamp}")
        ours = MessageRef(chat(ann), card.parts[0])
        for ref, shown in ((theirs, ann.shown[0]), (ours, ann.shown[1])):
            await adapter.react(ref, "👍")
            assert shown.reactions == {server.uuid: "👍"}
            await adapter.react(ref, None)
            assert shown.reactions == {}

    async def test_only_our_own_can_be_changed(self, adapter: SignalAdapter, ann: Person) -> None:
        said = ann.says("van mij")
        ref = MessageRef(chat(ann), f"{ann.uuid}|{said.timestamp}")
        with pytest.raises(NotAllowed):
            await adapter.edit([ref], Outgoing(text="x"), key="k1")
        with pytest.raises(NotAllowed):
            await adapter.delete([ref])

    def test_it_can_write_first_and_has_no_buttons(
        self, adapter: SignalAdapter, ann: Person
    ) -> None:
        limits: Capabilities = adapter.capabilities(chat(ann))
        assert limits.can(Feature.WRITE_FIRST)
        assert not limits.can(Feature.BUTTONS)
        assert adapter.deep_link("rozenstraat") is None


class TestBothAnswers:
    @pytest.mark.parametrize("array", [True, False])
    async def test_either_shape_of_the_answer_is_understood(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person, *, array: bool
    ) -> None:
        """An object up to 0.100, an array after it; the timestamp is a string in both."""
        server.array_replies = array
        receipt = await adapter.send(chat(ann), CARD, key="k1")
        assert receipt.parts == (str(ann.shown[0].timestamp),)

    async def test_who_of_a_group_was_not_reached_is_told(
        self, adapter: SignalAdapter, street: Group
    ) -> None:
        """The message is in the group; the coordinator hears who can't see it, by address."""
        street.members[1].failure = "IDENTITY_FAILURE"
        receipt = await adapter.send(chat(street), CARD, key="k1")
        assert receipt.failed == ((f"signal:{street.members[1].uuid}", "IDENTITY_FAILURE"),)
        assert len(receipt.parts) == 1

    @pytest.mark.parametrize(
        ("reason", "meaning"),
        [
            ("UNREGISTERED_FAILURE", RecipientGone),
            ("IDENTITY_FAILURE", IdentityUntrusted),
            ("NETWORK_FAILURE", Retryable),
            ("RATE_LIMIT_FAILURE", RateLimited),
            ("INVALID_PRE_KEY_FAILURE", Retryable),
            ("SOMETHING_NEW", Retryable),
        ],
    )
    async def test_the_failure_of_the_only_recipient_is_an_error(
        self, adapter: SignalAdapter, ann: Person, reason: str, meaning: type[MessengerError]
    ) -> None:
        """201 with an error inside is no success."""
        ann.failure = reason
        with pytest.raises(meaning):
            await adapter.send(chat(ann), CARD, key="k1")

    async def test_an_answer_that_says_nothing_leaves_it_open(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        server.fail_next(faults.Fault(status=201, body={}))
        with pytest.raises(Uncertain):
            await adapter.send(chat(ann), CARD, key="k1")


class TestFiles:
    async def test_a_file_that_is_gone_is_gone(self, adapter: SignalAdapter) -> None:
        """No second try brings it back; nor one that signal-cli never had."""
        for native in ({"attachment": "weg.jpg"}, {}):
            media = MediaRef(source="signal", id="weg", kind=MediaKind.PHOTO, native=dict(native))
            with pytest.raises(Permanent):
                async for _ in adapter.fetch(media, max_bytes=10):
                    pass
            await adapter.release(media)

    async def test_a_download_that_breaks_off_is_tried_again(
        self, server: SignalServer, adapter: SignalAdapter, ann: Person
    ) -> None:
        shown = server.keep("image/jpeg", None, b"x" * 100)
        media = MediaRef(
            source="signal", id="x", kind=MediaKind.PHOTO, native={"attachment": shown["id"]}
        )
        for fault in (faults.HANG, faults.DROP_AFTER_SENDING, faults.BROKEN):
            server.fail_next(fault, "/v1/attachments/{attachment}")
            with pytest.raises(Retryable):
                async for _ in adapter.fetch(media, max_bytes=1000):
                    pass


class TestMembers:
    async def test_members_are_known_by_uuid_and_by_number(
        self, adapter: SignalAdapter, server: SignalServer, street: Group
    ) -> None:
        """Asked once a minute, however many members are asked about."""
        ann, bert = street.members
        group = chat(street)
        assert await adapter.is_member(group, Address("signal", ann.uuid)) is True
        assert await adapter.is_member(group, Address("signal", ann.number)) is True
        assert await adapter.is_member(group, Address("signal", bert.uuid)) is True
        assert await adapter.is_member(group, Address("signal", "iemand anders")) is False
        assert server.requests["GET /v1/groups/{number}/{groupid}"] == 1

    async def test_where_the_bot_cannot_look_nothing_is_guessed(
        self, adapter: SignalAdapter, server: SignalServer, street: Group
    ) -> None:
        """Not in the group, no such group, no answer: unknown counts as outside elsewhere."""
        person = Address("signal", street.members[0].uuid)
        server.fail_next(faults.BROKEN, "/v1/groups/{number}/{groupid}")
        assert await adapter.is_member(chat(street), person) is None
        assert await adapter.is_member(chat(street), person) is True
        assert await adapter.is_member(Address("signal", "group.QUFB"), person) is None
        street.has_bot = False
        other = build(server, Path())
        assert await other.is_member(chat(street), person) is None
        await other.close()

    async def test_who_may_post_is_what_the_group_says(
        self, adapter: SignalAdapter, server: SignalServer, street: Group
    ) -> None:
        """Everybody or the administrators; unknown where the bot can't look."""
        assert await adapter.members_may_post(chat(street)) is True
        street.only_admins_write = True
        assert await adapter.members_may_post(chat(street)) is False
        server.fail_next(faults.BROKEN, "/v1/groups/{number}/{groupid}")
        assert await adapter.members_may_post(chat(street)) is None
        assert await adapter.members_may_post(Address("signal", "group.QUFB")) is None
        street.has_bot = False
        assert await adapter.members_may_post(chat(street)) is None
