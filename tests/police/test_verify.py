"""Whatever was changed in a package is found, and the first broken thing is named."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections.abc import Callable
from hashlib import new, sha256
from pathlib import Path

import pytest

from bot.errors import PackageError
from bot.police.verdict import Found
from bot.police.verify import verify
from bot.store import journal as journal_rows
from tests.police.issued import lines, packed
from tests.police.story import PLACE, Story

Harm = Callable[[Path], object]
LOG = "data/log.jsonl"


def append(name: str) -> Harm:
    def harm(bag: Path) -> None:
        (bag / name).write_bytes((bag / name).read_bytes() + b"x")

    return harm


def remove(name: str) -> Harm:
    return lambda bag: (bag / name).unlink()


def reseal(bag: Path) -> None:
    """Make every manifest fit again, as somebody would who wants to hide a change."""
    for kind in ("sha256", "sha512"):
        data = sorted(p for p in (bag / "data").rglob("*") if p.is_file())
        sums = [f"{new(kind, p.read_bytes()).hexdigest()}  {p.relative_to(bag)}\n" for p in data]
        (bag / f"manifest-{kind}.txt").write_text("".join(sums))
    info = (bag / "bag-info.txt").read_text().splitlines()
    size = sum(p.stat().st_size for p in data)
    info = [x for x in info if not x.startswith("Payload-Oxum")]
    info.append(f"Payload-Oxum: {size}.{len(data)}")
    (bag / "bag-info.txt").write_text("\n".join(info) + "\n")
    tags = sorted(
        p.relative_to(bag)
        for p in bag.rglob("*")
        if p.is_file() and not p.is_relative_to(bag / "data") and "tagmanifest" not in p.name
    )
    rest = [f"{sha256((bag / p).read_bytes()).hexdigest()}  {p}\n" for p in tags]
    (bag / "tagmanifest-sha256.txt").write_text("".join(rest))


def with_lines(change: Callable[[list[str]], list[str]]) -> Harm:
    """Change the log, then make every manifest fit."""

    def harm(bag: Path) -> None:
        log = bag / LOG
        log.write_text("".join(f"{line}\n" for line in change(log.read_text().splitlines())))
        reseal(bag)

    return harm


def test_a_sound_package_holds_as_zip_and_as_folder(bag: Path, sound: Path) -> None:
    """Nothing was changed: every finding is good, in Dutch and in English."""
    for path in (bag, sound):
        verdict = verify(path)
        assert verdict.ok, verdict.lines()
        assert verdict.broken is None
        assert any("regels" in line for line in verdict.lines("nl"))
        assert any("entries" in line for line in verdict.lines("en"))


@pytest.mark.parametrize(
    ("code", "n", "dutch", "english"),
    [
        ("media", 1, "Het ene beeld is hetzelfde", "The one picture is that"),
        ("media", 2, "De 2 beelden zijn dezelfde", "The 2 pictures are those"),
        ("files", 1, "Het ene bestand is", "The one file is"),
        ("log", 1, "De ene regel van het logboek volgt", "The one entry of the log follows"),
        ("log.withheld", 1, "1 daarvan staat", "1 of them stands"),
        ("vault", 0, "Het logboek noemt geen bestanden", "The log names no files"),
        ("vault", 1, "Het ene bestand", "The one stored file"),
        ("chain", 0, "nog geen regels", "no entries yet"),
        ("entry.changed", 1, "Regel 1 van het logboek is veranderd", "Entry 1 of the log was"),
    ],
)
def test_what_is_counted_is_said_in_the_right_number(
    code: str, n: int, dutch: str, english: str
) -> None:
    """None, one and several each have their words."""
    assert dutch in Found(code=code, n=n).text("nl")
    assert english in Found(code=code, n=n).text("en")


@pytest.mark.parametrize(
    ("harm", "code", "what"),
    [
        (append("data/media/0001.jpg"), "file.changed", "data/media/0001.jpg"),
        (append("data/media/0001.json"), "file.changed", "data/media/0001.json"),
        (append("data/rapport.pdf"), "file.changed", "data/rapport.pdf"),
        (append(LOG), "file.changed", LOG),
        (append("data/inhoud.json"), "file.changed", "data/inhoud.json"),
        (append("data/toelichting.txt"), "file.changed", "data/toelichting.txt"),
        (append("keten/head.json"), "file.changed", "keten/head.json"),
        (append("VERIFY.txt"), "file.changed", "VERIFY.txt"),
        (append("bag-info.txt"), "file.changed", "bag-info.txt"),
        (append("manifest-sha256.txt"), "manifest.unreadable", "manifest-sha256.txt"),
        (append("manifest-sha512.txt"), "manifest.unreadable", "manifest-sha512.txt"),
        (append("tagmanifest-sha256.txt"), "manifest.unreadable", "tagmanifest-sha256.txt"),
        (remove("data/media/0002.jpg"), "file.missing", "data/media/0002.jpg"),
        (remove("keten/head.json"), "file.missing", "keten/head.json"),
        (remove("manifest-sha256.txt"), "manifest.missing", "manifest-sha256.txt"),
        (remove("tagmanifest-sha256.txt"), "manifest.missing", "tagmanifest-sha256.txt"),
        (remove("bagit.txt"), "bag.not", "bagit.txt"),
        (lambda bag: (bag / "data/extra.txt").write_text("x"), "file.extra", "data/extra.txt"),
        (lambda bag: (bag / "note.txt").write_text("x"), "file.extra", "note.txt"),
        (
            lambda bag: (bag / "data/link").symlink_to("/etc/passwd"),
            "file.extra",
            "data/link",
        ),
    ],
)
def test_a_change_to_any_kind_of_file_is_named(bag: Path, harm: Harm, code: str, what: str) -> None:
    """One byte added, a file removed or put in: the verdict names it."""
    harm(bag)
    verdict = verify(bag)
    assert not verdict.ok
    named = {(found.code, found.what) for found in verdict.findings if not found.ok}
    assert (code, what) in named
    assert verdict.broken is not None


@pytest.mark.parametrize(
    ("harm", "code", "n"),
    [
        (lambda log: [*log[:4], *log[5:]], "entry.missing", 5),
        (lambda log: [*log[:4], log[5], log[4], *log[6:]], "entry.moved", 5),
        (lambda log: log[:-1], "entry.missing", 29),
        (lambda log: [*log[:9], "{}", *log[10:]], "entry.unreadable", 10),
        (
            lambda log: [*log[:16], log[16].replace("Kloosterstraat", "Kerkstraat"), *log[17:]],
            "entry.changed",
            17,
        ),
        (
            lambda log: [*log[:3], log[3].replace('"hash":"', '"hash":"00', 1), *log[4:]],
            "entry.changed",
            4,
        ),
    ],
    ids=["removed", "moved", "last removed", "blanked", "text changed", "hash changed"],
)
def test_a_change_to_the_log_is_found_behind_new_manifests(
    bag: Path, harm: Callable[[list[str]], list[str]], code: str, n: int
) -> None:
    """Somebody changes the log and makes every manifest fit: the chain names the entry."""
    with_lines(harm)(bag)
    broken = verify(bag).broken
    assert broken is not None
    assert (broken.code, broken.n) == (code, n)


def test_a_swapped_picture_is_found_behind_new_manifests(bag: Path) -> None:
    """Another picture under the same name, manifests and list made to fit: the log knows it."""
    picture = bag / "data/media/0003.jpg"
    picture.write_bytes((bag / "data/media/0001.jpg").read_bytes())
    contents = json.loads((bag / "data/inhoud.json").read_text())
    for one in (*contents["media"], *contents["files"]):
        if "0003.jpg" in str(one.get("file") or one.get("path")):
            one["sha256"] = sha256(picture.read_bytes()).hexdigest()
    (bag / "data/inhoud.json").write_text(json.dumps(contents))
    reseal(bag)
    broken = verify(bag).broken
    assert broken is not None
    assert (broken.code, broken.what) == ("media.changed", "data/media/0003.jpg")


def test_a_picture_left_out_without_a_word_is_found(bag: Path) -> None:
    """The picture and its line in the list are gone, manifests fit: the log still promises it."""
    (bag / "data/media/0003.jpg").unlink()
    contents = json.loads((bag / "data/inhoud.json").read_text())
    contents["media"] = [one for one in contents["media"] if one["name"] != "0003.jpg"]
    (bag / "data/inhoud.json").write_text(json.dumps(contents))
    reseal(bag)
    broken = verify(bag).broken
    assert broken is not None
    assert broken.code == "media.missing"


def test_another_head_than_the_mails_is_found(bag: Path) -> None:
    """A package that holds in itself but is not the one that was mailed."""
    head = json.loads((bag / "keten/head.json").read_text())["head"]
    grouped = " ".join(head[i : i + 8].upper() for i in range(0, 64, 8))
    assert verify(bag, head=grouped).ok
    broken = verify(bag, head="0" * 64).broken
    assert broken is not None
    assert broken.code == "head.other"


def test_a_head_that_the_log_does_not_reach_is_found(bag: Path) -> None:
    """keten/head.json was given another head, and every manifest made to fit."""
    head = bag / "keten/head.json"
    told = json.loads(head.read_text())
    head.write_text(json.dumps({**told, "head": "0" * 64}))
    reseal(bag)
    broken = verify(bag).broken
    assert broken is not None
    assert broken.code == "head.wrong"


def test_a_flipped_byte_anywhere_in_the_zip_is_found(story: Story, tmp_path: Path) -> None:
    """300 copies with one byte changed at random: none passes, and none breaks the check."""
    story.night()
    made = packed(story, tmp_path / "made").file
    sound = made.read_bytes()
    wild = random.Random(118)
    file = tmp_path / "changed.zip"
    passed = []
    for _ in range(300):
        at = wild.randrange(len(sound))
        file.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << wild.randrange(8)]) + sound[at + 1 :])
        try:
            if verify(file).ok and not _same(made, file):
                passed.append(at)
        except PackageError:
            continue
    assert passed == []


def _same(one: Path, other: Path) -> bool:
    """Whether two zips hold the same files: dates and flags of a zip are no content."""
    with zipfile.ZipFile(one) as a, zipfile.ZipFile(other) as b:
        return {n: a.read(n) for n in a.namelist()} == {n: b.read(n) for n in b.namelist()}


def test_two_files_of_one_name_in_a_zip_are_found(story: Story, tmp_path: Path) -> None:
    """A second rapport.pdf hides behind the first: one program shows one, another the other."""
    story.night()
    made = packed(story, tmp_path / "made").file
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(f"{made.stem}/data/rapport.pdf", b"%PDF-1.7 another")
    assert not verify(made).ok


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not a zip at all"])
def test_something_else_is_called_that(tmp_path: Path, data: bytes) -> None:
    """A file that is no package gives an error with its name, not a traceback."""
    file = tmp_path / "x.zip"
    file.write_bytes(data)
    with pytest.raises(PackageError, match=r"x\.zip"):
        verify(file)
    with pytest.raises(PackageError, match="does not exist"):
        verify(tmp_path / "nothing.zip")


def test_a_data_directory_is_checked_beside_the_running_bot(story: Story) -> None:
    """Every chain and every stored file; a damaged one is named with its entry."""
    story.night()
    data_dir = story.store.data_dir
    assert verify(data_dir).ok
    entry = next(e for e in story.entries() if e.kind == "case.media")
    file = story.vault.path(str(entry.fields["sha256"]))
    file.chmod(0o600)
    file.write_bytes(b"damaged")
    broken = verify(data_dir).broken
    assert broken is not None
    assert (broken.code, broken.n) == ("vault.damaged", entry.n)


def test_an_empty_stretch_holds(story: Story, tmp_path: Path) -> None:
    """A nil report with no new entry is a package like any other."""
    story.night()
    last = story.entries()[-1].n
    folder = tmp_path / "made"
    folder.mkdir()
    from bot.police import package
    from tests.police.issued import WORDS, issue

    made = package.build(
        issue(story, after=last),
        lines(story, last),
        find=story.vault.path,
        words=WORDS,
        folder=folder,
    )
    verdict = verify(made.file)
    assert verdict.ok, verdict.lines()
    shutil.rmtree(folder)


def test_a_changed_entry_in_the_store_is_named(story: Story) -> None:
    """Somebody edits the database: the chain names the entry."""
    story.night()
    fields = {"entry": ["00" * 16, "case.opened"]}
    story.store.writer.call(lambda tx: journal_rows.set_fields(tx, PLACE, 17, json.dumps(fields)))
    broken = verify(story.store.data_dir).broken
    assert broken is not None
    assert (broken.code, broken.what, broken.n) == ("chain.broken", PLACE, 17)
    assert broken.text("nl") == "Keten munsterbilzen: regel 17 klopt niet."
