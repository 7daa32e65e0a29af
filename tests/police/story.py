"""A night in Munsterbilzen, written into a real journal and vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from bot.clock import SettableClock
from bot.journal import journal
from bot.journal.vault import Vault
from bot.store.engine import Store

PLACE = "munsterbilzen"
BRUSSELS = ZoneInfo("Europe/Brussels")


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A local time in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=BRUSSELS).astimezone(UTC)


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def photo(shade: int = 40, *, size: tuple[int, int] = (1280, 960)) -> bytes:
    """A made-up picture: a street lamp and a wall at night."""
    image = Image.new("RGB", size, (shade, shade, shade))
    draw = ImageDraw.Draw(image)
    w, h = size
    draw.rectangle((0, h * 2 // 3, w, h), fill=(shade + 30,) * 3)
    draw.ellipse((w // 2, h // 8, w // 2 + h // 4, h // 8 + h // 4), fill=(230, 230, 210))
    draw.rectangle((w // 8, h // 4, w // 3, h * 2 // 3), fill=(shade + 60,) * 3)
    out = BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


@dataclass
class Story:
    """Writes entries at chosen local times; the clock follows."""

    store: Store
    clock: SettableClock
    chain: str = PLACE

    def at(self, moment: datetime) -> Story:
        self.clock.set(moment)
        return self

    def later(self, minutes: float = 1) -> Story:
        self.clock.advance(timedelta(minutes=minutes))
        return self

    def log(self, kind: str, case: str | None = None, /, **fields: Any) -> int:
        given = {**({"case": case} if case else {}), **fields}
        return self.store.writer.call(
            lambda tx: journal.append(tx, self.chain, kind, given, case=case)
        )

    def report(
        self,
        case: str,
        *,
        what: str = "Man voelt aan autodeuren",
        place: str = "Kloosterstraat 12",
        urgency: str = "urgent",
        by: str = "self",
        who: str = "Buur 7",
        kind: str = "",
        **more: Any,
    ) -> None:
        """Somebody reports; the entries are those that a real report writes."""
        now = self.clock.now()
        self.log(
            "case.opened",
            case,
            urgency=urgency,
            what=what,
            kind=kind,
            street=place.rstrip("0123456789 "),
            place=place,
            latitude=more.get("latitude", ""),
            longitude=more.get("longitude", ""),
            reporter=who,
            started_at=iso(now - timedelta(minutes=2)),
            sent_at=iso(now),
            stale=False,
        )
        self.log("case.gate", case, by=by, who=who, at=iso(now - timedelta(minutes=1)))
        if what:
            self.say(case, what, who=who, early=True)
        if urgency != "cold":
            self.log("case.relayed", case, recipients=18, groups=2)
            self.later().log("case.reach", case, sent=18, of=21)

    def say(self, case: str, text: str, *, who: str = "Buur 7", early: bool = False) -> None:
        now = self.clock.now()
        self.log(
            "case.message",
            case,
            author=who,
            text=text,
            message=str(int(now.timestamp() * 1000)),
            source="telegram",
            platform_at=iso(now - timedelta(seconds=2)),
            received_at=iso(now),
            early=early,
        )

    def picture(
        self,
        case: str,
        data: bytes,
        *,
        who: str = "Buur 7",
        mime: str = "image/jpeg",
        name: str = "IMG_0001.jpg",
        kind: str = "photo",
        as_file: bool | None = True,
    ) -> Path:
        """A file arrives: it lies in the vault and stands in the journal."""
        digest = self.vault.put(data)
        self.log(
            "case.media",
            case,
            author=who,
            number=1,
            sha256=digest,
            size=len(data),
            mime=mime,
            name=name,
            kind=kind,
            as_file=as_file,
            platform_at=iso(self.clock.now()),
            source="telegram",
        )
        return self.vault.path(digest)

    @property
    def vault(self) -> Vault:
        return Vault(self.store.data_dir)

    def night(self) -> None:
        """Three reports as they come in on one day: a rectified one, a cold one, an urgent one."""
        self.at(local(12, 15, 37))
        self.report(
            "M-2026-0115", what="Bestelwagen rijdt traag rond", place="Eikstraat", who="Buur 2"
        )
        self.later(2).log(
            "case.description",
            "M-2026-0115",
            author="Buur 2",
            persons=[],
            vehicle={
                "type": "van",
                "colour": "wit",
                "extra": "zonder opschrift",
                "plate": "1-ABC-0",
            },
            direction="",
        )
        self.later(2).picture("M-2026-0115", photo(60), who="Buur 2")
        self.log("member.admitted", pseudonym=22)
        self.at(local(12, 16, 30)).log(
            "case.group_message",
            "M-2026-0115",
            author="Buur 9",
            text="Dat is de bezorger, hij zocht nummer 18.",
            source="signal",
            message="171",
            platform_at=iso(self.clock.now()),
        )
        self.later(2).log("case.closed", "M-2026-0115", outcome="false_alarm", by="Beheerder 1")
        self.log("case.rectified", "M-2026-0115", by="Beheerder 1")
        self.at(local(12, 21, 5))
        self.report(
            "M-2026-0116",
            what="Fiets gestolen, vastgesteld na de feiten",
            place="Perronstraat, fietsenstalling station",
            urgency="cold",
            by="none",
            who="Buur 15",
        )
        self.later(4).picture("M-2026-0116", photo(120), who="Buur 15", as_file=False)
        self.later(20).log("case.closed", "M-2026-0116", outcome="unknown", by="Beheerder 2")
        self.at(local(12, 23, 15)).report("M-2026-0117")
        self.later(1).log(
            "case.description",
            "M-2026-0117",
            author="Buur 7",
            persons=[
                {
                    "sex": "man",
                    "age": "25 tot 35 jaar",
                    "height": "ongeveer 1,80 m",
                    "build": "slim",
                    "head": "lichte pet, geen bril gezien",
                    "top": "donkere jas tot de heup",
                    "bottom": "donkere broek, witte schoenen",
                    "carried": "kleine rugzak",
                }
            ],
            vehicle={},
            direction="te voet, Rozenstraat, richting kerk",
        )
        self.later(2).picture("M-2026-0117", photo(20))
        self.picture("M-2026-0117", photo(30))
        for who, text, where in (
            ("Buur 12", "man met pet, stapt richting kerk", "Rozenstraat"),
            ("Buur 3", "liep voorbij nr. 40, rugzak", "Rozenstraat"),
        ):
            self.later(2).log(
                "case.sighting", "M-2026-0117", author=who, where=where, when="just_now", text=text,
                now=False,
            )  # fmt: skip
        self.log("case.safe", "M-2026-0117", author="Buur 4")
        self.at(local(12, 23, 41)).log(
            "case.closed", "M-2026-0117", outcome="police", by="Beheerder 1"
        )
        self.log("drill.held", by="Beheerder 1")

    def entries(self, after: int = 0) -> list[journal.Entry]:
        with self.store.reading() as reader:
            return list(journal.entries(reader, self.chain, after=after))
