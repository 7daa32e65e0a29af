"""Checks a police package and says in plain words what holds and what doesn't.

Needs the standard library only and the three modules beside it: `container` says where files lie,
`logbook` follows the chain, `verdict` has the words. Nothing is unpacked: files are read where they
are, and no more of them than is needed.

What it can't see: a package in which *everything* was made anew, log and chain included. For that
the head in the mail, on paper or in the next package is the witness; give it as `head`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from bot.errors import PackageError
from bot.police.container import Container, Folder, Zip, digest, lines, read
from bot.police.logbook import Logbook, parsed
from bot.police.verdict import Found, Verdict

DATABASE: Final = "saarbot.db"
_LIST: Final = "data/inhoud.json"
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
        return Verdict(subject=str(path), findings=tuple(_check(Folder(path), head)))
    if not path.exists():
        raise PackageError(f"{path} does not exist")
    with path.open("rb") as file:
        return verify_zip(file, str(path), head=head)


def verify_zip(file: BinaryIO, subject: str, *, head: str | None = None) -> Verdict:
    """Check a package that is a zip file; `subject` is what to call it."""
    try:
        with zipfile.ZipFile(file) as archive:
            return Verdict(subject=subject, findings=tuple(_check(Zip(archive), head)))
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
        raise PackageError(f"{subject} is {_what(file)}") from error


def _what(file: BinaryIO) -> str:
    file.seek(0)
    if file.read(2) == b"PK":
        return "a zip file that is damaged or cut off"
    return "neither a package nor a data directory"


# --- the bag ------------------------------------------------------------------------------------


def _check(bag: Container, head: str | None) -> Iterator[Found]:
    declared = read(bag, "bagit.txt").decode("utf-8", "replace")
    info = _info(read(bag, "bag-info.txt").decode("utf-8", "replace"))
    if "BagIt-Version: 1.0" not in declared:
        yield _no_bag(bag)
        return
    yield Found(code="bag", what=info.get("External-Identifier", "?"))
    if info.get("Clock") == "simulated":
        yield Found(code="simulated")
    yield from _check_files(bag)
    yield _check_oxum(bag, info)
    yield from _check_log(bag, info, head)


def _no_bag(bag: Container) -> Found:
    """Two packages in one are no package: which should count?"""
    several = sorted(name for name in bag.names if name.endswith("/bagit.txt"))
    if len(several) > 1:
        whole = ", ".join(name.removesuffix("/bagit.txt") for name in several)
        return Found(code="bag.several", ok=False, what=whole)
    return Found(code="bag.not", ok=False, what="bagit.txt")


def _info(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _check_files(bag: Container) -> Iterator[Found]:
    bad = [Found(code="file.extra", ok=False, what=name) for name in bag.odd]
    bad += [Found(code="file.bomb", ok=False, what=name) for name in sorted(bag.bombs)]
    needed = {"manifest-sha256.txt", "tagmanifest-sha256.txt"} - bag.names
    bad += [Found(code="manifest.missing", ok=False, what=name) for name in sorted(needed)]
    listed: set[str] = set()
    for manifest in sorted(name for name in bag.names if _MANIFEST.match(name)):
        sums, readable = _sums(read(bag, manifest))
        listed |= set(sums)
        if not readable:
            bad.append(Found(code="manifest.unreadable", ok=False, what=manifest))
        bad += _against(bag, manifest, sums)
    free = {name for name in bag.names if _MANIFEST.match(name) and name.startswith("tag")}
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


def _against(bag: Container, manifest: str, sums: Mapping[str, str]) -> Iterator[Found]:
    kind = "sha512" if "sha512" in manifest else "sha256"
    for name, promised in sums.items():
        if name not in bag.names:
            yield Found(code="file.missing", ok=False, what=name)
        elif name not in bag.bombs and digest(bag, name, kind) != promised:
            yield Found(code="file.changed", ok=False, what=name)
    if not manifest.startswith("tag"):
        payload = {name for name in bag.names if name.startswith("data/")}
        for name in sorted(payload - set(sums)):
            yield Found(code="file.extra", ok=False, what=name)


def _once(found: Iterable[Found]) -> list[Found]:
    """Without repetition; a changed manifest is named before the files it no longer fits."""
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda one: not _MANIFEST.match(one.what))


def _check_oxum(bag: Container, info: Mapping[str, str]) -> Found:
    payload = [name for name in bag.names if name.startswith("data/")]
    counted = f"{sum(bag.size(name) for name in payload)}.{len(payload)}"
    told = info.get("Payload-Oxum", "?")
    if counted == told:
        return Found(code="oxum", what=told)
    return Found(code="oxum.wrong", ok=False, what=f"{counted} ≠ {told}")


# --- the log ------------------------------------------------------------------------------------


def _check_log(bag: Container, info: Mapping[str, str], head: str | None) -> Iterator[Found]:
    told = parsed(read(bag, "keten/head.json"))
    contents = parsed(read(bag, _LIST))
    if not isinstance(told.get("head"), str) or type(told.get("first")) is not int:
        yield Found(code="head.wrong", ok=False, what="keten/head.json")
        return
    log = Logbook(told)
    with_log = "data/log.jsonl" in bag.names
    yield from log.read(lines(bag, "data/log.jsonl") if with_log else ())
    yield from _check_head(told, contents, info, log)
    yield from _check_media(bag, contents, log)
    yield from _check_contents(bag, told, contents)
    if head is not None and _plain(head) != told["head"]:
        yield Found(code="head.other", ok=False, what=told["head"])
    elif head is None:
        yield Found(code="compare", what=told["head"])


def _plain(head: str) -> str:
    return "".join(head.split()).lower()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(contents: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = contents.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _check_contents(
    bag: Container, told: Mapping[str, Any], contents: Mapping[str, Any]
) -> Iterator[Found]:
    """Whether the package's own list is right: its number, its stretch, and every file once."""
    for name in ("number", "previous"):
        if contents.get(name) != told.get(name):
            yield Found(code="contents.wrong", ok=False, what=name)
    log = _mapping(contents.get("log"))
    if any(log.get(name) != told.get(name) for name in ("first", "last")):
        yield Found(code="contents.wrong", ok=False, what="log")
    listed = {str(one.get("path")): one for one in _list(contents, "files")}
    sums, _ = _sums(read(bag, "manifest-sha256.txt"))
    payload = {name for name in bag.names if name.startswith("data/")} - {_LIST}
    for name in sorted(payload - listed.keys()):
        yield Found(code="file.unlisted", ok=False, what=name)
    for name, one in sorted(listed.items()):
        if name not in payload or sums.get(name) != one.get("sha256"):
            yield Found(code="contents.wrong", ok=False, what=name)


