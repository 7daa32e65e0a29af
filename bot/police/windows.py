"""When a mail is due, recomputed from the ledger. Pure.

A boundary is a neighbourhood's hour of the day, local. At a boundary a mail is due if something
for the police came in since the last one (what they are told, or may count), or if nothing did and
silence would be misread: always, once a week, or never, as the neighbourhood chose. The log's
entries about mails are nothing for the police: a mail never brings about the next. Boundaries that passed while nothing ran give
one mail that names them; a boundary at which there was nothing to send is not missed.

Where the clock skips the hour (spring) the boundary falls an hour later by the clock; where it
repeats the hour (autumn) the first one counts. A clock that was set back makes nothing due again;
one that had been a day or more ahead was wrong, and holds nothing up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final, Literal

# A mail that is cut later than this after its hour says so.
LATE: Final = timedelta(minutes=15)
WEEK: Final = 7
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """A neighbourhood's hour, and what it does with silence."""

    at: time
    zone: tzinfo
    empty: Literal["always", "weekly", "never"] = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A mail that should go now. `missed` are hours that passed without it."""

    boundary: datetime
    missed: tuple[datetime, ...] = ()


def boundaries(rhythm: Rhythm, since: datetime, now: datetime) -> Iterator[datetime]:
    """Every boundary in (since, now], in UTC."""
    day = since.astimezone(rhythm.zone).date()
    last = now.astimezone(rhythm.zone).date()
    while day <= last:
        moment = datetime.combine(day, rhythm.at, rhythm.zone).astimezone(UTC)
        if since < moment <= now:
            yield moment
        day += timedelta(days=1)


def next_boundary(rhythm: Rhythm, now: datetime) -> datetime:
    """The first boundary after `now`."""
    return next(boundaries(rhythm, now, now + timedelta(days=3)))


def due(rhythm: Rhythm, *, since: datetime, now: datetime, news: datetime | None) -> Due | None:
    """The mail that is due, if one is.

    `since` is where the last mail ended (or the line began); `news` is when the first entry for
    the police came in after it, None if none did.
    """
    since = believed(since, now)
    # News from later than now was written while the clock was wrong.
    came = since if news is not None and news > now else news
    found = [
        moment
        for moment in boundaries(rhythm, since, now)
        if _has_news(came, moment) or _speaks(rhythm, since, moment)
    ]
    if not found:
        return None
    *missed, last = found
    if now - last > LATE:
        missed.append(last)
    return Due(boundary=last, missed=tuple(missed))


def believed(moment: datetime, now: datetime) -> datetime:
    """When something was, as far as this clock can tell.

    What lies a day or more ahead was told by a clock that was wrong, and counts as yesterday.
    """
    return moment if moment < now + _DAY else now - _DAY


def _has_news(news: datetime | None, moment: datetime) -> bool:
    return news is not None and news <= moment


def _speaks(rhythm: Rhythm, since: datetime, moment: datetime) -> bool:
    """Whether a mail goes at this boundary even with nothing in it."""
    if rhythm.empty == "weekly":
        days = moment.astimezone(rhythm.zone).date() - since.astimezone(rhythm.zone).date()
        return days.days > 0 and days.days % WEEK == 0
    return rhythm.empty == "always"
