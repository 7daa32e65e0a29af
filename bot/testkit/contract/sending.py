"""What is sent is what is shown, and stays ours to change where the chat allows it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import (
    MessengerError,
    TooLarge,
)
from bot.messaging import (
    Feature,
    File,
    MessageRef,
    Outgoing,
)
from bot.messaging.text import length
from bot.testkit.contract.material import needs, question, refs
from bot.testkit.peer import Ability, Peer


class SendingContract:
    """What is sent is what is shown, and the answer names it."""

    async def test_a_message_is_shown_and_named(self, peer: Peer) -> None:
        """`parts` are the native ids of what the chat shows."""
        receipt = await peer.adapter.send(peer.person, Outgoing(text="Welkom"), key="k1")
        shown = peer.shown(peer.person)
        assert [seen.id for seen in shown] == list(receipt.parts)
        assert shown[-1].text.strip() == "Welkom"

    async def test_marks_are_not_shown(self, peer: Peer) -> None:
        """Bold is bold or plain; the stars themselves, and what looks like markup, are text."""
        text = "**MELDING** 3 < 5 & <b>_niet_ *vet*</b> [x](y)"
        await peer.adapter.send(peer.person, Outgoing(text=text), key="k1")
        assert peer.shown(peer.person)[-1].text == text.replace("**", "")

    async def test_choices_can_be_read(self, peer: Peer) -> None:
        """As buttons, or numbered in the text: nobody must guess what can be answered."""
        await peer.adapter.send(peer.person, question(), key="k1")
        shown = peer.shown(peer.person)[-1]
        for choice in question().choices:
            labelled = any(choice.label in button for button in shown.buttons)
            numbered = str(choice.number) in shown.text and choice.label in shown.text
            assert labelled or numbered
        can_press = peer.adapter.capabilities(peer.person).can(Feature.BUTTONS)
        assert bool(shown.buttons) == can_press

    async def test_a_long_text_is_split(self, peer: Peer) -> None:
        """Into parts that fit, in order, nothing lost, however it is counted."""
        limits = peer.adapter.capabilities(peer.person)
        words = [f"wóórd{n}😀" for n in range(limits.text_max // 5)]
        receipt = await peer.adapter.send(peer.person, Outgoing(text=" ".join(words)), key="k1")
        shown = peer.shown(peer.person)
        assert len(shown) > 1
        assert [seen.id for seen in shown] == list(receipt.parts)
        assert all(length(seen.text, limits.text_unit) <= limits.text_max for seen in shown)
        read = " ".join(seen.text for seen in shown).split()
        assert [word for word in read if word.startswith("wóórd")] == words

    async def test_choices_of_a_long_text_stand_at_its_end(self, peer: Peer) -> None:
        """Under the last part, where the thumb is."""
        limits = peer.adapter.capabilities(peer.person)
        long = replace(question(), text="lang " * limits.text_max)
        await peer.adapter.send(peer.person, long, key="k1")
        *before, last = peer.shown(peer.person)
        assert before
        assert not any(seen.buttons for seen in before)
        assert last.buttons or "Ik kan niet bellen" in last.text

    async def test_a_file_arrives_as_it_is(self, peer: Peer, tmp_path: Path) -> None:
        """With its text beside it."""
        if not peer.adapter.capabilities(peer.person).can(Feature.FILES):
            pytest.skip(f"{peer.adapter.name} sends no files")
        path = tmp_path / "rapport.pdf"
        path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
        file = File(path=str(path), name="rapport.pdf", mime="application/pdf")
        receipt = await peer.adapter.send(
            peer.person, Outgoing(text="Het rapport", files=(file,)), key="k1"
        )
        shown = peer.shown(peer.person)
        assert [seen.id for seen in shown] == list(receipt.parts)
        assert [data for seen in shown for data in seen.files] == [path.read_bytes()]
        assert any("Het rapport" in seen.text for seen in shown)

    async def test_a_file_over_the_limit_is_refused(self, peer: Peer, tmp_path: Path) -> None:
        """Before it is sent: TooLarge, with nothing shown."""
        limits = peer.adapter.capabilities(peer.person)
        if not limits.can(Feature.FILES):
            pytest.skip(f"{peer.adapter.name} sends no files")
        path = tmp_path / "film.mp4"
        with path.open("wb") as film:
            film.truncate(limits.upload_max + 1)
        file = File(path=str(path), name="film.mp4", mime="video/mp4")
        with pytest.raises(TooLarge):
            await peer.adapter.send(peer.person, Outgoing(text="", files=(file,)), key="k1")
        assert peer.shown(peer.person) == []

    async def test_a_reply_points_at_what_it_answers(self, peer: Peer) -> None:
        """Where the messenger has replies."""
        if not peer.adapter.capabilities(peer.person).can(Feature.REPLY):
            pytest.skip(f"{peer.adapter.name} shows no replies")
        card = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        answered = MessageRef(peer.person, card.parts[0])
        await peer.adapter.send(peer.person, Outgoing(text="Gezien", reply_to=answered), key="k2")
        assert peer.shown(peer.person)[-1].reply_to == card.parts[0]

    async def test_a_group_reads_it_too(self, peer: Peer) -> None:
        """One message for the whole group."""
        needs(peer, Ability.GROUP)
        assert peer.group is not None
        receipt = await peer.adapter.send(peer.group, Outgoing(text="MELDING"), key="k1")
        assert [seen.id for seen in peer.shown(peer.group)] == list(receipt.parts)


class ChangingContract:
    """What was sent can be changed where the chat says so, and only there."""

    async def test_an_edit_changes_the_same_message(self, peer: Peer) -> None:
        """No second message, whatever it says now."""
        if not peer.adapter.capabilities(peer.person).can(Feature.EDIT):
            pytest.skip(f"{peer.adapter.name} edits nothing")
        receipt = await peer.adapter.send(peer.person, Outgoing(text="1 gezien"), key="k1")
        for text in ("2 gezien", "3 gezien"):
            changed = await peer.adapter.edit(
                refs(peer.person, receipt.parts), Outgoing(text=text), key=text
            )
            assert changed.parts == receipt.parts
        shown = peer.shown(peer.person)
        assert [(seen.id, seen.text) for seen in shown] == [(receipt.parts[0], "3 gezien")]

    async def test_editing_to_the_same_is_no_error(self, peer: Peer) -> None:
        """After a crash nobody knows whether the edit was made: it is made again."""
        if not peer.adapter.capabilities(peer.person).can(Feature.EDIT):
            pytest.skip(f"{peer.adapter.name} edits nothing")
        receipt = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        await peer.adapter.edit(
            refs(peer.person, receipt.parts), Outgoing(text="MELDING"), key="k2"
        )
        assert [seen.text for seen in peer.shown(peer.person)] == ["MELDING"]

    async def test_an_edit_takes_buttons_away(self, peer: Peer) -> None:
        """A question that is answered can no longer be pressed."""
        limits = peer.adapter.capabilities(peer.person)
        if not (limits.can(Feature.EDIT) and limits.can(Feature.BUTTONS)):
            pytest.skip(f"{peer.adapter.name} has no buttons that can be edited")
        receipt = await peer.adapter.send(peer.person, question(), key="k1")
        await peer.adapter.edit(
            refs(peer.person, receipt.parts), Outgoing(text="Beantwoord"), key="k2"
        )
        assert [seen.buttons for seen in peer.shown(peer.person)] == [()]

    async def test_a_shorter_edit_leaves_nothing_of_the_longer(self, peer: Peer) -> None:
        """All parts of ours change: no half of the old text stays."""
        limits = peer.adapter.capabilities(peer.person)
        if not limits.can(Feature.EDIT):
            pytest.skip(f"{peer.adapter.name} edits nothing")
        long = "oud " * limits.text_max
        receipt = await peer.adapter.send(peer.person, Outgoing(text=long), key="k1")
        await peer.adapter.edit(refs(peer.person, receipt.parts), Outgoing(text="nieuw"), key="k2")
        texts = [seen.text for seen in peer.shown(peer.person)]
        assert "nieuw" in texts
        assert not any("oud" in text for text in texts)

    async def test_a_deleted_message_is_gone(self, peer: Peer) -> None:
        """Every part of it."""
        if not peer.adapter.capabilities(peer.person).can(Feature.DELETE):
            pytest.skip(f"{peer.adapter.name} deletes nothing")
        receipt = await peer.adapter.send(peer.person, Outgoing(text="weg"), key="k1")
        await peer.adapter.delete(refs(peer.person, receipt.parts))
        assert peer.shown(peer.person) == []

    @pytest.mark.parametrize("feature", [Feature.EDIT, Feature.DELETE, Feature.REACT])
    async def test_what_a_chat_cannot_do_is_refused(self, peer: Peer, feature: Feature) -> None:
        """Never silently: what the capabilities deny raises MessengerError."""
        if peer.adapter.capabilities(peer.person).can(feature):
            return
        receipt = await peer.adapter.send(peer.person, Outgoing(text="MELDING"), key="k1")
        ours = refs(peer.person, receipt.parts)
        asked: dict[Feature, Callable[[], Awaitable[object]]] = {
            Feature.EDIT: lambda: peer.adapter.edit(ours, Outgoing(text="x"), key="k2"),
            Feature.DELETE: lambda: peer.adapter.delete(ours),
            Feature.REACT: lambda: peer.adapter.react(ours[0], "👍"),
        }
        with pytest.raises(MessengerError):
            await asked[feature]()
