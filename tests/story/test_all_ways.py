"""Every way through the gate, walked by people who type, press too late, and change their minds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.story.village import village

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import SettableClock
    from bot.testkit.chats import Shown
    from bot.testkit.people import Person
    from tests.story.village import Village

GATE = "Bel eerst 101"
# Each answer to the gate: the word for it, and what is asked or said next.
ANSWERS = (
    ("gebeld", "Wat zie"),
    ("ik bel nu", "Blijf hangen"),
    ("ik kan niet bellen", "112 BE"),
    ("iemand anders", "Bel 101 ook zelf"),
    ("ik ben niet zeker", "Twijfel je?"),
    ("gisteren", "Wat zie"),
)


async def at_the_gate(street: Village, who: Person) -> Shown:
    who.says("meld")
    return await who.hears(GATE)


@pytest.mark.parametrize("way", ["number", "word", "button", "label"])
@pytest.mark.parametrize("number", range(1, 7))
async def test_every_answer_in_every_way_and_back(street: Village, number: int, way: str) -> None:
    """The number, the word, the button and the label; `terug` puts the gate again; `stop` ends it."""
    word, asked = ANSWERS[number - 1]
    gate = await at_the_gate(street, street.anna)
    said = {"number": str(number), "word": word, "label": gate.choices[number - 1].label}
    for _again in range(2):
        if way == "button":
            street.anna.presses(gate.choices[number - 1].token, on=gate)
        else:
            street.anna.says(said[way])
        await street.anna.hears(asked)
        street.anna.says("terug")
        gate = await street.anna.hears(GATE)
    street.anna.says("stop")
    await street.anna.hears("geannuleerd")
    await street.settled()
    assert not street.saw_card(street.carla)
    assert street.open_conversations() == 0


@pytest.mark.parametrize("number", range(1, 7))
async def test_an_old_button_never_answers_what_came_after(street: Village, number: int) -> None:
    """Whatever was answered, each button of the gate before it only gets the question of now."""
    old = await at_the_gate(street, street.anna)
    _word, asked = ANSWERS[number - 1]
    street.anna.says(str(number))
    await street.anna.hears(asked)
    for choice in old.choices:
        street.anna.presses(choice.token, on=old)
        await street.anna.hears("Die vraag is voorbij. Dit is de vraag van nu.")
        await street.anna.hears(asked if number != 6 else "Wat zie")
    await street.settled()
    assert not street.saw_card(street.carla)


@pytest.mark.parametrize("number", range(1, 7))
async def test_every_answer_outlives_a_restart(street: Village, number: int) -> None:
    """The process ends right behind the answer: the next word is understood as if nothing was."""
    await at_the_gate(street, street.anna)
    street.anna.says(str(number))
    await street.anna.hears(ANSWERS[number - 1][1])
    await street.restarts()
    street.anna.says("terug")
    await street.anna.hears(GATE)
    street.anna.says("1")
    await street.tells(street.anna)
    street.anna.says("1")
    await street.anna.hears("gaat nu naar de buurt")


async def test_send_pressed_twice_sends_once(street: Village) -> None:
    """The second press is told that the question is past, and gets the one of now."""
    await street.begins(street.anna)
    preview = await street.tells(street.anna)
    street.anna.presses("Versturen", on=preview)
    await street.anna.hears("Hoeveel personen")
    street.anna.presses("Versturen", on=preview)
    await street.anna.hears("Die vraag is voorbij")
    await street.anna.hears("Hoeveel personen")
    await street.settled()
    assert len(street.log("case.opened")) == 1


async def test_words_at_a_question_with_choices_are_kept_and_the_choices_come_again(
    street: Village,
) -> None:
    """At the confirmation: noted, said so, and the card asked about once more."""
    await street.begins(street.anna)
    await street.tells(street.anna)
    street.anna.says("hij heeft een ladder bij")
    await street.anna.hears("Genoteerd. Kies nu nog een antwoord")
    await street.anna.hears("Klopt het?")
    street.anna.says("1")
    await street.anna.hears("gaat nu naar de buurt")
    await street.settled()
    assert "hij heeft een ladder bij" in [e.fields["text"] for e in street.log("case.message")]


@pytest.mark.parametrize("said", ["klaar", "hoi", "👍", "ja"])
async def test_what_tells_nothing_is_no_report(street: Village, said: str) -> None:
    """At the gate and at *what*: the question again, and nothing of it on the card."""
    await at_the_gate(street, street.anna)
    street.anna.says(said)
    await street.anna.hears(GATE)
    street.anna.says("1")
    await street.anna.hears("Wat zie")
    street.anna.says(said)
    await street.anna.hears("Wat zie")
    street.anna.says("2")
    await street.anna.hears("Waar is het")
    street.anna.says(said)
    await street.anna.hears("Waar is het")


@pytest.mark.parametrize(
    "said",
    [
        "ja ik heb al gebeld",
        "Ik heb 101 al gebeld!",
        "ik heb de politie al gebeld",
        "i just called",
    ],
)
async def test_a_sentence_that_says_so_is_the_answer(street: Village, said: str) -> None:
    """ "Ik heb 101 al gebeld" is no story of what happens."""
    await at_the_gate(street, street.anna)
    street.anna.says(said)
    await street.anna.hears("Wat zie")


# --- two messengers of one person -----------------------------------------------------------------


async def also_on_the_web(street: Village) -> Person:
    """Anna links her page to her Telegram."""
    street.anna.says("/koppel")
    shown = await street.anna.hears("/koppel ")
    code = shown.text.partition("/koppel ")[2].split()[0].strip(".,")
    page = street.web.person("Anna op het web")
    page.says(f"/koppel {code}")
    await page.hears("gekoppeld")
    return page


async def test_a_report_goes_on_wherever_she_answers(street: Village) -> None:
    """Begun on one messenger, answered on the other; an old button of the first is an old one."""
    page = await also_on_the_web(street)
    old = await at_the_gate(street, street.anna)
    page.says("1")
    await page.hears("Wat zie")
    street.anna.presses("Ik kan niet bellen", on=old)
    await street.anna.hears("Die vraag is voorbij")
    await street.anna.hears("Wat zie")
    street.anna.says("man met koevoet")
    await street.anna.hears("Waar is het")
    page.says("Kerkstraat 12")
    preview = await page.hears("Klopt het?")
    assert "Kerkstraat: man met koevoet" in preview.text
    page.presses("Versturen")
    await page.hears("gaat nu naar de buurt")
    await street.settled()
    assert len(street.log("case.opened")) == 1
    street.anna.presses("Ik heb 101 gebeld", on=old)
    await street.anna.hears("Die vraag is voorbij")


async def test_meld_on_the_other_messenger_finds_the_draft(street: Village) -> None:
    """One open report a person: the second `meld` puts its question, where she is now."""
    page = await also_on_the_web(street)
    await street.begins(street.anna)
    await street.anna.hears("Wat zie")
    page.says("meld")
    await page.hears("nog niet verstuurd")
    await page.hears("Wat zie")
    await street.later(minutes=2, seconds=1)
    assert "Ben je er nog?" in page.texts[-1]


async def test_thanks_on_two_messengers_get_one_hint(street: Village) -> None:
    page = await also_on_the_web(street)
    street.anna.says("bedankt")
    await street.anna.hears("Iets verdachts gezien")
    page.says("bedankt")
    await street.settled()
    assert not any("Iets verdachts gezien" in text for text in page.texts)


# --- two neighbourhoods of one person -------------------------------------------------------------


async def test_a_draft_for_one_place_is_not_lost_for_another(
    tmp_path: Path, clock: SettableClock
) -> None:
    """A second report, meant for the other neighbourhood, throws the first one away nowhere."""
    async with village(tmp_path, clock, two_places=True) as munster:
        street = await munster.with_neighbours()
        await street.lives_here(street.anna, "Anna Peeters", "beverst")
        street.anna.says("meld")
        await street.anna.hears("Voor welke buurt")
        street.anna.presses("Beverst")
        await street.anna.hears(GATE)
        street.anna.says("man met koevoet")
        await street.anna.hears(GATE)
        street.anna.says("meld")
        await street.anna.hears("nog niet verstuurd")
        street.anna.presses("Ik heb 101 gebeld")
        await street.anna.hears("Waar is het")
        street.anna.says("Kerkstraat 3")
        assert "man met koevoet" in (await street.anna.hears("Klopt het?")).text
