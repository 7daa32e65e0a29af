"""The data directory: where it can't be used, which folder, why, and what to do."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.errors import Unusable
from bot.store import datadir

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another user reaches; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


@contextmanager
def somebody_else() -> Iterator[None]:
    """Root may do everything, so it becomes an ordinary user for a while."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


def trouble(data_dir: Path) -> Unusable:
    with pytest.raises(Unusable) as raised:
        datadir.prepare(data_dir)
    with pytest.raises(Unusable):
        datadir.usable(data_dir)
    return raised.value


def test_it_is_made_for_its_own_user_alone(tmp_path: Path) -> None:
    data_dir = tmp_path / "a" / "b"
    datadir.usable(data_dir)
    assert not data_dir.exists()
    datadir.prepare(data_dir)
    assert data_dir.stat().st_mode & 0o077 == 0
    assert not datadir.has_database(data_dir)


@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_in_the_way_is_named(tmp_path: Path, below: str) -> None:
    """Also where it stands for a folder above."""
    (tmp_path / "var").write_text("in the way")
    told = trouble(tmp_path / "var" / below)
    assert told.detail.endswith(f"{tmp_path / 'var'} is no folder")
    assert told.cure == "move that away, or name another folder"


def test_somebody_else_s_folder_is_named_with_whose_it_is(folder: Path) -> None:
    """As after `sudo saarbot init`: who may not, who may, and the command that mends it."""
    (folder / "var").mkdir()
    (folder / "var").chmod(0)
    with somebody_else():
        told = trouble(folder / "var")
        with pytest.raises(Unusable):
            datadir.has_database(folder / "var")
    assert f"{folder / 'var'} can't be written by " in told.detail
    assert told.cure.startswith("call saarbot as ")
    assert told.cure.endswith(f" {folder / 'var'}")


def test_somebody_else_s_database_is_named(folder: Path) -> None:
    """The folder was given away and the file in it forgotten."""
    (folder / "var").mkdir()
    (folder / "var").chmod(0o777)
    (folder / "var" / datadir.FILE).write_bytes(b"")
    (folder / "var" / datadir.FILE).chmod(0)
    with somebody_else():
        told = trouble(folder / "var")
    assert f"{folder / 'var' / datadir.FILE} can't be written by " in told.detail


def test_root_leaves_the_bots_own_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sudo saarbot digest` would make a mail, and a folder for the next, that the bot can't read:
    every later mail would wait without end. Whom to call it as is said instead.
    """
    theirs = os.stat_result((stat.S_IFDIR | 0o700, *[0] * 3, NOBODY, *[0] * 5))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "stat", lambda *_, **__: theirs)
    told = trouble(tmp_path)
    assert told.detail.startswith(f"{tmp_path} belongs to ")
    assert told.cure.startswith("call saarbot as ")


def test_a_read_only_disk_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under systemd, for a folder outside /var/lib/saarbot: no chown helps there."""
    mounted = SimpleNamespace(f_flag=os.ST_RDONLY)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    monkeypatch.setattr(os, "statvfs", lambda _: mounted)
    told = trouble(tmp_path)
    assert told.key == "data_dir"
    assert told.detail.endswith("nothing can be kept: its file system is read-only")
