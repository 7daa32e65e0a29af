"""Munsterbilzen, one evening and the morning after, through the real process.

Twenty residents on three messengers, two native groups, two coordinators, and a police mailbox
that is due at 06:30. The chapters follow one another on the same process and the same clock.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import time as clock_time
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final

import pytest

from bot.operations.demo import pictures
from tests.e2e.chats import cards, first_news, groups, heard, outside
from tests.e2e.faked import BRUSSELS
from tests.e2e.proof import every_mail_holds, nothing_personal_in_the_log
from tests.e2e.residents import InBrowser, OnSignal, OnTelegram, Resident
from tests.e2e.village import IN_BROWSER, STREETS, WEB, Village, one_line, village
from tests.e2e.web import WebPerson

REPORTER: Final = "Anna Peeters"
BLOCKED: Final = "Ilse Hardy"
UNREGISTERED: Final = "Piet Oris"
CLOSED_PAGE: Final = "Staf Swinnen"
WHAT: Final = "man voelt aan de deuren van geparkeerde autos"
SEEN: Final = "man met rugzak in de Lindenlaan, nu"
LOOKS: Final = "man van ongeveer dertig, donkere jas, lichte pet, zwarte rugzak"
POSTED: Final = "hier staat een onbekende bestelwagen met draaiende motor"
CARD: Final = "MELDING M-2026-0001"


@pytest.mark.process
@pytest.mark.browser
@pytest.mark.timeout(420)
def test_one_evening_in_munsterbilzen(tmp_path: Path) -> None:
    """From the operator's first command to a police mail that verifies, nothing pretended."""
    with village(tmp_path) as munster:
        the_operator_installs(munster)
        gert = two_coordinators_and_two_groups(munster)
        twenty_residents_join(munster, gert)
        three_cannot_be_reached(munster)
        a_report_goes_out_before_anything_else(munster)
        pictures_and_a_description_follow(munster)
        neighbours_react(munster)
        somebody_writes_in_the_group(munster)
        the_coordinator_closes(munster, gert)
        first = the_first_mail(munster)
        a_false_alarm_is_rectified(munster)
        something_of_long_ago_alarms_nobody(munster)
        the_coordinator_exports(munster, gert)
        the_operator_looks(munster)
        last = half_past_six(munster)
        every_mail_holds(munster, [first, last])
        nothing_was_wrong(munster, gert)
        nothing_personal_in_the_log(munster)


# --- before anything happens -------------------------------------------------------------------


def the_operator_installs(munster: Village) -> None:
    """`init` prints a one-time code; `check` finds nothing wrong; `run` says when it is ready."""
    printed = munster.saarbot.configured("init")
    line = one_line("/start beheer-", printed)
    munster.secrets.add(line.rpartition("-")[2])
    assert "/start rozenstraat" in printed
    munster.saarbot.start().ready()
    munster.els.says(line)
    munster.els.reads("Welkom")
    munster.els.says(line)
    munster.els.reads("Deze code klopt niet of is al gebruikt")
    assert "FAIL" not in munster.saarbot.configured("check")


def two_coordinators_and_two_groups(munster: Village) -> InBrowser:
    """Nobody needs a chat id: `/koppel` links the groups, and Els' two messengers; Gert has a code."""
    els, els_signal = munster.els, munster.els_signal
    els.user.says("/koppel", to=munster.telegram_group)
    munster.waits(lambda: any("hoort nu bij" in text for text in munster.group_texts()[0]))
    els.says("/koppel")
    els.reads("/koppel ")
    code = next(text for text in reversed(els.texts) if "/koppel " in text)
    code = code.partition("/koppel ")[2].split(".")[0]
    munster.secrets.add(code)
    els_signal.says(f"/koppel {code}")
    els_signal.reads("Gekoppeld")
    els_signal.person.says("/koppel", munster.signal_group)
    munster.waits(lambda: any("hoort nu bij" in text for text in munster.group_texts()[1]))

    gert = munster.in_browser("Gert Wouters")
    line = one_line("/start beheer-", munster.saarbot.configured("init"))
    munster.secrets.add(line.rpartition("-")[2])
    gert.opens()
    gert.says(line)
    gert.reads("Welkom")
    return gert