def _check_head(
    told: Mapping[str, Any], contents: Mapping[str, Any], info: Mapping[str, str], log: Logbook
) -> Iterator[Found]:
    head = told["head"]
    chain = _mapping(contents.get("chain"))
    if not log.broken and log.prev != head:
        yield Found(code="head.wrong", ok=False, what="keten/head.json")
    elif info.get("Chain-Head") != head:
        yield Found(code="head.wrong", ok=False, what="bag-info.txt")
    elif chain.get("head") != head or chain.get("previous_head") != told.get("previous_head"):
        yield Found(code="contents.wrong", ok=False, what="chain")
    elif not log.broken:
        yield Found(code="head", what=head)


def _check_media(bag: Container, contents: Mapping[str, Any], log: Logbook) -> Iterator[Found]:
    listed = {str(one.get("entry")): one for one in _list(contents, "media")}
    bad = 0
    left_out = []
    for n, promised in log.media.items():
        one = listed.get(str(n))
        file = str(one.get("file")) if one is not None else ""
        if one is None:
            yield Found(code="media.missing", ok=False, n=n)
            bad += 1
        elif one.get("file") is None and one.get("left_out"):
            left_out.append(str(one.get("name")))
        elif file not in bag.names or digest(bag, file, "sha256") != promised:
            yield Found(code="media.changed", ok=False, n=n, what=file)
            bad += 1
    enclosed = len(log.media) - len(left_out)
    if enclosed and not bad:
        yield Found(code="media", n=enclosed)
    if left_out:
        yield Found(code="left_out", what=", ".join(left_out))
