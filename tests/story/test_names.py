"""What the group never sees: a name, of a member or of anybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.story.village import village

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import SettableClock
    from tests.story.village import Village


async def tells(street: Village, words: str) -> str:
    """Anna reports; the words as a neighbour's card shows them."""
    await street.reports(street.anna, what=words)
    return street.card(street.telegram_group).text


async def test_a_newcomers_name_is_known_at_once(street: Village) -> None:
    """She has only asked to join, and nobody passes her name on; the police read it."""
    nora = street.telegram.person("Nora", id="nora")
    nora.says("/start rozenstraat")
    await nora.hears("huisregels")
    nora.presses("Ja")
    await nora.hears("Hoe heet je")
    nora.says("Zdenka Nováková")
    await nora.hears("straat")
    nora.says("Rozenstraat")
    await street.settled()
    card = await tells(street, "man bij zdenka novakova aan de deur")
    assert "man bij … aan de deur" in card
    assert street.log("case.opened")[0].fields["what"] == "man bij zdenka novakova aan de deur"


async def test_a_restart_forgets_no_name(tmp_path: Path, clock: SettableClock) -> None:
    """Members' names are read again at start, before anybody can type one."""
    async with village(tmp_path, clock) as first:
        await first.with_neighbours()
    async with village(tmp_path, clock) as again:
        rules = again.house.relay.rules("munsterbilzen")
        assert rules.shown("bram maes staat aan de deur") == "… staat aan de deur"


async def test_the_reporter_reads_why_something_is_missing(street: Village) -> None:
    """Before she sends it: what stood there is for the police alone."""
    street.anna.says("/meld Kevin Deprez voelt aan autodeuren Kerkstraat 12")
    await street.anna.hears("Bel eerst 101")
    street.anna.presses("Ik heb 101 gebeld")
    await street.anna.hears("Je buren lezen dat niet, de politie wel")
    await street.anna.hears("Kerkstraat: … voelt aan autodeuren")


async def test_nothing_missing_is_explained_to_nobody(street: Village) -> None:
    await street.reports(street.anna, what="man voelt aan autodeuren")
    assert not any("lezen dat niet" in text for text in street.anna.texts)


async def test_whoever_is_refused_takes_no_words_away(street: Village) -> None:
    """A newcomer called themselves something else than a name."""
    nora = street.telegram.person("Nora", id="nora")
    nora.says("/start rozenstraat")
    await nora.hears("huisregels")
    nora.presses("Ja")
    await nora.hears("Hoe heet je")
    nora.says("Rode Auto")
    await nora.hears("straat")
    nora.says("Rozenstraat")
    question = await street.els.chat.hears("Rode Auto")
    street.els.presses("Weigeren", on=question)
    await street.settled()
    assert "man stapt in rode auto" in await tells(street, "man stapt in rode auto")


async def test_a_full_name_of_somebody_unknown_is_not_passed_on(street: Village) -> None:
    assert "… voelt aan autodeuren" in await tells(street, "Kevin Deprez voelt aan autodeuren")
