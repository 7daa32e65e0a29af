"""Questions about an open alert, in the private chat: who asks one, and how it is answered.

Whether words are a question for the reporter or a report can't be known, so it is asked, with the
emergency number first. Whoever then goes on telling reports. The reporter answers by the button,
by its number, or with the messenger's own reply, which also works within another conversation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.alerts.chronicle import stamp
from bot.intake import unexplained
from bot.store import alerts as alert_store

if TYPE_CHECKING:
    from bot.alerts.life import Life
    from bot.alerts.questions import Questions
    from bot.dialogue.lexicon import Lexicon
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.intake.naming import Meant, Naming
    from bot.messaging import MessageReceived
    from bot.neighbourhood.people import People


class Asking:
    """Begins the conversations in which somebody asks or answers."""

    def __init__(
        self,
        *,
        answers: Answers,
        people: People,
        conversations: Conversations,
        naming: Naming,
        life: Life,
        questions: Questions,
        lexicon: Lexicon,
    ) -> None:
        self._answers = answers
        self._people = people
        self._talk = conversations
        self._naming = naming
        self._life = life
        self._questions = questions
        self._lexicon = lexicon

    def asked(self, ask: Ask, event: MessageReceived) -> bool:
        """Take what may be a question about somebody else's open alert, or something seen of it;
        False where none is. A reply to its card says which.
        """
        seen = ask.about is None and self._lexicon.answers(event.text)
        if not (seen or self._lexicon.asks(event.text)):
            return False
        mine = {member.id for member in ask.who.active}
        live = [m for m in self._naming.live(ask) if m.alert.reporter_id not in mine]
        live = [m for m in live if m.alert.id == ask.about] or live
        if not live:
            return False
        here, alert = newest = max(live, key=lambda meant: meant.alert.opened_at)
        live = [m for m in live if m.ask.place.id == newest.ask.place.id]
        one = {
            "text": event.text,
            "message": event.message_id,
            "source": event.source,
            "platform_at": stamp(event.occurred_at),
            "received_at": stamp(event.received_at),
        }
        earlier = unexplained.words(d for d in ask.dialogues if d.neighbourhood == here.place.id)
        what = "\n".join(filter(None, (earlier.get("what"), event.text)))
        data = {"what": what, "said": [*earlier.get("said", ()), one], "newest": alert.id}
        if len(live) == 1:
            data |= {"alert": alert.id, "case": alert.number}
        person = here.member.person_id if here.member else 0
        self._talk.begin(here, person, here.place.id, unexplained.SCRIPT, data)
        return True

    def replied(self, ask: Ask, event: MessageReceived) -> bool:
        """Take the messenger's own reply to a question that was passed on; False if it is none."""
        meant = self._own(ask, ask.about)
        words = bool(event.text.strip()) and not event.media
        if meant is None or event.reply_to is None or not words:
            return False
        here, alert = meant
        number = self._questions.replied_to(ask.tx, alert, event.chat, event.reply_to)
        if number is None:
            return False
        if (
            self._lexicon.number(event.text) == 1
        ):  # the number of its only choice, not an answer yet
            self.answer(replace(ask.saying(str(number)), chosen=alert.id))
            return True
        self._life.add_words(here.scene(), alert, event)
        alert = alert_store.by_id(ask.tx, alert.id) or alert
        self._questions.answer(here.scene(), alert, number, event.text)
        return True

    def answer(self, ask: Ask) -> None:
        """The button under a question: asks for the answer."""
        meant = self._own(ask, ask.chosen)
        number = ask.args.split()[-1:]
        which = int(number[0]) if number and number[0].isdigit() else 0
        asker = self._questions.asker(ask.tx, meant.alert, which) if meant else None
        if meant is None or meant.ask.member is None or asker is None:
            self._answers.say(ask, "dialogue.over")
        elif meant.alert.state != "open":
            self._answers.say(meant.ask, "alerts.closed_now", number=meant.alert.number)
        else:
            who = self._people.pseudonym(asker, ask.lang)
            place = meant.ask.place.id
            scripts = [d.script for d in ask.dialogues if d.neighbourhood == place]
            data = {"alert": meant.alert.id, "question": which, "who": who}
            data |= {"case": meant.alert.number, "interrupted": "enrich" in scripts}
            person = meant.ask.member.person_id
            self._talk.begin(meant.ask, person, place, "answer", data, aside=True)

    def asker(self, ask: Ask, subject: str) -> str:
        """Who asked the question that a number may answer: `alert:number`."""
        alert_id, _, number = subject.partition(":")
        meant = self._naming.by_id(ask, int(alert_id))
        asker = self._questions.asker(ask.tx, meant.alert, int(number)) if meant else None
        return self._people.pseudonym(asker, ask.lang)

    def _own(self, ask: Ask, alert_id: int | None) -> Meant | None:
        """The alert, as a member of its neighbourhood, if the asker reported it."""
        meant = self._naming.by_id(ask, alert_id) if alert_id is not None else None
        member = meant.ask.member if meant else None
        if meant is None or member is None or meant.alert.reporter_id != member.id:
            return None
        return meant
