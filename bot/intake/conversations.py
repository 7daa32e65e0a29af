"""Carrying out what the dialogue engine decides.

The engine is pure: it says what is to be said, what is to happen and when to look again. Here
that becomes rows: the conversation's new place, messages, effects in the other rooms, and one
timer per conversation that knows all its moments.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.alerts.scene import Scene
from bot.delivery.post import Post, Priority
from bot.dialogue import token
from bot.dialogue.engine import Answer, AnswerKind, Say
from bot.dialogue.state import State
from bot.dialogue.vocabulary import STALE
from bot.journal.journal import head as chain_head
from bot.messaging import Address, Choice, Outgoing
from bot.store import alerts as alert_store
from bot.store import dialogues as store
from bot.store import people as people_store
from bot.store import timers
from bot.store.tx import from_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.delivery.outbox import Outbox
    from bot.dialogue.engine import Engine, Turn
    from bot.dialogue.engine import Timer as Moment
    from bot.intake.ask import Ask
    from bot.neighbourhood.people import People
    from bot.settings import NeighbourhoodSettings
    from bot.store.dialogues import Dialogue
    from bot.store.people import Member
    from bot.store.timers import Timer
    from bot.store.tx import Tx
    from bot.voice import Voice

TIMER = "dialogue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """One turn of one conversation. `data` is the draft as the engine left it; what an effect
    puts into `carry` goes along into the conversation that follows.
    """

    tx: Tx
    person_id: int
    member: Member | None
    place: NeighbourhoodSettings
    chat: Address
    lang: str
    cause: str
    dialogue: int
    started_at_ms: int
    data: dict[str, Any] = field(default_factory=dict)
    carry: dict[str, Any] = field(default_factory=dict)

    def scene(self) -> Scene:
        """The same for the alerts' room."""
        if self.member is None:
            raise LookupError("only a member can act on an alert")
        return Scene(
            tx=self.tx,
            member=self.member,
            place=self.place,
            chat=self.chat,
            lang=self.lang,
            dialogue=self.dialogue,
            started_at_ms=self.started_at_ms,
            data=self.data,
            carry=self.carry,
        )


