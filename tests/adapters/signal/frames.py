"""Frames as signal-cli writes them, and what is read of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from adapters.signal import frame as frames
from adapters.signal.inbound import Account, parse
from bot.messaging import Event, RawInbound

BOT = "+32470123456"


BOT_UUID = "b07b07b0-7b07-4b07-8b07-b07b07b07b07"


ANN = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"


BERT = "11111111-2222-4333-8444-555555555555"


GROUP = "2DicEQ5lOnSc516Tte0nVAd4dSofTvryO3zsZjwEetg="


GROUP_ADDRESS = "group.MkRpY0VRNWxPblNjNTE2VHRlMG5WQWQ0ZFNvZlR2cnlPM3pzWmp3RWV0Zz0="


SENT = 1769270000123


RECEIVED = datetime(2026, 1, 24, 15, 53, 21, tzinfo=UTC)


ACCOUNT = Account(source="signal", number=BOT, original=lambda version: version)


def envelope(number: str | None = "+4915100000001", **content: Any) -> dict[str, Any]:
    """An envelope from Ann, as signal-cli's JsonMessageEnvelope has it."""
    return {
        "source": number or ANN,
        "sourceNumber": number,
        "sourceUuid": ANN,
        "sourceName": "Ann",
        "sourceDevice": 2,
        "timestamp": SENT,
        "serverReceivedTimestamp": SENT + 277,
        "serverDeliveredTimestamp": SENT + 287,
        **content,
    }


def own(**content: Any) -> dict[str, Any]:
    """An envelope from another device of the bot's own account."""
    return {**envelope(BOT, **content), "sourceUuid": BOT_UUID, "sourceName": "Saarbot"}


def data(**content: Any) -> dict[str, Any]:
    return {"timestamp": SENT, "message": None, "expiresInSeconds": 0, "viewOnce": False, **content}


def group(kind: str = "DELIVER") -> dict[str, Any]:
    return {"groupId": GROUP, "groupName": "Elm St", "revision": 12, "type": kind}


def raw(frame: dict[str, Any] | str) -> RawInbound:
    payload = frame if isinstance(frame, str) else json.dumps({"account": BOT, **frame})
    return RawInbound(
        source="signal", key=frames.key(payload), payload=payload, received_at=RECEIVED
    )


def events(frame: dict[str, Any]) -> list[Event]:
    return list(parse(raw({"envelope": frame}), ACCOUNT))


def only(frame: dict[str, Any]) -> Any:
    (event,) = events(frame)
    return event
