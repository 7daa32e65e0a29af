"""Files that are still on their way when a mail is due, or too large for it."""

from __future__ import annotations

from bot.journal.vault import Vault
from bot.messaging.events import MediaKind, MediaRef
from bot.store import alerts as alert_rows
from bot.store import media as media_rows
from bot.store import people
from bot.store.tx import Tx
from tests.police.desk import Desk, body, opened
from tests.police.postoffice import PostOffice
from tests.police.story import PLACE, Story, local, photo


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
