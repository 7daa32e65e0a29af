"""Somebody who knows how packages are made, and makes one that lies: it is found and named.

Every manifest is made to fit again, so that only what the chain and the list promise can tell.
"""

from __future__ import annotations

import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import PackageError
from bot.police.verdict import Found, Verdict
from bot.police.verify import verify
from tests.police.issued import packed, unzipped
from tests.police.story import Story
from tests.police.test_verify import LOG, reseal, with_lines

Line = dict[str, Any]


def first(path: Path) -> Found:
    """The first thing that doesn't hold."""
    broken = verify(path).broken
    assert broken is not None
    return broken


def compact(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def forge(n: int, change: Callable[[Line], object]) -> Callable[[Path], object]:
    """Change entry `n` and make every manifest fit."""

    def lines(log: list[str]) -> list[str]:
        line = json.loads(log[n - 1])
        change(line)
        return [*log[: n - 1], compact(line), *log[n:]]

    return with_lines(lines)


def commitment(salt: str, value: Any) -> str:
    return sha256(bytes.fromhex(salt) + json.dumps(value).encode()).hexdigest()


# --- the log ------------------------------------------------------------------------------------


def both(line: Line) -> None:
    """Keep the digest of the true body beside a body that was made up."""
    body = {name: line[name] for name in ("commitments", "n", "ts")}
    line["body_sha256"] = sha256(compact(body).encode()).hexdigest()
    field = line["fields"]["place"]
    field["value"] = "Kerkstraat 1"
    line["commitments"]["place"] = commitment(field["salt"], field["value"])


def move_a_digit(line: Line) -> None:
    """18 neighbours become 8: the digit goes to the end of the salt, the sum stays."""
    line["fields"]["sent"] = {"salt": line["fields"]["sent"]["salt"] + "31", "value": 8}


@pytest.mark.parametrize(
    ("n", "change", "what"),
    [
        (17, both, "form"),
        (17, lambda line: line.update(note="bijgeschreven"), "form"),
        (17, lambda line: line["fields"].pop("place"), "place"),
        (17, lambda line: line["fields"].update(extra=None), "extra"),
        (17, lambda line: line["fields"]["place"].update(was="Kerkstraat"), "place"),
        (21, move_a_digit, "sent"),
        (17, lambda line: line.update(ts="2026-11-12T21:15:00.000Z"), "hash"),
        (17, lambda line: line.pop("prev"), "form"),
    ],
    ids=["two bodies", "a note", "dropped", "added", "more in a field", "a digit", "hour", "prev"],
)
def test_an_entry_that_is_not_what_was_hashed(
    bag: Path, n: int, change: Callable[[Line], object], what: str
) -> None:
    """Whatever is written into a line beside what its hash covers: the entry is named."""
    forge(n, change)(bag)
    found = first(bag)
    assert (found.code, found.n, found.what) == ("entry.changed", n, what)


def test_a_name_that_stands_twice_is_unreadable(bag: Path) -> None:
    """One program would read the first, another the last."""
    with_lines(lambda log: [*log[:16], log[16].replace('{"comm', '{"n":17,"comm', 1), *log[17:]])(
        bag
    )
    assert (first(bag).code, first(bag).n) == ("entry.unreadable", 17)


def test_swapped_entries_are_named(bag: Path) -> None:
    with_lines(lambda log: [*log[:9], log[10], log[9], *log[11:]])(bag)
    assert (first(bag).code, first(bag).n) == ("entry.moved", 10)


def test_a_withheld_entry_is_told_of(bag: Path) -> None:
    """An entry may be withheld and the chain still holds; the verdict says how many are."""

    def withhold(log: list[str]) -> list[str]:
        line = json.loads(log[24])
        body = {name: line[name] for name in ("commitments", "n", "ts")}
        digest = sha256(compact(body).encode()).hexdigest()
        return [
            *log[:24],
            compact({"n": 25, "body_sha256": digest, "hash": line["hash"]}),
            *log[25:],
        ]

    told = {found.code: found.n for found in verify(bag).findings}["log.withheld"]
    with_lines(withhold)(bag)
    again = {found.code: found.n for found in verify(bag).findings}["log.withheld"]
    assert again == told + 1


def test_nesting_without_end_is_unreadable_and_no_traceback(bag: Path) -> None:
    deep = "[" * 100_000
    with_lines(lambda log: [*log[:9], f'{{"n":10,"fields":{deep}', *log[10:]])(bag)
    assert (first(bag).code, first(bag).n) == ("entry.unreadable", 10)


# --- the list and the files ---------------------------------------------------------------------


def with_list(bag: Path, change: Callable[[Line], object]) -> None:
    file = bag / "data/inhoud.json"
    told = json.loads(file.read_text())
    change(told)
    file.write_text(json.dumps(told))
    reseal(bag)


def test_a_report_that_was_exchanged_no_longer_fits_the_list(bag: Path) -> None:
    (bag / "data/rapport.pdf").write_bytes(b"%PDF-1.7 another")
    reseal(bag)
    assert (first(bag).code, first(bag).what) == ("contents.wrong", "data/rapport.pdf")


def test_a_picture_that_was_put_in_stands_on_no_list(bag: Path) -> None:
    (bag / "data/media/0009.jpg").write_bytes((bag / "data/media/0001.jpg").read_bytes())
    reseal(bag)
    assert (first(bag).code, first(bag).what) == ("file.unlisted", "data/media/0009.jpg")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda told: told.update(number="P-0117"), "number"),
        (lambda told: told.update(previous="P-0100"), "previous"),
        (lambda told: told["log"].update(last=99), "log"),
        (lambda told: told.update(chain=[1, 2]), "chain"),
    ],
)
def test_a_list_that_contradicts_the_chain_head_is_wrong(
    bag: Path, change: Callable[[Line], object], what: str
) -> None:
    with_list(bag, change)
    assert (first(bag).code, first(bag).what) == ("contents.wrong", what)


