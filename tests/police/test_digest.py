"""The police's mail leaves on time, once, and the same again after a crash."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest

from bot.clock import SettableClock
from bot.journal import journal
from bot.journal.vault import Vault
from bot.messaging.events import MediaKind, MediaRef
from bot.police.verify import verify
from bot.store import alerts as alert_rows
from bot.store import journal as journal_rows
from bot.store import media as media_rows
from bot.store import people
from bot.store import police as rows
from bot.store.tx import Tx
from tests.police.desk import WIJK, Desk, attached, body, opened, smtp_to
from tests.police.postoffice import DIE, Authority, PostOffice
from tests.police.story import PLACE, Story, local, photo


@pytest.fixture
def desk(story: Story, office: PostOffice, ca: Authority) -> Desk:
    return Desk(story, smtp_to(office, ca))


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
    assert (
        body(opened(file))
        .splitlines()[2]
        .startswith("Weekbericht: geen meldingen. Keten in orde. Dit is geen noodoproep.")
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
    told = body(opened(file))
    assert "deze mail vervangt die van vr 13 nov 2026 06:30; za 14 nov 2026 06:30." in told


# --- the server says no -------------------------------------------------------------------------


async def night_is_due(desk: Desk) -> None:
    await desk.police.step()
    desk.story.night()
    desk.story.at(local(13, 6, 30))


async def test_what_is_put_off_is_tried_again_with_the_same_bytes(
    desk: Desk, office: PostOffice
) -> None:
    """Greylisted twice: after one and two more minutes the same mail is taken, under one number."""
    office.at_rcpt = ["450 4.2.0 greylisted", "450 4.2.0 greylisted"]
    await night_is_due(desk)
    await desk.police.step()
    stored = (desk.police.folder / desk.mails()[0].file).read_bytes()
    assert desk.mails()[0].reason == "mailbox refused: 450 4.2.0 greylisted"
    await desk.police.step()
    assert office.attempts == 1
    for minutes in (1, 2):
        desk.story.later(minutes)
        await desk.police.step()
    assert office.attempts == 3
    assert office.mails()[0].read_bytes() == stored
    assert desk.states() == ["accepted"]


async def test_a_refusal_is_told_and_waits_for_a_person(desk: Desk, office: PostOffice) -> None:
    """No such mailbox: coordinators are told once; `digest` sends the same mail when it is there."""
    office.refused = {WIJK: "550 5.1.1 no such mailbox"}
    await night_is_due(desk)
    for _ in range(3):
        desk.story.later(90)
        await desk.police.step()
    assert desk.states() == ["refused"]
    assert office.attempts == 1
    assert [(news.accepted, news.reason) for news in desk.news] == [
        (False, "mailbox refused: 550 5.1.1 no such mailbox")
    ]
    office.refused = {}
    outcome = await desk.police.handlers()["digest"]({}, lambda *_: None)
    assert [(mail["number"], mail["state"]) for mail in outcome["mails"]] == [
        ("P-0001", "accepted")
    ]


async def test_one_refused_mailbox_does_not_mark_the_other_sent(
    desk: Desk, office: PostOffice
) -> None:
    """Two mailboxes, one refuses: each has its own line, number and state."""
    desk.open(mailboxes=(WIJK, "zone@politie.example"))
    office.refused = {WIJK: "550 5.7.1 denied"}
    await night_is_due(desk)
    await desk.police.step()
    with desk.story.store.reading() as reader:
        found = {
            line.address: rows.of_line(reader, line.id)[0].state for line in rows.lines(reader)
        }
    assert found == {WIJK: "refused", "zone@politie.example": "accepted"}


async def test_death_after_data_repeats_the_identical_mail(desk: Desk, office: PostOffice) -> None:
    """The server dies after DATA: nobody knows, so the same bytes go again under the same id."""
    office.at_data = [DIE]
    await night_is_due(desk)
    await desk.police.step()
    assert desk.states() == ["rendered"]
    desk.story.later(1)
    await desk.police.step()
    once, again = office.mails()
    assert once.read_bytes() == again.read_bytes()
    assert desk.states() == ["accepted"]


async def test_a_crash_between_making_and_sending_changes_nothing(
    desk: Desk, office: PostOffice
) -> None:
    """Cut, then a crash before the bytes were stored: a new process makes the same mail."""
    office.at_rcpt = ["421 4.3.2 shutting down"]
    await night_is_due(desk)
    await desk.police.step()
    row = desk.mails()[0]
    stored = desk.police.folder / row.file
    first = stored.read_bytes()
    stored.unlink()
    desk.open()
    desk.story.later(1)
    await desk.police.step()
    assert office.mails()[0].read_bytes() == first
    assert opened(office.mails()[0])["Message-ID"] == row.message_id


async def test_lost_bytes_that_cannot_be_made_alike_are_never_sent_as_another_mail(
    desk: Desk, office: PostOffice
) -> None:
    """Sent perhaps, bytes lost, and the neighbourhood renamed: refused rather than two mails with
    one Message-ID."""
    office.at_data = [DIE]
    await night_is_due(desk)
    await desk.police.step()
    (desk.police.folder / desk.mails()[0].file).unlink()
    desk.open(language="en")
    desk.story.later(1)
    await desk.police.step()
    assert len(office.mails()) == 1
    assert desk.states() == ["refused"]


async def test_a_wrong_certificate_sends_nothing(
    story: Story, office: PostOffice, ca: Authority
) -> None:
    """The server is not who it should be: nothing goes out, the reason is kept, it is retried."""
    desk = Desk(story, smtp_to(office, ca, ca_file=None))
    await night_is_due(desk)
    await desk.police.step()
    assert office.mails() == []
    assert desk.mails()[0].reason.startswith("the server's certificate:")
    desk.smtp = smtp_to(office, ca)
    desk.open()
    desk.story.later(1)
    await desk.police.step()
    assert desk.states() == ["accepted"]


# --- files on their way -------------------------------------------------------------------------


def want(story: Story, case: str) -> int:
    """An open case with a video that the messenger has not handed over yet."""

    def work(tx: Tx) -> int:
        person = people.add_person(tx, name="An", language="nl")
        member = people.add_member(tx, PLACE, person, role="resident", state="active")
        alert = alert_rows.add_alert(
            tx,
            PLACE,
            number=case,
            sequence=1,
            state="open",
            urgency="urgent",
            reporter_id=member,
            facts={},
        )
        media = MediaRef(source="telegram", id="v1", kind=MediaKind.VIDEO, native={})
        return Vault(story.store.data_dir).want(tx, media, neighbourhood=PLACE, alert=alert.id)

    return story.store.writer.call(work)


async def test_the_mail_waits_for_a_file_and_takes_it_along(desk: Desk, office: PostOffice) -> None:
    """A video is still coming at 06:30; it arrives three minutes later and is in the mail."""
    await desk.police.step()
    desk.story.at(local(12, 23)).report("M-2026-0117")
    media = want(desk.story, "M-2026-0117")
    desk.story.at(local(13, 6, 30))
    await desk.police.step()
    assert desk.states() == ["waiting_media"]
    desk.story.later(3).picture("M-2026-0117", photo())
    desk.story.store.writer.call(lambda tx: media_rows.missing(tx, media, "x"))
    await desk.police.step()
    (file,) = office.mails()
    assert "1 BEELD" in body(opened(file))


async def test_after_ten_minutes_the_mail_says_what_is_missing(
    desk: Desk, office: PostOffice
) -> None:
    """The video doesn't come: at 06:40 the mail goes and says so."""
    await desk.police.step()
    desk.story.at(local(12, 23)).report("M-2026-0117")
    want(desk.story, "M-2026-0117")
    for minute in (30, 39):
        desk.story.at(local(13, 6, minute))
        await desk.police.step()
    assert office.mails() == []
    desk.story.at(local(13, 6, 40))
    await desk.police.step()
    told = body(opened(office.mails()[0]))
    assert "Nog onderweg: Video bij M-2026-0117. Komt mee met de volgende mail." in told


