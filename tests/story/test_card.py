"""The card as a page draws it and as it reads in a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.story.village import Village


async def test_a_rectified_card_says_why_and_since_when_and_nothing_else(street: Village) -> None:
    """The description is gone, not struck through; the number stays."""
    await street.reports(street.anna, what="man voelt aan autodeuren")
    street.els.says("rechtzetting 1")
    await street.els.hears("Was de melding fout")
    street.els.says("1")
    await street.carla.hears("RECHTZETTING M-2026-0001")
    await street.settled()
    assert street.card(street.carla).text.splitlines() == [
        "MELDING M-2026-0001 · RECHTZETTING",
        "De persoon of het voertuig had een gewone reden om hier te zijn.",
        "De beschrijving is hier weggehaald. Wis ze ook zelf en vertel ze niet verder.",
        "Rechtgezet om 23:14",
    ]


async def test_a_closed_card_begins_like_a_sentence(street: Village) -> None:
    await street.reports(street.anna)
    street.els.says("sluit 1")
    await street.els.hears("Hoe is de melding afgelopen")
    street.els.says("1")
    await street.carla.hears("AFGESLOTEN")
    await street.settled()
    assert "23:14 · Politie ter plaatse geweest" in street.card(street.carla).text
