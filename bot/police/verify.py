"""Checks a police package and says in plain words what holds and what doesn't.

Needs the standard library only (and the words in `verdict`), so that it can be read on its own. Nothing is unpacked: files are read where they are.

What it can't see: a package in which *everything* was made anew, log and chain included. For that
the head in the mail, on paper or in the next package is the witness; give it as `head`.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from hashlib import new, sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from bot.errors import PackageError
from bot.police.verdict import Found, Verdict

DATABASE: Final = "saarbot.db"
_PIECE: Final = 1 << 20
# What a damaged zip may raise while it is read (RuntimeError: it claims to be encrypted).
_UNREADABLE: Final = (
    *(OSError, EOFError, ValueError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
_SMALL: Final = 64 << 20
_ENTRY: Final = "entry"
_MANIFEST: Final = re.compile(r"^(?:tag)?manifest-(sha256|sha512)\.txt$")
_SUM_LINE: Final = re.compile(r"^([0-9a-fA-F]+) [ *](.+)$")


def verify(path: Path, *, head: str | None = None) -> Verdict:
    """Check a package (zip file or folder) or a data directory.

    `head` is the chain head that a mail or a printed report gives. Raises PackageError where
    there is nothing to check.
    """
    if path.is_dir() and (path / DATABASE).exists():
        from bot.police.scrub import scrub

        return scrub(path)
    if path.is_dir():
        return Verdict(subject=str(path), findings=tuple(_check(_Folder(path), head)))
    if not path.exists():
        raise PackageError(f"{path} does not exist")
    with path.open("rb") as file:
        return verify_zip(file, str(path), head=head)


def verify_zip(file: BinaryIO, subject: str, *, head: str | None = None) -> Verdict:
    """Check a package that is a zip file; `subject` is what to call it."""
    try:
        with zipfile.ZipFile(file) as archive:
            return Verdict(subject=subject, findings=tuple(_check(_Zip(archive), head)))
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
        raise PackageError(f"{subject} is neither a package nor a data directory") from error


# --- where files lie ----------------------------------------------------------------------------


class _Bag(Protocol):
    """Files by their path in the bag."""

    names: set[str]
    odd: list[str]

    def open(self, name: str) -> BinaryIO: ...
    def size(self, name: str) -> int: ...


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root
        found = [path for path in sorted(root.rglob("*")) if path.is_symlink() or not path.is_dir()]
        self.odd = [p.relative_to(root).as_posix() for p in found if p.is_symlink()]
        self.names = {p.relative_to(root).as_posix() for p in found if not p.is_symlink()}

    def open(self, name: str) -> BinaryIO:
        return (self._root / name).open("rb")

    def size(self, name: str) -> int:
        return (self._root / name).stat().st_size


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        infos = [info for info in archive.infolist() if not info.is_dir()]
        roots = {info.filename.partition("/")[0] for info in infos}
        root = f"{roots.pop()}/" if len(roots) == 1 else ""
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self.odd: list[str] = []
        for info in infos:
            name = info.filename.removeprefix(root)
            unsafe = ".." in name.split("/") or name.startswith("/") or "\\" in name
            if name in self._infos or unsafe:
                self.odd.append(name)
            self._infos[name] = info
        self.names = set(self._infos)

    def open(self, name: str) -> BinaryIO:
        return self._archive.open(self._infos[name])  # type: ignore[return-value]  # IO[bytes]

    def size(self, name: str) -> int:
        return self._infos[name].file_size


def _read(bag: _Bag, name: str) -> bytes:
    """A small file whole; empty where it is missing, too large or damaged."""
    if name not in bag.names or bag.size(name) > _SMALL:
        return b""
    try:
        with bag.open(name) as source:
            return source.read(_SMALL)
    except _UNREADABLE:
        return b""


def _digest(bag: _Bag, name: str, kind: str) -> str:
    """A file's digest; empty where its bytes can't be read (a zip has a checksum of its own)."""
    made = new(kind)
    try:
        with bag.open(name) as source:
            while piece := source.read(_PIECE):
                made.update(piece)
    except _UNREADABLE:
        return ""
    return made.hexdigest()


# --- the bag ------------------------------------------------------------------------------------


def _check(bag: _Bag, head: str | None) -> Iterator[Found]:
    declared = _read(bag, "bagit.txt").decode("utf-8", "replace")
    info = _info(_read(bag, "bag-info.txt").decode("utf-8", "replace"))
    if "BagIt-Version: 1.0" not in declared:
        yield Found(code="bag.not", ok=False, what="bagit.txt")
        return
    yield Found(code="bag", what=info.get("External-Identifier", "?"))
    if info.get("Clock") == "simulated":
        yield Found(code="simulated")
    yield from _check_files(bag)
    yield _check_oxum(bag, info)
    yield from _check_log(bag, info, head)


def _info(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _check_files(bag: _Bag) -> Iterator[Found]:
    bad = [Found(code="file.extra", ok=False, what=name) for name in bag.odd]
    needed = {"manifest-sha256.txt", "tagmanifest-sha256.txt"} - bag.names
    bad += [Found(code="manifest.missing", ok=False, what=name) for name in sorted(needed)]
    listed: set[str] = set()
    for manifest in sorted(name for name in bag.names if _MANIFEST.match(name)):
        sums, readable = _sums(_read(bag, manifest))
        listed |= set(sums)
        if not readable:
            bad.append(Found(code="manifest.unreadable", ok=False, what=manifest))
        bad += _against(bag, manifest, sums)
    free = {name for name in bag.names if name.startswith("tagmanifest-")}
    extra = sorted(bag.names - listed - free)
    bad += [Found(code="file.extra", ok=False, what=name) for name in extra]
    yield from _once(bad)
    if not bad:
        yield Found(code="files", n=len(listed))


def _sums(text: bytes) -> tuple[dict[str, str], bool]:
    found: dict[str, str] = {}
    lines = text.decode("utf-8", "replace").splitlines()
    for line in lines:
        match = _SUM_LINE.match(line)
        if match:
            found[match[2].strip()] = match[1].lower()
    return found, bool(lines) and len(found) == len(lines)


def _against(bag: _Bag, manifest: str, sums: Mapping[str, str]) -> Iterator[Found]:
    kind = "sha512" if "sha512" in manifest else "sha256"
    for name, promised in sums.items():
        if name not in bag.names:
            yield Found(code="file.missing", ok=False, what=name)
        elif _digest(bag, name, kind) != promised:
            yield Found(code="file.changed", ok=False, what=name)
    if not manifest.startswith("tag"):
        payload = {name for name in bag.names if name.startswith("data/")}
        for name in sorted(payload - set(sums)):
            yield Found(code="file.extra", ok=False, what=name)


def _once(found: Iterable[Found]) -> list[Found]:
    """Without repetition; a changed manifest is named before the files it no longer fits."""
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda one: not _MANIFEST.match(one.what))


def _check_oxum(bag: _Bag, info: Mapping[str, str]) -> Found:
    payload = [name for name in bag.names if name.startswith("data/")]
    counted = f"{sum(bag.size(name) for name in payload)}.{len(payload)}"
    told = info.get("Payload-Oxum", "?")
    if counted == told:
        return Found(code="oxum", what=told)
    return Found(code="oxum.wrong", ok=False, what=f"{counted} ≠ {told}")


# --- the log ------------------------------------------------------------------------------------


def _check_log(bag: _Bag, info: Mapping[str, str], head: str | None) -> Iterator[Found]:
    told = _object(_read(bag, "keten/head.json"))
    contents = _object(_read(bag, "data/inhoud.json"))
    if not isinstance(told.get("head"), str) or not isinstance(told.get("first"), int):
        yield Found(code="head.wrong", ok=False, what="keten/head.json")
        return
    log = _Log(told)
    with_log = "data/log.jsonl" in bag.names
    yield from log.read(_lines(bag, "data/log.jsonl") if with_log else ())
    yield from _check_head(told, contents, info, log)
    yield from _check_media(bag, contents, log)
    if head is not None and _plain(head) != told["head"]:
        yield Found(code="head.other", ok=False, what=told["head"])
    elif head is None:
        yield Found(code="compare", what=told["head"])


def _plain(head: str) -> str:
    return "".join(head.split()).lower()


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _lines(bag: _Bag, name: str) -> Iterator[bytes]:
    try:
        with bag.open(name) as source:
            yield from source
    except _UNREADABLE:
        yield b"?"


class _Log:
    """Follows the chain from entry to entry; remembers which files the entries promise."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._first = told["first"]
        self._last = told.get("last", 0)
        self.prev = str(told.get("previous_head") or "")
        self.media: dict[int, str] = {}
        self.ended = self._first - 1
        self.broken = False

    def read(self, lines: Iterable[bytes]) -> Iterator[Found]:
        whole = [_object(line) for line in lines]
        numbers = [line.get("n") for line in whole]
        for n, line in enumerate(whole, self._first):
            found = self._fault(n, line, numbers)
            if found is not None:
                self.broken = True
                yield found
                return
            self.ended = n
        if self.ended != self._last:
            self.broken = True
            yield Found(code="entry.missing", ok=False, n=self.ended + 1)
        elif not whole:
            yield Found(code="log.empty")
        else:
            yield Found(code="log", n=len(whole), what=f"{self._first}–{self._last}")

    def _fault(self, n: int, line: dict[str, Any], numbers: list[Any]) -> Found | None:
        if not isinstance(line.get("n"), int):
            return Found(code="entry.unreadable", ok=False, n=n)
        if line["n"] != n:
            code = "entry.moved" if n in numbers else "entry.missing"
            return Found(code=code, ok=False, n=n)
        try:
            why = self._follow(n, line)
        except (KeyError, TypeError, ValueError, AttributeError):
            return Found(code="entry.unreadable", ok=False, n=n)
        return Found(code="entry.changed", ok=False, n=n, what=why) if why else None

    def _follow(self, n: int, line: dict[str, Any]) -> str:
        """Why the line doesn't follow from the one before; empty if it does."""
        body = str(line.get("body_sha256") or "") or sha256(_body(line)).hexdigest()
        made = sha256(bytes.fromhex(self.prev) + bytes.fromhex(body)).hexdigest()
        if made != line["hash"] or line.get("prev", self.prev) != self.prev:
            return "hash"
        for name, field in line.get("fields", {}).items():
            if field is not None and _commitment(field) != line["commitments"].get(name):
                return str(name)
        self.prev = made
        self._remember(n, line.get("fields", {}))
        return ""

    def _remember(self, n: int, fields: Mapping[str, Any]) -> None:
        kind, digest = fields.get(_ENTRY), fields.get("sha256")
        if kind and kind["value"] == "case.media" and digest:
            self.media[n] = digest["value"]


