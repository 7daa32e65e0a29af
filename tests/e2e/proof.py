"""What must hold when all is over: the mails, as the police would check them, and the log."""

from __future__ import annotations

import io
import subprocess
import zipfile
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import bagit

from tests.e2e.village import Village


def every_mail_holds(munster: Village, mails: list[Path]) -> None:
    """`saarbot verify`, `sha256sum -c` and bagit agree, each on its own."""
    for n, mail in enumerate(mails):
        assert "Everything holds" not in mail.name
        munster.saarbot.command("verify", str(mail))
        message: Any = message_from_bytes(mail.read_bytes(), policy=default)
        assert message["Subject"].startswith("[SAAR Munsterbilzen P-000")
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Saar-Chain-Head"]
        names = [part.get_filename() for part in message.iter_attachments()]
        assert "rapport.pdf" in names
        folder = munster.folder / f"package-{n}"
        package = next(p for p in message.iter_attachments() if p.get_filename().endswith(".zip"))
        with zipfile.ZipFile(io.BytesIO(package.get_content())) as packed:
            packed.extractall(folder)
        (bag,) = folder.iterdir()
        assert bagit.Bag(str(bag)).validate()
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            subprocess.run(["sha256sum", "-c", "--quiet", manifest], cwd=bag, check=True)
        munster.saarbot.command("verify", str(bag))
    munster.saarbot.command("verify", str(munster.folder / "data"))


def nothing_personal_in_the_log(munster: Village) -> None:
    """No text, name, number, token or code of the evening stands in what the process wrote."""
    log = munster.saarbot.said()
    words = {line for text in munster.everything_written() for line in text.splitlines()}
    long_enough = {one for one in words | munster.secrets if len(one) >= 6}
    known = {"Kerkstraat", "Rozenstraat", "Lindenlaan", "Bilzerstraat", "Stationsstraat"}
    found = sorted(one for one in long_enough | known if one in log)
    assert found == []
    levels = {line["level"] for line in munster.saarbot.lines()}
    assert "error" not in levels, [
        one for one in munster.saarbot.lines() if one["level"] == "error"
    ]