class Conversations:
    """Open dialogues: begin, go on, look again, end."""

    def __init__(
        self,
        *,
        engine: Engine,
        voice: Voice,
        places: Mapping[str, NeighbourhoodSettings],
        people: People,
        outbox: Outbox,
    ) -> None:
        self._engine = engine
        self._voice = voice
        self._places = places
        self._people = people
        self._outbox = outbox
        self.effects: dict[str, Callable[[Turning, Mapping[str, Any]], None]] = {}

    def place(self, place: str) -> NeighbourhoodSettings:
        """A neighbourhood's settings."""
        return self._places[place]

    @staticmethod
    def busy(tx: Tx, person_id: int) -> bool:
        """Whether a conversation of this person is open."""
        return bool(store.of_person(tx, person_id))

    @staticmethod
    def data_of(dialogue: Dialogue) -> Mapping[str, Any]:
        """The draft of a conversation."""
        return State.from_json(dialogue.data).data

    @staticmethod
    def patch(tx: Tx, dialogue: Dialogue, **changes: Any) -> None:
        """Something about the draft was settled outside the conversation."""
        state = State.from_json(dialogue.data)
        state = replace(state, data={**state.data, **changes})
        store.save(tx, dialogue._replace(data=state.to_json()))

    # --- facts ---------------------------------------------------------------------------

    def _facts(
        self, tx: Tx, member: Member | None, place: NeighbourhoodSettings, lang: str
    ) -> dict[str, Any]:
        def open_alerts(_draft: object = None) -> list[dict[str, Any]]:
            return [
                {
                    "id": alert.id,
                    "number": alert.number,
                    "time": self._voice.hour(from_ms(alert.opened_at)),
                    "street": known.street_of(alert.facts),
                    "what": known.for_group(
                        self._voice.what(lang, alert.facts), place.plate_to_group
                    ),
                }
                for alert in alert_store.live(tx, place.id)
                if alert.state == "open"
            ]

        def neighbours(_draft: object = None) -> int:
            return max(0, people_store.active_count(tx, place.id) - (member is not None))

        def preview(draft: Mapping[str, Any]) -> str:
            facts = known.from_draft(draft)
            what = known.for_group(self._voice.what(lang, facts), place.plate_to_group)
            return f"{known.street_of(facts)}: {what}"

        return {
            "emergency": place.emergency,
            "area": place.area,
            "gate": place.gate_101,
            "unsure": place.unsure,
            "neighbours": neighbours,
            "open_alerts": open_alerts,
            "neighbourhood": place.name,
            "pseudonym": self._people.pseudonym(member, lang),
            "police": place.police_phone,
            "privacy_url": place.privacy_url,
            "min_age": place.min_age,
            "streets": place.streets,
            "card": preview,
            "case": lambda draft: draft.get("case", ""),
            "code": lambda _draft: chain_head(tx, place.id).hash.hex()[:8],
            "photos": lambda draft: int(draft.get("media") or 0),
            "similar": lambda draft: _similar(open_alerts(), draft),
        }

    # --- turns ---------------------------------------------------------------------------

    def begin(
        self,
        ask: Ask,
        person_id: int,
        place_id: str,
        script: str,
        data: dict[str, Any],
        *,
        first: Answer | None = None,
    ) -> int:
        """Open a conversation, in place of any other of this person here; its id.

        `first` is what somebody sent before being asked anything.
        """
        for old in store.of_person(ask.tx, person_id):
            if old.neighbourhood != place_id:
                continue
            if old.script == "report":
                self._draft_first(ask, old)
                return old.id
            timers.disarm(ask.tx, TIMER, str(old.id))
        place = self._places[place_id]
        mine = [
            m for m in people_store.memberships_of(ask.tx, person_id) if m.neighbourhood == place_id
        ]
        turning = Turning(
            tx=ask.tx,
            person_id=person_id,
            member=mine[0] if mine else None,
            place=place,
            chat=ask.chat,
            lang=ask.lang,
            cause=f"{ask.event.source}:{ask.event.event_id}",
            dialogue=0,
            started_at_ms=ask.tx.now_ms,
        )
        return self._start(turning, script, data, first)

    def _draft_first(self, ask: Ask, dialogue: Dialogue) -> None:
        """A report that isn't sent yet is never thrown away by another command."""
        place = self._places[dialogue.neighbourhood]
        mine = [m for m in ask.who.members if m.neighbourhood == place.id]
        state = State.from_json(dialogue.data)
        facts = self._facts(ask.tx, mine[0] if mine else None, place, ask.lang)
        turn = self._engine.again(state, facts, ask.tx.now)
        first = Say(key="alerts.draft_first", values={})
        turning = self._turning(ask, dialogue, mine[0] if mine else None, place)
        self._carry_out(turning, replace(turn, says=(first, *turn.says), timers=(), fresh=False))

    @staticmethod
    def _turning(
        ask: Ask, dialogue: Dialogue, member: Member | None, place: NeighbourhoodSettings
    ) -> Turning:
        return Turning(
            tx=ask.tx,
            person_id=dialogue.person_id,
            member=member,
            place=place,
            chat=ask.chat,
            lang=ask.lang,
            cause=f"{ask.event.source}:{ask.event.event_id}",
            dialogue=dialogue.id,
            started_at_ms=dialogue.started_at,
        )

    def is_noise(self, text: str) -> bool:
        """Thanks and thumbs, in any language."""
        return self._engine.lexicon.is_noise(text)

    def _start(
        self, turning: Turning, script: str, data: Mapping[str, Any], first: Answer | None = None
    ) -> int:
        facts = self._facts(turning.tx, turning.member, turning.place, turning.lang)
        now = turning.tx.now
        turn = self._engine.start(script, facts=facts, now=now, data=data, first=first)
        dialogue = store.begin(
            turning.tx,
            turning.person_id,
            turning.place.id,
            script=script,
            step="",
            question=0,
            chat=str(turning.chat),
            data="[]",
        )
        self._carry_out(replace(turning, dialogue=dialogue), turn)
        return dialogue

    def answer(self, ask: Ask, dialogue: Dialogue, answer: Answer) -> None:
        """Somebody answered; the conversation goes on."""
        place = self._places[dialogue.neighbourhood]
        mine = [m for m in ask.who.members if m.neighbourhood == place.id]
        member = mine[0] if mine else None
        state = State.from_json(dialogue.data)
        facts = self._facts(ask.tx, member, place, ask.lang)
        facts["stale"] = ask.tx.now - ask.event.occurred_at > STALE
        turn = self._engine.advance(state, answer, facts=facts, now=ask.tx.now)
        turning = self._turning(ask, dialogue, member, place)
        self._carry_out(turning, turn)

    def fire(self, tx: Tx, timer: Timer) -> None:
        """A moment of a conversation has come."""
        dialogue = store.by_id(tx, int(timer.subject))
        timers.disarm(tx, TIMER, timer.subject)
        if dialogue is None:
            return
        rest = [moment for moment in timer.data if moment[0] > tx.now_ms]
        self._arm(tx, dialogue.id, rest)
        for _due, name in [moment for moment in timer.data if moment[0] <= tx.now_ms]:
            self._look_again(tx, dialogue.id, name)

    def _look_again(self, tx: Tx, dialogue_id: int, name: str) -> None:
        dialogue = store.by_id(tx, dialogue_id)
        if dialogue is None:
            return
        place = self._places[dialogue.neighbourhood]
        members = people_store.memberships_of(tx, dialogue.person_id)
        mine = [m for m in members if m.neighbourhood == place.id]
        lang = self._voice.language(mine[0].language if mine else None)
        state = State.from_json(dialogue.data)
        facts = self._facts(tx, mine[0] if mine else None, place, lang)
        answer = Answer(kind=AnswerKind.TIMER, at=tx.now, timer=name)
        turn = self._engine.advance(state, answer, facts=facts, now=tx.now)
        turning = Turning(
            tx=tx,
            person_id=dialogue.person_id,
            member=mine[0] if mine else None,
            place=place,
            chat=Address.parse(dialogue.chat),
            lang=lang,
            cause=f"timer:{dialogue.id}:{name}:{tx.now_ms}",
            dialogue=dialogue.id,
            started_at_ms=dialogue.started_at,
        )
        self._carry_out(turning, turn)

    def _carry_out(self, turning: Turning, turn: Turn) -> None:
        """Effects first, since later words tell of them; then words; then where we stand."""
        turning = replace(turning, data=dict(turn.data), carry={})
        for effect in turn.effects:
            self.effects[effect.name](turning, effect.args)
        for number, say in enumerate(turn.says):
            self._say(turning, say, turn, number)
        if turn.state is None:
            timers.disarm(turning.tx, TIMER, str(turning.dialogue))
            store.end(turning.tx, turning.dialogue)
        else:
            self._keep(turning, turn, turn.state)
        if turn.start is not None:
            script, data = turn.start
            self._start(replace(turning, carry={}), script, {**data, **turning.carry})

    def _keep(self, turning: Turning, turn: Turn, state: State) -> None:
        state = replace(state, data=turning.data)
        store.save(
            turning.tx,
            store.Dialogue(
                id=turning.dialogue,
                person_id=turning.person_id,
                neighbourhood=turning.place.id,
                script=state.script,
                step=state.step,
                question=state.question,
                chat=str(turning.chat),
                data=state.to_json(),
                started_at=turning.started_at_ms,
                spoken_at=turning.tx.now_ms,
            ),
        )
        if turn.fresh or turn.timers:
            self._arm(turning.tx, turning.dialogue, _moments(turn.timers, turning.tx.now_ms))

    @staticmethod
    def _arm(tx: Tx, dialogue: int, moments: list[list[Any]]) -> None:
        if not moments:
            timers.disarm(tx, TIMER, str(dialogue))
            return
        first = min(moment[0] for moment in moments)
        timers.arm(tx, TIMER, str(dialogue), timedelta(milliseconds=first - tx.now_ms), moments)

    def _say(self, turning: Turning, say: Say, turn: Turn, number: int) -> None:
        lang = turning.lang
        question = turn.state.question if turn.state is not None else 0
        message = Outgoing(
            text=self._voice.text(lang, say.key, **self._values(lang, say.values)),
            choices=tuple(
                Choice(
                    number=option.number,
                    label=self._voice.text(
                        lang, option.label_key, **self._values(lang, option.label_values)
                    ),
                    token=token.encode(turning.dialogue, question, option.id),
                )
                for option in say.choices
            ),
            lang=lang,
            ask=say.ask,
            panel=_panel(say, turning.dialogue),
        )
        self._outbox.post(
            turning.tx,
            Post(
                chat=turning.chat,
                message=message,
                cause=f"d{turning.dialogue}:{turning.cause}:{number}",
                priority=Priority.QUESTION,
                purpose="question",
                membership=turning.member.id if turning.member else None,
                must_answer=bool(say.choices),
            ),
        )

    @staticmethod
    def _values(lang: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value(lang) if callable(value) else value for name, value in values.items()}


def _similar(alerts: list[dict[str, Any]], draft: Mapping[str, Any]) -> dict[str, Any] | None:
    """An open alert in the same street: perhaps the same thing."""
    street = known.street_of(known.from_draft(draft))
    return next((alert for alert in alerts if street and alert["street"] == street), None)


def _moments(found: tuple[Moment, ...], now_ms: int) -> list[list[Any]]:
    return [[now_ms + moment.after_s * 1000, moment.name] for moment in found]


def _panel(say: Say, dialogue: int) -> dict[str, Any]:
    """For a page: which conversation a question belongs to, so that it asks only the newest."""
    kind = {"kind": say.panel} if say.panel else {}
    return {**kind, "thread": f"d{dialogue}"}