def twenty_residents_join(munster: Village, gert: InBrowser) -> None:
    """An invitation, the rules, a name, a street, and a coordinator's yes: by button or number."""
    bert, jan = munster.residents["Bert Aerts"], munster.residents["Jan Iven"]
    assert isinstance(bert, OnTelegram)
    bert.user.presses_start("rozenstraat")
    answer_the_questions(bert)
    munster.els.presses("Goedkeuren")
    bert.reads("Welkom bij buurtpreventie Munsterbilzen")
    jan.says("/start rozenstraat")
    answer_the_questions(jan)
    munster.els.reads("Jan Iven")
    munster.els.says("1")
    jan.reads("Welkom bij buurtpreventie Munsterbilzen")
    rita = the_others_come(munster, bert, jan)
    for name in STREETS.keys() - {"Bert Aerts", "Jan Iven"}:
        gert.presses("Goedkeuren", of=name)
        munster.residents[name].reads("Welkom bij buurtpreventie Munsterbilzen")
    assert rita.complaints == []
    found = json.loads(munster.saarbot.configured("status", "--json"))
    assert found["neighbourhoods"]["munsterbilzen"]["members"] == 22
    assert found["neighbourhoods"]["munsterbilzen"]["coordinators"] == 2


def the_others_come(munster: Village, *joined: Resident) -> InBrowser:
    """All at once, each at their own pace."""
    for name, _ in WEB:
        munster.on_web(name).opens("/u/rozenstraat")
    come = [one for one in munster.residents.values() if one not in (*joined,)]
    for one in come:
        one.says("/start rozenstraat")
    rita = munster.in_browser(IN_BROWSER[0])
    rita.opens("/u/rozenstraat")
    rita.page.get_by_role("button", name="Doe mee").click()
    answer_the_questions(*come, rita)
    return rita


def answer_the_questions(*newcomers: Resident) -> None:
    """The questions of joining, until the coordinators are asked."""
    for one in newcomers:
        one.reads("huisregels")
        one.presses("Ja, ik ga akkoord")
    for one in newcomers:
        one.reads("Hoe heet je?")
        one.says(one.name)
    for one in newcomers:
        one.reads("In welke straat")
        one.says(STREETS[one.name])
    for one in newcomers:
        one.reads("bekijkt je aanvraag")


def three_cannot_be_reached(munster: Village) -> None:
    """One blocked the bot, one left Signal, one closed the page: what is said must be true."""
    blocked, unregistered = munster.residents[BLOCKED], munster.residents[UNREGISTERED]
    closed = munster.residents[CLOSED_PAGE]
    assert isinstance(blocked, OnTelegram)
    assert isinstance(unregistered, OnSignal)
    assert isinstance(closed, WebPerson)
    blocked.user.blocks_bot()
    unregistered.person.failure = "UNREGISTERED_FAILURE"
    closed.closes()


# --- the report --------------------------------------------------------------------------------


def a_report_goes_out_before_anything_else(munster: Village) -> None:
    """A photo first; the gate can't be skipped; three answers, and the card is everywhere: the
    first that anybody hears. How soon that is, `make bench` measures.
    """
    anna = munster.residents[REPORTER]
    assert isinstance(anna, OnTelegram)
    anna.user.sends_photo(pictures.man())
    anna.reads("Bel eerst 101")
    anna.says(WHAT)
    anna.reads("Eerst nog dit")
    anna.presses("Ik heb 101 gebeld")
    anna.reads("Waar is het")
    anna.says("Kerkstraat 12")
    anna.reads("Dit gaat naar 21 buren")
    before = heard(munster)
    anna.presses("Versturen")
    unreachable = {BLOCKED, UNREGISTERED, CLOSED_PAGE}
    expected = outside(REPORTER) - unreachable | {"the Telegram group", "the Signal group"}
    munster.waits(lambda: first_news(munster, before).keys() >= expected)
    for name in expected:
        assert CARD in first_news(munster, before)[name], name
    anna.reads("verstuurd naar 18 van 21")
    for name in before.keys() - expected - unreachable - {REPORTER}:
        assert not any(CARD in text for text in munster.residents[name].texts), name
    for card in (*munster.group_texts()[0], *munster.group_texts()[1]):
        if CARD in card:
            assert "Kerkstraat" in card
            assert "Kerkstraat 12" not in card
            assert "101 gebeld" in card
    munster.els.reads("niet bereikt")


