"""One report, from the first tap to everybody knowing that it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.story.village import Village


async def test_a_report_reaches_groups_and_those_outside_them(munster: Village) -> None:
    """The card appears in both native groups and with each member who is in neither."""
    els, gert = munster.els, munster.gert
    els.says("/start")
    await els.hears("Beheerder")
    anna = munster.telegram.person("Anna")
    bram = munster.signal.person("Bram")
    carla = munster.web.person("Carla")
    for person, name in ((anna, "Anna Peeters"), (bram, "Bram Maes"), (carla, "Carla Vos")):
        await munster.admits(person, name)
    telegram_group = munster.telegram.group("Straat", els, bram)
    signal_group = munster.signal.group("Straat", gert, bram)
    await munster.links(telegram_group, els)
    await munster.links(signal_group, gert)
    bram.says("dag allemaal", to=signal_group)
    await munster.settled()

    anna.says("meld")
    await anna.hears("Bel eerst 101")
    anna.presses("Ik heb 101 gebeld")
    await anna.hears("Wat zie")
    anna.says("man voelt aan autodeuren")
    await anna.hears("Waar is het")
    anna.says("Kerkstraat 12")
    await anna.hears("Dit gaat naar")
    anna.presses("Versturen")
    await carla.chat.hears("MELDING M-2026-0001")
    await munster.settled()

    for group in (telegram_group, signal_group):
        card = group.last
        assert "MELDING M-2026-0001" in card.text
        assert "Kerkstraat" in card.text
        assert "12" not in card.text.replace("M-2026-0001", "").replace("23:14", "")
    assert not any("MELDING M-2026" in text for text in bram.texts)
    assert any("verstuurd naar" in text for text in anna.texts)