def _body(line: Mapping[str, Any]) -> bytes:
    return _canonical({name: line[name] for name in ("commitments", "n", "ts")})


def _commitment(field: Mapping[str, Any]) -> str:
    return sha256(bytes.fromhex(field["salt"]) + _canonical(field["value"])).hexdigest()


def _canonical(value: Any) -> bytes:
    """The one form of a JSON value without floats (RFC 8785)."""
    return _text(value).encode()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(key)}:{_text(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _check_head(
    told: Mapping[str, Any], contents: Mapping[str, Any], info: Mapping[str, str], log: _Log
) -> Iterator[Found]:
    head = told["head"]
    chain = contents.get("chain") or {}
    if not log.broken and log.prev != head:
        yield Found(code="head.wrong", ok=False, what="keten/head.json")
    elif info.get("Chain-Head") != head:
        yield Found(code="head.wrong", ok=False, what="bag-info.txt")
    elif chain.get("head") != head or chain.get("previous_head") != told.get("previous_head"):
        yield Found(code="contents.wrong", ok=False, what="chain")
    elif not log.broken:
        yield Found(code="head", what=head)


def _check_media(bag: _Bag, contents: Mapping[str, Any], log: _Log) -> Iterator[Found]:
    listed = {one.get("entry"): one for one in contents.get("media") or () if isinstance(one, dict)}
    bad = 0
    left_out = []
    for n, digest in log.media.items():
        one = listed.get(n)
        if one is None:
            yield Found(code="media.missing", ok=False, n=n)
            bad += 1
        elif one.get("file") is None and one.get("left_out"):
            left_out.append(str(one.get("name")))
        elif one.get("file") not in bag.names or _digest(bag, one["file"], "sha256") != digest:
            yield Found(code="media.changed", ok=False, n=n, what=str(one.get("file")))
            bad += 1
    if log.media and not bad:
        yield Found(code="media", n=len(log.media) - len(left_out))
    if left_out:
        yield Found(code="left_out", what=", ".join(left_out))
