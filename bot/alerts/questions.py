"""What a neighbour asks about an open alert goes to its reporter, and the answer to whoever asked.

Nobody else reads either. Each sees the other's words as the group might: without house numbers,
and under a pseudonym. The log has both as they were written, also where they could not be passed
on, since the alert was over, relaying was stopped, or nobody could be reached; that is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.alerts.retraction import ANSWERED, ASKED
from bot.alerts.scene import iso
from bot.delivery.post import Result
from bot.dialogue.correction import retold
from bot.store import alerts as store
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store.inbox import withdraw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.alerts.chronicle import Chronicle
    from bot.alerts.relay import Relay
    from bot.alerts.scene import Scene
    from bot.delivery.outbox import Outbox
    from bot.delivery.post import Outcome
    from bot.messaging import Address
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member
    from bot.store.tx import Reader, Tx
    from bot.voice import Voice

KEY = "alerts.question"
ANSWER = "alerts.reply"
STOPPED = "alerts.words_stopped"


class Questions:
    """Between whoever asks and whoever reported. An alert's questions are counted from 1."""

    def __init__(
        self, *, people: People, voice: Voice, relay: Relay, outbox: Outbox, chronicle: Chronicle
    ) -> None:
        self._people = people
        self._voice = voice
        self._relay = relay
        self._outbox = outbox
        self._log = chronicle

    # --- asking ------------------------------------------------------------------------------

    def ask(self, scene: Scene) -> None:
        """Pass a question on, if it can be, and say whether it was."""
        alert = self.keep(scene)
        if alert is None:
            return
        key = self._asked(scene, alert, str(scene.data.get("what") or ""))
        self._say(scene, alert, key)

    def keep(self, scene: Scene) -> Alert | None:
        """The log has the words, and so have the police; the alert that they are about. Where that
        was never said, the newest of those that were open.
        """
        tx, data = scene.tx, scene.data
        alert = store.by_id(tx, int(data.get("alert") or data.get("newest") or 0))
        said = data.get("said") or ()
        if alert is None or not said:
            return None
        self._log.told(tx, alert, scene.member, said, early=False)
        return self._log.stirred(tx, alert)

    def _asked(self, scene: Scene, alert: Alert, text: str) -> str:
        """What to say of it (a text's key)."""
        tx, member = scene.tx, scene.member
        if alert.state != "open":
            return "alerts.closed_now"
        if place_store.is_paused(tx, alert.neighbourhood):
            return STOPPED
        reporter = people_store.member(tx, alert.reporter_id)
        if reporter is None or reporter.id == member.id:
            return "alerts.question_unheard"
        one = {"by": member.id, "at": iso(tx.now_ms), "text": text, "answers": []}
        questions = [*(alert.facts.get("questions") or ()), one]
        number = len(questions)
        values = self._question(alert, number, one, member)
        message = self._relay.worded(self._people.lang(reporter), KEY, values)
        sent = self._relay.tell(
            tx,
            alert,
            reporter,
            message,
            cause=_cause(alert, number),
            purpose=ASKED,
            subject=_cause(alert, number),
        )
        if not sent:
            return "alerts.question_unheard"
        self._log.stirred(tx, alert, questions=questions)
        return "alerts.question_passed"

    # --- answering ---------------------------------------------------------------------------

    def replied_to(self, reader: Reader, alert: Alert, chat: Address, native_id: str) -> int | None:
        """Which question of an alert a messenger's message of ours passed on."""
        found = self._outbox.find(reader, chat, native_id)
        for number in range(1, len(alert.facts.get("questions") or ()) + 1):
            if found is not None and found in self._posted(reader, alert, number):
                return number
        return None

    def asker(self, tx: Tx, alert: Alert, number: int) -> Member | None:
        """Who asked this question."""
        one = dict(enumerate(alert.facts.get("questions") or (), 1)).get(number)
        return None if one is None else people_store.member(tx, int(one["by"]))

    def answered(self, scene: Scene) -> None:
        """The reporter answered in a conversation."""
        alert = self.keep(scene)
        if alert is not None:
            text = str(scene.data["said"][-1]["text"])
            self.answer(scene, alert, int(scene.data.get("question") or 0), text)

    def answer(self, scene: Scene, alert: Alert, number: int, text: str) -> None:
        """Pass an answer, which the log has, on to whoever asked, and say whether it was."""
        asker = self.asker(scene.tx, alert, number)
        key = self._answered(scene.tx, alert, number, text, asker)
        self._say(scene, alert, key, asker)

    def _answered(self, tx: Tx, alert: Alert, number: int, text: str, asker: Member | None) -> str:
        if alert.state != "open":
            return "alerts.answer_late"
        if place_store.is_paused(tx, alert.neighbourhood):
            return STOPPED
        if asker is None:
            return "alerts.answer_unheard"
        questions = [dict(one) for one in alert.facts["questions"]]
        one = questions[number - 1]
        one["answers"] = [*one["answers"], text]
        turn = len(one["answers"])
        values = self._reply(alert, one, turn)
        message = self._relay.worded(self._people.lang(asker), ANSWER, values)
        cause = _cause(alert, number, turn)
        sent = self._relay.tell(tx, alert, asker, message, cause=cause, purpose=ANSWERED)
        if not sent:
            return "alerts.answer_unheard"
        self._log.stirred(tx, alert, questions=questions)
        withdraw(tx, _cause(alert, number))
        return "alerts.answer_passed"

    def settle(self, tx: Tx, alert: Alert) -> None:
        """The alert is over: nobody needs to answer any more."""
        for number in range(1, len(alert.facts.get("questions") or ()) + 1):
            withdraw(tx, _cause(alert, number))
            self._relay.take_back(tx, f"{_cause(alert, number)}:")

    def outcome(self, tx: Tx, alert_id: int, outcome: Outcome) -> None:
        """What was said to be passed on certainly did not arrive: its author is told."""
        alert = store.by_id(tx, alert_id)
        if alert is None or outcome.result is not Result.PARKED:
            return
        reporter = people_store.member(tx, alert.reporter_id)
        for number, one in enumerate(alert.facts.get("questions") or (), 1):
            asker = people_store.member(tx, int(one["by"]))
            if outcome.outbox_id in self._posted(tx, alert, number):
                self._unheard(tx, alert, asker, "alerts.question_unheard", outcome, reporter)
            for turn in range(1, len(one["answers"]) + 1):
                if outcome.outbox_id in self._posted(tx, alert, number, turn):
                    self._unheard(tx, alert, reporter, "alerts.answer_unheard", outcome, asker)

    def _unheard(
        self,
        tx: Tx,
        alert: Alert,
        author: Member | None,
        key: str,
        outcome: Outcome,
        to: Member | None,
    ) -> None:
        if author is None:
            return
        lang = self._people.lang(author)
        emergency = self._relay.rules(alert.neighbourhood).emergency
        who = self._people.pseudonym(to, lang)
        message = self._voice.message(lang, key, emergency=emergency, who=who)
        cause = f"{key}:{outcome.outbox_id}"
        self._relay.tell(tx, alert, author, message, cause=cause, purpose="answer")

    def _posted(self, reader: Reader, alert: Alert, number: int, turn: int = 0) -> set[int]:
        """The posts that passed on a question, or one of its answers."""
        cause = f"{_cause(alert, number, turn)}:{alert.id}"
        return set(self._outbox.of_cause(reader, cause).values())

    # --- changing ----------------------------------------------------------------------------

    def change(self, tx: Tx, alert: Alert, member: Member, old: str, new: str) -> Alert:
        """Somebody edited a question or an answer: it follows where it stands."""
        questions = [dict(one) for one in alert.facts.get("questions") or ()]
        for number, one in enumerate(questions, 1):
            if one["by"] == member.id and (text := retold(one["text"], old, new)) is not None:
                one["text"] = text
                values = self._question(alert, number, one, member)
                self._relay.rewrite(tx, alert, _cause(alert, number), KEY, **values)
            for turn, answer in enumerate(one["answers"], 1):
                if member.id == alert.reporter_id and answer == old:
                    one["answers"] = [new if told == old else told for told in one["answers"]]
                    values = self._reply(alert, one, turn)
                    self._relay.rewrite(tx, alert, _cause(alert, number, turn), ANSWER, **values)
        if questions == list(alert.facts.get("questions") or ()):
            return alert
        return self._log.stirred(tx, alert, questions=questions)

    # --- words -------------------------------------------------------------------------------

    def _question(
        self, alert: Alert, number: int, one: Mapping[str, Any], by: Member
    ) -> dict[str, Any]:
        return {
            "number": alert.number,
            "who": lambda lang: self._people.pseudonym(by, lang),
            "text": self._shown(alert, one["text"]),
            "choices": (("alerts.choice.answer", f"a:answer:{alert.id}:{number}"),),
        }

    def _reply(self, alert: Alert, one: Mapping[str, Any], turn: int) -> dict[str, Any]:
        return {
            "number": alert.number,
            "question": self._shown(alert, one["text"]),
            "text": self._shown(alert, one["answers"][turn - 1]),
        }

    def _shown(self, alert: Alert, text: str) -> str:
        return self._relay.rules(alert.neighbourhood).shown(text).strip()

    def _say(self, scene: Scene, alert: Alert, key: str, who: Member | None = None) -> None:
        message = self._voice.message(
            scene.lang,
            key,
            number=alert.number,
            emergency=scene.place.emergency,
            who=self._people.pseudonym(who, scene.lang),
        )
        cause = f"{key}:{scene.dialogue}:{scene.tx.now_ms}"
        self._relay.tell(scene.tx, alert, scene.member, message, cause=cause, purpose="answer")


def _cause(alert: Alert, number: int, turn: int = 0) -> str:
    """Under which cause a question went to the reporter, or one of its answers to whoever asked."""
    return f"reply:{alert.id}:{number}:{turn}" if turn else f"question:{alert.id}:{number}"
