"""Whether the mail server is there, keeps to TLS, lets us in and takes the police mailbox.

Nothing is sent: recipients are named and the transaction is then reset.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from bot.operations.findings import Mark, Row
from bot.settings.model import MailSettings, Settings, SmtpSettings
from bot.settings.values import is_loopback

TIMEOUT_S: Final = 10.0
_RESERVED: Final = (".example", ".test", ".invalid", ".localhost")
_EXAMPLES: Final = ("example.org", "example.com", "example.net")


def addresses(settings: Settings) -> Iterator[Row]:
    """What can be seen of the addresses without a network."""
    mail = settings.mail
    here = mail is not None and is_loopback(mail.smtp.host)
    if mail is not None and _made_up(mail.sender):
        yield _example("mail.from", mail.sender, here=here)
    for place in settings.neighbourhoods.values():
        subject = f"police {place.id}"
        if not place.police.mailboxes:
            yield Row(
                subject=subject,
                mark=Mark.NOTE,
                detail="no mailbox is set: nothing is mailed to the police",
                cure=f"ask the police zone, then set neighbourhoods.{place.id}.police.mailbox",
            )
        for box in place.police.mailboxes:
            if _made_up(box.address):
                yield _example(subject, box.address, here=here)
    if mail is not None and mail.smtp.security == "none" and not here:
        yield Row(
            subject="mail.smtp",
            mark=Mark.NOTE,
            detail="security: none sends what residents report in the clear",
            cure="write security: starttls",
        )


def _made_up(address: str) -> bool:
    domain = address.rpartition("@")[2].lower()
    return domain.endswith((*_RESERVED, *(f".{name}" for name in _EXAMPLES))) or domain in _EXAMPLES


def _example(subject: str, address: str, *, here: bool) -> Row:
    return Row(
        subject=subject,
        mark=Mark.NOTE if here else Mark.FAIL,
        detail=f"{address} is an example's address: nobody reads it",
        cure="" if here else "put the real address there",
    )


def probe(settings: Settings) -> list[Row]:
    """Connect to the mail server as a digest would. Blocks; call it in a thread."""
    mail = settings.mail
    if mail is None:
        return []
    smtp = mail.smtp
    subject = f"mail server {smtp.host}:{smtp.port}"
    try:
        with _connected(smtp) as server:
            return [_reached(subject, server, mail), *_mailboxes(server, settings, mail)]
    except smtplib.SMTPAuthenticationError:
        return [_bad(subject, "refuses the user name or password", "check mail.smtp")]
    except smtplib.SMTPNotSupportedError as error:
        return [_bad(subject, f"can't do what is asked: {error}", "check mail.smtp.security")]
    except ssl.SSLCertVerificationError as error:
        cure = "use the name on its certificate, or set mail.smtp.ca_file"
        return [_bad(subject, f"its certificate is not trusted: {error.verify_message}", cure)]
    except ssl.SSLError as error:
        why = error.reason or "the handshake failed"
        return [_bad(subject, f"no TLS: {why}", "check mail.smtp.security and port")]
    except (OSError, smtplib.SMTPException) as error:
        return [_bad(subject, f"can't be reached: {_why(error)}", "check mail.smtp.host and port")]


def _bad(subject: str, detail: str, cure: str) -> Row:
    return Row(subject=subject, mark=Mark.FAIL, detail=detail, cure=cure)


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer in {TIMEOUT_S:.0f} s"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _connected(smtp: SmtpSettings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=str(smtp.ca_file) if smtp.ca_file else None)
    server: smtplib.SMTP
    if smtp.security == "tls":
        server = smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=TIMEOUT_S)
    try:
        server.ehlo()
        if smtp.security == "starttls":
            server.starttls(context=context)
            server.ehlo()
        if smtp.username is not None and smtp.password is not None:
            server.login(smtp.username, smtp.password.reveal())
    except BaseException:
        server.close()
        raise
    return server


def _reached(subject: str, server: smtplib.SMTP, mail: MailSettings) -> Row:
    limit = server.esmtp_features.get("size", "").strip()
    if limit.isdigit() and 0 < int(limit) < mail.max_message_bytes:
        return _bad(
            subject,
            f"takes at most {limit} bytes, less than max_message_bytes",
            f"set mail.max_message_bytes: {limit}",
        )
    how = {"none": "without TLS", "starttls": "with STARTTLS", "tls": "with TLS"}
    login = ", logged in" if mail.smtp.username else ""
    return Row(subject=subject, mark=Mark.OK, detail=f"reached {how[mail.smtp.security]}{login}")


def _mailboxes(server: smtplib.SMTP, settings: Settings, mail: MailSettings) -> Iterator[Row]:
    boxes = sorted(
        {
            box.address
            for place in settings.neighbourhoods.values()
            for box in place.police.mailboxes
        }
    )
    if not boxes:
        return
    code, answer = server.mail(mail.sender)
    if code >= 300:
        yield _bad("mail.from", _told(code, answer), "use an address this server may send for")
        boxes = []
    for box in boxes:
        code, answer = server.rcpt(box)
        if code < 300:
            yield Row(subject=f"mailbox {box}", mark=Mark.OK, detail="taken by the mail server")
        elif code < 500:
            yield Row(subject=f"mailbox {box}", mark=Mark.NOTE, detail=_told(code, answer))
        else:
            yield _bad(f"mailbox {box}", _told(code, answer), "ask the police zone")
    with suppress(smtplib.SMTPException):
        server.rset()


def _told(code: int, answer: bytes) -> str:
    words = answer.decode("utf-8", "replace").replace("\n", " ")
    return f"the mail server answers {code} {words}"[:200]
