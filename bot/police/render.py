"""The child that draws the report: `python -m bot.police.render FOLDER PARENT`.

It reads `job.json` in the folder (the sheet, and where the pictures lie) and leaves `rapport.pdf`
there. It has limits on memory, time and file size of its own, so that a picture that is a bomb
kills only this child; see `pdf` for what the parent does then.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from signal import SIGKILL
from typing import Any, Final

from bot.police.glyphs import FONTS, Glyphs

JOB: Final = "job.json"
SHEET: Final = "sheet.json"
PDF: Final = "rapport.pdf"
TEMPLATE: Final = Path(__file__).with_name("rapport.typ")
STANDARD: Final = "a-3b"
MEMORY: Final = 2 << 30
CPU_S: Final = 120
PIXELS: Final = 80_000_000
_WIDTH_MM: Final = 68
_HEIGHT_MM: Final = 51
# 68 mm at 300 dots an inch.
_EDGE: Final = 804
# prctl(2): which signal comes when the parent ends.
_PR_SET_PDEATHSIG: Final = 1
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


def main(folder: Path, parent: int) -> int:
    """Draw the job in `folder`, for as long as the process `parent` waits for it."""
    _end_with(parent)
    _limit()
    job = json.loads((folder / JOB).read_text("utf-8"))
    _place_pictures(job["sheet"], job["pictures"], folder)
    try:
        _typeset(folder, job["sheet"], Glyphs())
    except RuntimeError:  # typst's errors are
        # No character that anybody typed may keep the report from the police.
        _typeset(folder, job["sheet"], Glyphs(plain=True))
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Alerts come before paper. Where the system forbids even that (systemd's @resources), the
    # report is drawn all the same.
    with suppress(OSError):
        os.nice(5)


def _end_with(parent: int) -> None:
    """Nobody waits for a report of a bot that was killed."""
    if sys.platform == "linux":
        from ctypes import CDLL

        CDLL(None).prctl(_PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent has ended")


def _place_pictures(sheet: dict[str, Any], pictures: dict[str, str], folder: Path) -> None:
    """Make a small copy of each picture that can be read; the others keep their grey frame."""
    for case in sheet["cases"]:
        for item in case["pictures"]["items"]:
            source = pictures.get(item["file"])
            thumb = f"{item['file'].partition('.')[0]}.thumb.jpg"
            size = _thumbnail(Path(source), folder / thumb) if source else None
            if size is not None:
                item["thumb"] = thumb
                item["size"] = size


def _thumbnail(source: Path, target: Path) -> list[float] | None:
    """Make a small upright copy, neither brightened nor sharpened; its width and height in mm."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=_FORMATS) as image:
                image.thumbnail((2 * _EDGE, 2 * _EDGE))
                upright = ImageOps.exif_transpose(image)
                small = _on_white(upright, _EDGE)
                small.save(target, "JPEG", quality=84)
    except Exception:  # noqa: BLE001  # whatever is wrong with a picture, the report goes on
        target.unlink(missing_ok=True)
        return None
    return _shown_size(*small.size)


def _shown_size(width: int, height: int) -> list[float]:
    """The largest size that fits the room for one picture."""
    scale = min(_WIDTH_MM / width, _HEIGHT_MM / height)
    return [round(width * scale, 2), round(height * scale, 2)]


def _on_white(image: Any, edge: int) -> Any:
    from PIL import Image

    image.thumbnail((edge, edge))
    if image.mode in ("RGBA", "LA", "P", "PA"):
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    return image.convert("RGB")


def _typeset(folder: Path, told: dict[str, Any], glyphs: Glyphs) -> None:
    import typst

    sheet = glyphs.shown(told)
    sheet["replaced"] = glyphs.replaced
    (folder / SHEET).write_text(json.dumps(sheet, ensure_ascii=False), "utf-8")
    copyfile(TEMPLATE, folder / TEMPLATE.name)
    year, month, day, hour, minute = sheet["date"]
    typst.compile(
        str(folder / TEMPLATE.name),
        output=str(folder / PDF),
        root=str(folder),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": SHEET},
        pdf_standards=[STANDARD],
        timestamp=datetime(year, month, day, hour, minute, tzinfo=UTC),
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
