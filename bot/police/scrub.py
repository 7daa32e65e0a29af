"""Checks a data directory itself: every chain, and every file that a chain names."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from bot.journal import journal
from bot.journal.vault import Vault
from bot.police.verdict import Found, Verdict

if TYPE_CHECKING:
    from bot.store.tx import Reader


def scrub(data_dir: Path) -> Verdict:
    """Check a data directory beside a running process: it only reads."""
    from bot.clock import SystemClock
    from bot.store.engine import open_store

    store = open_store("sqlite", data_dir, SystemClock())
    try:
        with store.reading() as reader:
            findings = tuple(_findings(reader, Vault(data_dir)))
    finally:
        store.close()
    return Verdict(subject=str(data_dir), findings=findings)


def _findings(reader: Reader, vault: Vault) -> Iterator[Found]:
    chains = journal.chains(reader)
    for chain in chains:
        broken = journal.verify(reader, chain)
        if broken is not None:
            yield Found(code="chain.broken", ok=False, what=chain, n=broken.n)
        else:
            yield Found(code="chain", what=chain, n=journal.head(reader, chain).n)
        yield from _files(reader, chain, vault)
    if chains:
        yield Found(code="chain.compare")


def _files(reader: Reader, chain: str, vault: Vault) -> Iterator[Found]:
    whole = 0
    for entry in journal.entries(reader, chain):
        digest = entry.fields.get("sha256")
        if entry.kind != "case.media" or not isinstance(digest, str):
            continue
        trouble = _trouble(vault.path(digest), digest)
        whole += not trouble
        if trouble:
            yield Found(code=f"vault.{trouble}", ok=False, what=digest[:16], n=entry.n)
    if whole:
        yield Found(code="vault", n=whole)


def _trouble(file: Path, digest: str) -> str:
    try:
        with file.open("rb") as source:
            return "" if file_digest(source, "sha256").hexdigest() == digest else "damaged"
    except OSError:
        return "gone"
