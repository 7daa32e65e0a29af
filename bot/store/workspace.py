"""Half-made files: reports being drawn, packages being built.

They hold what people wrote, so they lie below the data directory, for its owner alone, and never
in the system's temporary folder. A crash leaves them behind; whoever next takes the data
directory's lock clears them away. A command that works beside a running bot leaves them alone.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = "tmp"


@contextmanager
def workspace(data_dir: Path) -> Iterator[Path]:
    """A folder of one's own, gone afterwards."""
    root = data_dir / FOLDER
    root.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, ignore_cleanup_errors=True) as name:
        yield Path(name)


def clear(data_dir: Path) -> None:
    """Remove what a crash left. Only for who holds the lock: others' work would go too."""
    root = data_dir / FOLDER
    if root.is_symlink():
        root.unlink()
    rmtree(root, ignore_errors=True)
