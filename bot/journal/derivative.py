"""What a group may see of a picture: decoded and written anew, so that no metadata survives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_SIDE = 1600
MOST_PIXELS = 60_000_000


def without_metadata(source: Path, target: Path) -> bool:
    """Write a JPEG of `source` to `target`; False when it is no picture that can be read."""
    try:
        with Image.open(source) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return False
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return False
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    clean.save(target, "JPEG", quality=85)
    return True
