"""The coordinators' desk, drawn from how their neighbourhoods stand. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.alerts import card
from bot.alerts import facts as known
from bot.messaging import CardLine, Choice
from bot.messaging.panels import Box, Desk, OpenAlert, Passed, Task
from bot.police.windows import Rhythm, next_boundary
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from bot.alerts.facts import Rules
    from bot.messaging import Card
    from bot.neighbourhood.people import People
    from bot.panels.asked import Asked
    from bot.panels.standing import Business, Standing
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.voice import Voice

NAMED = 6  # members in the box of what was not delivered


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One neighbourhood that the coordinator looks after."""

    standing: Standing
    business: Business


class Desks:
    """Draws desks."""

    def __init__(
        self, *, people: People, voice: Voice, rules: Mapping[str, Rules], zone: tzinfo
    ) -> None:
        self._people = people
        self._voice = voice
        self._rules = rules
        self._zone = zone

    def draw(
        self, watched: Sequence[Watched], pages: Sequence[Asked], now: datetime, lang: str
    ) -> Desk:
        """Everything of these neighbourhoods that a coordinator has to do or know."""
        drawing = _Drawing(self._people, self._voice, self._rules, self._zone, lang)
        open_ones = [drawing.open(alert) for one in watched for alert in one.standing.open]
        waiting = [drawing.page(page) for page in pages]
        waiting += [drawing.newcomer(m) for one in watched for m in one.business.pending]
        return Desk(
            sentence=drawing.sentence(
                len(open_ones), len(waiting), paused=any(one.business.paused for one in watched)
            ),
            open=tuple(open_ones),
            waiting=tuple(waiting),
            passed=tuple(drawing.passed(a) for one in watched for a in one.business.over),
            boxes=tuple(box for one in watched for box in drawing.boxes(one, now)),
        )


