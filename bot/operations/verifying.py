"""`saarbot verify`: a package, a mail that carries one, or a data directory."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from bot.errors import PackageError
from bot.police.verdict import Verdict
from bot.police.verify import verify as verify_one
from bot.police.verify import verify_zip

HEAD: Final = "X-Saar-Chain-Head"


def verify(path: Path, *, head: str | None = None) -> list[Verdict]:
    """The verdict on each package in `path`. Raises PackageError where there is none.

    Of a mail every enclosed package is checked, against the head that the mail itself names.
    """
    if path.suffix.lower() == ".eml" and path.is_file():
        return list(_mail(path, head))
    return [verify_one(path, head=head)]


def _mail(path: Path, head: str | None) -> Iterator[Verdict]:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    told = str(message[HEAD]).strip() if message[HEAD] else None
    found = False
    for part in message.walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() != "application/zip" or not isinstance(content, bytes):
            continue
        found = True
        subject = f"{path}: {part.get_filename() or 'package'}"
        yield verify_zip(BytesIO(content), subject, head=head or told)
    if not found:
        raise PackageError(f"{path} carries no package")
