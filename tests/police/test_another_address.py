"""The zone gets another address, or one more: no entry falls between."""

from __future__ import annotations

from email.message import EmailMessage

from tests.police.desk import WIJK, Desk, body, night_is_due, opened
from tests.police.postoffice import PostOffice
from tests.police.story import local


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