def pictures_and_a_description_follow(munster: Village) -> None:
    """Everything else comes after the alert; pictures go to the police file, not to the group."""
    anna = munster.residents[REPORTER]
    assert isinstance(anna, OnTelegram)
    anna.presses("Eén persoon")
    anna.reads("Man of vrouw")
    anna.says(LOOKS)
    anna.reads("Was er een voertuig")
    anna.says("0")
    anna.reads("Welke kant op")
    anna.says("te voet naar de kerk")
    anna.reads("Foto of video")
    anna.user.sends_album([pictures.car(), pictures.man()])
    anna.reads("ontvangen. Stuur er nog een")
    anna.says("klaar")
    anna.reads("Alles is bewaard")
    munster.waits(lambda: all(any("Kijk uit naar" in t for t in g[-3:]) for g in groups(munster)))
    assert not [post for post in munster.telegram_group.messages if post.file]
    assert not [one for one in munster.signal_group.shown if one.files]


def neighbours_react(munster: Village) -> None:
    """A sighting is a short new reply everywhere and is counted on the one card; thanks are not."""
    rita = munster.residents[IN_BROWSER[0]]
    assert isinstance(rita, InBrowser)
    rita.reads(CARD)
    rita.presses("Gezien")
    rita.reads("Waar en wanneer")
    rita.says(SEEN)
    munster.waits(lambda: all(any("Waarneming" in t for t in g) for g in groups(munster)))
    before = [len(texts) for texts in groups(munster)]
    greet = munster.residents["Greet Fabry"]
    greet.says("dank je wel")
    greet.reads("Bedankjes en duimpjes")
    assert [len(texts) for texts in groups(munster)] == before


def somebody_writes_in_the_group(munster: Village) -> None:
    """While an alert is open it is relayed under the pseudonym, and its author is asked privately."""
    jan = munster.residents["Jan Iven"]
    assert isinstance(jan, OnSignal)
    jan.person.says(POSTED, munster.signal_group)
    munster.waits(lambda: any(POSTED in text for text in groups(munster)[0]))
    relayed = next(text for text in groups(munster)[0] if POSTED in text)
    assert "Buur " in relayed
    assert "Jan" not in relayed
    assert not any(POSTED in text for text in groups(munster)[1])
    munster.residents["Quinten Palmers"].reads(POSTED)
    jan.reads("Wil je er een melding van maken")
    jan.presses("Nee")


def the_coordinator_closes(munster: Village, gert: InBrowser) -> None:
    """With an outcome; everybody is told, and the one card says so."""
    gert.presses("Afsluiten")
    gert.reads("Hoe is de melding afgelopen")
    gert.presses("Politie is ter plaatse geweest")
    munster.waits(lambda: all(any("AFGESLOTEN" in t for t in g) for g in groups(munster)))
    for name in (REPORTER, "Quinten Palmers", "Olga Nijs", "Greet Fabry"):
        munster.residents[name].reads("AFGESLOTEN")
    munster.waits(lambda: all("AFGESLOTEN" in card for card in cards(munster, CARD)))
    assert len(cards(munster, CARD)) == 2


def the_first_mail(munster: Village) -> Path:
    """With `on_close` it goes at once, over TLS."""
    munster.waits(munster.mailbox.mails)
    munster.els.reads("P-0001")
    return munster.mailbox.mails()[0]


def a_false_alarm_is_rectified(munster: Village) -> None:
    """From Signal by numbers only; "loos alarm" sends everybody the rectification."""
    olga = munster.residents["Olga Nijs"]
    olga.says("/meld inbraak bezig Bilzerstraat 8")
    olga.reads("Bel eerst 101")
    olga.says("1")
    olga.reads("Dit gaat naar")
    olga.says("1")
    munster.waits(lambda: all(any("M-2026-0002" in t for t in g) for g in groups(munster)))
    olga.says("stop")
    olga.says("einde 2")
    olga.reads("Hoe is de melding afgelopen")
    olga.says("3")
    munster.waits(lambda: all(any("RECHTZETTING" in t for t in g) for g in groups(munster)))
    munster.residents["Rosa Reynders"].reads("RECHTZETTING")
    munster.waits(lambda: len(munster.mailbox.mails()) == 2)


