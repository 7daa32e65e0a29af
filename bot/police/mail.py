"""One police mail as bytes: the same package and address give the same bytes.

Every text that a person wrote is one clean line before it gets near a header, and the body is
quoted-printable with boundaries that this encoding can't produce, so nothing typed by anybody can
add a header or a part.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.generator import BytesGenerator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO
from typing import Final

from bot.police import clean
from bot.police.issue import message_id
from bot.police.letter import REPORT, letter
from bot.police.package import Package
from bot.police.wording import Wording

_POLICY: Final = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail that is ready to be stored and sent."""

    message_id: str
    sender: str
    to: str
    data: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


def subject(package: Package, words: Wording) -> str:
    """`[SAAR Munsterbilzen P-0118 1/1]`"""
    issue = package.issue
    told = f"[SAAR {clean.line(issue.name)} {issue.label} 1/1]"
    return f"{told} {words.say('demonstration_subject')}" if issue.simulated else told


def compose(package: Package, words: Wording, *, sender: str, to: str) -> Mail:
    """The mail that carries `package` from `sender` to the mailbox `to`."""
    issue = package.issue
    if issue.number is None:
        raise ValueError("an export is not mailed")
    name = message_id(issue.line, issue.number, sender)
    message = EmailMessage(policy=_POLICY)
    group = words.say("group", name=clean.line(issue.name))
    message["From"] = Address(display_name=group, addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject(package, words)
    message["Date"] = format_datetime(words.local(issue.until).replace(microsecond=0))
    message["Message-ID"] = name
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["X-Saar-Chain-Head"] = issue.head
    _fill(message, package, words)
    _mark_boundaries(message, name)
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=_POLICY).flatten(message)
    # Folded, some parsers would give the head a leading space.
    data = out.getvalue().replace(b"\r\nX-Saar-Chain-Head:\r\n ", b"\r\nX-Saar-Chain-Head: ", 1)
    return Mail(message_id=name, sender=sender, to=to, data=data)


def _fill(message: EmailMessage, package: Package, words: Wording) -> None:
    told = letter(package, words)
    message.set_content(told.plain, cte="quoted-printable")
    message.add_alternative(told.html, subtype="html", cte="quoted-printable")
    message.add_attachment(package.report, "application", "pdf", filename=REPORT)
    message.add_attachment(package.file.read_bytes(), "application", "zip", filename=package.name)


def _mark_boundaries(message: EmailMessage, name: str) -> None:
    """`=_` stands in no quoted-printable and no base64 line (RFC 2045, 6.7)."""
    mark = sha256(name.encode()).hexdigest()[:24]
    parts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        part.set_boundary(f"=_saar_{mark}_{number}")
