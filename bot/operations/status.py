"""`saarbot status`: how the bot stands, read without disturbing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.delivery.policy import UNKNOWN
from bot.errors import StoreError
from bot.operations.board import last_board
from bot.operations.logs import Redactor
from bot.operations.requests import is_running
from bot.store import overview
from bot.store.datadir import has_database
from bot.store.engine import open_store
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.tx import Reader


def status(settings: Settings) -> dict[str, Any]:
    """Everything, as JSON values; times are UTC. Raises StoreError where there is no store."""
    if not has_database(settings.data_dir):
        raise StoreError(
            f"there is no database in {settings.data_dir} yet; `saarbot run` or `init` makes it"
        )
    running = is_running(settings.data_dir)
    store = open_store(settings.database, settings.data_dir, SystemClock())
    try:
        with store.reading() as reader:
            return _read(reader, settings, running=running)
    finally:
        store.close()


def _read(reader: Reader, settings: Settings, *, running: bool) -> dict[str, Any]:
    oldest = overview.oldest_waiting(reader)
    board = last_board(reader) if running else {}
    redact = Redactor()
    return {
        "running": running,
        "parts": {name: {"ok": one.ok, "detail": one.detail} for name, one in board.items()},
        "neighbourhoods": _places(reader, settings),
        "alerts": [
            {
                "neighbourhood": one.neighbourhood,
                "number": one.number,
                "state": one.state,
                "opened_at": _utc(one.opened_at),
            }
            for one in overview.standing(reader)
        ],
        "outbox": overview.outbox_counts(reader)
        | {
            "in_doubt": overview.parked_in_doubt(reader, UNKNOWN),
            "oldest_waiting": _utc(oldest),
        },
        "dead_letters": [
            {
                "id": one.id,
                "messenger": one.chat.partition(":")[0],
                "purpose": one.purpose,
                "alert": one.alert,
                "in_doubt": one.in_doubt,
                "reason": redact(one.reason),
                "at": _utc(one.done_at),
            }
            for one in overview.parked(reader, UNKNOWN)
        ],
        "set_aside": overview.aside_count(reader),
        "media": overview.media_counts(reader),
        "digests": [
            {
                "neighbourhood": one.neighbourhood,
                "mailbox": one.address,
                "number": f"P-{one.number:04d}",
                "state": one.state,
                "cut_at": _utc(one.cut_at),
                "accepted_at": _utc(one.accepted_at),
                "attempts": one.attempts,
                "reason": one.reason,
            }
            for one in overview.last_mails(reader)
        ],
        "chains": [
            {"chain": one.chain, "entries": one.n, "at": one.ts, "head": one.hash.hex()}
            for one in overview.heads(reader)
        ],
    }


def _places(reader: Reader, settings: Settings) -> dict[str, Any]:
    counts = overview.member_counts(reader)
    return {
        place.id: {
            "name": place.name,
            "members": sum(counts.get(place.id, {}).values()),
            "coordinators": counts.get(place.id, {}).get("coordinator", 0),
        }
        for place in settings.neighbourhoods.values()
    }


def _utc(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return from_ms(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_words(found: Mapping[str, Any], zone: ZoneInfo) -> str:
    """The same for a person, times on the neighbourhood's clock."""
    return "\n".join(line for section in _sections(found, zone) for line in section)


def _sections(found: Mapping[str, Any], zone: ZoneInfo) -> Iterator[list[str]]:
    yield ["Saarbot is running." if found["running"] else "Saarbot is not running."]
    yield [
        f"  {'ok  ' if part['ok'] else 'FAIL'} {name}{': ' if part['detail'] else ''}{part['detail']}"
        for name, part in sorted(found["parts"].items())
    ]
    for place in found["neighbourhoods"].values():
        yield [
            (
                f"{place['name']}: {_count(place['members'], 'member')}, "
                f"of whom {_count(place['coordinators'], 'coordinator')}"
            )
        ]
    yield _alerts(found, zone)
    yield _outbox(found, zone)
    yield _digests(found, zone)
    yield [
        f"Log {one['chain']}: {_count(one['entries'], 'entry', 'entries')}, head {one['head']}"
        for one in found["chains"]
    ] or ["Log: empty"]


def _alerts(found: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    lines = [f"Open alerts: {len(found['alerts']) or 'none'}"]
    return lines + [
        f"  {one['number']} in {one['neighbourhood']}, {one['state']} "
        f"since {_local(one['opened_at'], zone)}"
        for one in found["alerts"]
    ]


def _outbox(found: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    outbox, media = found["outbox"], found["media"]
    waiting = f"Outbox: {outbox['waiting']} waiting, {outbox['sending']} under way"
    if outbox["oldest_waiting"]:
        waiting += f", the oldest since {_local(outbox['oldest_waiting'], zone)}"
    lines = [waiting, *_dead_letters(found, zone)]
    if found["set_aside"]:
        lines.append(
            f"Set aside: {_count(found['set_aside'], 'message')} that could not be handled"
        )
    if media["wanted"] or media["missing"]:
        lines.append(f"Files: {media['wanted']} still wanted, {media['missing']} never came")
    return lines


def _dead_letters(found: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    outbox, shown = found["outbox"], found["dead_letters"]
    doubt = f", {outbox['in_doubt']} of which may have arrived" if outbox["in_doubt"] else ""
    yield f"Dead letters: {outbox['parked'] or 'none'}{doubt}"
    for one in shown:
        about = ", ".join(filter(None, (one["messenger"], one["purpose"], one["alert"])))
        yield f"  {one['id']}: {about}, {_local(one['at'], zone)}: {one['reason']}"
    if outbox["parked"] > len(shown):
        yield f"  and {outbox['parked'] - len(shown)} older"


def _digests(found: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    lines: list[str] = []
    for one in found["digests"]:
        when = _local(one["accepted_at"] or one["cut_at"], zone)
        why = f": {one['reason']}" if one["reason"] and one["state"] != "accepted" else ""
        if one["state"] == "refused":
            why += "; once that is mended, `saarbot digest` sends it again"
        place, number, state = one["neighbourhood"], one["number"], one["state"]
        lines.append(f"Police mail {place}: {number} {state} {when}{why}")
    return lines or ["Police mail: none sent yet"]


def _local(moment: str | None, zone: ZoneInfo) -> str:
    if moment is None:
        return "?"
    return datetime.fromisoformat(moment).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
