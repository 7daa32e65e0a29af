"""What a check found, and how to say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "bag": "Dit is een BagIt 1.0-pakket: {what}.",
        "bag.not": "Dit is geen BagIt 1.0-pakket: {what} ontbreekt of klopt niet.",
        "bag.several": "Hierin zitten meerdere pakketten: {what}. Kijk ze apart na.",
        "files": "Alle {n} bestanden zijn wat het manifest zegt.",
        "files.one": "Het ene bestand is wat het manifest zegt.",
        "file.changed": "Bestand {what} is veranderd.",
        "file.missing": "Bestand {what} ontbreekt.",
        "file.extra": "Bestand {what} hoort er niet bij.",
        "file.unlisted": "Bestand {what} staat niet in data/inhoud.json.",
        "file.bomb": "Bestand {what} is honderden keren groter dan het lijkt en werd niet gelezen.",
        "manifest.missing": "Manifest {what} ontbreekt.",
        "manifest.unreadable": "{what} is niet leesbaar.",
        "oxum": "Aantal en omvang kloppen ({what}).",
        "oxum.wrong": "Aantal of omvang klopt niet: {what}.",
        "log": "Alle {n} regels van het logboek volgen uit elkaar (regel {what}).",
        "log.one": "De ene regel van het logboek volgt uit die ervoor (regel {what}).",
        "log.empty": "Het logboek heeft geen nieuwe regels.",
        "log.withheld.one": "{n} daarvan staat er enkel als vingerafdruk: niet voor de politie bestemd, of buiten de export.",
        "log.withheld": "{n} daarvan staan er enkel als vingerafdruk: niet voor de politie bestemd, of buiten de export.",
        "entry.changed": "Regel {n} van het logboek is veranderd ({what}).",
        "entry.missing": "Regel {n} van het logboek ontbreekt.",
        "entry.moved": "Regel {n} van het logboek staat op een andere plaats.",
        "entry.unreadable": "Regel {n} van het logboek is niet leesbaar.",
        "head": "De ketenkop klopt: {what}.",
        "head.wrong": "De ketenkop klopt niet: {what}.",
        "head.other": "De ketenkop is niet die van de mail: {what}.",
        "contents.wrong": "data/inhoud.json klopt niet: {what}.",
        "media": "De {n} beelden zijn dezelfde als in het logboek.",
        "media.one": "Het ene beeld is hetzelfde als in het logboek.",
        "media.changed": "Beeld {what} is niet dat van het logboek (regel {n}).",
        "media.missing": "Het beeld van regel {n} ontbreekt zonder uitleg.",
        "left_out": "Niet bijgevoegd, zoals het pakket zelf zegt: {what}.",
        "compare": "Vergelijk de ketenkop met die in de mail of onderaan het rapport. Is hij gelijk, dan is er niets veranderd sinds die het huis verlieten: {what}.",
        "simulated": "Let op: demonstratie met gesimuleerde klok.",
        "chain": "Keten {what}: alle {n} regels volgen uit elkaar.",
        "chain.one": "Keten {what}: de ene regel klopt.",
        "chain.zero": "Keten {what}: nog geen regels.",
        "chain.compare": "Of er iets veranderd is sinds een ketenkop het huis verliet, toont het pakket van een politiemail.",
        "chain.broken": "Keten {what}: regel {n} klopt niet.",
        "vault": "De {n} bestanden in de opslag zijn wat het logboek zegt.",
        "vault.one": "Het ene bestand in de opslag is wat het logboek zegt.",
        "vault.zero": "Het logboek noemt geen bestanden.",
        "vault.gone": "Het bestand van regel {n} ({what}) is niet meer in de opslag.",
        "vault.damaged": "Het bestand van regel {n} ({what}) is beschadigd.",
    },
    "en": {
        "bag": "This is a BagIt 1.0 package: {what}.",
        "bag.not": "This is no BagIt 1.0 package: {what} is missing or wrong.",
        "bag.several": "There are several packages in here: {what}. Check each by itself.",
        "files": "All {n} files are what the manifest says.",
        "files.one": "The one file is what the manifest says.",
        "file.changed": "File {what} was changed.",
        "file.missing": "File {what} is missing.",
        "file.extra": "File {what} doesn't belong here.",
        "file.unlisted": "File {what} does not stand in data/inhoud.json.",
        "file.bomb": "File {what} is hundreds of times larger than it seems and was not read.",
        "manifest.missing": "Manifest {what} is missing.",
        "manifest.unreadable": "{what} can't be read.",
        "oxum": "Number and size of files are right ({what}).",
        "oxum.wrong": "Number or size of files is wrong: {what}.",
        "log": "All {n} entries of the log follow from each other (entry {what}).",
        "log.one": "The one entry of the log follows from the one before (entry {what}).",
        "log.empty": "The log has no new entries.",
        "log.withheld.one": "{n} of them stands as fingerprint only: not meant for the police, or outside the export.",
        "log.withheld": "{n} of them stand as fingerprint only: not meant for the police, or outside the export.",
        "entry.changed": "Entry {n} of the log was changed ({what}).",
        "entry.missing": "Entry {n} of the log is missing.",
        "entry.moved": "Entry {n} of the log stands in another place.",
        "entry.unreadable": "Entry {n} of the log can't be read.",
        "head": "The chain head is right: {what}.",
        "head.wrong": "The chain head is wrong: {what}.",
        "head.other": "The chain head is not that of the mail: {what}.",
        "contents.wrong": "data/inhoud.json is wrong: {what}.",
        "media": "The {n} pictures are those of the log.",
        "media.one": "The one picture is that of the log.",
        "media.changed": "Picture {what} is not that of the log (entry {n}).",
        "media.missing": "The picture of entry {n} is missing without a word.",
        "left_out": "Not enclosed, as the package itself says: {what}.",
        "compare": "Compare the chain head with the one in the mail or at the report's foot. If it is the same, nothing was changed since those left the house: {what}.",
        "simulated": "Mind: a demonstration with a simulated clock.",
        "chain": "Chain {what}: all {n} entries follow from each other.",
        "chain.one": "Chain {what}: the one entry holds.",
        "chain.zero": "Chain {what}: no entries yet.",
        "chain.compare": "Whether anything was changed since a chain head left the house, a police mail's package shows.",
        "chain.broken": "Chain {what}: entry {n} doesn't hold.",
        "vault": "The {n} stored files are what the log says.",
        "vault.one": "The one stored file is what the log says.",
        "vault.zero": "The log names no files.",
        "vault.gone": "The file of entry {n} ({what}) is no longer stored.",
        "vault.damaged": "The file of entry {n} ({what}) is damaged.",
    },
}
_LONGEST: Final = 400
_NOTES: Final = ("left_out", "compare", "simulated", "log.empty", "log.withheld", "chain.compare")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that was looked at. `code` names it; `what` and `n` say where."""

    code: str
    ok: bool = True
    what: str = ""
    n: int = 0

    def text(self, lang: str = "nl") -> str:
        """In words."""
        words = _WORDS.get(lang, _WORDS["en"])
        number = {0: "zero", 1: "one"}.get(self.n, "")
        text = words.get(f"{self.code}.{number}") or words[self.code]
        return text.format(what=_shown(self.what), n=self.n)


def _shown(text: str) -> str:
    """A name that somebody else chose, as a terminal may show it."""
    plain = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether everything holds, and each thing that was looked at."""

    subject: str
    findings: tuple[Found, ...]

    @property
    def ok(self) -> bool:
        return all(found.ok for found in self.findings)

    @property
    def broken(self) -> Found | None:
        """The first thing that doesn't hold."""
        return next((found for found in self.findings if not found.ok), None)

    def lines(self, lang: str = "nl") -> list[str]:
        """The findings in words, each with its mark."""
        return [f"{_mark(found)} {found.text(lang)}" for found in self.findings]


def _mark(found: Found) -> str:
    if not found.ok:
        return "✗"
    return "·" if found.code in _NOTES else "✓"
