"""The period a coordinator names: "gisteren", "1-11-2026 tot 8-11-2026", or nothing at all."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

TODAY = frozenset({"vandaag", "today", "heute", "aujourd'hui"})
YESTERDAY = frozenset({"gisteren", "yesterday", "gestern", "hier"})
WEEK = frozenset({"week", "woche", "semaine", "deze week", "this week"})
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def read_period(
    text: str, now: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """Local days as (from, until), until exclusive; both None for no bound.

    Raises ValueError when the words name no period.
    """
    words = " ".join(text.lower().split())
    today = now.astimezone(zone).date()
    if not words:
        return None, None
    if words in TODAY:
        return _days(today, today, zone)
    if words in YESTERDAY:
        return _days(today - timedelta(days=1), today - timedelta(days=1), zone)
    if words in WEEK:
        return _days(today - timedelta(days=6), today, zone)
    dates = [_date(found) for found in _DATE.finditer(words)]
    if not 1 <= len(dates) <= 2:  # one day, or from and to
        raise ValueError(f"{text!r} names no period")
    return _days(min(dates), max(dates), zone)


def _date(found: re.Match[str]) -> date:
    year, month, day = (
        (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    )
    return datetime(int(year), int(month), int(day)).date()  # noqa: DTZ001  # a calendar day


def _days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begin = datetime.combine(first, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return begin, end
