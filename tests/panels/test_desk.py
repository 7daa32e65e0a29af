"""The coordinators' desk: what waits, what is open, how things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import Permanent
from bot.store import schema
from bot.store.statement import Statement
from tests.story.village import village

if TYPE_CHECKING:
    from pathlib import Path

    from bot.clock import SettableClock
    from bot.messaging import Desk, Panels
    from bot.store.tx import Tx
    from tests.panels.conftest import Page, Watchers
    from tests.story.village import Village


async def desk(page: Page, right: object = None, what: str = "a desk") -> Desk:
    def fits(panels: Panels) -> bool:
        return panels.desk is not None and (right is None or bool(right(panels.desk)))  # type: ignore[operator]  # checked just before

    found = (await page.shows(fits, what)).desk
    assert found is not None
    return found


async def test_a_quiet_desk_says_so(street: Village, watchers: Watchers) -> None:
    """Nothing open, nothing waits, no mail yet, and when the next one goes."""
    found = await desk(watchers.opens(street.els))
    assert found.sentence == "**Er is geen melding open.** Er wacht niets op jou."
    assert (found.open, found.waiting, found.passed) == ((), (), ())
    mail, log = found.boxes
    assert mail.lines[0] == ("Laatste", "nog geen")
    name, when = mail.lines[1]
    assert name == "Volgende"
    assert "06:30, als er nieuws is" in when
    assert log.title == "Logboek"


async def test_an_open_alert_shows_its_sightings_and_reach(
    street: Village, watchers: Watchers
) -> None:
    """The card as in the chat, with how many it was sent to, and what may be done."""
    page = watchers.opens(street.els)
    alert = await street.reports(street.anna)
    found = await desk(page, lambda d: d.open and "5 van" in str(d.open), "reach")
    (one,) = found.open
    assert found.sentence.startswith("**1 melding is open.**")
    assert one.card.title == f"MELDING {alert.number}"
    assert [choice.label for choice in one.choices] == ["Afsluiten", "Rechtzetten"]
    assert one.safe == f"a:close:{alert.id}"
    texts = [line.text for line in one.card.lines]
    assert "Nog geen waarnemingen" in texts
    assert "Verstuurd naar 5 van 5 buren" in texts
    assert "12" not in one.card.headline.partition("·")[2]
    street.carla.says("gezien")
    await street.carla.hears("Waar")
    street.carla.says("Rozenstraat, nu")
    await street.settled()
    await desk(page, lambda d: "1 waarneming" in str(d.open), "the sighting counted")


async def test_a_request_to_join_waits_for_every_coordinator_until_one_decides(
    street: Village, watchers: Watchers
) -> None:
    """With the buttons that the chat has; the filled one lets in."""
    els, gert = watchers.opens(street.els), watchers.opens(street.gert)
    new = street.web.person("Nina")
    new.says("/start rozenstraat")
    await new.hears("huisregels")
    new.presses("Ja")
    await new.hears("Hoe heet je")
    new.says("Nina Smets")
    await new.hears("straat")
    new.says("De Hoeven")
    await new.hears("beheerder")
    for page in (els, gert):
        (task,) = (await desk(page, lambda d: d.waiting, "the request")).waiting
        assert (task.title, task.icon) == ("Nina Smets", "person")
        assert task.text.startswith("De Hoeven.")
        assert [choice.label for choice in task.choices] == ["Goedkeuren", "Weigeren"]
        assert task.safe == task.choices[0].token
    assert els.now.desk is not None
    assert els.now.desk.sentence.endswith("1 ding wacht op jou.")
    question = await street.els.chat.hears("Nina Smets")
    street.els.presses("Goedkeuren", on=question)
    await desk(gert, lambda d: not d.waiting, "decided for all")


async def test_somebody_who_cannot_call_waits_on_the_desk(
    street: Village, watchers: Watchers
) -> None:
    """With the exact place, for the coordinators who were asked; gone when one has called."""
    els, carla = watchers.opens(street.els), watchers.opens(street.carla)
    await street.begins(street.anna, gate="Ik kan niet bellen")
    await street.anna.hears("beheerders")
    street.anna.presses("Ja")
    await street.tells(street.anna)
    street.anna.presses("Versturen")
    await street.settled()
    (task,) = (await desk(els, lambda d: d.waiting and "Kerkstraat" in d.waiting[0].text)).waiting
    assert task.title == "Buur 3 kan niet bellen. Bel 101."
    assert "Waar: Kerkstraat 12." in task.text
    assert [choice.label for choice in task.choices] == ["Ik heb gebeld"]
    assert carla.seen
    assert carla.now.desk is None
    assert carla.now.bar is None
    street.gert.says("gebeld")
    await street.settled()
    found = await desk(els, lambda d: not d.waiting and d.open, "called, and out")
    assert "Kerkstraat 12" not in str(found.open)


async def test_what_is_over_today_is_one_line(street: Village, watchers: Watchers) -> None:
    """A rectified alert keeps its number and its word, and nothing of what was said."""
    page = watchers.opens(street.els)
    alert = await street.reports(street.anna)
    street.els.says(f"/rechtzetting {alert.number}")
    await street.els.hears("fout")
    street.els.says("1")
    await street.settled()
    (line,) = (await desk(page, lambda d: d.passed, "a line")).passed
    assert (line.number, line.word, line.what) == (alert.number, "RECHTZETTING", "")


async def test_what_was_not_delivered_is_told_by_name(street: Village, watchers: Watchers) -> None:
    """Carla's messenger refuses: coordinators see whom a message did not reach."""
    page = watchers.opens(street.els)
    street.web.fails(Permanent("refused"), at=street.address_of(street.carla), times=1)
    await street.reports(street.bram)
    found = await desk(page, lambda d: "Niet bezorgd" in str(d.boxes), "the dead letter")
    (box,) = [box for box in found.boxes if box.title.startswith("Niet bezorgd")]
    assert box.lines == (("Carla Vos", "1 bericht"),)


