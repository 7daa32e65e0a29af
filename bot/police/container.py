"""Where a package's files lie: a zip file or a folder, neither of them trusted.

Nothing is unpacked. What a program that unpacks might be led astray by is `odd`: paths out of the
folder, links, two names that are one on another system, a file that is a thousand times its size.
"""

from __future__ import annotations

import lzma
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from hashlib import new
from pathlib import Path
from typing import BinaryIO, Final, Protocol

_PIECE: Final = 1 << 20
# What a damaged zip may raise while it is read (RuntimeError: it claims to be encrypted).
UNREADABLE: Final = (
    *(OSError, EOFError, ValueError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
_SMALL: Final = 64 << 20
# A log of digests packs to a half; what packs better than this is no log, and no picture.
_PACKED: Final = 100
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LONGEST: Final = 4 << 20


class Container(Protocol):
    """Files by their path in the bag; `odd` are those that don't belong in any."""

    names: set[str]
    odd: list[str]
    bombs: set[str]

    def open(self, name: str) -> BinaryIO: ...
    def size(self, name: str) -> int: ...


class Folder:
    """An unpacked bag."""

    def __init__(self, root: Path) -> None:
        self._root = root
        found = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*"))}
        files = {name: path for name, path in found.items() if not _is_folder(path)}
        plain = {name for name, path in files.items() if stat.S_ISREG(path.lstat().st_mode)}
        self.odd = sorted(files.keys() - plain)
        self.names = plain
        self.bombs: set[str] = set()

    def open(self, name: str) -> BinaryIO:
        return (self._root / name).open("rb")

    def size(self, name: str) -> int:
        return (self._root / name).stat().st_size


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


class Zip:
    """A bag as it was sent: one folder with everything in it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        every = archive.infolist()
        infos = [info for info in every if not info.is_dir()]
        roots = {info.filename.partition("/")[0] for info in infos}
        root = f"{roots.pop()}/" if len(roots) == 1 else ""
        self.odd = [info.filename for info in every if _astray(info)]
        self._infos: dict[str, zipfile.ZipInfo] = {}
        seen: set[str] = set()
        for info in infos:
            name = info.filename.removeprefix(root)
            same = unicodedata.normalize("NFC", info.filename).casefold()
            if same in seen:
                self.odd.append(name)
            seen.add(same)
            self._infos[name] = info
        self.names = set(self._infos)
        self.bombs = {name for name, info in self._infos.items() if _swells(info)}

    def open(self, name: str) -> BinaryIO:
        info = self._infos[name]
        if name in self.bombs or info.compress_type not in _METHODS:
            raise ValueError(name)
        return self._archive.open(info)  # type: ignore[return-value]  # IO[bytes]

    def size(self, name: str) -> int:
        return self._infos[name].file_size


def _astray(info: zipfile.ZipInfo) -> bool:
    """Whether unpacking it could write elsewhere, or something else than a file."""
    name, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
    outside = name.startswith("/") or ".." in name.split("/") or set(name) & {"\\", ":"}
    return (
        bool(outside) or name != info.orig_filename or kind not in (0, stat.S_IFREG, stat.S_IFDIR)
    )


def _swells(info: zipfile.ZipInfo) -> bool:
    return info.file_size > _SMALL and info.file_size > _PACKED * info.compress_size


def read(bag: Container, name: str) -> bytes:
    """A small file whole; empty where it is missing, too large or damaged."""
    if name not in bag.names or bag.size(name) > _SMALL:
        return b""
    try:
        with bag.open(name) as source:
            return source.read(_SMALL)
    except UNREADABLE:
        return b""


def digest(bag: Container, name: str, kind: str) -> str:
    """A file's digest; empty where its bytes can't be read (a zip has a checksum of its own)."""
    made = new(kind)
    try:
        with bag.open(name) as source:
            while piece := source.read(_PIECE):
                made.update(piece)
    except UNREADABLE:
        return ""
    return made.hexdigest()


def lines(bag: Container, name: str) -> Iterator[bytes]:
    """A file's lines, one at a time; one that is endless is cut, and so unreadable."""
    try:
        with bag.open(name) as source:
            while line := source.readline(_LONGEST):
                yield line
    except UNREADABLE:
        yield b"?"
