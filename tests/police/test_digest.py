"""The police's mail leaves on time, once, and the same again after a crash."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from bot.clock import SettableClock
from bot.journal import journal
from bot.police.verify import verify
from bot.store import journal as journal_rows
from tests.police.desk import Desk, attached, body, night_is_due, opened, paragraphs
from tests.police.postoffice import PostOffice
from tests.police.story import PLACE, local


async def test_the_night_is_in_the_mailbox_at_half_past_six(
    desk: Desk, office: PostOffice, tmp_path: Path
) -> None:
    """Given three reports on one day, when it is 06:30, then one mail holds them all and its
    package verifies; a minute before there was none."""
    await desk.police.step()
    desk.story.night()
    desk.story.at(local(13, 6, 29))
    await desk.police.step()
    assert office.mails() == []
    desk.story.at(local(13, 6, 30))
    await desk.police.step()
    (file,) = office.mails()
    mail = opened(file)
    assert mail["Subject"] == "[SAAR Munsterbilzen P-0001 1/1] DEMONSTRATIE"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "3 MELDINGEN, 1 DRINGEND, 4 BEELDEN. Dit is geen noodoproep." in body(mail)
    found = attached(mail)
    package = tmp_path / "package.zip"
    package.write_bytes(found["saar-munsterbilzen-P-0001.zip"])
    assert verify(package, head=mail["X-Saar-Chain-Head"]).ok
    assert [news.accepted for news in desk.news] == [True]
    assert desk.states() == ["accepted"]


async def test_what_was_mailed_is_not_mailed_again(desk: Desk, office: PostOffice) -> None:
    """The next day brings one more report: the second mail holds it alone, and names the first."""
    await desk.police.step()
    desk.story.night()
    await desk.police.step()
    desk.story.at(local(13, 6, 30))
    await desk.police.step()
    desk.story.at(local(13, 20)).report("M-2026-0118", place="Rozenstraat 3")
    desk.story.at(local(14, 6, 30))
    await desk.police.step()
    first, second = desk.mails()
    assert (second.number, second.after_n) == (2, first.upto_n)
    told = body(opened(office.mails()[1]))
    assert "M-2026-0118" in told
    assert "M-2026-0117" not in told
    assert "Vorige mail: P-0001 van vr 13 nov 2026 06:30." in told


async def test_the_runner_needs_nobody(
    desk: Desk, office: PostOffice, clock: SettableClock
) -> None:
    """Given a running room, when the clock is turned to 06:30, then the mail goes by itself."""
    running = asyncio.create_task(desk.police.run())
    try:
        async with asyncio.timeout(20):
            while not desk.lines():
                await asyncio.sleep(0.02)
            await asyncio.to_thread(desk.story.night)
            clock.set(local(13, 6, 30))
            while not office.mails():
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
    assert len(office.mails()) == 1


async def test_closing_sends_at_once_where_that_is_wanted(desk: Desk, office: PostOffice) -> None:
    """With on_close the mail goes when the alert closes, and 06:30 brings no second one."""
    desk.open(on_close=True)
    await desk.police.step()
    desk.story.night()
    desk.story.store.writer.call(lambda tx: desk.police.on_close(tx, PLACE))
    await desk.police.step()
    assert len(office.mails()) == 1
    desk.story.at(local(13, 6, 30))
    await desk.police.step()
    assert len(office.mails()) == 1


async def test_a_week_of_silence_gives_one_weekly_message(desk: Desk, office: PostOffice) -> None:
    """Nothing happens for seven days: one nil report; the daily hours pass without a mail."""
    await desk.police.step()
    for day in range(13, 20):
        desk.story.at(local(day, 6, 30))
        await desk.police.step()
    (file,) = office.mails()
    assert paragraphs(opened(file))[1].startswith(
        "Weekbericht: geen meldingen. Keten in orde. Dit is geen noodoproep."
    )


async def test_after_an_outage_the_mail_names_the_hours_it_missed(
    desk: Desk, office: PostOffice
) -> None:
    """Down over two boundaries: one mail, with one number, that says so."""
    await desk.police.step()
    desk.story.night()
    desk.story.at(local(14, 9))
    await desk.police.step()
    (file,) = office.mails()
    told = " ".join(paragraphs(opened(file)))
    assert "deze mail vervangt die van vr 13 nov 2026 06:30; za 14 nov 2026 06:30." in told


async def test_digest_now_and_dry_run(desk: Desk, office: PostOffice) -> None:
    """`--dry-run` says what would go and sends nothing; `--now` sends it before its hour."""
    await desk.police.step()
    desk.story.night()
    ask = desk.police.handlers()["digest"]
    shown = await ask({"now": True, "dry_run": True}, lambda *_: None)
    assert [(mail["number"], mail["state"]) for mail in shown["mails"]] == [
        ("P-0001", "would be sent")
    ]
    assert office.mails() == []
    sent = await ask({"now": True}, lambda *_: None)
    assert [mail["state"] for mail in sent["mails"]] == ["accepted"]
    assert len(office.mails()) == 1


async def test_a_mail_is_never_about_a_mail(desk: Desk, office: PostOffice) -> None:
    """After the night's mail there is only the log's own note of it: `--now` sends nothing, shows
    nothing, however often, and the daily hours pass in silence until the weekly one."""
    await night_is_due(desk)
    await desk.police.step()
    ask = desk.police.handlers()["digest"]
    for _ in range(3):
        desk.story.later(1)
        assert await ask({"now": True, "dry_run": True}, lambda *_: None) == {"mails": []}
        assert await ask({"now": True}, lambda *_: None) == {"mails": []}
    for day in (14, 15, 16, 17, 18, 19):
        desk.story.at(local(day, 6, 30))
        await desk.police.step()
    assert len(office.mails()) == 1
    desk.story.at(local(20, 6, 30))
    await desk.police.step()
    desk.story.later(1)
    assert await ask({"now": True}, lambda *_: None) == {"mails": []}
    assert len(office.mails()) == 2


async def test_now_with_nothing_to_tell_mails_where_silence_is_always_told(
    desk: Desk, office: PostOffice
) -> None:
    """`empty: always` means it also for a mail that is asked for."""
    desk.open(empty="always")
    await desk.police.step()
    ask = desk.police.handlers()["digest"]
    (shown,) = (await ask({"now": True, "dry_run": True}, lambda *_: None))["mails"]
    (sent,) = (await ask({"now": True}, lambda *_: None))["mails"]
    assert (shown["number"], sent["number"], sent["state"]) == ("P-0001", "P-0001", "accepted")
    nil = paragraphs(opened(office.mails()[0]))[1]
    assert nil.startswith("Geen meldingen. Keten in orde.")


async def test_now_right_after_the_hour_is_one_mail(desk: Desk, office: PostOffice) -> None:
    """A boundary has just passed and nobody ran: `--now` sends what is due, and no second mail."""
    await night_is_due(desk)
    ask = desk.police.handlers()["digest"]
    sent = await ask({"now": True}, lambda *_: None)
    assert [mail["number"] for mail in sent["mails"]] == ["P-0001"]
    assert len(office.mails()) == 1


async def test_a_drill_alone_is_told_the_next_morning(desk: Desk, office: PostOffice) -> None:
    """Nothing was reported, one drill was held: no weekly message, but one line that says so."""
    await desk.police.step()
    desk.story.at(local(12, 19)).log("drill.held", by="Beheerder 1")
    desk.story.at(local(13, 6, 30))
    await desk.police.step()
    told = body(opened(office.mails()[0]))
    assert "Geen meldingen. Keten in orde. Dit is geen noodoproep." in told
    assert "Oefeningen: 1, enkel geteld" in told
    assert "Weekbericht" not in told


async def test_the_first_mails_period_covers_what_it_holds(desk: Desk, office: PostOffice) -> None:
    """The night was before anybody configured a mailbox: the period begins with its first entry."""
    desk.story.night()
    desk.story.at(local(13, 6))
    await desk.police.step()
    desk.story.at(local(13, 6, 30))
    await desk.police.step()
    told = body(opened(office.mails()[0]))
    assert "M-2026-0115" in told
    assert "Periode: do 12 nov 2026 15:37 tot vr 13 nov 2026 06:30." in told


async def test_a_clock_set_back_makes_no_period_run_backwards(
    desk: Desk, office: PostOffice
) -> None:
    """The mail went at 06:30; the clock goes back ten minutes; a case closes: its mail's period
    ends where it begins at the earliest, and 06:30 brings no third one."""
    desk.open(on_close=True)
    await night_is_due(desk)
    await desk.police.step()
    desk.story.at(local(13, 6, 20)).report("M-2026-0118")
    desk.story.log("case.closed", "M-2026-0118", outcome="gone", by="Beheerder 1")
    desk.story.store.writer.call(lambda tx: desk.police.on_close(tx, PLACE))
    for minute in (21, 30, 31):
        desk.story.at(local(13, 6, minute))
        await desk.police.step()
    first, second = desk.mails()
    assert second.since == first.until <= second.until
    assert len(office.mails()) == 2


async def test_a_broken_log_is_said_and_the_mail_goes(desk: Desk, office: PostOffice) -> None:
    """Somebody changed the database in a quiet week: no mail says that the chain is in order."""
    await desk.police.step()
    n = desk.story.at(local(12, 20)).log("drill.held", by="Beheerder 1")
    fields = json.dumps({"entry": ["00" * 16, "drill.held"]})
    desk.story.store.writer.call(lambda tx: journal_rows.set_fields(tx, PLACE, n, fields))
    desk.story.at(local(13, 6, 30))
    await desk.police.step()
    told = body(opened(office.mails()[0]))
    assert f"Let op: regel {n} van het logboek volgt niet uit de vorige." in told
    assert "in orde" not in told


async def test_the_bytes_go_after_three_days_and_their_digest_stays(
    desk: Desk, office: PostOffice
) -> None:
    """Accepted and no bounce for 72 hours: the file is removed, the ledger keeps its SHA-256."""
    await night_is_due(desk)
    await desk.police.step()
    kept = desk.police.folder / desk.mails()[0].file
    assert kept.exists()
    desk.story.later(72 * 60)
    await desk.police.step()
    assert not kept.exists()
    assert len(desk.mails()[0].sha256) == 64


async def test_every_step_stands_in_the_log(desk: Desk) -> None:
    """Cut, accepted: each is an entry that never travels to the police itself."""
    await night_is_due(desk)
    await desk.police.step()
    with desk.story.store.reading() as reader:
        told = journal.tally(reader, PLACE)
        assert journal.verify(reader, PLACE) is None
    assert told["mail.cut"] == 1
    assert told["mail.accepted"] == 1


async def test_without_a_mail_server_nothing_is_cut(desk: Desk) -> None:
    """Where no mail is configured, nothing is numbered that could never leave."""
    desk.open(mailboxes=())
    await night_is_due(desk)
    await desk.police.step()
    assert desk.mails() == []


async def test_numbers_have_no_gaps_over_a_year(desk: Desk, office: PostOffice) -> None:
    """A year of days with reports now and then, both clock changes and an outage: the numbers
    follow each other and every entry for the police stands in exactly one mail."""
    await desk.police.step()
    start = local(12, 6, 31)
    for day in range(1, 366, 5):
        desk.story.at(start + timedelta(days=day, hours=7)).say(f"M-2027-{day:04d}", "Iets gezien")
        desk.story.at(start + timedelta(days=day + 1))
        if day % 3:
            await desk.police.step()
    await desk.police.step()
    found = desk.mails()
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    assert all(a.upto_n == b.after_n for a, b in pairwise(found))
    assert len(office.mails()) == len(found)
