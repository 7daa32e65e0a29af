"""Story 2: whoever can't call themselves. The coordinators are asked, and told when it is no longer needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import Retryable

if TYPE_CHECKING:
    from tests.story.village import Village


async def cannot_call(street: Village) -> None:
    """Anna can't call and lets the coordinators be asked."""
    await street.begins(street.anna, "Ik kan niet bellen")
    await street.anna.hears("112 BE")
    street.anna.presses("Ja, vraag het")
    await street.anna.hears("Ik vraag het nu aan de beheerders")
    await street.settled()


async def test_coordinators_are_asked_to_call_with_the_house_number(street: Village) -> None:
    """They are asked at once, and again when place and act are known: exactly where."""
    await cannot_call(street)
    await street.els.chat.hears("Buur 3 kan niet bellen. Bel 101.")
    await street.tells(street.anna)
    asked = await street.gert.chat.hears("Kerkstraat 12")
    assert "man voelt aan autodeuren" in asked.text


async def test_gebeld_by_button_opens_the_gate(street: Village) -> None:
    """The reporter hears who says so; the card says that a coordinator said so."""
    await cannot_call(street)
    street.els.presses("Ik heb gebeld")
    await street.anna.hears("Een beheerder zegt dat 101 gebeld is om 23:14")
    await street.gert.chat.hears("heeft 101 gebeld voor Buur 3. Jij hoeft niet te bellen")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.settled()
    assert "Een beheerder zei om 23:14 dat 101 gebeld is" in street.card(street.carla).text


async def test_gebeld_by_the_word(street: Village) -> None:
    """A coordinator types GEBELD."""
    await cannot_call(street)
    street.gert.says("GEBELD")
    await street.gert.hears("De melder weet dat 101 gebeld is")
    await street.anna.chat.hears("Een beheerder zegt")


@pytest.mark.parametrize(
    "words", ["ik heb 101 gebeld", "101 gebeld", "Ja, ik heb gebeld", "i called"]
)
async def test_gebeld_in_other_words(street: Village, words: str) -> None:
    """Whoever was asked and says so begins no report."""
    await cannot_call(street)
    street.gert.says(words)
    await street.gert.hears("De melder weet dat 101 gebeld is")
    await street.anna.chat.hears("Een beheerder zegt")


async def test_a_reporter_who_calls_after_all_says_so_in_other_words(street: Village) -> None:
    """While asked what happens; it is no answer to that."""
    await cannot_call(street)
    street.anna.says("ik heb 101 gebeld")
    await street.gert.chat.hears("heeft 101 zelf gebeld")
    await street.anna.hears("Wat zie")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.settled()
    assert "De melder zei om 23:14 dat 101 gebeld is" in street.card(street.carla).text


async def test_who_called_and_was_asked_nothing_reports(street: Village) -> None:
    street.carla.says("ik heb 101 gebeld")
    await street.carla.hears("Wat klopt voor jou?")


async def test_gebeld_from_ones_other_messenger(street: Village) -> None:
    """Gert was asked on Signal and answers on the page."""
    page = street.web.person("Gert op het web")
    street.gert.says("/koppel")
    code = (await street.gert.hears("/koppel ")).text.partition("/koppel ")[2][:8]
    page.says(f"/koppel {code}")
    await page.hears("Gekoppeld")
    await cannot_call(street)
    page.says("gebeld")
    await page.hears("De melder weet dat 101 gebeld is")


async def test_gebeld_by_the_number(street: Village) -> None:
    """A coordinator without buttons types 1."""
    await cannot_call(street)
    street.gert.says("1")
    await street.gert.hears("Dank je")
    await street.anna.chat.hears("Een beheerder zegt")
    street.els.presses("Ik heb gebeld")
    await street.els.hears("al beantwoord")


async def test_a_call_that_was_made_is_asked_of_nobody_any_more(street: Village) -> None:
    """Gert's phone was out of reach while Els called: he reads that she did, not the question."""
    street.signal.fails(Retryable("busy"), at=street.address_of(street.gert), times=1)
    await cannot_call(street)
    street.els.presses("Ik heb gebeld")
    await street.anna.hears("Een beheerder zegt")
    await street.later(seconds=2)
    await street.later(seconds=3)
    assert any("Jij hoeft niet te bellen" in text for text in street.gert.texts)
    assert not any("kan niet bellen" in text for text in street.gert.texts)


async def test_a_coordinator_in_the_middle_of_something_may_type_gebeld(street: Village) -> None:
    """An open conversation of one's own does not swallow the word."""
    await street.reports(street.gert)
    await street.gert.chat.hears("Hoeveel personen")
    await cannot_call(street)
    street.gert.says("gebeld")
    await street.anna.chat.hears("Een beheerder zegt")


async def test_two_minutes_without_anybody(street: Village) -> None:
    """The reporter hears that nobody has called, and what else they can do."""
    await cannot_call(street)
    await street.later(seconds=119)
    assert not any("niemand" in text for text in street.anna.texts)
    await street.later(seconds=2)
    told = await street.anna.hears("Er heeft nog niemand laten weten")
    assert "112 BE" in told.text


