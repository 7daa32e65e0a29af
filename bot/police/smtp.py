"""Hands one mail to the mail server, and says in our terms how that went.

What the server says is temporary (4xx), what can't be reached, and what breaks off after the data
went out (nobody knows whether it was taken) is `MailTemporary`: the same bytes go again under the
same Message-ID. What it refuses for good (5xx) is `MailPermanent`. A wrong password or certificate
is temporary too: somebody repairs it and the same bytes are taken.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from bot.errors import MailPermanent, MailTemporary
from bot.police.mail import Mail
from bot.settings import SmtpSettings

TIMEOUT_S: Final = 60.0
_TOO_LARGE: Final = 552


def send(server: SmtpSettings, mail: Mail, *, timeout: float = TIMEOUT_S) -> str:
    """Send and return the server's answer; blocks. Raises MailTemporary or MailPermanent."""
    try:
        client = _connected(server, timeout)
        try:
            told = _hand_over(client, mail)
            # Taken is taken, however the farewell goes.
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
            return told
        finally:
            client.close()
    except (MailTemporary, MailPermanent):
        raise
    except ssl.SSLCertVerificationError as error:
        raise MailTemporary(f"the server's certificate: {error.verify_message}") from error
    except ssl.SSLError as error:
        raise MailTemporary(f"no encrypted connection: {error.reason}") from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailTemporary(f"login refused: {_told(error.smtp_code, error.smtp_error)}") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error, "mail") from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailTemporary(f"the server does not offer what is configured: {error}") from error
    except smtplib.SMTPServerDisconnected as error:
        raise MailTemporary("the server broke off") from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailTemporary(f"no connection: {_plain(error)}") from error


def _connected(server: SmtpSettings, timeout: float) -> smtplib.SMTP:
    """A client that is let in, encrypted as configured."""
    if server.security == "none":
        client = smtplib.SMTP(server.host, server.port, timeout=timeout)
    elif server.security == "tls":
        client = smtplib.SMTP_SSL(
            server.host, server.port, timeout=timeout, context=_context(server)
        )
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=timeout)
        _or_close(client, lambda: client.starttls(context=_context(server)))
    if server.username and server.password:
        username, password = server.username, server.password.reveal()
        _or_close(client, lambda: client.login(username, password))
    return client


def _or_close(client: smtplib.SMTP, act: Callable[[], object]) -> None:
    try:
        act()
    except BaseException:
        client.close()
        raise


def _context(server: SmtpSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _hand_over(client: smtplib.SMTP, mail: Mail) -> str:
    client.ehlo_or_helo_if_needed()
    _check_size(client, len(mail.data))
    size = f"size={len(mail.data)}"
    options = [size] if client.has_extn("size") else []
    code, answer = client.mail(mail.sender, options)
    if code != 250:
        raise _refusal(code, answer, "mail")
    code, answer = client.rcpt(mail.to)
    if code not in (250, 251):
        raise _refusal(code, answer, "mailbox")
    code, answer = client.data(mail.data)
    if code != 250:
        raise _refusal(code, answer, "mail")
    return _told(code, answer)


def _check_size(client: smtplib.SMTP, size: int) -> None:
    told = client.esmtp_features.get("size", "")
    if told.isdigit() and 0 < int(told) < size:
        raise MailPermanent(f"too large for the mail server: {size} bytes, it takes {told}")


def _refusal(code: int, answer: bytes | str, what: str) -> MailTemporary | MailPermanent:
    told = f"{what} refused: {_told(code, answer)}"
    return MailPermanent(told) if 500 <= code < 600 else MailTemporary(told)


def _told(code: int, answer: bytes | str) -> str:
    """The server's answer on one short line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {re.sub(r'[^ -~]+', ' ', text)}"[:200].strip()


def _plain(error: Exception) -> str:
    strerror = getattr(error, "strerror", None)
    return str(strerror or type(error).__name__)
