"""What a script's effects do, by name: the only place where dialogue and rooms meet."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts.ending import LIVE, RECTIFYING
from bot.delivery.post import Post, Priority
from bot.intake import unkept
from bot.intake.coordinator import is_coordinator
from bot.store import alerts as alert_store
from bot.store.tx import to_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from bot.alerts.ending import Ending
    from bot.alerts.life import Life
    from bot.alerts.opening import Opening
    from bot.alerts.paging import Paging
    from bot.alerts.questions import Questions
    from bot.alerts.relay import Relay
    from bot.alerts.sightings import Sightings
    from bot.delivery.outbox import Outbox
    from bot.intake.turning import Turning
    from bot.neighbourhood.joining import Joining
    from bot.neighbourhood.notices import Notices
    from bot.voice import Voice

    Effect = Callable[[Turning, Mapping[str, Any]], None]

WAKE = time(8, 0)


def effects(
    *,
    opening: Opening,
    paging: Paging,
    life: Life,
    sightings: Sightings,
    questions: Questions,
    ending: Ending,
    relay: Relay,
    joining: Joining,
    notices: Notices,
    outbox: Outbox,
    voice: Voice,
    quick: Callable[[str, Sequence[str]], dict[str, Any]],
    zone: ZoneInfo,
) -> dict[str, Effect]:
    """Every effect that a shipped script may have."""

    def gate(turning: Turning, args: Mapping[str, Any]) -> None:
        if args.get("by") == "self":
            opening.called_self(turning.scene())

    def close(turning: Turning, _args: Mapping[str, Any]) -> None:
        tx, data, member = turning.tx, turning.data, turning.member
        alert = alert_store.by_id(tx, int(data.get("alert") or 0))
        if alert is None or member is None:
            return
        outcome = str(data["outcome"])
        if alert.state in LIVE:
            ending.close(tx, alert, outcome, member)
        elif outcome in RECTIFYING and alert.state != "rectified":
            ending.rectify(tx, alert, member)
        else:
            message = voice.message(turning.lang, "alerts.closed_now", number=alert.number)
            cause = f"closed already:{turning.dialogue}"
            relay.tell(tx, alert, member, message, cause=cause, purpose="answer")

    def pause(turning: Turning, _args: Mapping[str, Any]) -> None:
        if turning.member is not None:
            joining.pause(turning.tx, turning.member, to_ms(_tomorrow(turning.tx.now, zone)))

    def leave(turning: Turning, _args: Mapping[str, Any]) -> None:
        if turning.member is not None:
            joining.leave(turning.tx, turning.member)

    def broadcast(turning: Turning, _args: Mapping[str, Any]) -> None:
        chosen = turning.data.get("membership")
        mine = [m for m in turning.members if m.id == chosen and is_coordinator(m)]
        if not mine:
            return
        cause = f"d{turning.dialogue}"
        n = notices.to_all(turning.tx, mine[0], str(turning.data["text"]), cause=cause)
        key = "neighbourhood.broadcast_sent"
        post = Post(
            chat=turning.chat,
            message=voice.message(turning.lang, key, n=n),
            cause=f"{key}:{cause}",
            priority=Priority.ANSWER,
            purpose="answer",
            membership=mine[0].id,
        )
        outbox.post(turning.tx, post)

    def ask(turning: Turning, _args: Mapping[str, Any]) -> None:
        joining.ask(turning.tx, turning.place.id, turning.person_id, turning.data)

    def introduce(turning: Turning, _args: Mapping[str, Any]) -> None:
        if turning.member is not None:
            joining.introduce(turning.tx, turning.member, turning.data)

    def ignore(turning: Turning, _args: Mapping[str, Any]) -> None:
        unkept.forget(turning.tx, outbox, voice, dialogue=turning.dialogue, lang=turning.lang)

    def report(turning: Turning, _args: Mapping[str, Any]) -> None:
        """What was written in the group is the first thing said in the report."""
        turning.carry |= quick(str(turning.data.get("text", "")), turning.place.streets)
        _carry_words(turning)

    def keep(turning: Turning, _args: Mapping[str, Any]) -> None:
        questions.keep(turning.scene())

    def reported(turning: Turning, _args: Mapping[str, Any]) -> None:
        """What sounded like a question about another report; for which neighbourhood isn't known."""
        turning.carry |= quick(str(turning.data.get("what", "")), turning.place.streets)
        turning.carry["said"] = list(turning.data.get("said") or ())

    def enriched(turning: Turning, _args: Mapping[str, Any]) -> None:
        life.describe(turning.scene())
        life.signalement(turning.tx, int(turning.data.get("alert") or 0))

    return {
        "join.ask": ask,
        "join.decline": _nothing,
        "member.introduce": introduce,
        "report.gate": gate,
        "report.call_off": lambda turning, _args: opening.call_off(turning.scene()),
        "report.page": lambda turning, args: paging.ask(
            turning.scene(), more=bool(args.get("more"))
        ),
        "report.send": lambda turning, _args: opening.send(turning.scene()),
        "report.record": lambda turning, _args: opening.record(turning.scene()),
        "report.join": lambda turning, _args: opening.join(turning.scene()),
        "report.discard": lambda turning, _args: opening.discard(turning.scene()),
        "enrich.describe": lambda turning, _args: life.describe(turning.scene()),
        "enrich.done": enriched,
        "sighting.send": lambda turning, _args: sightings.add(turning.scene()),
        "question.ask": lambda turning, _args: questions.ask(turning.scene()),
        "question.keep": keep,
        "question.report": reported,
        "question.answer": lambda turning, _args: questions.answered(turning.scene()),
        "close.send": close,
        "post.report": report,
        "post.ignore": ignore,
        "broadcast.send": broadcast,
        "pause.until_tomorrow": pause,
        "pause.leave": leave,
    }


def _nothing(_turning: Turning, _args: Mapping[str, Any]) -> None:
    """The script's own words are all there is to it."""


def _carry_words(turning: Turning) -> None:
    data = turning.data
    if turning.member is not None:
        turning.carry["membership"] = turning.member.id
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
