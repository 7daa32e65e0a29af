"""The journal in words, for the page: each kind of entry in Dutch and in English."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from bot.journal import journal
from bot.operations.demo.stage import Both, LogLine

if TYPE_CHECKING:
    from bot.store.tx import Reader

LINES: Final = 11

WORDS: Final[dict[str, Both]] = {
    "case.opened": ("melding begonnen", "report begun"),
    "case.gate": ("101 gebeld, zegt iemand", "101 was called, somebody said"),
    "case.message": ("bericht bij de melding", "message with the report"),
    "case.edited": ("bericht gewijzigd", "message changed"),
    "case.corrected": ("melding verbeterd", "report corrected"),
    "case.relayed": ("melding verstuurd", "alert sent"),
    "case.reach": ("bereik geteld", "reach counted"),
    "case.asked_coordinators": ("beheerders gevraagd te bellen", "coordinators asked to call"),
    "case.description": ("beschrijving aangevuld", "description added"),
    "case.sighting": ("waarneming", "sighting"),
    "case.group_message": ("bericht uit de groep", "message from the group"),
    "case.media": ("beeld bewaard", "picture kept"),
    "case.media_missing": ("beeld niet aangekomen", "picture did not arrive"),
    "case.media_released": ("beeld vrijgegeven", "picture released"),
    "case.closed": ("afgesloten", "closed"),
    "case.rectified": ("rechtgezet", "corrected"),
    "case.reopened": ("heropend", "opened again"),
    "case.withdrawn": ("ingetrokken door de melder", "taken back by the reporter"),
    "case.safe": ("iemand is veilig", "somebody is safe"),
    "case.noise": ("dankje, niet doorgestuurd", "thanks, not passed on"),
    "drill.held": ("oefening gehouden", "drill held"),
    "member.asked": ("lid meldt zich aan", "somebody asks to join"),
    "member.named": ("naam en straat genoteerd", "name and street noted"),
    "member.admitted": ("lid toegelaten", "member admitted"),
    "member.refused": ("lid geweigerd", "member refused"),
    "member.left": ("lid vertrokken", "member left"),
    "member.paused": ("lid pauzeert", "member pauses"),
    "member.role": ("rol gewijzigd", "role changed"),
    "group.linked": ("groep gekoppeld", "group linked"),
    "group.unlinked": ("groep losgekoppeld", "group unlinked"),
    "settings.changed": ("instelling gewijzigd", "setting changed"),
    "export.made": ("uitvoer gemaakt", "export made"),
    "draft.discarded": ("melding gestopt, niet verstuurd", "report stopped, not sent"),
    "mail.cut": ("politiemail samengesteld", "police mail put together"),
    "mail.accepted": ("politiemail aanvaard", "police mail accepted"),
    "mail.refused": ("politiemail geweigerd", "police mail refused"),
    "log.read": ("logboek ingekeken", "log looked into"),
    "hold.set": ("melding vastgehouden", "report kept from deletion"),
    "delivery.parked": ("bericht niet bezorgd", "message not delivered"),
}


def lines(reader: Reader, place: str, zone: tzinfo) -> list[LogLine]:
    """The last eleven entries that are not about who joined."""
    told = [e for e in journal.entries(reader, place) if not e.kind.startswith("member.")]
    return [
        LogLine(
            number=entry.n,
            at=datetime.fromisoformat(entry.ts).astimezone(zone),
            words=WORDS[entry.kind],
            code=entry.hash.hex()[:8],
        )
        for entry in told[-LINES:]
    ]


def photos(reader: Reader, place: str) -> dict[str, str]:
    """The pictures that were kept: check code, and the digest under which they lie in the vault."""
    found: dict[str, str] = {}
    for entry in journal.entries(reader, place):
        if entry.kind == "case.media":
            digest = str((entry.fields or {}).get("sha256", ""))
            found[digest[:8]] = digest
    return found