def something_of_long_ago_alarms_nobody(munster: Village) -> None:
    """Noted for the police and the coordinators; the groups hear nothing."""
    before = [len(texts) for texts in groups(munster)]
    hugo = munster.residents["Hugo Geurts"]
    hugo.says("meld")
    hugo.presses("Langer dan 15 minuten geleden")
    hugo.reads("Wat zie of zag je")
    hugo.says("mijn fiets is weg")
    hugo.reads("Waar is het")
    hugo.says("Lindenlaan 3")
    hugo.presses("Versturen")
    hugo.reads("Je buren kregen geen alarm")
    munster.els.reads("M-2026-0003")
    assert [len(texts) for texts in groups(munster)] == before


# --- afterwards --------------------------------------------------------------------------------


def the_coordinator_exports(munster: Village, gert: InBrowser) -> None:
    """The file comes into the direct chat; residents are refused, in a group nothing comes."""
    els = munster.els
    els.says("/export M-2026-0001 zip")
    munster.waits(lambda: any(post.file for post in els.user.messages))
    post = next(post for post in els.user.messages if post.file)
    assert post.file is not None
    assert post.file.content is not None
    with zipfile.ZipFile(io.BytesIO(post.file.content)) as packed:
        assert any(name.endswith("data/log.jsonl") for name in packed.namelist())
        pictured = [name for name in packed.namelist() if "/media/" in name and "json" not in name]
        assert len(pictured) == 3
    gert.says("/export vandaag csv")
    link = gert.page.get_by_role("link", name="Download").last
    with gert.page.expect_download(timeout=30_000) as coming:
        link.click()
    assert b"M-2026-0001" in Path(coming.value.path()).read_bytes()
    files = sum(bool(post.file) for post in munster.telegram_group.messages)
    els.user.says("/export", to=munster.telegram_group)
    munster.waits(lambda: any("privégesprek" in text for text in groups(munster)[0]))
    assert sum(bool(post.file) for post in munster.telegram_group.messages) == files
    greet = munster.residents["Greet Fabry"]
    greet.says("/export")
    greet.reads("Dat kan enkel een beheerder")


def the_operator_looks(munster: Village) -> None:
    """Every command works beside the running process."""
    saarbot = munster.saarbot
    told = json.loads(saarbot.configured("status", "--json"))
    assert told["running"]
    assert told["parts"].keys() >= {"store", "telegram", "signal", "webchat"}
    assert all(part["ok"] for part in told["parts"].values()), told["parts"]
    assert told["alerts"] == []
    assert {mail["number"] for mail in told["digests"]} >= {"P-0002"}
    exported = munster.folder / "export.jsonl"
    saarbot.configured("export", "--case", "1", "--format", "jsonl", "-o", str(exported))
    assert WHAT in exported.read_text()
    assert "Nothing is due" in saarbot.configured("digest", "--dry-run")
    assert "P-0003" in saarbot.configured("digest", "--now", "--dry-run")
    assert len(munster.mailbox.mails()) == 2
    refused = saarbot.configured("run", status=1)
    assert "another" in refused or "already" in refused


def half_past_six(munster: Village) -> Path:
    """At 06:30 local time, with nobody doing anything."""
    munster.faked.turn_to(clock_time(6, 29, 56))
    munster.waits(lambda: len(munster.mailbox.mails()) == 3)
    last = munster.mailbox.mails()[-1]
    message = message_from_bytes(last.read_bytes(), policy=default)
    sent = message["Date"].datetime.astimezone(BRUSSELS)
    assert (sent.hour, sent.minute) == (6, 30)
    munster.els.reads("P-0003")
    return last


def nothing_was_wrong(munster: Village, gert: InBrowser) -> None:
    """No request outside the published descriptions, no complaint in a browser, a clean end."""
    rita = munster.residents[IN_BROWSER[0]]
    assert isinstance(rita, InBrowser)
    assert munster.telegram.violations == []
    assert munster.signal.violations == []
    assert munster.signal.errors == []
    assert rita.complaints == []
    assert gert.complaints == []
    assert munster.saarbot.stop() == 0