async def test_a_file_too_large_for_the_mailbox_is_named_and_left_out(
    desk: Desk, office: PostOffice
) -> None:
    """A mailbox takes 1 MB: the report goes, the large file is listed with what to do."""
    desk.open(limit=1_000_000)
    await desk.police.step()
    desk.story.at(local(12, 23)).report("M-2026-0117")
    desk.story.picture("M-2026-0117", b"v" * 3_000_000, mime="video/mp4", kind="video")
    desk.story.picture("M-2026-0117", photo())
    desk.story.at(local(13, 6, 30))
    await desk.police.step()
    (file,) = office.mails()
    assert file.stat().st_size < 1_000_000
    assert "0001.mp4: te groot voor deze mail" in body(opened(file))


# --- another address ----------------------------------------------------------------------------


async def test_another_address_starts_a_new_line_that_names_the_old_one(
    desk: Desk, office: PostOffice
) -> None:
    """The zone moves: numbers start again, nothing falls between, the old address is named."""
    await night_is_due(desk)
    await desk.police.step()
    desk.story.at(local(13, 12)).report("M-2026-0118")
    desk.open(mailboxes=("nieuw@politie.example",))
    desk.story.at(local(14, 6, 30))
    await desk.police.step()
    old, new = desk.mails()
    assert new.number == 1
    assert new.after_n == old.upto_n
    mail: EmailMessage = opened(office.mails()[1])
    assert mail["To"] == "nieuw@politie.example"
    assert WIJK in body(mail)
    assert new.message_id != old.message_id


