"""Whatever people send, they get a decent answer, and the next one is heard."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreFull
from bot.messaging import ContentKind
from bot.store import inbox as inbox_store
from bot.store import people as people_store
from bot.testkit.memory import Attachment

if TYPE_CHECKING:
    from bot.store.tx import Tx
    from tests.story.village import Village


def aside(street: Village) -> list[str]:
    """Why things were set aside."""
    with street.store.reading() as reader:
        return [one.reason for one in inbox_store.aside(reader)]


# --- odd messages ------------------------------------------------------------------------------


async def test_a_novel_of_a_hundred_thousand_characters(street: Village) -> None:
    """It is a report like any other; the police get all of it, the neighbours the beginning."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    novel = "man met koevoet. " * 5900
    street.anna.says(novel)
    await street.anna.hears("Waar is het")
    street.anna.says("Kerkstraat 12")
    await street.anna.hears("Klopt het?", within=10)
    street.anna.presses("Versturen")
    await street.anna.hears("gaat nu naar de buurt")
    await street.settled()
    assert len(street.card(street.telegram_group).text) < 1500
    said = {str(entry.fields["text"]) for entry in street.log("case.message")}
    assert novel in said


async def test_many_house_numbers_in_a_novel_stay_hidden(street: Village) -> None:
    """However long, the group sees no house number, and nobody waits for it."""
    await street.reports(street.anna, what="Kerkstraat 12 " * 7000, where="Kerkstraat 12")
    assert "12" not in street.card(street.carla).text


@pytest.mark.parametrize("kind", [ContentKind.CONTACT, ContentKind.POLL, ContentKind.OTHER])
async def test_what_cannot_be_read_is_said(street: Village, kind: ContentKind) -> None:
    """A contact card, a poll, whatever: typed in words, please."""
    street.anna.sends_odd(kind)
    await street.anna.hears("Dat kan ik niet lezen")


@pytest.mark.parametrize("kind", [ContentKind.STICKER, ContentKind.CONTACT])
async def test_odd_things_in_a_report_get_the_question_again(
    street: Village, kind: ContentKind
) -> None:
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.sends_odd(kind)
    await street.anna.hears("Dat begrijp ik niet")
    await street.anna.hears("Wat zie")


async def test_an_empty_message(street: Village) -> None:
    for words in ("", "   ", "\n"):
        street.anna.says(words)
        await street.anna.hears("leeg bericht")


async def test_half_a_character_breaks_nothing(street: Village) -> None:
    """Some apps cut an emoji in two; the text is kept with a mark in its place."""
    await street.reports(street.anna, what="man met koevoet \ud83d")
    assert "man met koevoet" in street.card(street.carla).text


async def test_a_photo_of_no_bytes_and_a_video_of_sixty_megabytes(street: Village) -> None:
    """Both are told apart and both are in the log; the report goes out all the same."""
    await street.reports(street.anna)
    street.anna.sends_photo(b"")
    await street.anna.hears("was leeg")
    street.anna.sends(Attachment(data=b"\0" * 60_000_000, mime="video/mp4", as_file=True))
    await street.anna.hears("te groot")
    await street.settled()
    reasons = [entry.fields["reason"] for entry in street.log("case.media_missing")]
    assert reasons == ["empty", "too_large"]


async def test_an_unknown_kind_of_update_is_set_aside(street: Village) -> None:
    """Kept for the operator, not dropped, and what follows is heard."""
    street.anna.starts()
    street.telegram.queue("hologram", street.anna.chat, {"from": street.anna.as_sender()})
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    await street.settled()
    assert aside(street) == ["unknown kind unreadable"]


async def test_a_reply_to_something_unknown_is_just_a_message(street: Village) -> None:
    street.anna.says("meld", reply_to="no such message")
    await street.anna.hears("Bel eerst 101")
    street.bram.says("wie heeft een ladder?", to=street.signal_group, reply_to="12345")
    await street.bram.hears("melding van maken")


async def test_an_edit_of_something_unknown_changes_nothing(street: Village) -> None:
    message = street.anna.says("privacy")
    await street.anna.hears("wordt bewaard")
    street.anna.edits(message, "iets anders")
    await street.settled()
    assert street.open_conversations() == 0


# --- buttons and numbers that aren't one's own -----------------------------------------------------


