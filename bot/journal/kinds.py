"""Every kind of entry, and how much of it the police may see.

`yes`: the entry goes into the package with all its fields. `count` and `no`: it travels as number
and digest only; `count` may be added up in the report. Membership, sanctions, requests about
one's own data and drills are never `yes`. A kind that is not in this table can't be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Police(StrEnum):
    """How much of an entry leaves the house."""

    YES = "yes"
    COUNT = "count"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryKind:
    """One kind. A `yes` kind has exactly these fields or fewer; others may hold any."""

    police: Police
    about: str
    fields: frozenset[str]


def _kind(police: Police, about: str, fields: str = "") -> EntryKind:
    return EntryKind(police=police, about=about, fields=frozenset(fields.split()))


YES, COUNT, NO = Police.YES, Police.COUNT, Police.NO

KINDS: dict[str, EntryKind] = {
    "case.opened": _kind(
        YES,
        "a report was sent or recorded",
        "case urgency what kind street place latitude longitude reporter started_at sent_at stale",
    ),
    "case.gate": _kind(YES, "somebody said that the emergency number was called", "case by who at"),
    "case.message": _kind(
        YES,
        "somebody's own words about the case",
        "case author text message source platform_at received_at early",
    ),
    "case.edited": _kind(
        YES, "a message was changed by its author", "case author message text platform_at"
    ),
    "case.corrected": _kind(
        YES, "the reporter corrected what or where", "case author what kind place street"
    ),
    "case.relayed": _kind(YES, "the card went out", "case recipients groups"),
    "case.reach": _kind(YES, "how many the card was sent to", "case sent of"),
    "case.asked_coordinators": _kind(
        YES, "coordinators were asked to call for somebody", "case reporter"
    ),
    "case.description": _kind(
        YES, "persons, vehicle or direction were described", "case author persons vehicle direction"
    ),
    "case.sighting": _kind(YES, "somebody saw it", "case author where when text now"),
    "case.group_message": _kind(
        YES,
        "written in a native group while the case was open",
        "case author text source message platform_at",
    ),
    "case.media": _kind(
        YES,
        "a file came in, as it was received",
        "case author number sha256 size mime name kind as_file platform_at source",
    ),
    "case.media_missing": _kind(YES, "a file could not be had", "case author kind size reason"),
    "case.media_released": _kind(YES, "a coordinator let the group see a file", "case sha256 by"),
    "case.closed": _kind(YES, "the case was closed", "case outcome by"),
    "case.rectified": _kind(YES, "the case was a mistake, and the group was told", "case by"),
    "case.reopened": _kind(YES, "the case was opened again", "case by"),
    "case.withdrawn": _kind(YES, "the reporter took it back", "case by"),
    "case.safe": _kind(COUNT, "somebody said that they are safe", "case author"),
    "case.noise": _kind(COUNT, "thanks and thumbs during a case", "case author"),
    "drill.held": _kind(COUNT, "a drill was held", "case by"),
    "member.asked": _kind(NO, "somebody asked to join"),
    "member.admitted": _kind(NO, "a coordinator admitted somebody"),
    "member.refused": _kind(NO, "a coordinator refused somebody"),
    "member.left": _kind(NO, "somebody left"),
    "member.paused": _kind(NO, "somebody paused"),
    "member.named": _kind(NO, "a coordinator told name and street"),
    "member.role": _kind(NO, "somebody got another role"),
    "group.linked": _kind(NO, "a native group was linked"),
    "group.unlinked": _kind(NO, "a native group was unlinked"),
    "settings.changed": _kind(NO, "a setting was changed in chat"),
    "export.made": _kind(NO, "somebody exported the log"),
    "draft.discarded": _kind(NO, "a report was stopped before it was sent"),
    "mail.cut": _kind(NO, "a mail to the police was cut"),
    "mail.accepted": _kind(NO, "the mail server accepted it"),
    "mail.refused": _kind(NO, "the mail server refused it"),
    "log.read": _kind(NO, "somebody looked into the log"),
    "hold.set": _kind(NO, "a case was kept from being purged"),
    "delivery.parked": _kind(NO, "a message could not be delivered"),
}


def kind(name: str) -> EntryKind:
    """The declaration of a kind; raises KeyError naming one that is not declared."""
    try:
        return KINDS[name]
    except KeyError:
        raise KeyError(f"no kind of entry {name!r} is declared in bot/journal/kinds.py") from None


def check(name: str, fields: AbstractSet[str]) -> None:
    """Raises KeyError for an undeclared kind, ValueError for a field that may not leave."""
    declared = kind(name)
    if declared.police is Police.YES and (odd := fields - declared.fields):
        raise ValueError(f"{name} has no field {', '.join(sorted(odd))}")