async def test_the_last_police_mail_and_its_state(street: Village, watchers: Watchers) -> None:
    """Its number, when, and what the mail server said: never more than is known."""
    page = watchers.opens(street.els)
    await desk(page)
    await street.store.writer.submit(_mailed)
    found = await desk(page, lambda d: "P-0041" in str(d.boxes), "the mail")
    (number, told) = found.boxes[0].lines[0]
    assert number == "P-0041"
    assert told.endswith("aanvaard door de mailserver")


def _mailed(tx: Tx) -> None:
    now = tx.now_ms
    line = {"id": "L1", "neighbourhood_id": "munsterbilzen", "address": "wijk@politie.example"}
    tx.run(Statement(schema.mail_line.insert().values(**line, opened_at=now)))
    digest = {
        "line_id": "L1", "number": 41, "after_n": 0, "upto_n": 1, "since": now, "until": now,
        "cause": "due", "state": "accepted", "message_id": "m", "head": "", "next_try_at": now,
        "cut_at": now, "accepted_at": now,
    }  # fmt: skip
    tx.run(Statement(schema.digest.insert().values(**digest)))


async def test_a_stopped_relay_stands_in_the_first_line(
    street: Village, watchers: Watchers
) -> None:
    """So that nobody forgets to let it go on."""
    page = watchers.opens(street.els)
    street.els.says("/pauze")
    await street.els.hears("gepauzeerd")
    found = await desk(page, lambda d: "gepauzeerd" in d.sentence, "the pause")
    assert found.sentence.startswith("**Doorsturen is gepauzeerd.**")


async def test_a_coordinator_of_two_places_has_both_on_one_desk(
    tmp_path: Path, clock: SettableClock
) -> None:
    """And the bar says in which of them the alert is; a resident of one sees only that one."""
    async with village(tmp_path, clock, two_places=True) as found:
        street = await found.with_neighbours()
        with street.store.reading() as reader:
            panels = street.house.around.look(reader, [street.els.address, street.carla.address])
        els, carla = panels[street.els.address], panels[street.carla.address]
        assert els.desk is not None
        assert [box.title for box in els.desk.boxes] == ["Mail naar de politie", "Logboek"] * 2
        assert carla.desk is None
        assert carla.header is not None
        assert carla.header.name == "Munsterbilzen"
