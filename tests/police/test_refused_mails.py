"""The mail server says no, or the bot dies in between: the same bytes again, and nobody is skipped."""

from __future__ import annotations

import pytest

from bot.store import police as rows
from tests.police.desk import WIJK, Desk, night_is_due, opened, smtp_to
from tests.police.postoffice import DIE, Authority, PostOffice
from tests.police.story import Story


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


async def test_a_refusal_stands_in_the_log_with_its_reason(
    desk: Desk, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """Perhaps no coordinator can be told: whoever watches the log for warnings reads it there."""
    office.refused = {WIJK: "550 5.1.1 no such mailbox"}
    await night_is_due(desk)
    await desk.police.step()
    [line] = [one for one in caplog.records if one.levelname == "WARNING"]
    assert "P-0001" in line.getMessage()
    assert line.getMessage().endswith("refused: mailbox refused: 550 5.1.1 no such mailbox")


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