async def test_what_the_old_address_never_took_goes_to_the_new_one(
    desk: Desk, office: PostOffice
) -> None:
    """The old mailbox refused the night's mail; after the change the new one gets that night."""
    office.refused = {WIJK: "550 5.1.1 gone"}
    await night_is_due(desk)
    await desk.police.step()
    desk.open(mailboxes=("nieuw@politie.example",))
    desk.story.at(local(14, 6, 30))
    await desk.police.step()
    old, new = desk.mails()
    assert (old.state, new.state) == ("parked", "accepted")
    assert new.after_n == old.after_n
    assert "M-2026-0117" in body(opened(office.mails()[0]))


async def test_what_nobody_gets_any_more_is_told(desk: Desk, office: PostOffice) -> None:
    """The mailbox refused the night; a second one came later; now the first is taken away: the
    coordinators are told that nobody got that mail, and nothing is sent to an address that is
    gone."""
    office.refused = {WIJK: "550 5.1.1 gone"}
    await night_is_due(desk)
    await desk.police.step()
    desk.story.later(60)
    desk.open(mailboxes=(WIJK, "zone@politie.example"))
    await desk.police.step()
    desk.story.later(60)
    office.refused = {}
    desk.open(mailboxes=("zone@politie.example",))
    await desk.police.step()
    last = desk.news[-1]
    assert (last.number, last.mailbox, last.accepted, last.dropped) == (1, WIJK, False, True)
    assert desk.states() == ["parked"]
    assert office.mails() == []


# --- the operator -------------------------------------------------------------------------------


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
    assert body(opened(office.mails()[0])).splitlines()[2].startswith("Geen meldingen. Keten in o")


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


async def test_a_mailbox_added_later_gets_what_comes_from_then_on(
    desk: Desk, office: PostOffice
) -> None:
    """A second address after a month: it doesn't get the past, the first loses nothing."""
    await night_is_due(desk)
    await desk.police.step()
    desk.open(mailboxes=(WIJK, "zone@politie.example"))
    await desk.police.step()
    desk.story.at(local(13, 20)).report("M-2026-0118", place="Rozenstraat 3")
    desk.story.at(local(14, 6, 30))
    await desk.police.step()
    told = {opened(file)["To"]: body(opened(file)) for file in office.mails()[1:]}
    assert set(told) == {WIJK, "zone@politie.example"}
    assert all("M-2026-0118" in text and "M-2026-0117" not in text for text in told.values())


async def test_a_mail_that_can_not_be_made_stops_no_other(
    desk: Desk, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report of one line fails: the reason is kept, the other line's mail goes, and once it
    can be made it is, under its own number."""
    desk.open(mailboxes=(WIJK, "zone@politie.example"))
    await night_is_due(desk)
    first = min(desk.lines(), key=lambda line: line.id)
    blocked = desk.police.folder / first.id
    blocked.parent.mkdir(parents=True)
    blocked.write_text("a file where a folder should be")
    await desk.police.step()
    assert sorted(desk.states()) == ["accepted", "cut"]
    assert len(office.mails()) == 1
    blocked.unlink()
    desk.story.later(1)
    await desk.police.step()
    assert desk.states() == ["accepted", "accepted"]