@pytest.mark.parametrize(
    "token",
    [
        "a:seen:999",
        "a:close:1:2",
        "a:admit:1",
        "a:called:5",
        "a:rectify:1",
        "a:over:77",
        "a:boom:1",
        "a::",
        "b:seen:1",
        "q1.1.called",
        "q999999999999999999.1.yes",
        "a:seen:²",
        "a:seen:99999999999999999999999999",
        "nonsense",
        "",
    ],
)
async def test_forged_and_stale_tokens_do_nothing(street: Village, token: str) -> None:
    """Whatever is pressed, it is answered kindly and changes nothing."""
    await street.reports(street.bram)
    before = [(entry.kind, entry.n) for entry in street.log()]
    chat = street.anna.chat
    fields = {"from": street.anna.as_sender(), "message": "1", "token": token}
    since = len(chat.history)
    street.telegram.queue("press", chat, fields)
    await chat.hears("", since=since)
    await street.settled()
    assert [(entry.kind, entry.n) for entry in street.log()] == before
    assert street.alert().state == "open"
    assert aside(street) == []


async def test_nobody_presses_another_ones_question(street: Village) -> None:
    """Carla sends the token of Anna's gate: Anna's report stays where it is."""
    street.anna.says("meld")
    gate = await street.anna.hears("Bel eerst 101")
    token = gate.choices[0].token
    fields = {"from": street.carla.as_sender(), "message": "1", "token": token}
    street.web.queue("press", street.carla.chat, fields)
    await street.carla.hears("Dit gesprek is voorbij")
    await street.settled()
    assert "Wat zie" not in " ".join(street.anna.texts)


# --- people who come and go ------------------------------------------------------------------------


async def test_whoever_leaves_halfway_reports_no_more(street: Village) -> None:
    """A member who was removed while a draft was open: the draft ends, nothing is sent."""
    await street.begins(street.anna)
    await street.tells(street.anna)

    def removed(tx: Tx) -> None:
        member = next(
            m for m in people_store.members_of(tx, "munsterbilzen") if m.name == "Anna Peeters"
        )
        street.house.joining.leave(tx, member)

    await street.store.writer.submit(removed)
    street.anna.presses("Versturen")
    await street.anna.hears("voorbij")
    await street.settled()
    assert not street.saw_card(street.carla)
    assert street.open_conversations() == 0


async def test_a_reporter_who_leaves_leaves_the_alert(street: Village) -> None:
    """The alert goes on and a coordinator closes it; whoever left hears no more."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)
    street.anna.says("stop")
    await street.anna.hears("Wat wil je doen")
    street.anna.presses("verlaten")
    await street.anna.hears("echt verlaten")
    street.anna.presses("Ja")
    await street.anna.hears("geen lid meer")
    await street.settled()
    heard = len(street.anna.texts)
    street.els.says("sluit 1")
    await street.els.hears("Hoe is de melding afgelopen")
    street.els.presses("De persoon is weg")
    await street.carla.hears("AFGESLOTEN")
    await street.settled()
    assert len(street.anna.texts) == heard


async def test_a_draft_waits_for_whoever_blocks_the_bot(street: Village) -> None:
    """Blocked in the middle, back an hour later: the question is still there."""
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    street.anna.blocks()
    await street.settled()
    street.clock.advance(timedelta(hours=1))
    await street.settled()
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")


# --- when something fails ----------------------------------------------------------------------------


async def test_a_handler_that_fails_leaves_nobody_in_silence(
    street: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is set aside with its reason, its sender is told at once, and the rest goes on."""

    def broken(_ask: object) -> None:
        raise RuntimeError("the text man met koevoet stands in here")

    monkeypatch.setitem(street.house.intake._direct._handlers, "privacy", broken)
    street.anna.says("privacy")
    await street.anna.hears("Dat ging mis. Probeer het opnieuw. Bij gevaar: bel 101.")
    street.anna.says("meld")
    await street.anna.hears("Bel eerst 101")
    await street.settled()
    (reason,) = aside(street)
    assert reason.startswith("RuntimeError at test_bad_input.py:")
    assert "koevoet" not in reason


async def test_a_failing_timer_stops_no_other(
    street: Village, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged without anybody's words, and what else is due still happens."""
    await street.reports(street.anna)
    await street.skips_enrichment(street.anna)

    def broken(_tx: object, _alert: int) -> None:
        raise RuntimeError("Kerkstraat 12")

    monkeypatch.setattr(street.house.ending, "silence", broken)
    await street.later(minutes=46)
    assert "a timer silence failed: RuntimeError at test_bad_input.py" in caplog.text
    assert "Kerkstraat" not in caplog.text
    await street.later(hours=4)
    assert street.alert().state == "no_news"


async def test_a_full_disk_is_said_at_once(
    street: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Ik kan nu niet doorgeven. Bel 101." past the store; once there is room it goes on."""

    async def full(*_args: object, **_more: object) -> None:
        raise StoreFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(street.store.writer, "submit", full)
        street.anna.says("meld")
        await street.anna.hears("Ik kan nu niet doorgeven. Bel 101.")
    await street.anna.hears("Is er nu gevaar")
    await street.settled()
    assert sum("niet doorgeven" in text for text in street.anna.texts) == 1
