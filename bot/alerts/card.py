"""The one card of an alert, drawn from its facts: pure, the same facts give the same card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.alerts import facts as known
from bot.messaging import Card, CardLine, Outgoing
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.alerts.facts import Rules
    from bot.store.alerts import Alert
    from bot.voice import Voice

Choices = tuple[tuple[str, str], ...]
Drawings: TypeAlias = "Callable[[str, bool], Outgoing]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who will read the card: their language, and which choices they get."""

    lang: str
    choices: Choices = ()


def handles(alert: Alert) -> Choices:
    """What a coordinator may do with an open alert."""
    return (
        ("alerts.choice.close", f"a:close:{alert.id}"),
        ("alerts.choice.rectify", f"a:rectify:{alert.id}"),
    )


def choices_for(alert: Alert, *, coordinator: bool) -> Choices:
    """What may be answered to the card: nothing once it is closed."""
    if alert.state != "open":
        return ()
    answers = (
        ("alerts.choice.seen", f"a:seen:{alert.id}"),
        ("alerts.choice.safe", f"a:safe:{alert.id}"),
    )
    return (*answers, *handles(alert)) if coordinator else answers


def draw(alert: Alert, voice: Voice, rules: Rules, reader: Reader) -> Outgoing:
    """The card in the reader's language; its text says all that its picture says."""
    card = _Drawing(alert, voice, rules, reader.lang).card()
    return Outgoing(
        text=_as_text(card, voice, reader.lang),
        choices=voice.choices(reader.lang, reader.choices),
        card=card,
        lang=reader.lang,
        protect=True,
    )


def drawings(alert: Alert, voice: Voice, rules: Rules) -> Drawings:
    """The card for each kind of reader, by language and whether they coordinate; drawn once."""
    drawn: dict[tuple[str, bool], Outgoing] = {}

    def for_reader(lang: str, coordinator: bool) -> Outgoing:  # noqa: FBT001  # a table's key
        if (lang, coordinator) not in drawn:
            reader = Reader(lang=lang, choices=choices_for(alert, coordinator=coordinator))
            drawn[lang, coordinator] = draw(alert, voice, rules, reader)
        return drawn[lang, coordinator]

    return for_reader


