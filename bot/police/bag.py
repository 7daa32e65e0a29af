"""Writes a BagIt 1.0 bag (RFC 8493) as one zip file, in one pass.

Files go in by name, with fixed dates and rights, so that the same files give the same bytes. Big
files are copied in pieces and hashed on the way. `data/` and its manifests depend on the payload
alone; whatever belongs to one sending stands in the tag files beside them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256, sha512
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from bot.errors import PackageError

_PIECE: Final = 1 << 20
_DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_PACKED: Final = (".jsonl", ".json", ".txt")
# The zip format counts time from 1980, in steps of two seconds.
_EARLIEST: Final = 1980


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file: its path in the bag, and its bytes or where they lie.

    `sha256` is what its bytes must give, where that is known beforehand.
    """

    path: str
    source: bytes | Path
    sha256: str = ""

    @property
    def size(self) -> int:
        return len(self.source) if isinstance(self.source, bytes) else self.source.stat().st_size


def write(
    out: Path,
    *,
    name: str,
    payload: Sequence[Member],
    tags: Mapping[str, bytes],
    info: Sequence[tuple[str, str]],
    when: datetime,
) -> None:
    """Write the bag `name` to `out`. `payload` paths begin with `data/`; `when` dates the files.

    Raises PackageError, leaving nothing behind, if a file's bytes are not what they should be.
    """
    bag = _Writer(out, name, when)
    try:
        with bag.opened():
            _fill(bag, payload, tags, info)
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _fill(
    bag: _Writer,
    payload: Sequence[Member],
    tags: Mapping[str, bytes],
    info: Sequence[tuple[str, str]],
) -> None:
    size = sum(member.size for member in payload)
    oxum = [*info, ("Payload-Oxum", f"{size}.{len(payload)}")]
    front = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{key}: {value}\n" for key, value in oxum).encode(),
        **tags,
    }
    for path, data in sorted(front.items()):
        bag.add(Member(path=path, source=data))
    for member in sorted(payload, key=lambda one: one.path):
        bag.add(member)
    held = {member.path for member in payload}
    for kind in ("sha256", "sha512"):
        bag.add(Member(path=f"manifest-{kind}.txt", source=bag.manifest(kind, held)))
    rest = bag.paths - held
    bag.add(Member(path="tagmanifest-sha256.txt", source=bag.manifest("sha256", rest)))


class _Writer:
    """A zip file that remembers the digests of what went in."""

    def __init__(self, out: Path, name: str, when: datetime) -> None:
        self._out = out
        self._name = name
        self._date = (max(when.year, _EARLIEST), *when.timetuple()[1:5], when.second // 2 * 2)
        self._sums: dict[str, dict[str, str]] = {}

    @contextmanager
    def opened(self) -> Iterator[None]:
        with zipfile.ZipFile(self._out, "w", allowZip64=True) as self._zip:
            yield

    @property
    def paths(self) -> set[str]:
        return set(self._sums)

    def manifest(self, kind: str, paths: set[str]) -> bytes:
        lines = [f"{self._sums[path][kind]}  {path}\n" for path in sorted(paths)]
        return "".join(lines).encode()

    def add(self, member: Member) -> None:
        info = zipfile.ZipInfo(f"{self._name}/{member.path}", self._date)
        info.create_system = 3
        info.external_attr = 0o100644 << 16
        packed = member.path.endswith(_PACKED)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.file_size = member.size
        short, long = sha256(), sha512()
        with self._zip.open(info, "w") as target, _opened(member.source) as source:
            while piece := source.read(_PIECE):
                target.write(piece)
                short.update(piece)
                long.update(piece)
        if member.sha256 and member.sha256 != short.hexdigest():
            raise PackageError(f"{member.path} is not what the log says it was")
        self._sums[member.path] = {"sha256": short.hexdigest(), "sha512": long.hexdigest()}


def _opened(source: bytes | Path) -> BinaryIO:
    return BytesIO(source) if isinstance(source, bytes) else source.open("rb")
