"""Carrying out what the dialogue engine decides.

The engine is pure: it says what is to be said, what is to happen and when to look again. Here
that becomes rows: the conversation's new place with its moments, messages, effects elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.delivery.post import Post, Priority
from bot.dialogue.engine import Answer, AnswerKind, Say, Turn
from bot.dialogue.lexicon import normal
from bot.dialogue.state import State
from bot.dialogue.vocabulary import STALE
from bot.intake import interrupted, unexplained, unkept
from bot.intake.knowledge import Knowledge
from bot.intake.phrases import Phrases
from bot.intake.turning import Turning, may_speak, of_place
from bot.messaging import Address
from bot.neighbourhood.people import ACTIVE, COORDINATOR
from bot.store import dialogues as store
from bot.store import people as people_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.delivery.outbox import Outbox
    from bot.dialogue.engine import Engine
    from bot.intake.ask import Ask
    from bot.neighbourhood.people import People
    from bot.settings import NeighbourhoodSettings
    from bot.store.dialogues import Dialogue
    from bot.store.people import Member
    from bot.store.timers import Timer
    from bot.store.tx import Tx
    from bot.voice import Voice


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
        self._phrases = Phrases(voice)
        self._known = {place.id: Knowledge(place, voice, people) for place in places.values()}
        self.effects: dict[str, Callable[[Turning, Mapping[str, Any]], None]] = {}

    def place(self, place: str) -> NeighbourhoodSettings:
        """A neighbourhood's settings."""
        return self._places[place]

    @staticmethod
    def data_of(dialogue: Dialogue) -> Mapping[str, Any]:
        """The draft of a conversation."""
        return State.from_json(dialogue.data).data

    @staticmethod
    def patch(tx: Tx, dialogue: Dialogue, **changes: Any) -> Dialogue:
        """Something about the draft was settled outside the conversation."""
        state = State.from_json(dialogue.data)
        state = replace(state, data={**state.data, **changes})
        dialogue = dialogue._replace(data=state.to_json())
        store.save(tx, dialogue)
        return dialogue

    def expects(self, dialogue: Dialogue, text: str) -> bool:
        """Whether the present question has these words as a choice."""
        script = self._engine.scripts.get(dialogue.script)
        step = script.steps.get(dialogue.step) if script else None
        return step is not None and normal(text) in step.words

    def takes_words(self, dialogue: Dialogue) -> bool:
        """Whether the present question, or its conversation, can do something with any words."""
        script = self._engine.scripts.get(dialogue.script)
        step = script.steps.get(dialogue.step) if script else None
        if script is None or step is None or "said" in script.keeps:
            return True
        return step.text is not None and step.text.kind.sentences

    def lists(self, dialogue: Dialogue) -> bool:
        """Whether the present question lists what words may name."""
        script = self._engine.scripts.get(dialogue.script)
        step = script.steps.get(dialogue.step) if script else None
        return step is not None and step.listed is not None

    def is_noise(self, text: str) -> bool:
        """Thanks and thumbs, in any language."""
        return self._engine.lexicon.is_noise(text)

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
        aside: bool = False,
    ) -> int:
        """Open a conversation, in place of any other of this person here; its id.

        `aside`: once it is over, the one that it interrupts goes on where it was.

        `first` is what somebody sent before being asked anything. A report that isn't sent yet
        is never thrown away by another one: then that one's question is put again.
        """
        here = [old for old in ask.dialogues if old.neighbourhood == place_id]
        for old in ask.dialogues if script == "report" else here:
            if old.script == "report":
                self.again(ask, old, Say(key="alerts.draft_first"))
                return old.id
        if script == "report":
            streets = self._places[place_id].streets
            data = {**unexplained.reported(here, first, streets, self._engine), **data}
        if aside:
            data = {**interrupted.by(script, here), **data}
        for old in here:
            self._let_go(ask, old, script)
        turning = Turning(
            tx=ask.tx,
            person_id=person_id,
            member=of_place(ask.who.members, place_id),
            members=ask.who.members,
            place=self._places[place_id],
            chat=ask.chat,
            lang=ask.lang,
            cause=f"{ask.event.source}:{ask.event.event_id}",
            dialogue=0,
            started_at_ms=ask.tx.now_ms,
        )
        return self._start(turning, script, data, first)

    def _let_go(self, ask: Ask, old: Dialogue, script: str) -> None:
        """Another conversation takes its place; words that it doesn't take along are in the log."""
        if old.script == unexplained.SCRIPT and script not in ("report", unexplained.SCRIPT):
            turning = self._turning(ask, old)
            turning.data = self.data_of(old)
            self.effects["question.keep"](turning, {})
        self.end(ask.tx, old, ask.lang)

    def again(self, ask: Ask, dialogue: Dialogue, *first: Say) -> None:
        """Say something, then the present question once more."""
        turning = self._turning(ask, dialogue)
        state = State.from_json(dialogue.data)
        turn = self._engine.again(state, self._facts(turning), ask.tx.now)
        says = (*first, *turn.says)
        self._carry_out(turning, Turn(state=turn.state, says=says, data=turn.data, fresh=False))

    def _turning(self, ask: Ask, dialogue: Dialogue) -> Turning:
        return Turning(
            tx=ask.tx,
            person_id=dialogue.person_id,
            member=of_place(ask.who.members, dialogue.neighbourhood),
            members=ask.who.members,
            place=self._places[dialogue.neighbourhood],
            chat=ask.chat,
            lang=ask.lang,
            cause=f"{ask.event.source}:{ask.event.event_id}",
            dialogue=dialogue.id,
            started_at_ms=dialogue.started_at,
            looks_again=(dialogue.due_at, dialogue.moments),
        )

    def _start(
        self, turning: Turning, script: str, data: Mapping[str, Any], first: Answer | None = None
    ) -> int:
        turning.dialogue = dialogue = store.new_id(turning.tx)
        turning.fresh = True
        facts = self._facts(turning)
        turn = self._engine.start(script, facts=facts, now=turning.tx.now, data=data, first=first)
        self._carry_out(turning, turn)
        return dialogue

    def answer(self, ask: Ask, dialogue: Dialogue, answer: Answer) -> None:
        """Somebody answered; the conversation goes on, unless its speaker belongs here no more."""
        turning = self._turning(ask, dialogue)
        if not may_speak(turning, dialogue.script):
            self.end(ask.tx, dialogue, ask.lang)
            self._say(turning, Say(key="dialogue.over"), None, 0)
            return
        facts = self._facts(turning)
        facts["stale"] = ask.tx.now - ask.event.occurred_at > STALE
        state = State.from_json(dialogue.data)
        turn = self._engine.advance(state, answer, facts=facts, now=ask.tx.now)
        self._carry_out(turning, turn)
        if turn.state is None and turn.start is None:
            self._take_up(turning, interrupted.in_(turn.data))

    def _take_up(self, turning: Turning, waits: State | None) -> None:
        """What was interrupted goes on: its question is put again."""
        if waits is not None:
            turning.dialogue, turning.fresh = store.new_id(turning.tx), True
            turning.started_at_ms = turning.tx.now_ms
            facts = self._facts(turning)
            self._carry_out(turning, self._engine.again(waits, facts, turning.tx.now))

    def chooses_anew(self, dialogue: Dialogue, answer: Answer) -> bool:
        """Whether the last answer, whose message was changed, only chooses something now."""
        state = State.from_json(dialogue.data)
        return self._engine.answered(state, answer) and self._engine.chooses_anew(state, answer)

    def edited(self, ask: Ask, dialogue: Dialogue, answer: Answer) -> bool:
        """An answer's message was changed; False where it answered nothing here."""
        turning, state = self._turning(ask, dialogue), State.from_json(dialogue.data)
        if not may_speak(turning, dialogue.script) or not self._engine.answered(state, answer):
            return False
        facts = self._facts(turning)
        self._carry_out(turning, self._engine.edited(state, answer, facts=facts, now=ask.tx.now))
        return True

    def _facts(self, turning: Turning) -> dict[str, Any]:
        known = self._known[turning.place.id]
        facts = known.facts(turning.tx, turning.member, turning.lang)
        mine = [m for m in turning.members if m.state in ACTIVE]
        if len(mine) > 1:
            facts["places"] = self._named(mine)
            facts["coordinated"] = self._named([m for m in mine if m.role == COORDINATOR])
        return facts

    def _named(self, members: Sequence[Member]) -> list[dict[str, Any]]:
        return [
            {"id": member.id, "name": self._places[member.neighbourhood].name}
            for member in members
            if member.neighbourhood in self._places
        ]

    def fire(self, tx: Tx, timer: Timer) -> None:
        """A moment of a conversation has come."""
        dialogue = store.by_id(tx, int(timer.subject))
        if dialogue is None:
            return
        moments = store.moments(dialogue)
        store.arm(tx, dialogue.id, [moment for moment in moments if moment[0] > tx.now_ms])
        for at, name in moments:
            if at <= tx.now_ms:
                self._look_again(tx, dialogue.id, name)

    def _look_again(self, tx: Tx, dialogue_id: int, name: str) -> None:
        dialogue = store.by_id(tx, dialogue_id)
        if dialogue is None:
            return
        members = tuple(people_store.memberships_of(tx, dialogue.person_id))
        member = of_place(members, dialogue.neighbourhood)
        lang = self._voice.language(members[0].language if members else None)
        turning = Turning(
            tx=tx,
            person_id=dialogue.person_id,
            member=member,
            members=members,
            place=self._places[dialogue.neighbourhood],
            chat=Address.parse(dialogue.chat),
            lang=lang,
            cause=f"timer:{dialogue.id}:{name}:{tx.now_ms}",
            dialogue=dialogue.id,
            started_at_ms=dialogue.started_at,
            looks_again=(dialogue.due_at, dialogue.moments),
        )
        if not may_speak(turning, dialogue.script):
            self.end(tx, dialogue, lang)
            return
        answer = Answer(kind=AnswerKind.TIMER, at=tx.now, timer=name)
        state = State.from_json(dialogue.data)
        facts = self._facts(turning)
        self._carry_out(turning, self._engine.advance(state, answer, facts=facts, now=tx.now))

    # --- carrying out ----------------------------------------------------------------------

    def _carry_out(self, turning: Turning, turn: Turn) -> None:
        """Effects first, since later words tell of them; then words; then where we stand."""
        turning.data = turn.data
        for effect in turn.effects:
            self.effects[effect.name](turning, effect.args)
        for number, say in enumerate(turn.says):
            self._say(turning, say, turn.state, number)
        if turn.state is not None:
            self._keep(turning, turn, turn.state)
        elif not turning.fresh:
            store.end(turning.tx, turning.dialogue)
        if turn.start is not None:
            script, data = turn.start
            carried = {**data, **turning.carry}
            turning.started_at_ms, turning.carry = turning.tx.now_ms, {}
            self._start(turning, script, carried)

    def end(self, tx: Tx, dialogue: Dialogue, lang: str) -> None:
        """A conversation is over, without a word."""
        store.end(tx, dialogue.id)
        if dialogue.script == unkept.SCRIPT:
            unkept.forget(tx, self._outbox, self._voice, dialogue=dialogue.id, lang=lang)

    def _keep(self, turning: Turning, turn: Turn, state: State) -> None:
        tx = turning.tx
        due_at, moments = turning.looks_again
        if turn.timers or turn.fresh:
            due_at, moments = store.when(
                [(tx.now_ms + one.after_s * 1000, one.name) for one in turn.timers]
            )
        new = store.Dialogue(
            id=turning.dialogue,
            person_id=turning.person_id,
            neighbourhood=self._moved(turning, state),
            script=state.script,
            step=state.step,
            question=state.question,
            chat=str(turning.chat),
            data=state.to_json(),
            started_at=turning.started_at_ms,
            spoken_at=tx.now_ms,
            due_at=due_at,
            moments=moments,
        )
        if turning.fresh:
            store.begin(tx, new)
        else:
            store.save(tx, new)

    def _moved(self, turning: Turning, state: State) -> str:
        """The neighbourhood the conversation is for, once somebody with several has chosen."""
        chosen = state.data.get("membership")
        for member in turning.members:
            if member.id == chosen and member.neighbourhood != turning.place.id:
                for other in store.of_person(turning.tx, turning.person_id):
                    if other.neighbourhood == member.neighbourhood:
                        self.end(turning.tx, other, turning.lang)
                return member.neighbourhood
        return turning.place.id

    def _say(self, turning: Turning, say: Say, state: State | None, number: int) -> None:
        body = self._phrases.body(
            say,
            turning.lang,
            turning.place.emergency,
            dialogue=turning.dialogue,
            question=state.question if state is not None else 0,
        )
        unsaid = state is not None and state.script == unkept.SCRIPT
        begin = unkept.cause(turning.dialogue) if unsaid else ""
        self._outbox.post(
            turning.tx,
            Post(
                chat=turning.chat,
                message=body,
                cause=f"{begin}{turning.cause}:d{turning.dialogue}:{number}",
                priority=Priority.QUESTION,
                purpose="question" if say.choices else "answer",
                membership=turning.member.id if turning.member else None,
            ),
        )
