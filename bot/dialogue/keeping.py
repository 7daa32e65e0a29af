"""What is kept at any question, asked for or not: words, pictures, a place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.dialogue.draft import Draft
from bot.dialogue.kinds import Heard, Kind
from bot.dialogue.lexicon import Lexicon, normal
from bot.dialogue.script import Script, Step
from bot.dialogue.turn import Answer, AnswerKind
from bot.dialogue.vocabulary import STALE


def keep(answer: Answer, script: Script, step: Step | None, draft: Draft, place: Kind) -> list[str]:
    """Put into the draft what the script keeps; the names of the texts that say so.

    Where the question itself asked for it, nothing more is said.
    """
    keeps = script.keeps
    if "late" in keeps and answer.sent_at and answer.at - answer.sent_at > STALE:
        draft.keep("late", True)
    if "said" in keeps and (
        tells(answer, step, draft.lexicon) or _counts(answer, step, draft.lexicon)
    ):
        draft.keep("said", [*(draft.data.get("said") or ()), entry(answer)])
    if answer.kind is AnswerKind.MEDIA and "media" in keeps:
        return _media(answer, step, draft)
    unasked = step is None or step.location is None
    if answer.kind is AnswerKind.LOCATION and "place" in keeps and unasked:
        return _place(answer, draft, place)
    return []


def tells(answer: Answer, step: Step | None, lexicon: Lexicon) -> bool:
    """Whether there are words or a point for the log; a mere choice is no part of the story."""
    if answer.kind is not AnswerKind.TEXT or step is None:
        return bool(answer.text.strip() or answer.location)
    plain = normal(answer.text)
    picks = (
        plain in step.words
        or lexicon.global_word(plain) is not None
        or lexicon.number(answer.text, plain) is not None
    )
    return bool(answer.text.strip()) and not picks


def _counts(answer: Answer, step: Step | None, lexicon: Lexicon) -> bool:
    """Whether a bare number is what was asked for, rather than the number of a choice."""
    if step is None or step.text is None or not step.text.kind.numbers or step.listed is not None:
        return False
    number = lexicon.number(answer.text) if answer.kind is AnswerKind.TEXT else None
    free = sum(choice.number is None for choice in step.choices)
    fixed = {choice.number for choice in step.choices}
    return number is not None and number not in fixed and number not in range(1, free + 1)


def _media(answer: Answer, step: Step | None, draft: Draft) -> list[str]:
    draft.keep("media", int(draft.data.get("media") or 0) + max(answer.media, 1))
    told: list[str] = []
    if step is None or step.media is None:
        told.append("voice_kept" if answer.media_kind in ("voice", "audio") else "media_kept")
    compressed = answer.as_file is False and answer.media_kind == "photo"
    if compressed and not draft.data.get("asked_file"):
        draft.keep("asked_file", True)
        told.append("as_file")
    return told


def _place(answer: Answer, draft: Draft, place: Kind) -> list[str]:
    if not draft.data.get("place"):
        draft.keep("place", point(answer, draft, place))
    return ["location_kept"]


def point(answer: Answer, draft: Draft, place: Kind) -> dict[str, Any]:
    """A shared point as a place: with the street that its label names, if any."""
    shared: Mapping[str, Any] = answer.location or {}
    label = str(shared.get("label") or "")
    streets = draft.value("streets") or ()
    heard = Heard(text=label, data={}, streets=streets, lexicon=draft.lexicon)
    named = place.read(heard) or {"text": label, "street": "", "number": ""}
    return {**named, "latitude": shared.get("latitude"), "longitude": shared.get("longitude")}


def entry(answer: Answer) -> dict[str, Any]:
    """The answer as the log keeps it."""
    found: dict[str, Any] = {
        "text": answer.text,
        "message": answer.message,
        "source": answer.source,
        "platform_at": _stamp(answer.sent_at or answer.at),
        "received_at": _stamp(answer.at),
    }
    if answer.location:
        found["latitude"] = answer.location.get("latitude")
        found["longitude"] = answer.location.get("longitude")
    return found


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
