"""Sending: what people see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.outbound import keyboard, markup, texts
from bot.errors import NotAllowed, Permanent, RateLimited
from bot.messaging import Choice, File, MessageRef, Outgoing
from tests.adapters.telegram.botapi import BotApiServer
from tests.adapters.telegram.faults import flood, refusal
from tests.adapters.telegram.peer import Watched, address
from tests.adapters.telegram.people import User
from tests.adapters.telegram.world import Group
from tests.adapters.telegram.written import read_html

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(number=n, label=label, token=f"q7:{n}") for n, label in enumerate(labels, 1)
    )


def file(tmp_path: Path, name: str, mime: str, content: bytes = PNG) -> File:
    path = tmp_path / name
    path.write_bytes(content)
    return File(path=str(path), name=name, mime=mime)


async def test_bold_is_bold_and_no_preview_is_drawn(telegram: Watched, els: User) -> None:
    """The card's state word stands out; a link in a text draws nothing under it."""
    text = "**MELDING M-2026-0117**\nzie https://saar.example.org"
    await telegram.send(address(els), Outgoing(text=text), key="k")
    assert els.last.bold == ["MELDING M-2026-0117"]
    assert els.last.has_preview is False


async def test_buttons_show_the_number_that_may_be_typed(telegram: Watched, els: User) -> None:
    """Number first; short answers share a row, long ones have their own."""
    asked = choices("Ja", "Nee", "Ik weet het niet", "Ik heb 101 **al** gebeld vandaag")
    await telegram.send(address(els), Outgoing(text="Nog bezig?", choices=asked), key="k")
    assert [button.text for button in els.last.buttons] == [
        "1 Ja",
        "2 Nee",
        "3 Ik weet het niet",
        "4 Ik heb 101 al gebeld vandaag",
    ]
    drawn = keyboard(asked)
    assert drawn is not None
    assert [len(row) for row in drawn.inline_keyboard] == [2, 1, 1]


async def test_silent_and_protected_are_passed_on(telegram: Watched, els: User) -> None:
    """Silent rings nobody; protected can't be forwarded."""
    await telegram.send(address(els), Outgoing(text="a", silent=True, protect=True), key="k1")
    await telegram.send(address(els), Outgoing(text="b"), key="k2")
    first, second = els.messages
    assert (first.is_silent, first.is_protected) == (True, True)
    assert (second.is_silent, second.is_protected) == (False, False)


async def test_a_reply_to_something_gone_is_sent_all_the_same(telegram: Watched, els: User) -> None:
    """The sighting reaches people even if somebody deleted the card."""
    ref = MessageRef(address(els), "4711")
    await telegram.send(address(els), Outgoing(text="Gezien", reply_to=ref), key="k")
    assert els.last.reply_to is None
    assert els.last.text == "Gezien"


async def test_a_reply_into_another_chat_is_no_reply(
    telegram: Watched, els: User, straat: Group
) -> None:
    """Ids count per chat: one of another chat would point anywhere."""
    card = await telegram.send(address(straat), Outgoing(text="MELDING"), key="k1")
    ref = MessageRef(address(straat), card.parts[0])
    els.says("iets met hetzelfde nummer")
    await telegram.send(address(els), Outgoing(text="Gezien", reply_to=ref), key="k2")
    assert els.last.reply_to is None


async def test_a_long_bold_text_stays_bold_across_its_parts(telegram: Watched, els: User) -> None:
    """Nobody reads a star."""
    await telegram.send(address(els), Outgoing(text="**" + "lang woord " * 900 + "**"), key="k")
    assert len(els.messages) == 3
    assert all("*" not in post.text and post.bold for post in els.messages)


@given(st.text())
def test_any_text_is_markup_that_telegram_reads_back(text: str) -> None:
    """Whatever people type: the markup is valid, and says the same without its stars."""
    assert read_html(markup(text)).text.replace("**", "") == text.replace("**", "")


