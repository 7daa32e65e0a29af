"""What the mail server says, in our terms."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from bot.errors import MailPermanent, MailTemporary
from bot.police import smtp
from bot.police.mail import Mail
from bot.police.sink import MailboxSink
from bot.settings import Secret, SmtpSettings
from tests.police.desk import smtp_to
from tests.police.postoffice import DIE, Authority, PostOffice, authority

DATA = b"Subject: P-0001\r\n\r\n.a line that begins with a dot\r\n" + b"x" * 70 + b"\r\n"
MAIL = Mail(message_id="<a@example.org>", sender="a@example.org", to="b@example.org", data=DATA)


async def send(server: SmtpSettings, mail: Mail = MAIL) -> str:
    return await asyncio.to_thread(smtp.send, server, mail, timeout=10)


async def test_over_starttls_the_bytes_arrive_as_they_were(
    office: PostOffice, ca: Authority
) -> None:
    """Encrypted, verified, taken: the file holds exactly the bytes that were sent."""
    assert (await send(smtp_to(office, ca))).startswith("250")
    assert office.mails()[0].read_bytes() == DATA


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("450 4.2.1 mailbox busy", MailTemporary),
        ("452 4.2.2 mailbox full", MailTemporary),
        ("550 5.1.1 no such user", MailPermanent),
        ("552 5.3.4 too large", MailPermanent),
    ],
)
async def test_4xx_is_for_later_and_5xx_for_a_person(
    office: PostOffice, ca: Authority, answer: str, error: type[Exception]
) -> None:
    """At RCPT and after DATA alike, and the server's own words are kept."""
    for orders in (office.at_rcpt, office.at_data):
        orders.append(answer)
        with pytest.raises(error, match=answer[:9]):
            await send(smtp_to(office, ca))
    assert office.mails() == []


async def test_a_break_after_data_is_for_later(office: PostOffice, ca: Authority) -> None:
    """Nobody knows whether it was taken: that is temporary, never a success."""
    office.at_data = [DIE]
    with pytest.raises(MailTemporary):
        await send(smtp_to(office, ca))


async def test_a_server_that_takes_less_is_not_sent_to(tmp_path: Path, ca: Authority) -> None:
    """SIZE says 100 bytes: refused before a byte of the mail goes out."""
    async with PostOffice(tmp_path / "small", tls=ca.server(), largest=100) as office:
        with pytest.raises(MailPermanent, match="it takes 100"):
            await send(smtp_to(office, ca))
        assert office.attempts == 0


@pytest.mark.parametrize(
    "changes", [{"ca_file": None}, {"host": "localhost"}], ids=["unknown authority", "other name"]
)
async def test_an_unproven_server_gets_nothing(
    tmp_path: Path, ca: Authority, changes: dict[str, Any]
) -> None:
    """A certificate nobody vouches for, or for another name: nothing is sent, not even who."""
    narrow = authority(tmp_path / "narrow", names="IP:127.0.0.1")
    async with PostOffice(tmp_path / "box", tls=narrow.server()) as office:
        with pytest.raises(MailTemporary, match="certificate"):
            await send(smtp_to(office, narrow, **changes))
        assert office.attempts == 0
        assert (await send(smtp_to(office, narrow))).startswith("250")


async def test_a_server_without_starttls_gets_nothing(tmp_path: Path, ca: Authority) -> None:
    """The configuration asks for encryption and the server offers none: no silent fallback."""
    async with PostOffice(tmp_path / "plain") as office:
        with pytest.raises(MailTemporary, match="does not offer"):
            await send(smtp_to(office, ca))
        assert office.attempts == 0


async def test_without_encryption_only_when_asked(tmp_path: Path, ca: Authority) -> None:
    """`security: none` is for loopback and says so itself."""
    async with PostOffice(tmp_path / "plain") as office:
        assert (await send(smtp_to(office, ca, security="none"))).startswith("250")


async def test_nobody_listening_is_for_later(ca: Authority) -> None:
    """A port with nothing behind it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = SmtpSettings(host="127.0.0.1", port=port, security="starttls")
    with pytest.raises(MailTemporary, match="no connection"):
        await send(server)


async def test_a_refused_login_is_for_later_and_shows_no_password(
    office: PostOffice, ca: Authority
) -> None:
    """Somebody repairs the password and the same bytes go; the reason never holds it."""
    server = smtp_to(office, ca, username="saar", password=Secret("geheim-woord"))
    with pytest.raises(MailTemporary) as caught:
        await send(server)
    assert "geheim-woord" not in str(caught.value)


async def test_the_sink_keeps_mails_in_order(tmp_path: Path) -> None:
    """The demonstration's mailbox: one file a mail, named after its number, whole."""
    async with MailboxSink(tmp_path / "police-mailbox") as sink:
        server = SmtpSettings(host="127.0.0.1", port=sink.port, security="none")
        await send(server)
        await send(server)
    assert [file.name for file in sink.mails()] == ["0001-P-0001.eml", "0002-P-0001.eml"]


async def test_tls_from_the_first_byte(tmp_path: Path, ca: Authority) -> None:
    """`security: tls`: the server speaks TLS at once, and is verified alike."""
    office = PostOffice(tmp_path / "box")
    office.directory.mkdir()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(office._session, "127.0.0.1", 0, ssl=ca.server())
    office.port = server.sockets[0].getsockname()[1]
    assert (await send(smtp_to(office, ca, security="tls"))).startswith("250")
    with pytest.raises(MailTemporary, match="certificate"):
        await send(smtp_to(office, ca, security="tls", ca_file=None))
    server.close()
    await server.wait_closed()
    assert len(office.mails()) == 1
