"""The words a script may use: facts it may ask, effects it may have, and what they need.

Facts are given by the caller; a missing one has its default. A fact may be a function of the
draft, called when it is looked at. Derived values are worked out here from facts and draft.
Another room adds its own words with `Vocabulary.with_(...)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Protocol, Self

from bot.dialogue.lexicon import Lexicon

STALE: Final = timedelta(minutes=15)
MOST_PERSONS: Final = 5  # described one by one; nobody answers eight questions ten times

FACTS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "emergency": "101",
        "rescue": "112",
        "app": "112 BE",
        "gate": "strict",
        "unsure": "strict",
        "neighbours": 0,
        "coordinators": 1,
        "only_one_to_ask": False,
        "paused": False,
        "places": (),
        "coordinated": (),
        "open_alerts": (),
        "gate_met": False,
        "stale": False,
        "neighbourhood": "",
        "pseudonym": "",
        "police": "",
        "privacy_url": "",
        "rules_version": "",
        "min_age": 18,
        "area": "",
        "case": "",
        "nr": "",
        "code": "",
        "own": True,
        "photos": 0,
        "can_show": False,
        "card": "",
        "covered": False,
        "streets": (),
        "similar": None,
        "outside": False,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSpec:
    """`uses` are the data keys that go with the effect. `needs` names a value that must hold:
    whatever a script says, the effect doesn't happen without it.
    """

    uses: tuple[str, ...] = ()
    needs: str = ""


_DESCRIPTION = ("alert", "count", "persons", "vehicle", "direction", "note", "place")
_DRAFT = ("what", "kind", "place", "urgency", "gate", "called", "said", "media", "late")

EFFECTS: Final[Mapping[str, EffectSpec]] = MappingProxyType(
    {
        "join.ask": EffectSpec(uses=("name", "street")),
        "join.decline": EffectSpec(),
        "member.introduce": EffectSpec(uses=("name", "street")),
        "report.gate": EffectSpec(uses=("gate",)),
        "report.call_off": EffectSpec(),
        "report.page": EffectSpec(uses=("what", "kind", "place", "gate")),
        "report.send": EffectSpec(uses=_DRAFT, needs="may_send"),
        "report.record": EffectSpec(uses=_DRAFT),
        "report.join": EffectSpec(uses=("alert", *_DRAFT)),
        "report.discard": EffectSpec(),
        "enrich.describe": EffectSpec(uses=_DESCRIPTION),
        "enrich.done": EffectSpec(uses=_DESCRIPTION),
        "sighting.send": EffectSpec(uses=("alert", "where", "when", "now")),
        "question.ask": EffectSpec(uses=("alert", "what", "said")),
        "question.keep": EffectSpec(uses=("alert", "newest", "said")),
        "question.report": EffectSpec(uses=("what", "said")),
        "question.answer": EffectSpec(uses=("alert", "question", "said")),
        "close.send": EffectSpec(uses=("alert", "outcome")),
        "post.report": EffectSpec(uses=("text",)),
        "post.ignore": EffectSpec(),
        "broadcast.send": EffectSpec(uses=("text",)),
        "pause.until_tomorrow": EffectSpec(),
        "pause.leave": EffectSpec(),
    }
)


class Known(Protocol):
    """What a derived value may look at."""

    data: Mapping[str, Any]
    now: datetime | None
    lexicon: Lexicon

    def value(self, name: str) -> Any:
        """A fact, a derived value, or `data.key`."""
        ...


def gate_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who said when that the police were called. A word that came from outside the questions
    (`called`) stands, whatever is taken back in them.
    """
    gate: Mapping[str, Any] = data.get("gate") or {}
    if gate.get("by") == "self":
        return gate
    return data.get("called") or gate


def _gate_by(known: Known) -> str:
    return str(gate_of(known.data).get("by", ""))