@given(st.text(alphabet="ab *<&\n😀", min_size=1, max_size=12), st.integers(200, 2000))
def test_long_texts_fit_and_lose_nothing(piece: str, times: int) -> None:
    """However it is cut: valid markup, and every part within 4096 UTF-16 units."""
    parts = [read_html(part).text for part in texts(piece * times)]
    assert all(len(part.encode("utf-16-le")) // 2 <= 4096 for part in parts)


# Files


async def test_a_picture_is_a_photo_with_its_text(
    telegram: Watched, els: User, tmp_path: Path
) -> None:
    """One message: picture, caption and buttons."""
    picture = file(tmp_path, "vrij.png", "image/png")
    message = Outgoing(text="**Foto** vrijgegeven", files=(picture,), choices=choices("Gezien"))
    receipt = await telegram.send(address(els), message, key="k")
    assert len(receipt.parts) == 1
    assert els.last.as_photo
    assert (els.last.text, els.last.bold) == ("Foto vrijgegeven", ["Foto"])
    assert els.last.file is not None
    assert els.last.file.content == PNG
    assert [button.text for button in els.last.buttons] == ["1 Gezien"]


async def test_an_export_is_a_document_with_its_name(
    telegram: Watched, els: User, tmp_path: Path
) -> None:
    """A zip stays a zip, under the name that the core gave it."""
    export = file(tmp_path, "x.zip", "application/zip", b"PK\x03\x04" + bytes(300_000))
    named = File(path=export.path, name="munsterbilzen-2026-11.zip", mime=export.mime)
    await telegram.send(address(els), Outgoing(text="", files=(named,)), key="k")
    assert not els.last.as_photo
    assert els.last.file is not None
    assert els.last.file.name == "munsterbilzen-2026-11.zip"
    assert els.last.file.size == 300_004


async def test_pictures_go_as_one_album_and_documents_as_another(
    telegram: Watched, straat: Group, tmp_path: Path
) -> None:
    """Text first, then each kind together: one ring, not five."""
    pictures = [file(tmp_path, f"{n}.png", "image/png") for n in range(2)]
    papers = [file(tmp_path, f"{n}.pdf", "application/pdf") for n in range(2)]
    message = Outgoing(text="Vrijgegeven", files=(*pictures, *papers))
    receipt = await telegram.send(address(straat), message, key="k")
    text, *files = straat.messages
    assert [str(post.id) for post in straat.messages] == list(receipt.parts)
    assert text.text == "Vrijgegeven"
    assert [post.as_photo for post in files] == [True, True, False, False]
    assert files[0].album == files[1].album != files[2].album == files[3].album


async def test_a_text_too_long_for_a_caption_goes_before_its_file(
    telegram: Watched, els: User, tmp_path: Path
) -> None:
    """A caption holds 1024 characters: a longer text is a message of its own."""
    picture = file(tmp_path, "a.png", "image/png")
    receipt = await telegram.send(
        address(els), Outgoing(text="x" * 1025, files=(picture,)), key="k"
    )
    assert len(receipt.parts) == 2
    assert [post.text for post in els.messages] == ["x" * 1025, ""]


async def test_a_picture_that_telegram_cannot_show_goes_as_a_document(
    server: BotApiServer, telegram: Watched, els: User, tmp_path: Path
) -> None:
    """A panorama is over Telegram's proportions for photos; it arrives as a file."""
    server.fails("sendPhoto", fault=refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
    picture = file(tmp_path, "panorama.png", "image/png")
    await telegram.send(address(els), Outgoing(text="breed", files=(picture,)), key="k")
    assert els.last.as_photo is False
    assert els.last.text == "breed"


async def test_a_picture_that_may_not_be_sent_is_not_tried_as_a_document(
    server: BotApiServer, telegram: Watched, els: User, tmp_path: Path
) -> None:
    """Only what can't be shown changes its form; a missing right stays one."""
    server.fails("sendPhoto", fault=refusal(400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN"))
    picture = file(tmp_path, "a.png", "image/png")
    with pytest.raises(NotAllowed):
        await telegram.send(address(els), Outgoing(text="", files=(picture,)), key="k")
    assert server.count("sendDocument") == 0


async def test_an_empty_file_is_refused_before_it_is_sent(
    server: BotApiServer, telegram: Watched, els: User, tmp_path: Path
) -> None:
    """Telegram takes none; the core hears it at once."""
    empty = file(tmp_path, "leeg.jpg", "image/jpeg", b"")
    with pytest.raises(Permanent, match="empty"):
        await telegram.send(address(els), Outgoing(text="", files=(empty,)), key="k")
    assert server.count("sendPhoto") == 0


# Sending again


async def test_parts_that_are_out_are_not_sent_twice(
    server: BotApiServer, telegram: Watched, els: User
) -> None:
    """The third of three parts was flooded: under the same key only that one is sent again."""
    words = Outgoing(text="lang " * 1900)
    server.fails("sendMessage", fault=flood(1), after=2)
    with pytest.raises(RateLimited):
        await telegram.send(address(els), words, key="k")
    receipt = await telegram.send(address(els), words, key="k")
    assert [post.text[:5] for post in els.messages] == ["(1/3)", "(2/3)", "(3/3)"]
    assert [str(post.id) for post in els.messages] == list(receipt.parts)


async def test_the_receipt_names_all_parts_also_those_of_before(
    server: BotApiServer, telegram: Watched, els: User, tmp_path: Path
) -> None:
    """Replies, edits and deletions need every id, whichever try it came from."""
    paper = file(tmp_path, "a.pdf", "application/pdf")
    message = Outgoing(text="x" * 2000, files=(paper,))
    server.fails("sendDocument", fault=flood(2))
    with pytest.raises(RateLimited):
        await telegram.send(address(els), message, key="k")
    receipt = await telegram.send(address(els), message, key="k")
    assert list(receipt.parts) == [str(post.id) for post in els.messages]
    assert len(receipt.parts) == 2


# Changing


async def test_an_edit_changes_a_caption(telegram: Watched, els: User, tmp_path: Path) -> None:
    """A message that is a file with a text keeps the file."""
    picture = file(tmp_path, "a.png", "image/png")
    first = Outgoing(text="1 gezien", files=(picture,))
    receipt = await telegram.send(address(els), first, key="k")
    refs = [MessageRef(address(els), part) for part in receipt.parts]
    for _ in range(2):
        changed = await telegram.edit(refs, Outgoing(text="2 gezien", files=(picture,)), key="k2")
        assert changed.parts == receipt.parts
    assert (els.last.text, els.last.edits) == ("2 gezien", 1)


async def test_a_longer_edit_adds_what_does_not_fit(telegram: Watched, els: User) -> None:
    """Nothing of the new text is lost; the receipt names the new part too."""
    receipt = await telegram.send(address(els), Outgoing(text="kort"), key="k")
    refs = [MessageRef(address(els), part) for part in receipt.parts]
    changed = await telegram.edit(refs, Outgoing(text="lang " * 1000), key="k2")
    assert list(changed.parts) == [str(post.id) for post in els.messages]
    assert len(changed.parts) == 2


async def test_an_edit_keeps_the_files_that_it_names(
    telegram: Watched, els: User, tmp_path: Path
) -> None:
    """Text and two files, and the text changes: the files stay where they are."""
    files = tuple(file(tmp_path, f"{n}.pdf", "application/pdf") for n in range(2))
    receipt = await telegram.send(address(els), Outgoing(text="oud", files=files), key="k")
    refs = [MessageRef(address(els), part) for part in receipt.parts]
    changed = await telegram.edit(refs, Outgoing(text="nieuw", files=files), key="k2")
    assert changed.parts == receipt.parts
    assert els.texts == ["nieuw", "", ""]


async def test_editing_what_somebody_deleted_is_refused(
    server: BotApiServer, telegram: Watched, els: User
) -> None:
    """Permanent: trying again brings it back no more."""
    receipt = await telegram.send(address(els), Outgoing(text="a"), key="k")
    els.last.is_deleted = True
    with pytest.raises(Permanent):
        await telegram.edit(
            [MessageRef(address(els), receipt.parts[0])], Outgoing(text="b"), key="k2"
        )


async def test_deleting_twice_is_no_error(telegram: Watched, els: User) -> None:
    """After a crash nobody knows whether it was done."""
    receipt = await telegram.send(address(els), Outgoing(text="a"), key="k")
    refs = [MessageRef(address(els), receipt.parts[0])]
    await telegram.delete(refs)
    await telegram.delete(refs)
    assert els.messages == []


async def test_what_may_not_be_deleted_is_said(
    server: BotApiServer, telegram: Watched, els: User
) -> None:
    """After 48 hours Telegram refuses."""
    receipt = await telegram.send(address(els), Outgoing(text="a"), key="k")
    server.fails("deleteMessage", fault=refusal(400, "Bad Request: message can't be deleted"))
    with pytest.raises(NotAllowed):
        await telegram.delete([MessageRef(address(els), receipt.parts[0])])


async def test_an_edit_refused_for_another_reason_is_said(
    server: BotApiServer, telegram: Watched, els: User, tmp_path: Path
) -> None:
    """Text and caption alike: only "not modified" is success."""
    picture = file(tmp_path, "a.png", "image/png")
    with_file = Outgoing(text="a", files=(picture,))
    for message, method in ((Outgoing(text="a"), "Text"), (with_file, "Caption")):
        receipt = await telegram.send(address(els), message, key=method)
        refs = [MessageRef(address(els), receipt.parts[0])]
        refused = refusal(400, "Bad Request: message can't be edited")
        server.fails(f"editMessage{method}", fault=refused)
        with pytest.raises(Permanent):
            await telegram.edit(refs, replace(message, text="b"), key="k2")


async def test_a_reaction_is_put_and_taken_off(telegram: Watched, els: User) -> None:
    """With an emoji that Telegram allows."""
    ref = MessageRef(address(els), str(els.says("gezien")))
    await telegram.react(ref, "👍")
    assert els.posts[int(ref.id)].reactions == ["👍"]
    await telegram.react(ref, None)
    assert els.posts[int(ref.id)].reactions == []