class _Drawing:
    """One alert in one language, under one neighbourhood's rules."""

    def __init__(self, alert: Alert, voice: Voice, rules: Rules, lang: str) -> None:
        self._alert = alert
        self._facts: dict[str, Any] = alert.facts
        self._voice = voice
        self._rules = rules
        self._lang = lang

    def card(self) -> Card:
        if self._alert.state == "rectified":
            return self._rectified()
        if self._alert.state in ("closed", "no_news"):
            return self._closed()
        where = known.street_of(self._facts, self._rules) or self._say("a_point")
        return self._framed(
            headline=f"{self._hour(self._alert.opened_at)} · {where}",
            body=self._rules.shown(self._voice.what(self._lang, self._facts)),
            lines=self._lines(),
            footer=self._say("footer"),
            updated=self._updated(),
        )

    def _framed(self, **more: Any) -> Card:
        alert = self._alert
        state = "unsure" if is_unsure(alert) and alert.state == "open" else alert.state
        return Card(
            kind="alert",
            state=alert.state,
            title=self._say("title", number=alert.number),
            state_word=self._voice.text(self._lang, f"alerts.state.{state}"),
            **more,
        )

    def _rectified(self) -> Card:
        """Nothing of the description; why it is gone, and since when."""
        at = self._alert.edited_at or self._alert.closed_at
        return self._framed(
            headline=self._say("ordinary"),
            body=self._say("rectified"),
            updated=self._say("rectified_at", at=self._hour(at)) if at else "",
        )

    def _closed(self) -> Card:
        closed = self._hour(self._alert.closed_at or self._alert.opened_at)
        outcome = outcome_of(self._alert, self._voice, self._lang)
        period = self._say(
            "was_open",
            since=self._hour(self._alert.opened_at),
            until=closed,
            street=known.street_of(self._facts, self._rules) or self._say("a_point"),
        )
        return self._framed(
            headline=f"{closed} · {outcome[:1].upper()}{outcome[1:]}",
            body=self._say("over"),
            lines=(CardLine(icon="clock", text=period),),
        )

    def _lines(self) -> tuple[CardLine, ...]:
        lines = [CardLine(icon="phone", text=self._gate())]
        if found := look_out_for(self._alert, self._voice, self._rules, self._lang):
            lines.append(CardLine(icon="person", text=self._say("look_out", description=found)))
        lines.append(CardLine(icon="eye", text=self._sightings()))
        if added := self._additions():
            lines.append(CardLine(icon="person", text=added))
        if pictures := int(self._facts.get("pictures") or 0):
            lines.append(CardLine(icon="lock", text=self._say("pictures", n=pictures)))
        return tuple(lines)

    def _gate(self) -> str:
        """Who said when that the emergency number was called: a statement, never a fact."""
        gate = self._facts.get("gate") or {}
        by = str(gate.get("by") or "none")
        by = "unsure" if by == "none" and is_unsure(self._alert) else by
        at = str(gate.get("at") or "")
        when = self._voice.hour(datetime.fromisoformat(at)) if at else ""
        return self._say(f"gate.{by}", emergency=self._rules.emergency, at=when)

    def _sightings(self) -> str:
        seen = self._facts.get("sightings") or []
        if not seen:
            return self._say("no_sightings")
        where = self._rules.place(str(seen[-1]["where"])) or self._say("a_point")
        at = self._voice.hour(datetime.fromisoformat(str(seen[-1]["at"])))
        return self._say("sightings", n=len(seen), where=where, at=at)

    def _additions(self) -> str:
        """The latest; each rang by itself."""
        told = self._facts.get("additions") or []
        if not told:
            return ""
        text = known.addition(told[-1], self._voice.what(self._lang, told[-1]), self._rules)
        at = self._voice.hour(datetime.fromisoformat(str(told[-1]["at"])))
        return self._say("additions", n=len(told), at=at, text=text)

    def _updated(self) -> str:
        alert = self._alert
        if alert.version < 2 or alert.edited_at is None:  # the first version is no update
            return ""
        return self._say("updated", at=self._hour(alert.edited_at))

    def _say(self, name: str, **values: Any) -> str:
        return self._voice.text(self._lang, f"alerts.card.{name}", **values)

    def _hour(self, moment_ms: int) -> str:
        return self._voice.hour(from_ms(moment_ms))


def is_unsure(alert: Alert) -> bool:
    """Whether it went out although its reporter isn't sure and nobody said that they called."""
    by = (alert.facts.get("gate") or {}).get("by")
    return alert.urgency == "unsure" and by in (None, "none")


def look_out_for(alert: Alert, voice: Voice, rules: Rules, lang: str) -> str:
    """The description in one line, in the reader's language."""
    return known.look_out_for(
        alert.facts, rules, lambda step, value: voice.chosen(lang, f"enrich.{step}", value)
    )


def outcome_of(alert: Alert, voice: Voice, lang: str) -> str:
    """How it ended, in words."""
    return voice.text(lang, f"alerts.outcome.{alert.facts.get('outcome') or 'unknown'}")


def _as_text(card: Card, voice: Voice, lang: str) -> str:
    plain = card.state_word == voice.text(lang, "alerts.state.open")
    title = f"**{card.title}**" if plain else f"**{card.title}** · **{card.state_word}**"
    lines = [title, f"**{card.headline}**" if card.headline else "", card.body]
    lines += [line.text for line in card.lines]
    lines += [card.footer, voice.text(lang, "alerts.card.answer") if card.state == "open" else ""]
    lines.append(card.updated)
    return "\n".join(line for line in lines if line)
