"""The one card of an alert, drawn from its facts: pure, the same facts give the same card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.dialogue.place import without_house_numbers
from bot.messaging import Card, CardLine, Outgoing
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from bot.store.alerts import Alert
    from bot.voice import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who will read the card: their language, and which choices they get."""

    lang: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the neighbourhood lets the group see, and its emergency number."""

    emergency: str
    plates: str


def choices_for(alert: Alert, *, coordinator: bool) -> tuple[tuple[str, str], ...]:
    """What may be answered to the card: nothing once it is closed."""
    if alert.state != "open":
        return ()
    answers = [
        ("alerts.choice.seen", f"a:seen:{alert.id}"),
        ("alerts.choice.safe", f"a:safe:{alert.id}"),
    ]
    if coordinator:
        answers += [
            ("alerts.choice.close", f"a:close:{alert.id}"),
            ("alerts.choice.rectify", f"a:rectify:{alert.id}"),
        ]
    return tuple(answers)


def draw(alert: Alert, voice: Voice, rules: Rules, reader: Reader) -> Outgoing:
    """The card in the reader's language; its text says all that its picture says."""
    card = _card(alert, voice, rules, reader.lang)
    return Outgoing(
        text=_as_text(card, voice, reader.lang),
        choices=voice.choices(reader.lang, reader.choices),
        card=card,
        lang=reader.lang,
        protect=True,
    )


def _card(alert: Alert, voice: Voice, rules: Rules, lang: str) -> Card:
    state = alert.state
    title = voice.text(lang, "alerts.card.title", number=alert.number)
    word = voice.text(lang, f"alerts.state.{state}")
    if state == "rectified":
        body = voice.text(lang, "alerts.card.rectified", number=alert.number)
        return Card(kind="alert", state=state, title=title, state_word=word, body=body)
    if state in ("closed", "no_news"):
        return _closed(
            alert, voice, lang, Card(kind="alert", state=state, title=title, state_word=word)
        )
    return Card(
        kind="alert",
        state=state,
        title=title,
        state_word=word,
        headline=f"{voice.hour(from_ms(alert.opened_at))} · {known.street_of(alert.facts)}",
        body=known.for_group(voice.what(lang, alert.facts), rules.plates),
        lines=_lines(alert, voice, rules, lang),
        footer=voice.text(lang, "alerts.card.footer"),
        updated=_updated(alert, voice, lang),
    )


def _closed(alert: Alert, voice: Voice, lang: str, card: Card) -> Card:
    facts = alert.facts
    closed = voice.hour(from_ms(alert.closed_at or alert.opened_at))
    outcome = voice.text(lang, f"alerts.outcome.{facts.get('outcome') or 'unknown'}")
    period = voice.text(
        lang,
        "alerts.card.was_open",
        since=voice.hour(from_ms(alert.opened_at)),
        until=closed,
        street=known.street_of(facts),
    )
    return Card(
        kind=card.kind,
        state=card.state,
        title=card.title,
        state_word=card.state_word,
        headline=f"{closed} · {outcome}",
        body=voice.text(lang, "alerts.card.over"),
        lines=(CardLine(icon="clock", text=period),),
    )


def _lines(alert: Alert, voice: Voice, rules: Rules, lang: str) -> tuple[CardLine, ...]:
    facts = alert.facts
    lines = [CardLine(icon="phone", text=gate_line(facts, voice, rules.emergency, lang))]
    if look_out := look_out_for(facts, voice, rules.plates, lang):
        text = voice.text(lang, "alerts.card.look_out", description=look_out)
        lines.append(CardLine(icon="person", text=text))
    lines.append(CardLine(icon="eye", text=_sightings(facts, voice, lang)))
    if pictures := int(facts.get("pictures") or 0):
        text = voice.text(lang, "alerts.card.pictures", n=pictures)
        lines.append(CardLine(icon="lock", text=text))
    return tuple(lines)


def look_out_for(facts: dict[str, Any], voice: Voice, plates: str, lang: str) -> str:
    """The description in one line, in the reader's language."""
    return known.look_out_for(
        facts, plates, lambda step, value: voice.chosen(lang, f"enrich.{step}", value)
    )


def gate_line(facts: dict[str, Any], voice: Voice, emergency: str, lang: str) -> str:
    """Who said when that the emergency number was called: a statement, never a fact."""
    gate = facts.get("gate") or {}
    by = str(gate.get("by") or "none")
    at = str(gate.get("at") or "")
    when = voice.hour(datetime.fromisoformat(at)) if at else ""
    return voice.text(lang, f"alerts.card.gate.{by}", emergency=emergency, at=when)


def _sightings(facts: dict[str, Any], voice: Voice, lang: str) -> str:
    seen = facts.get("sightings") or []
    if not seen:
        return voice.text(lang, "alerts.card.no_sightings")
    last = seen[-1]
    return voice.text(
        lang,
        "alerts.card.sightings",
        n=len(seen),
        where=without_number(str(last["where"])),
        at=voice.hour(datetime.fromisoformat(str(last["at"]))),
    )


def without_number(text: str) -> str:
    """A place as the group may see it."""
    return without_house_numbers(text)


def _updated(alert: Alert, voice: Voice, lang: str) -> str:
    if alert.version < 2 or alert.edited_at is None:  # the first version is no update
        return ""
    return voice.text(lang, "alerts.card.updated", at=voice.hour(from_ms(alert.edited_at)))


def _as_text(card: Card, voice: Voice, lang: str) -> str:
    head = f"**{card.title}**"
    if card.state == "open":
        lines = [head, f"**{card.headline}**", card.body]
    else:
        lines = [
            f"{head} · **{card.state_word}**",
            f"**{card.headline}**" if card.headline else "",
            card.body,
        ]
    lines += [line.text for line in card.lines]
    lines += [card.footer, voice.text(lang, "alerts.card.answer") if card.state == "open" else ""]
    lines.append(card.updated)
    return "\n".join(line for line in lines if line)
