"""The data directory: made if need be, and what to do where it can't be used."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING, Final

from bot.errors import Unusable

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "saarbot.db"
LOCK: Final = ".lock"
_KEY: Final = "data_dir"


def prepare(data_dir: Path) -> None:
    """Make the folder unless it is there; raises Unusable."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise _in_the_way(data_dir) from None
    except PermissionError:
        raise _not_ours(_there(data_dir)) from None
    except OSError as error:
        raise Unusable(
            _KEY,
            f"{data_dir} can't be made ({error.strerror}), and nothing can be kept",
            cure="name a folder on a disk that can be written",
        ) from None
    has_database(data_dir)


def usable(data_dir: Path) -> None:
    """Raise Unusable where `prepare` would; makes nothing."""
    there = _there(data_dir)
    if not there.is_dir():
        raise _in_the_way(data_dir)
    if not _may(there):
        raise _not_ours(there)
    has_database(data_dir)


def has_database(data_dir: Path) -> bool:
    """Whether there is a database already; raises Unusable where this user can't use it."""
    if not _is_there(data_dir):
        return False
    if not data_dir.is_dir():
        raise _in_the_way(data_dir)
    owner = data_dir.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise _not_roots(data_dir, _name(owner))
    for one in (data_dir, data_dir / FILE, data_dir / LOCK):
        if _is_there(one) and not _may(one):
            raise _not_ours(one)
    return _is_there(data_dir / FILE)


def _there(folder: Path) -> Path:
    """The folder itself, or the nearest above it that exists."""
    return next(one for one in (folder, *folder.parents) if _is_there(one))


def _is_there(path: Path) -> bool:
    """What this user may not see is not there for them."""
    try:
        return path.exists()
    except PermissionError:
        return False


def _may(path: Path) -> bool:
    wanted = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    return os.access(path, wanted, effective_ids=True)


def _in_the_way(data_dir: Path) -> Unusable:
    file = next(one for one in (data_dir, *data_dir.parents) if _is_there(one))
    return Unusable(
        _KEY,
        f"{data_dir} can't be made, and nothing can be kept: {file} is no folder",
        cure="move that away, or name another folder",
    )


def _not_ours(path: Path) -> Unusable:
    """Somebody else's, or on a file system that nobody writes."""
    what = f"{path} can't be written"
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return Unusable(
            _KEY,
            f"{what}, and nothing can be kept: its file system is read-only",
            cure="name a folder that can be written; under systemd that is /var/lib/saarbot",
        )
    user = _name(os.geteuid())
    folder = path if path.is_dir() else path.parent
    return Unusable(
        _KEY,
        f"{what} by {user}, and nothing can be kept",
        cure=f"call saarbot as {_name(path.stat().st_uid)}, or: chown -R {user} {folder}",
    )


def _not_roots(data_dir: Path, owner: str) -> Unusable:
    """Root may write everywhere; a mail that it made there the bot's own user could never send."""
    return Unusable(
        _KEY,
        f"{data_dir} belongs to {owner}, who could not read what root writes there",
        cure=f"call saarbot as {owner}, as with runuser -u {owner}",
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
