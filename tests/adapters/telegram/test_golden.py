"""Updates as Telegram documents them, and what they mean: one file each in `golden/`."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram import inbound
from adapters.telegram.me import Me
from bot.messaging import Address, Event, RawInbound
from tests.adapters.telegram import description

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
ME = Me(source="telegram", bot_id=123456789, username="saarbot_test_bot")
RECEIVED = datetime(2026, 11, 19, 12, 0, 5, tzinfo=UTC)


def told(update: dict[str, Any]) -> list[dict[str, Any]]:
    """The events in an update, in a form that reads well in a file: defaults are left out."""
    raw = RawInbound(
        source="telegram", key="golden", payload=json.dumps(update), received_at=RECEIVED
    )
    return [{"event": type(event).__name__, **_plain(event)} for event in inbound.events(raw, ME)]


def _plain(value: Any) -> Any:
    match value:
        case Address():
            return str(value)
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case tuple():
            return [_plain(each) for each in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    given = {field: getattr(value, field.name) for field in fields(value)}
    return {
        field.name: _plain(content)
        for field, content in given.items()
        if content != _default(field) and field.name not in {"source", "received_at"}
    }


def _default(field: Any) -> Any:
    return field.default if field.default is not MISSING else None


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_an_update_means_what_its_file_says(path: Path) -> None:
    """Each documented shape has one reading, and stays as the file says."""
    golden = json.loads(path.read_text())
    assert told(golden["update"]) == golden["events"]


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_the_golden_updates_are_telegrams(path: Path) -> None:
    """Every field is one of the published description, with its type."""
    golden = json.loads(path.read_text())
    assert description.payload_faults(golden["update"], "Update") == []


def test_every_event_is_whole() -> None:
    """Whatever the kind: the source, a name of its own, a chat, and times with their zone."""
    for each in GOLDEN:
        update = json.loads(each.read_text())["update"]
        raw = RawInbound(
            source="telegram", key=each.stem, payload=json.dumps(update), received_at=RECEIVED
        )
        events: list[Event] = inbound.events(raw, ME)
        assert len({event.event_id for event in events}) == len(events)
        for event in events:
            assert event.source == "telegram"
            assert event.chat.messenger == "telegram"
            assert event.occurred_at.tzinfo is not None
            assert event.received_at == RECEIVED
