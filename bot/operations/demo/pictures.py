"""Two made-up photographs of a street at night, drawn and not taken."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (1280, 960)


def man() -> bytes:
    """Somebody with a light cap beside a house."""
    picture, draw = _night()
    draw.ellipse((250, -120, 690, 320), fill=(94, 88, 60))
    draw.rectangle((760, 260, 1280, 960), fill=(34, 38, 46))
    for left in (840, 1010):
        draw.rectangle((left, 330, left + 110, 470), fill=(66, 70, 74))
    draw.rectangle((0, 700, 760, 960), fill=(24, 26, 30))
    draw.ellipse((520, 320, 620, 430), fill=(10, 11, 13))
    draw.rectangle((512, 352, 640, 372), fill=(206, 204, 192))
    draw.polygon([(470, 470), (670, 470), (650, 760), (490, 760)], fill=(10, 11, 13))
    draw.rectangle((500, 740, 560, 930), fill=(10, 11, 13))
    draw.rectangle((580, 740, 640, 930), fill=(10, 11, 13))
    return _jpeg(picture)


def car() -> bytes:
    """A parked car beneath a lamp."""
    picture, draw = _night()
    draw.rectangle((1000, 120, 1016, 760), fill=(60, 62, 66))
    draw.ellipse((976, 70, 1040, 134), fill=(240, 232, 190))
    draw.rectangle((0, 740, 1280, 960), fill=(30, 32, 36))
    draw.polygon(
        [(300, 700), (380, 590), (520, 520), (780, 520), (920, 610), (1080, 640), (1090, 720)],
        fill=(92, 98, 108),
    )
    draw.rectangle((300, 690, 1090, 770), fill=(92, 98, 108))
    draw.polygon([(410, 600), (530, 540), (640, 540), (640, 610)], fill=(30, 34, 40))
    draw.polygon([(660, 540), (770, 540), (860, 610), (660, 610)], fill=(30, 34, 40))
    for left in (390, 880):
        draw.ellipse((left, 710, left + 120, 830), fill=(12, 12, 14))
    return _jpeg(picture)


def _night() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", _SIZE, (20, 23, 30))
    return picture, ImageDraw.Draw(picture)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).save(out, "JPEG", quality=88)
    return out.getvalue()
