"""Files as they were received, found by their SHA-256, and the durable wish for those to come.

Bytes are written beside their place, synced, and renamed into it, so that a name that exists
holds whole content. The same bytes are kept once. Nothing is ever re-encoded.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.messaging.events import MediaKind, MediaRef
from bot.store import media as rows
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.tx import Reader, Tx

_REF = ("id", "native", "mime", "name", "size", "as_file", "width", "height", "duration_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One file that was sent to us. `state` is wanted, stored or missing."""

    id: int
    neighbourhood: str
    alert: int | None
    membership: int | None
    dialogue: int | None
    ref: MediaRef
    state: str
    sha256: str | None
    size: int | None
    mime: str | None
    reason: str
    asked_at: datetime
    tries: int
    journal_n: int | None


class Incoming:
    """Bytes on their way into the vault; thrown away unless `keep` is called."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f".{secrets.token_hex(8)}"
        self._file = self._path.open("xb")
        self._digest = sha256()
        self.size = 0

    def write(self, chunk: bytes) -> None:
        """Add bytes."""
        self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def seal(self) -> tuple[Path, str]:
        """Sync what was written; where it lies and its SHA-256."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._path, self._digest.hexdigest()

    def drop(self) -> None:
        """Forget it. Harmless after `seal` and a rename."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class Vault:
    """The files of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "vault"
        self._incoming = self.root / "incoming"
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` in the writer's thread when a new file is wanted."""
        self._listeners.append(listener)

    def want(
        self,
        tx: Tx,
        media: MediaRef,
        *,
        neighbourhood: str,
        alert: int | None = None,
        membership: int | None = None,
        dialogue: int | None = None,
    ) -> int:
        """Ask for a file, durably; the same file asked for again has the same id."""
        media_id, new = rows.want(
            tx,
            neighbourhood=neighbourhood,
            alert=alert,
            membership=membership,
            dialogue=dialogue,
            source=media.source,
            native_id=media.id,
            ref=_encode(media),
        )
        if new:
            for listener in self._listeners:
                tx.after_commit(listener)
        return media_id

    def attach(self, tx: Tx, dialogue: int, alert: int) -> int:
        """The files of a draft belong to its alert from now on; how many."""
        return rows.attach(tx, dialogue, alert)

    def get(self, reader: Reader, media_id: int) -> Media | None:
        """One file's row."""
        row = rows.get(reader, media_id)
        return None if row is None else read(row)

    def of_alert(self, reader: Reader, alert: int) -> list[Media]:
        """An alert's files, in the order in which they were asked for."""
        return [read(row) for row in rows.of_alert(reader, alert)]

    def of_dialogue(self, reader: Reader, dialogue: int) -> list[Media]:
        """A draft's files."""
        return [read(row) for row in rows.of_dialogue(reader, dialogue)]

    def awaited(self, reader: Reader, neighbourhood: str) -> list[Media]:
        """Files of a neighbourhood's alerts that have not come yet: a mail may wait for them."""
        return [read(row) for row in rows.awaited(reader, neighbourhood)]

    def journalled(self, tx: Tx, media_id: int, n: int) -> None:
        """Note which entry of the journal tells of a file."""
        rows.journalled(tx, media_id, n)

    def path(self, digest: str) -> Path:
        """Where the bytes with this SHA-256 (hexadecimal) are, or would be."""
        return self.root / digest[:2] / digest[2:]

    def receive(self) -> Incoming:
        """A place to write bytes as they come."""
        return Incoming(self._incoming)

    def keep(self, incoming: Incoming) -> str:
        """Put received bytes in their place for good; their SHA-256."""
        made, digest = incoming.seal()
        place = self.path(digest)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        if place.exists():
            made.unlink()
        else:
            made.chmod(0o400)
            made.rename(place)
            _sync(place.parent)
            _sync(self.root)
        return digest

    def put(self, data: bytes) -> str:
        """Keep bytes that are at hand; their SHA-256."""
        incoming = self.receive()
        incoming.write(data)
        return self.keep(incoming)

    def tidy(self) -> None:
        """Remove what a crash left half received."""
        for left in self._incoming.iterdir():
            left.unlink(missing_ok=True)


def read(row: rows.Row) -> Media:
    """A stored row in the room's own words."""
    return Media(
        id=row.id,
        neighbourhood=row.neighbourhood_id,
        alert=row.alert_id,
        membership=row.membership_id,
        dialogue=row.dialogue_id,
        ref=_decode(row.source, row.ref),
        state=row.state,
        sha256=row.sha256,
        size=row.size,
        mime=row.mime,
        reason=row.reason,
        asked_at=from_ms(row.asked_at),
        tries=row.tries,
        journal_n=row.journal_n,
    )


def _encode(media: MediaRef) -> str:
    kept: dict[str, Any] = {name: getattr(media, name) for name in _REF}
    return json.dumps({"kind": media.kind.value, **kept})


def _decode(source: str, text: str) -> MediaRef:
    told = json.loads(text)
    return MediaRef(source=source, **{**told, "kind": MediaKind(told["kind"])})


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
