"""What coordinators may ask, in the direct chat."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.dialogue.commands import is_number
from bot.dialogue.lexicon import normal
from bot.journal.journal import append as append_entry
from bot.neighbourhood.people import ACTIVE, COORDINATOR
from bot.police.formats import ELSEWHERE, FORMATS
from bot.store import alerts as alert_store
from bot.store import people as people_store
from bot.store import places as place_store
from bot.store import requests as request_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.alerts.ending import Ending
    from bot.alerts.reach import Reach
    from bot.delivery.outbox import Outbox
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.intake.naming import Naming
    from bot.intake.placing import Placing
    from bot.neighbourhood.joining import Joining
    from bot.neighbourhood.notices import Notices
    from bot.neighbourhood.people import People
    from bot.store.people import Member

LIVE = ("open", "waiting")


class CoordinatorCommands:
    """Each method is one command; the caller has checked the role."""

    def __init__(
        self,
        *,
        answers: Answers,
        outbox: Outbox,
        people: People,
        joining: Joining,
        conversations: Conversations,
        naming: Naming,
        placing: Placing,
        notices: Notices,
        ending: Ending,
        reach: Reach,
        wake_requests: Callable[[], None],
    ) -> None:
        self._answers = answers
        self._outbox = outbox
        self._people = people
        self._joining = joining
        self._talk = conversations
        self._naming = naming
        self._placing = placing
        self._notices = notices
        self._ending = ending
        self._reach = reach
        self._wake_requests = wake_requests

    def handlers(self) -> dict[str, Callable[[Ask], None]]:
        """By the command's id."""
        return {
            "export": self.export,
            "wachtrij": self.queue,
            "goedkeuren": self.admit,
            "weigeren": self.refuse,
            "vrijgeven": self.release,
            "sluit": self.close,
            "heropenen": self.reopen,
            "rechtzetting": self.rectify,
            "leden": self.members,
            "pauze": self.pause,
            "bericht": self.broadcast,
            "status": self.status,
            "verify": self.verify,
        }

    # --- members -------------------------------------------------------------------------

    def _pending(self, ask: Ask) -> list[Member]:
        found = people_store.members_of(ask.tx, ask.place.id)
        return [member for member in found if member.state == "pending"]

    def queue(self, ask: Ask) -> None:
        """What waits for a coordinator: newcomers, people who can't call."""
        if not self.whatever_waits(ask):
            self._answers.say(ask, "neighbourhood.queue_empty")

    def whatever_waits_anywhere(self, ask: Ask) -> None:
        """The same in every neighbourhood that the asker coordinates."""
        for member in self._placing.coordinated(ask):
            self.whatever_waits(self._placing.at(ask, member))

    def whatever_waits(self, ask: Ask) -> int:
        """Put every question that waits; how many those were."""
        waiting = [a for a in alert_store.live(ask.tx, ask.place.id) if a.state == "waiting"]
        for alert in waiting:
            page = alert.facts.get("page")
            self._answers.say(
                ask,
                "alerts.coordinator.waiting",
                choices=(("alerts.choice.called", f"a:called:{page}"),),
                subject=f"page:{page}",
                number=alert.number,
            )
        pending = self._pending(ask)
        if ask.member is not None:
            for newcomer in pending:
                self._joining.put_question(ask.tx, newcomer, ask.member)
        return len(waiting) + len(pending)

    def admit(self, ask: Ask) -> None:
        """`goedkeuren`, `goedkeuren 12`."""
        self._decide(ask, admit=True)

    def refuse(self, ask: Ask) -> None:
        """`weigeren`, `weigeren 12`."""
        self._decide(ask, admit=False)

    def _decide(self, ask: Ask, *, admit: bool) -> None:
        """The request with this number or name, without either the only one: here, or wherever the
        asker decides.
        """
        mine = [ask.member] if ask.placed and ask.member else self._placing.coordinated(ask)
        places = [self._placing.at(ask, member) for member in mine]
        pending = [(here, newcomer) for here in places for newcomer in self._pending(here)]
        wanted = normal(ask.args)
        meant = [found for found in pending if not wanted or wanted in _called(found[1])]
        if len(meant) == 1:
            self.decide(*meant[0], admit=admit)
            return
        key = "neighbourhood.which_newcomer" if pending else "neighbourhood.queue_empty"
        names = ", ".join(
            f"{newcomer.id}: {newcomer.name}{' (' + here.place.name + ')' if mine[1:] else ''}"
            for here, newcomer in pending
        )
        self._answers.say(ask, key, names=names)

    def decide(self, ask: Ask, newcomer: Member, *, admit: bool) -> None:
        """Let a newcomer in, or don't; the first coordinator's word counts."""
        if ask.member is None:
            return
        act = self._joining.admit if admit else self._joining.refuse
        key = act(ask.tx, newcomer, ask.member)
        after = people_store.member(ask.tx, newcomer.id) or newcomer
        self._answers.say(ask, key, name=after.name, n=after.pseudonym or 0)

    def members(self, ask: Ask) -> None:
        """Who is who: for coordinators only, and noted in the log."""
        lines = [
            f"{self._people.pseudonym(m, ask.lang)}: {m.name or '-'}{', ' + m.street if m.street else ''}"
            for m in people_store.members_of(ask.tx, ask.place.id)
            if m.state in ACTIVE
        ]
        by = self._people.pseudonym(ask.member, "nl")
        append_entry(ask.tx, ask.place.id, "log.read", {"by": by, "what": "members"})
        self._answers.say(ask, "neighbourhood.members", n=len(lines), members="\n".join(lines))

    # --- alerts --------------------------------------------------------------------------

    def close(self, ask: Ask) -> None:
        """`sluit`, `sluit 117`: asks how it ended."""
        meant = self._naming.the_one(ask, "close", LIVE, role=COORDINATOR)
        if meant is None or meant.ask.member is None:
            return
        ask, alert = meant
        if alert.state == "recorded":
            self._answers.say(ask, "alerts.not_relayed", number=alert.number)
        elif alert.state not in LIVE:
            self._answers.say(ask, "alerts.closed_now", number=alert.number)
        elif ask.member is not None:
            data = {"alert": alert.id, "case": alert.number}
            self._talk.begin(ask, ask.member.person_id, ask.place.id, "close", data)

    def reopen(self, ask: Ask) -> None:
        """`heropenen 117`."""
        if not ask.args.strip():
            self._answers.say(ask, "alerts.reopen_how")
            return
        meant = self._naming.the_one(
            ask, "reopen", role=COORDINATOR, suits=lambda meant: meant.alert.state not in LIVE
        )
        if meant is None or meant.ask.member is None:
            return
        ask, alert = meant
        if alert.state in LIVE:
            self._answers.say(ask, "alerts.is_open", number=alert.number)
        elif not alert.relayed:
            self._answers.say(ask, "alerts.not_relayed", number=alert.number)
        elif ask.member is not None:
            self._ending.reopen(ask.tx, alert, ask.member)
            self._answers.say(ask, "alerts.reopened", number=alert.number)

    def rectify(self, ask: Ask) -> None:
        """`rechtzetting 117`: asks whether it is sure; then everybody gets the rectification."""
        meant = self._naming.the_one(
            ask,
            "rectify",
            LIVE,
            role=COORDINATOR,
            suits=lambda meant: bool(meant.alert.relayed) and meant.alert.state != "rectified",
        )
        if meant is None or meant.ask.member is None:
            return
        ask, alert = meant
        if alert.state == "rectified":
            self._answers.say(ask, "alerts.already_rectified", number=alert.number)
        elif alert.state != "open" and not alert.relayed:
            self._answers.say(ask, "alerts.not_relayed", number=alert.number)
        elif ask.member is not None:
            data = {"alert": alert.id, "case": alert.number, "outcome": "false_alarm"}
            self._talk.begin(ask, ask.member.person_id, ask.place.id, "close", data)

    # --- the whole neighbourhood ---------------------------------------------------------

    def pause(self, ask: Ask) -> None:
        """`pauze` stops relaying, once more lets it go on. The 101 question always works."""
        paused = not place_store.is_paused(ask.tx, ask.place.id)
        place_store.pause_place(ask.tx, ask.place.id, paused=paused)
        by = self._people.pseudonym(ask.member, "nl")
        fields = {"key": "paused", "value": paused, "by": by}
        append_entry(ask.tx, ask.place.id, "settings.changed", fields)
        key = "neighbourhood.paused" if paused else "neighbourhood.resumed"
        self._answers.say(ask, key)
        if not paused:
            self._reach.go_on(ask.tx, ask.place.id)
        if ask.member is not None:
            cause = f"{ask.event.source}:{ask.event.event_id}"
            self._notices.to_coordinators(ask.tx, ask.member, f"{key}_by_other", cause=cause)

    def broadcast(self, ask: Ask) -> None:
        """`/bericht TEXT` to every member; without the slash it is asked first whether to send."""
        text = ask.args.strip()
        if not text:
            self._answers.say(ask, "neighbourhood.broadcast_empty")
        elif ask.member is None:
            return
        elif ask.placed and ask.explicit:
            cause = f"{ask.event.source}:{ask.event.event_id}"
            n = self._notices.to_all(ask.tx, ask.member, text, cause=cause)
            self._answers.say(ask, "neighbourhood.broadcast_sent", n=n)
        else:
            data = {"text": text, **({"membership": ask.member.id} if ask.placed else {})}
            self._talk.begin(ask, ask.member.person_id, ask.place.id, "broadcast", data)

    # --- long work: done beside the conversation -------------------------------------------

    def _request(self, ask: Ask, kind: str, **args: object) -> None:
        base = {
            "neighbourhood": ask.place.id,
            "chat": str(ask.chat),
            "lang": ask.lang,
            "member": ask.member.id if ask.member else None,
            "cause": f"{ask.event.source}:{ask.event.event_id}",
            "named": ask.named_place,
        }
        request_store.ask(ask.tx, kind, {**base, **args})
        ask.tx.after_commit(self._wake_requests)

    def export(self, ask: Ask) -> None:
        """`/export [gisteren | van-tot | NR] [zip|pdf|csv|jsonl]`."""
        words = ask.args.lower().split()
        formats = [word for word in words if word.lstrip(".") in FORMATS]
        unknown = [word for word in words if word.lstrip(".") in ELSEWHERE]
        if unknown:
            self._answers.say(ask, "export.bad_format", format=unknown[0].lstrip("."))
            return
        rest = " ".join(word for word in words if word not in formats)
        number = rest.strip("#.")
        case = ""
        if is_number(number):
            meant = self._naming.numbered(
                ask, number, "export_case", role=COORDINATOR, more=" ".join(formats)
            )
            if meant is None:
                return
            ask, case, rest = replace(meant.ask, placed=True), meant.alert.number, ""
        kind = formats[0].lstrip(".") if formats else "zip"
        self._request(ask, "chat.export", format=kind, case=case or None, period=rest)

    def status(self, ask: Ask) -> None:
        """Open alerts, what waits, the last police mail."""
        self._request(ask, "chat.status")

    def verify(self, ask: Ask) -> None:
        """Check the log's chain."""
        self._request(ask, "chat.verify")

    def release(self, ask: Ask) -> None:
        """`vrijgeven 117`, `vrijgeven 117 2`: one picture to the group, without its metadata."""
        words = ask.args.split()
        if not words:
            self._answers.say(ask, "alerts.release_how")
            return
        meant = self._naming.numbered(
            ask, words[0].strip("#.,"), "release", role=COORDINATOR, more=" ".join(words[1:2])
        )
        if meant is None:
            return
        ask, alert = meant
        pictures = int(alert.facts.get("pictures") or 0)
        which = int(words[1]) if len(words) > 1 and words[1].isdigit() else 1
        if not 1 <= which <= pictures:
            self._answers.say(ask, "alerts.no_such_picture", number=alert.number, n=pictures)
            return
        self._request(ask, "chat.release", alert=alert.id, number=which)


def _called(newcomer: Member) -> tuple[str, ...]:
    """What a request may be called by."""
    name = normal(newcomer.name)
    return (str(newcomer.id), name, *name.split())


def is_coordinator(member: Member | None) -> bool:
    """Whether this membership is an active coordinator's."""
    return member is not None and member.role == COORDINATOR and member.state in ACTIVE
