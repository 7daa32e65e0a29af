"""Everything that decides, on one store: the rooms, given to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.alerts import doubts
from bot.alerts.additions import Additions
from bot.alerts.chronicle import Chronicle
from bot.alerts.conversation import Conversation
from bot.alerts.doubts import Doubts
from bot.alerts.edits import Edits
from bot.alerts.ending import Ending
from bot.alerts.life import Life
from bot.alerts.opening import Opening
from bot.alerts.paging import Paging
from bot.alerts.pictures import Pictures
from bot.alerts.questions import Questions
from bot.alerts.reach import LATE, Reach
from bot.alerts.relay import Relay
from bot.alerts.retraction import ANSWERED, ASKED, Retraction
from bot.alerts.sightings import Sightings
from bot.delivery.outbox import Outbox
from bot.errors import RecipientGone
from bot.intake.acts import Acts
from bot.intake.arrival import Arrival
from bot.intake.ask import Answers
from bot.intake.asking import Asking
from bot.intake.conversations import Conversations
from bot.intake.coordinator import CoordinatorCommands
from bot.intake.corrections import Corrections
from bot.intake.direct import Direct
from bot.intake.effects import effects
from bot.intake.groups import Groups
from bot.intake.intake import Intake
from bot.intake.naming import Naming
from bot.intake.pages import Pages
from bot.intake.placing import Placing
from bot.intake.resident import ResidentCommands
from bot.journal.vault import Vault
from bot.messaging import Feature, Level
from bot.neighbourhood.joining import PAUSE, Joining
from bot.neighbourhood.notices import Notices
from bot.neighbourhood.people import People
from bot.neighbourhood.presence import Presence
from bot.panels.around import Around
from bot.store import alerts as alert_store
from bot.store import dialogues
from bot.store import people as people_store
from bot.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.delivery.post import Outcome
    from bot.messaging import Adapter, Address
    from bot.operations.requests import Requests
    from bot.police.digest import MailNews, Police
    from bot.settings import Settings
    from bot.store.engine import Store
    from bot.store.people import Member
    from bot.store.timers import Timer
    from bot.store.tx import Tx
    from bot.words import Words


class House:
    """Every room that decides. `connected` tells which messengers are in use."""

    def __init__(
        self, settings: Settings, store: Store, words: Words, adapters: Mapping[str, Adapter]
    ) -> None:
        places = settings.neighbourhoods
        self.settings = settings
        self.adapters = adapters
        self.words = words
        self.voice = voice = Voice(words.texts, settings.timezone, default=settings.language)
        self.outbox = outbox = Outbox()
        self.vault = Vault(store.data_dir)
        self.people = people = People(places, voice, lambda name: name in adapters)
        self.police: Police | None = None
        self.requests: Requests | None = None
        self.presence = Presence(store, adapters)
        self.joining = Joining(
            settings=settings,
            people=people,
            voice=voice,
            outbox=outbox,
            on_admitted=self.presence.wake,
            on_came=self._came,
            on_gone=self._gone,
        )
        self.notices = Notices(people=people, voice=voice, outbox=outbox)
        self._alerts()
        people.on_reachable = self._reachable
        self._answers = Answers(voice, outbox)
        self.talk = Conversations(
            engine=words.engine, voice=voice, places=places, people=people, outbox=outbox
        )
        self.talk.effects = effects(
            opening=self.opening,
            paging=self.paging,
            life=self.life,
            sightings=self.sightings,
            questions=self.questions,
            ending=self.ending,
            relay=self.relay,
            joining=self.joining,
            notices=self.notices,
            outbox=outbox,
            voice=voice,
            quick=words.engine.quick,
            zone=settings.timezone,
        )
        self.intake = self._intake()
        self.around = Around(places=places, people=people, voice=voice, zone=settings.timezone)

    def _alerts(self) -> None:
        """The alerts' room."""
        people, voice = self.people, self.voice
        self.chronicle = log = Chronicle(people)
        self.relay = relay = Relay(
            places=self.settings.neighbourhoods, people=people, voice=voice, outbox=self.outbox
        )
        self.reach = Reach(people=people, voice=voice, relay=relay, chronicle=log)
        self.paging = Paging(people=people, voice=voice, relay=relay)
        self.pictures = Pictures(
            people=people, voice=voice, vault=self.vault, relay=relay, chronicle=log
        )
        self.life = Life(
            people=people, voice=voice, relay=relay, chronicle=log, pictures=self.pictures
        )
        self.sightings = Sightings(
            people=people, voice=voice, relay=relay, chronicle=log, pictures=self.pictures
        )
        self.additions = additions = Additions(
            people=people, voice=voice, relay=relay, chronicle=log
        )
        self.questions = Questions(
            people=people, voice=voice, relay=relay, outbox=self.outbox, chronicle=log
        )
        self.conversation = Conversation(
            people=people, voice=voice, relay=relay, outbox=self.outbox, chronicle=log
        )
        self.edits = Edits(
            people=people,
            relay=relay,
            paging=self.paging,
            life=self.life,
            sightings=self.sightings,
            additions=additions,
            questions=self.questions,
            chronicle=log,
            lexicon=self.words.lexicon,
        )
        self.ending = Ending(
            people=people,
            voice=voice,
            relay=relay,
            paging=self.paging,
            questions=self.questions,
            retraction=Retraction(people=people, voice=voice, outbox=self.outbox),
            reach=self.reach,
            chronicle=log,
            on_closed=self._closed,
        )
        self.opening = Opening(
            people=people,
            voice=voice,
            outbox=self.outbox,
            relay=relay,
            paging=self.paging,
            pictures=self.pictures,
            additions=additions,
            chronicle=log,
        )
        self.doubts = Doubts(people=people, voice=voice, relay=relay)

    def _intake(self) -> Intake:
        """The way from an event to its handler."""
        answers, people, talk, words = self._answers, self.people, self.talk, self.words
        places = self.settings.neighbourhoods
        naming, placing = Naming(places, answers, people), Placing(places, answers)
        residents = ResidentCommands(
            answers=answers,
            conversations=talk,
            naming=naming,
            life=self.life,
            ending=self.ending,
            commands=words.commands,
        )
        coordinators = CoordinatorCommands(
            answers=answers,
            outbox=self.outbox,
            people=people,
            joining=self.joining,
            conversations=talk,
            naming=naming,
            placing=placing,
            notices=self.notices,
            ending=self.ending,
            reach=self.reach,
            wake_requests=self._wake_requests,
        )
        pages = Pages(
            answers=answers,
            people=people,
            opening=self.opening,
            paging=self.paging,
            conversations=talk,
            naming=naming,
        )
        arrival = Arrival(
            answers=answers,
            people=people,
            joining=self.joining,
            conversations=talk,
            residents=residents,
            coordinators=coordinators,
        )
        handlers = {
            **arrival.handlers(),
            **residents.handlers(),
            **coordinators.handlers(),
            "gebeld": pages.called,
        }
        asking = Asking(
            answers=answers,
            people=people,
            conversations=talk,
            naming=naming,
            life=self.life,
            questions=self.questions,
            lexicon=words.lexicon,
        )
        acts = Acts(
            answers=answers,
            conversations=talk,
            naming=naming,
            placing=placing,
            residents=residents,
            coordinators=coordinators,
            pages=pages,
            asking=asking,
            lexicon=words.lexicon,
        )
        direct = Direct(
            answers=answers,
            people=people,
            conversations=talk,
            naming=naming,
            placing=placing,
            life=self.life,
            pictures=self.pictures,
            acts=acts,
            asking=asking,
            pages=pages,
            joining=self.joining,
            lexicon=words.lexicon,
            commands=words.commands,
            handlers=handlers,
        )
        groups = Groups(
            answers=answers,
            people=people,
            conversations=talk,
            life=self.life,
            conversation=self.conversation,
            relay=self.relay,
            lexicon=words.lexicon,
            commands=words.commands,
            handlers=handlers,
            reach=self.reach,
            deep_link=self._deep_link,
            on_linked=self.presence.wake,
        )
        corrections = Corrections(
            conversations=talk,
            edits=self.edits,
            paging=self.paging,
            commands=words.commands,
            lexicon=words.lexicon,
        )
        return Intake(
            places=places,
            answers=answers,
            outbox=self.outbox,
            people=people,
            conversations=talk,
            corrections=corrections,
            direct=direct,
            groups=groups,
            acts=acts,
            reach=self.reach,
            commands=words.commands,
        )

    def _closed(self, tx: Tx, place: str) -> None:
        if self.police is not None:
            self.police.on_close(tx, place)

    def _reachable(self, tx: Tx, members: Sequence[Member]) -> None:
        for chat in self.people.chats_of(tx, members[0]) if members else ():
            self.outbox.revive(tx, chat)
        self._came(tx, *members)

    def _came(self, tx: Tx, *members: Member) -> None:
        for member in members:
            self.reach.catch_up(tx, member.neighbourhood, {member.id})

    def _pause_over(self, tx: Tx, membership: int) -> None:
        member = people_store.member(tx, membership)
        if member is not None:
            self._came(tx, member)

    def _gone(self, tx: Tx, place: str) -> None:
        self.reach.settle(tx, place)

    def _wake_requests(self) -> None:
        if self.requests is not None:
            self.requests.wake()

    def _deep_link(self, chat: Address, payload: str) -> str | None:
        adapter = self.adapters.get(chat.messenger)
        return adapter.deep_link(payload) if adapter is not None else None

    # --- what comes back from the edges ---------------------------------------------------

    def on_outcome(self, tx: Tx, outcome: Outcome) -> None:
        """A message was sent, given up, or its chat moved."""
        if outcome.moved_from is not None:
            self.intake.moved(tx, outcome.moved_from, outcome.chat)
            return
        if outcome.error == RecipientGone.__name__:
            self.intake.put_out(tx, outcome.chat)
            self.intake.lost(tx, outcome.chat)
        if outcome.purpose == "card" and outcome.alert is not None:
            self.reach.outcome(tx, outcome.alert, outcome)
        elif outcome.purpose in (ASKED, ANSWERED) and outcome.alert is not None:
            self.questions.outcome(tx, outcome.alert, outcome)
        if outcome.twice and outcome.purpose != "card":
            self.doubts.note(tx, outcome)

    def on_mail(self, tx: Tx, mail: MailNews) -> None:
        """A police mail was accepted, refused or dropped: the coordinators are told."""
        refused = "status.mail_dropped" if mail.dropped else "status.mail_refused"
        self.relay.tell_coordinators(
            tx,
            mail.neighbourhood,
            "status.mail_accepted" if mail.accepted else refused,
            cause=f"mail:{mail.line}:{mail.number}:{mail.accepted}{':dropped' * mail.dropped}",
            number=f"P-{mail.number:04d}",
            mailbox=mail.mailbox,
            news=mail.accepted,
        )

    def timers(self) -> dict[str, Any]:
        """What to do when a timer fires, by its kind."""

        def page(tx: Tx, timer: Timer) -> None:
            self.paging.unanswered(tx, int(timer.data), timer.subject)

        return {
            dialogues.TIMER: self.talk.fire,
            "reach": lambda tx, timer: self.reach.time_is_up(tx, int(timer.subject)),
            LATE: lambda tx, timer: self.reach.still_missing(tx, int(timer.subject)),
            "silence": lambda tx, timer: self.ending.silence(tx, int(timer.subject)),
            "auto_close": lambda tx, timer: self.ending.auto_close(tx, int(timer.subject)),
            "signalement": lambda tx, timer: self.life.signalement(tx, int(timer.subject)),
            "card_edit": lambda tx, timer: self._card_due(tx, int(timer.subject)),
            "page": page,
            doubts.TIMER: self.doubts.tell,
            PAUSE: lambda tx, timer: self._pause_over(tx, int(timer.subject)),
            # These only mark that a time has not passed yet.
            "group_asked": lambda _tx, _timer: None,
            "hinted": lambda _tx, _timer: None,
        }

    def _card_due(self, tx: Tx, alert_id: int) -> None:
        alert = alert_store.by_id(tx, alert_id)
        if alert is not None and alert.state == "open":
            self.relay.edit_now(tx, alert)

    def seed(self, tx: Tx) -> None:
        """Bring the configuration's neighbourhoods and coordinators into the store."""
        self.joining.seed(tx, self._writes_first)
        self.people.meet(tx)

    def _writes_first(self, messenger: str) -> bool:
        from bot.messaging import Address  # a name for any chat of the messenger

        adapter = self.adapters.get(messenger)
        if adapter is None:
            return False
        return adapter.capabilities(Address(messenger, "0")).can(
            Feature.WRITE_FIRST, at_least=Level.FULL
        )