def _gate_open(known: Known) -> bool:
    """The reporter, or a coordinator for them, says that the police were called."""
    return bool(known.value("gate_met")) or _gate_by(known) in ("self", "coordinator")


def _gate_pending(known: Known) -> bool:
    """Coordinators were asked to call: the card waits until one says so."""
    return _gate_by(known) == "page" and not _gate_open(known)


def _advisory(known: Known) -> bool:
    """The neighbourhood lets some alerts out before anybody called, and marks them so."""
    return known.value("gate") == "advisory" or (
        known.value("unsure") == "ask_group" and known.data.get("urgency") == "unsure"
    )


def _may_send(known: Known) -> bool:
    return _gate_open(known) or _gate_pending(known) or _advisory(known)


def _stale(known: Known) -> bool:
    """What is said may be over: it came late, or the draft lay a while."""
    data = known.data
    if data.get("late"):
        return True
    if data.get("still") is None and known.value("stale"):
        return True
    since = data.get("still") or gate_of(data).get("at")
    if known.now is None or not isinstance(since, str):
        return False
    return known.now - _moment(since, known.now) > STALE


def _moment(stamp: str, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(stamp)
    except ValueError:
        return otherwise


def _danger(known: Known) -> bool:
    return known.lexicon.dangerous(str(known.data.get("what") or ""))


def _no_street(known: Known) -> bool:
    place = known.data.get("place") or {}
    return "latitude" in place and not place.get("street")


def _only_alert(known: Known) -> Any:
    alerts: Sequence[Mapping[str, Any]] = known.value("open_alerts") or ()
    return alerts[0]["id"] if len(alerts) == 1 else None


def _alert(known: Known) -> Mapping[str, Any]:
    """The open alert that the draft is about."""
    wanted = known.data.get("alert")
    alerts = known.value("open_alerts") or ()
    found: Mapping[str, Any] = next((one for one in alerts if one.get("id") == wanted), {})
    return found


def _alert_field(name: str) -> Callable[[Known], Any]:
    return lambda known: _alert(known).get(name, "")


def _more_persons(known: Known) -> bool:
    count = min(int(known.data.get("count") or 0), MOST_PERSONS)
    return int(known.data.get("at") or 0) + 1 < count


DERIVED: Final[Mapping[str, Callable[[Known], Any]]] = MappingProxyType(
    {
        "gate_open": _gate_open,
        "gate_pending": _gate_pending,
        "may_send": _may_send,
        "is_stale": _stale,
        "danger": _danger,
        "no_street": _no_street,
        "described": lambda known: bool(known.data.get("what") or known.data.get("kind")),
        "only_alert": _only_alert,
        "alert_open": lambda known: bool(_alert(known)),
        "alert_number": _alert_field("number"),
        "alert_time": _alert_field("time"),
        "alert_street": _alert_field("street"),
        "alert_what": _alert_field("what"),
        "district": lambda known: known.value("area") or known.value("neighbourhood"),
        "person": lambda known: int(known.data.get("at") or 0) + 1,
        "more_persons": _more_persons,
        "media_count": lambda known: int(known.data.get("media") or 0),
    }
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything a script may name."""

    facts: Mapping[str, Any] = field(default_factory=lambda: FACTS)
    effects: Mapping[str, EffectSpec] = field(default_factory=lambda: EFFECTS)
    derived: Mapping[str, Callable[[Known], Any]] = field(default_factory=lambda: DERIVED)

    def with_(
        self,
        *,
        facts: Mapping[str, Any] | None = None,
        effects: Mapping[str, EffectSpec] | None = None,
    ) -> Self:
        """The same and more, for another room's scripts."""
        return replace(
            self,
            facts={**self.facts, **(facts or {})},
            effects={**self.effects, **(effects or {})},
        )

    def knows(self, name: str) -> bool:
        """Whether a condition or a text may use this name (`data.…` apart)."""
        return name.partition(".")[0] in self.facts or name in self.derived
