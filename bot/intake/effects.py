"""What a script's effects do, by name: the only place where dialogue and rooms meet."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.store import alerts as alert_store
from bot.store.tx import to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from bot.alerts.life import Life
    from bot.alerts.opening import Opening
    from bot.intake.conversations import Turning
    from bot.neighbourhood.joining import Joining

    Effect = Callable[[Turning, Mapping[str, Any]], None]

WAKE = time(8, 0)


def effects(*, opening: Opening, life: Life, joining: Joining, zone: ZoneInfo) -> dict[str, Effect]:
    """Every effect that a shipped script may have."""

    def close(turning: Turning, _args: Mapping[str, Any]) -> None:
        alert = alert_store.by_id(turning.tx, int(turning.data.get("alert") or 0))
        if alert is not None:
            life.close(turning.tx, alert, str(turning.data["outcome"]), turning.member)

    def pause(turning: Turning, _args: Mapping[str, Any]) -> None:
        if turning.member is not None:
            joining.pause(turning.tx, turning.member, to_ms(_tomorrow(turning.tx.now, zone)))

    def leave(turning: Turning, _args: Mapping[str, Any]) -> None:
        if turning.member is not None:
            joining.leave(turning.tx, turning.member)

    def ask(turning: Turning, _args: Mapping[str, Any]) -> None:
        joining.ask(turning.tx, turning.place.id, turning.person_id, turning.data)

    def enriched(turning: Turning, _args: Mapping[str, Any]) -> None:
        life.describe(turning.scene())
        life.signalement(turning.tx, int(turning.data.get("alert") or 0))

    return {
        "join.ask": ask,
        "join.decline": _nothing,
        "report.gate": _nothing,  # the answer lies in the draft and is kept when it is sent
        "report.page": lambda turning, args: opening.page(
            turning.scene(), more=bool(args.get("more"))
        ),
        "report.send": lambda turning, _args: opening.send(turning.scene()),
        "report.record": lambda turning, _args: opening.record(turning.scene()),
        "report.join": lambda turning, _args: opening.join(turning.scene()),
        "report.discard": lambda turning, _args: opening.discard(turning.scene()),
        "enrich.describe": lambda turning, _args: life.describe(turning.scene()),
        "enrich.done": enriched,
        "sighting.send": lambda turning, _args: life.sighting(turning.scene()),
        "close.send": close,
        "post.report": _carry_words,
        "post.ignore": _nothing,
        "pause.until_tomorrow": pause,
        "pause.leave": leave,
    }


def _nothing(_turning: Turning, _args: Mapping[str, Any]) -> None:
    """The script's own words are all there is to it."""


def _carry_words(turning: Turning, _args: Mapping[str, Any]) -> None:
    """What was written in the group is the first thing said in the report."""
    data = turning.data
    stamp = turning.tx.now.isoformat(timespec="milliseconds")
    turning.carry["said"] = [
        {
            "text": str(data.get("text", "")),
            "message": str(data.get("message", "")),
            "source": str(data.get("source", "")),
            "platform_at": str(data.get("platform_at", stamp)),
            "received_at": stamp,
        }
    ]


def _tomorrow(now: datetime, zone: ZoneInfo) -> datetime:
    day = (now.astimezone(zone) + timedelta(days=1)).date()
    return datetime.combine(day, WAKE, tzinfo=zone)
