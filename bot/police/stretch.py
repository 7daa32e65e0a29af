"""The report of a stretch of a chain, as it lies in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.journal import journal
from bot.police.report import Report, build, cases_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.store.tx import Reader


def report_of(
    reader: Reader, chain: str, entries: Sequence[journal.Entry], *, after: int
) -> Report:
    """The report of a stretch, with the heads of cases that began before it."""
    begun = {entry.case for entry in entries if entry.kind == "case.opened"}
    before = [
        entry
        for number in cases_in(entries)
        if number not in begun
        for entry in journal.entries(reader, chain, upto=after, case=number)
    ]
    return build(entries, after=after, before=before)