class _Drawing:
    """One desk in one language."""

    def __init__(
        self, people: People, voice: Voice, rules: Mapping[str, Rules], zone: tzinfo, lang: str
    ) -> None:
        self._people = people
        self._voice = voice
        self._rules = rules
        self._zone = zone
        self._lang = lang

    def sentence(self, alerts: int, waiting: int, *, paused: bool) -> str:
        """The first line: how many alerts are open, and how much waits."""
        parts = [self._say("paused")] if paused else []
        parts.append(self._say("open", n=alerts) if alerts else self._say("none_open"))
        parts.append(self._say("waiting", n=waiting) if waiting else self._say("none_waiting"))
        return " ".join(parts)

    # --- alerts ----------------------------------------------------------------------------

    def open(self, alert: Alert) -> OpenAlert:
        """The card as coordinators have it in the chat, with its reach."""
        rules = self._rules[alert.neighbourhood]
        handles = card.handles(alert)
        drawn = card.draw(alert, self._voice, rules, card.Reader(lang=self._lang, choices=handles))
        assert drawn.card is not None, "a card is what was drawn"
        return OpenAlert(
            card=self._with_reach(drawn.card, alert),
            choices=drawn.choices,
            safe=drawn.choices[0].token,
        )

    def _with_reach(self, drawn: Card, alert: Alert) -> Card:
        reach = CardLine(icon="bell", text=self._reach(alert))
        return replace(drawn, lines=(*drawn.lines, reach), footer="")

    def _reach(self, alert: Alert) -> str:
        told = alert.facts.get("reach")
        if not told:
            return self._say("reach_unknown")
        sent, of, under_way = told
        if not of:
            return self._say("reach_nobody")
        return self._say("reach_so_far" if under_way else "reach", sent=sent, n=of)

    def passed(self, alert: Alert) -> Passed:
        """One line; of a rectified alert nothing is told any more."""
        rules = self._rules[alert.neighbourhood]
        told = [known.street_of(alert.facts, rules), self._act(alert)]
        recorded = alert.state == "recorded"
        return Passed(
            number=alert.number,
            time=self._hour(alert.opened_at),
            what="" if alert.state == "rectified" else ", ".join(part for part in told if part),
            word=self._say("recorded")
            if recorded
            else self._voice.text(self._lang, f"alerts.state.{alert.state}"),
        )

    def _act(self, alert: Alert) -> str:
        rules = self._rules[alert.neighbourhood]
        return rules.shown(self._voice.what(self._lang, alert.facts))

    # --- what waits ------------------------------------------------------------------------

    def page(self, page: Asked) -> Task:
        """Somebody can't call."""
        where = page.where or self._voice.text(self._lang, "alerts.not_known_yet")
        what = self._voice.what(self._lang, page.facts)
        what = what or self._voice.text(self._lang, "alerts.not_known_yet")
        who = self._people.pseudonym(page.reporter, self._lang)
        return Task(
            icon="phone",
            about=self._say("page_about", at=self._hour(page.since)),
            title=self._say("page", who=who, emergency=self._rules[page.place].emergency),
            text=self._say("page_text", where=where, what=what),
            choices=tuple(
                Choice(number=c.number, label=c.label, token=c.token) for c in page.choices
            ),
            safe=page.choices[0].token if page.choices else "",
        )

    def newcomer(self, member: Member) -> Task:
        """Somebody asks to join."""
        pairs = (
            ("neighbourhood.newcomer.admit", f"a:admit:{member.id}"),
            ("neighbourhood.newcomer.refuse", f"a:refuse:{member.id}"),
        )
        return Task(
            icon="person",
            about=self._say("newcomer_about", number=member.id),
            title=member.name,
            text=self._say("newcomer", street=member.street),
            choices=self._voice.choices(self._lang, pairs),
            safe=pairs[0][1],
        )

    # --- how things stand ------------------------------------------------------------------

    def boxes(self, one: Watched, now: datetime) -> Iterable[Box]:
        """The police's mail, what was not delivered, the log."""
        yield self._mail(one, now)
        if one.business.undelivered:
            yield self._undelivered(one)
        entries = (self._say("log_entries"), str(one.business.entries))
        head = (self._say("log_head"), f"{one.business.head[:4]} {one.business.head[4:]}")
        yield Box(title=self._say("log"), lines=(entries, head))

    def _mail(self, one: Watched, now: datetime) -> Box:
        police = one.standing.place.police
        lines: list[tuple[str, str]] = []
        for mail in one.business.mails:
            state = mail.state if mail.state in ("accepted", "refused") else "other"
            words = self._voice.text(self._lang, f"status.mail_state.{state}")
            number = f"P-{mail.number:04d}"
            name = f"{number}, {mail.address}" if len(police.mailboxes) > 1 else number
            at = self._day_and_hour(from_ms(mail.accepted_at or mail.cut_at))
            lines.append((name, f"{at}, {words}"))
        if not lines:
            nothing = self._voice.text(self._lang, "status.no_mail")
            lines.append((self._say("mail_last"), nothing))
        if police.mailboxes:
            rhythm = Rhythm(at=police.at, zone=self._zone, empty=police.empty)
            key = "mail_at" if police.empty == "always" else "mail_if_news"
            at = self._day_and_hour(next_boundary(rhythm, now))
            lines.append((self._say("mail_next"), self._say(key, at=at)))
        return Box(title=self._say("mail"), lines=tuple(lines))

    def _undelivered(self, one: Watched) -> Box:
        missed = Counter(self._who(row, one.business) for row in one.business.undelivered)
        lines = [(name, self._say("undelivered", n=n)) for name, n in missed.most_common(NAMED)]
        if len(missed) > NAMED:
            lines.append((self._say("others"), str(len(missed) - NAMED)))
        return Box(title=self._say("undelivered_title"), lines=tuple(lines))

    def _who(self, row: Any, business: Business) -> str:
        member = business.members.get(row.membership_id)
        if member is None:
            return self._say("group")
        return member.name or self._people.pseudonym(member, self._lang)

    # --- words -----------------------------------------------------------------------------

    def _say(self, name: str, **values: Any) -> str:
        return self._voice.text(self._lang, f"panels.desk.{name}", **values)

    def _hour(self, moment_ms: int) -> str:
        return self._voice.hour(from_ms(moment_ms))

    def _day_and_hour(self, moment: datetime) -> str:
        day = moment.astimezone(self._zone).weekday()
        return f"{self._say(f'day.{day}')} {self._voice.hour(moment)}"
