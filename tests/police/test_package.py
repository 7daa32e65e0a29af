"""The package, judged by tools that nobody here wrote."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import bagit
import pytest

from bot.journal import journal
from bot.police.verify import verify
from tests.police.issued import ENGLISH, lines, packed, unzipped
from tests.police.story import PLACE, Story, local, photo


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )


def test_an_independent_validator_accepts_the_bag(story: Story, tmp_path: Path) -> None:
    """bagit, written elsewhere, finds the unzipped package complete and valid."""
    story.night()
    bag = bagit.Bag(str(unzipped(packed(story, tmp_path / "a").file, tmp_path / "b")))
    assert bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["Bag-Group-Identifier"] == "saar-munsterbilzen-P-0118"
    assert bag.info["Bag-Count"] == "1 of 1"
    assert set(bag.algorithms) == {"sha256", "sha512"}


def test_the_lines_of_verify_txt_work_as_they_stand(story: Story, tmp_path: Path) -> None:
    """Every Linux command in VERIFY.txt is run in the bag's folder and succeeds."""
    story.night()
    bag = unzipped(packed(story, tmp_path / "a").file, tmp_path / "b")
    text = (bag / "VERIFY.txt").read_text()
    commands = [line.strip() for line in text.splitlines() if line.strip().startswith("sha256sum")]
    assert len(commands) == 4
    for command in commands:
        done = shell(command, bag)
        assert done.returncode == 0, done.stdout + done.stderr
    assert text.index("NAKIJKEN") < text.index("CHECKING")
    assert "Get-FileHash" in text


def test_a_changed_picture_is_found_without_saarbot(story: Story, tmp_path: Path) -> None:
    """One byte of a picture differs: sha256sum names the file."""
    story.night()
    bag = unzipped(packed(story, tmp_path / "a").file, tmp_path / "b")
    picture = bag / "data/media/0001.jpg"
    picture.write_bytes(picture.read_bytes()[:-1] + b"x")
    done = shell("sha256sum -c manifest-sha256.txt", bag)
    assert done.returncode == 1
    assert "data/media/0001.jpg: FAILED" in done.stdout


def test_the_same_entries_give_the_same_bytes_on_any_day(story: Story, tmp_path: Path) -> None:
    """Made twice, with another time in between: the zip is the same to the byte."""
    story.night()
    first = packed(story, tmp_path / "a")
    story.at(local(20, 9))
    second = packed(story, tmp_path / "b")
    assert first.file.read_bytes() == second.file.read_bytes()


def test_files_are_as_they_were_received(story: Story, tmp_path: Path) -> None:
    """The picture in the package is the picture from the messenger, with its origin beside it."""
    data = photo(77)
    story.at(local(12, 23)).report("M-2026-0117")
    story.picture("M-2026-0117", data, as_file=False)
    bag = unzipped(packed(story, tmp_path / "a").file, tmp_path / "b")
    assert (bag / "data/media/0001.jpg").read_bytes() == data
    told = json.loads((bag / "data/media/0001.json").read_text())
    assert told["recompressed_by_messenger"] == "yes"
    assert told["author"] == "Buur 7"
    assert told["entry"] == 6


def test_what_is_not_for_the_police_travels_as_a_digest_only(story: Story, tmp_path: Path) -> None:
    """A membership and a drill stand between the reports: number and digest, no word of them."""
    story.log("member.asked", name="Jan Geheim", street="Rozenstraat")
    story.log("drill.held", by="Beheerder 1")
    story.report("M-2026-0117")
    bag = unzipped(packed(story, tmp_path / "a").file, tmp_path / "b")
    whole = b"".join(file.read_bytes() for file in bag.rglob("*") if file.is_file())
    assert b"Geheim" not in whole
    first = json.loads((bag / "data/log.jsonl").read_text().splitlines()[0])
    assert set(first) == {"n", "hash", "body_sha256"}
    assert json.loads((bag / "data/inhoud.json").read_text())["counts"] == {"drill.held": 1}
    assert verify(bag).ok


def test_an_erased_field_still_verifies(story: Story, tmp_path: Path) -> None:
    """Somebody's words were erased by right: the entry shows a gap, the chain holds."""
    story.night()
    said = next(e.n for e in story.entries() if e.kind == "case.group_message")
    story.store.writer.call(lambda tx: journal.erase(tx, PLACE, said, ["text", "author"]))
    made = packed(story, tmp_path / "a")
    assert verify(made.file).ok
    assert not any("bezorger" in line for line in lines(story))


@pytest.mark.parametrize(("harm", "why"), [("gone", "gone"), ("changed", "damaged")])
def test_a_file_lost_in_the_vault_is_named_not_hidden(
    story: Story, tmp_path: Path, harm: str, why: str
) -> None:
    """The vault lost or damaged a picture: the package goes without it and says so."""
    story.at(local(12, 23)).report("M-2026-0117")
    file = story.picture("M-2026-0117", photo())
    file.chmod(0o600)
    file.unlink() if harm == "gone" else file.write_bytes(b"other")
    made = packed(story, tmp_path / "a")
    assert made.issue.left_out == {"0001.jpg": why}
    assert verify(made.file).ok
    bag = unzipped(made.file, tmp_path / "b")
    assert not (bag / "data/media/0001.jpg").exists()
    (medium,) = json.loads((bag / "data/inhoud.json").read_text())["media"]
    assert (medium["file"], medium["left_out"]) == (None, why)


def test_a_demonstration_says_so_in_the_bag(story: Story, tmp_path: Path) -> None:
    """`Clock: simulated` stands in bag-info.txt, and nowhere in a real one."""
    story.night()
    real = unzipped(packed(story, tmp_path / "a").file, tmp_path / "b")
    assert "Clock:" not in (real / "bag-info.txt").read_text()
    shutil.rmtree(tmp_path / "b")
    shown = unzipped(packed(story, tmp_path / "a", simulated=True).file, tmp_path / "b")
    assert "\nClock: simulated\n" in (shown / "bag-info.txt").read_text()


def test_names_from_outside_never_become_file_names(story: Story, tmp_path: Path) -> None:
    """A file called ../../etc/passwd or CON.exe is 0001.bin in the package."""
    story.at(local(12, 23)).report("M-2026-0117")
    for name in ("../../etc/passwd", "CON.exe", "a\r\nb.sh", "x.jpg/../y"):
        story.picture("M-2026-0117", name.encode(), mime="application/x-odd", name=name)
    made = packed(story, tmp_path / "a")
    with zipfile.ZipFile(made.file) as archive:
        media = [n.rpartition("/")[2] for n in archive.namelist() if "/media/" in n]
    assert media == [f"{i:04d}.{end}" for i in range(1, 5) for end in ("bin", "json")]


def test_a_big_file_is_not_held_in_memory(story: Story, tmp_path: Path) -> None:
    """200 MB of video go into a package while the process keeps less than 60 MB more."""
    import tracemalloc

    story.at(local(12, 23)).report("M-2026-0117")
    story.picture("M-2026-0117", b"\0" * 200_000_000, mime="video/mp4", kind="video")
    tracemalloc.start()
    made = packed(story, tmp_path / "a")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.file.stat().st_size > 200_000_000
    assert peak < 60_000_000


def test_english_is_spoken_where_the_zone_wants_it(story: Story, tmp_path: Path) -> None:
    """The package in English says what the Dutch one says."""
    story.night()
    bag = unzipped(packed(story, tmp_path / "a", words=ENGLISH).file, tmp_path / "b")
    assert "What it does not prove" in (bag / "data/toelichting.txt").read_text()
    assert (bag / "VERIFY.txt").read_text().count("CHECKING") == 1