def test_a_file_that_calls_itself_a_manifest_is_not_let_in(bag: Path) -> None:
    (bag / "tagmanifest-lees-mij.exe").write_bytes(b"MZ")
    assert (first(bag).code, first(bag).what) == ("file.extra", "tagmanifest-lees-mij.exe")


def test_a_pipe_in_the_folder_holds_nothing_up(bag: Path) -> None:
    os.mkfifo(bag / "data/pipe")
    assert (first(bag).code, first(bag).what) == ("file.extra", "data/pipe")


_PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
_ANY = st.recursive(_PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.text(max_size=5), inner, max_size=3))  # fmt: skip


@given(data=st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_in_a_list_makes_the_check_stumble(bag: Path, data: st.DataObject) -> None:
    """Any value anywhere in the package's own JSON: a verdict, never a traceback."""
    name = data.draw(st.sampled_from(["data/inhoud.json", "keten/head.json", LOG]))
    file = bag / name
    sound = file.read_bytes()
    if name == LOG:
        lines = sound.splitlines()
        at = data.draw(st.integers(0, len(lines) - 1))
        told = json.loads(lines[at])
        told[data.draw(st.sampled_from(sorted(told)))] = data.draw(_ANY)
        file.write_bytes(
            b"\n".join([*lines[:at], compact(told).encode(), *lines[at + 1 :]]) + b"\n"
        )
    else:
        told = json.loads(sound)
        told[data.draw(st.sampled_from(sorted(told)))] = data.draw(_ANY)
        file.write_text(json.dumps(told))
    try:
        assert isinstance(verify(bag), Verdict)
    finally:
        file.write_bytes(sound)


# --- the zip ------------------------------------------------------------------------------------


def rezipped(sound: Path, target: Path, name: Callable[[str], str]) -> Path:
    """The same files under other names."""
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(target, "w") as made:
        for info in old.infolist():
            made.writestr(name(info.filename), old.read(info))
    return target


@pytest.mark.parametrize("prefix", ["../", "/", "/tmp/x/", "..\\", "C:/"])
def test_a_zip_that_unpacks_elsewhere_is_refused(sound: Path, tmp_path: Path, prefix: str) -> None:
    """All of it under `../` or an absolute path: each file is named, though its bytes are right."""
    made = rezipped(sound, tmp_path / "x.zip", lambda name: prefix + name.partition("/")[2])
    assert not verify(made).ok


@pytest.mark.parametrize(
    "name", ["{0}/../evil.txt", "../evil.txt", "../../evil/", "{0}/data\\..\\evil.txt", "/evil.txt"]
)
def test_one_path_out_of_the_folder_is_named(sound: Path, name: str) -> None:
    with zipfile.ZipFile(sound, "a") as archive:
        archive.writestr(name.format(sound.stem), b"")
    found = first(sound)
    assert found.code in ("file.extra", "bag.not")


def test_a_link_in_a_zip_is_named(sound: Path) -> None:
    """A listed file that unpacks as a link to another place."""
    info = zipfile.ZipInfo(f"{sound.stem}/data/media/0005.jpg")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(sound, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    assert (first(sound).code, first(sound).what) == ("file.extra", info.filename)


def test_two_names_that_are_one_on_windows_are_named(sound: Path) -> None:
    with zipfile.ZipFile(sound, "a") as archive:
        archive.writestr(f"{sound.stem}/data/RAPPORT.pdf", b"%PDF another")
    assert (first(sound).code, first(sound).what) == ("file.extra", "data/RAPPORT.pdf")


def test_a_bomb_is_named_and_not_read(sound: Path, tmp_path: Path) -> None:
    """Two hundred megabytes of nothing in a small file: the log is said to be one."""
    name = f"{sound.stem}/{LOG}"
    made = tmp_path / "bomb.zip"
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        with new.open(name, "w", force_zip64=True) as out:
            for _ in range(200):
                out.write(bytes(1 << 20))
    assert made.stat().st_size < 2 * sound.stat().st_size + (1 << 20)
    assert (first(made).code, first(made).what) == ("file.bomb", LOG)


def test_two_packages_in_one_zip_are_no_package(sound: Path, tmp_path: Path) -> None:
    """Which of them should count? Both are named."""
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(tmp_path / "two.zip", "w") as new:
        for name in old.namelist():
            for folder in ("een", "twee"):
                new.writestr(f"{folder}/{name.partition('/')[2]}", old.read(name))
    found = first(tmp_path / "two.zip")
    assert (found.code, found.what) == ("bag.several", "een, twee")


def test_a_zip_cut_off_anywhere_is_said_to_be(sound: Path, tmp_path: Path) -> None:
    """At ten places from the first byte to the last: an error that says so."""
    whole = sound.read_bytes()
    file = tmp_path / "cut.zip"
    for tenth in range(1, 11):
        file.write_bytes(whole[: len(whole) * tenth // 10 - 1])
        with pytest.raises(
            PackageError, match=r"cut\.zip is a zip file that is damaged or cut off"
        ):
            verify(file)


def test_an_unknown_way_of_packing_is_a_changed_file(sound: Path) -> None:
    """A method that nobody here reads: the file counts as changed, without a traceback."""
    data = bytearray(sound.read_bytes())
    name = f"{sound.stem}/data/rapport.pdf".encode()
    at = data.rindex(name) - 46
    data[at + 10 : at + 12] = struct.pack("<H", 99)
    sound.write_bytes(data)
    assert (first(sound).code, first(sound).what) == ("file.changed", "data/rapport.pdf")


def test_a_name_cannot_speak_to_the_terminal(story: Story, tmp_path: Path) -> None:
    """Escape codes, a line of its own, text turned round: shown as marks."""
    story.night()
    bag = unzipped(packed(story, tmp_path / "made").file, tmp_path / "u")
    (bag / "\x1b[2J\u202eok\n✓ Everything holds.").write_bytes(b"x")
    text = "\n".join(verify(bag).lines("en"))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not any(line.startswith("✓ Everything") for line in text.splitlines())