async def test_sent_before_anybody_called_it_waits(street: Village) -> None:
    """The report gets its number and waits; GEBELD sends it out."""
    await cannot_call(street)
    preview = await street.tells(street.anna)
    assert any("vertrekt pas als iemand gebeld heeft" in text for text in street.anna.texts)
    assert "1 Versturen" in preview.text or "Versturen" in preview.buttons
    street.anna.presses("Versturen")
    await street.anna.hears("Melding M-2026-0001 is bewaard")
    await street.settled()
    assert street.alert().state == "waiting"
    assert not street.saw_card(street.carla)
    assert not street.saw_card(street.telegram_group)
    street.gert.says("gebeld 1")
    await street.gert.hears("gaat nu naar de buurt")
    await street.settled()
    assert "Een beheerder zei om 23:14" in street.card(street.carla).text
    assert "Een beheerder zei om 23:14" in street.card(street.signal_group).text
    assert [e.fields["by"] for e in street.log("case.gate")] == ["none", "coordinator"]
    asked = [e.fields for e in street.log("case.asked_coordinators")]
    assert asked == [{"case": "M-2026-0001", "reporter": "Buur 3"}]


async def test_the_reporter_who_calls_after_all_needs_nobody(street: Village) -> None:
    """GEBELD from the reporter opens the gate of a report that waits; coordinators stand down."""
    await cannot_call(street)
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("is bewaard")
    street.anna.says("gebeld")
    await street.anna.hears("gaat nu naar de buurt")
    await street.settled()
    assert "De melder zei om 23:14 dat 101 gebeld is" in street.card(street.carla).text
    assert any("Buur 3 heeft 101 zelf gebeld" in text for text in street.els.texts)
    street.gert.says("gebeld")
    await street.gert.hears("Er wacht niemand")


async def test_the_reporter_who_calls_while_telling_is_let_through(street: Village) -> None:
    """GEBELD in the middle of the questions counts too."""
    await cannot_call(street)
    await street.anna.hears("Wat zie")
    street.anna.says("gebeld")
    await street.anna.hears("Wat zie")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.anna.hears("gaat nu naar de buurt")


async def test_stop_tells_the_coordinators_that_nobody_needs_to_call(street: Village) -> None:
    """A cancelled report leaves no coordinator on the phone."""
    await cannot_call(street)
    street.anna.says("stop")
    await street.anna.hears("geannuleerd")
    await street.els.chat.hears("vraagt niet meer om te bellen")
    assert not any(entry.kind.startswith("case.") for entry in street.log())
    await street.later(minutes=3)
    assert not any("niemand" in text for text in street.anna.texts)


async def test_nobody_to_ask_is_said_at_once(munster: Village) -> None:
    """Without a coordinator who can be reached, nothing is promised."""
    await munster.stops()
    munster.gert.blocks()
    await munster.starts()
    await munster.settled()
    anna = munster.telegram.person("Anna")
    await munster.lives_here(anna, "Anna Peeters")
    await munster.begins(anna, "Ik kan niet bellen")
    await anna.hears("112 BE")
    anna.presses("Ja, vraag het")
    told = await anna.hears("Ik kan nu geen beheerder bereiken")
    assert "niemand heeft 101 gebeld" in told.text
    await anna.hears("Bel eerst 101")
    assert not any("Ik vraag het nu" in text for text in anna.texts)


async def test_a_coordinator_who_reports_is_not_asked_about_themselves(street: Village) -> None:
    """Els can't call: only Gert is asked, and Els can't answer for herself."""
    await street.begins(street.els, "Ik kan niet bellen")
    await street.els.hears("112 BE")
    street.els.presses("Ja, vraag het")
    await street.els.hears("Ik vraag het nu")
    await street.gert.chat.hears("kan niet bellen")
    await street.settled()
    assert not any("kan niet bellen. Bel 101" in text for text in street.els.texts)


async def test_two_people_who_cannot_call_are_told_apart(street: Village) -> None:
    """With two questions open GEBELD asks for whom; the answer goes to the right one."""
    await cannot_call(street)
    await street.begins(street.carla, "Ik kan niet bellen")
    await street.carla.hears("112 BE")
    street.carla.presses("Ja, vraag het")
    await street.carla.hears("Ik vraag het nu")
    await street.settled()
    street.gert.says("gebeld")
    which = await street.gert.hears("Voor wie heb je gebeld?")
    assert {"Buur 3", "Buur 5"} == {choice.label for choice in which.choices}
    street.gert.presses("Buur 5")
    await street.carla.hears("Een beheerder zegt")
    await street.settled()
    assert not any("Een beheerder zegt" in text for text in street.anna.texts)
    await street.els.chat.hears("Beheerder 2 heeft 101 gebeld voor Buur 5")
    street.anna.says("stop")
    await street.els.chat.hears("Buur 3 vraagt niet meer om te bellen")
