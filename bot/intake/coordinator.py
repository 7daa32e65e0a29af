"""What coordinators may ask, in the direct chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.post import Post, Priority
from bot.journal.journal import append as append_entry
from bot.neighbourhood.people import COORDINATOR
from bot.store import alerts as alert_store
from bot.store import people as people_store
from bot.store import requests as request_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.alerts.life import Life
    from bot.intake.ask import Answers, Ask
    from bot.intake.conversations import Conversations
    from bot.intake.pages import Pages
    from bot.neighbourhood.joining import Joining
    from bot.neighbourhood.people import People
    from bot.store.alerts import Alert
    from bot.store.people import Member

FORMATS = ("zip", "pdf", "csv", "jsonl")


class CoordinatorCommands:
    """Each method is one command; the caller has checked the role."""

    def __init__(
        self,
        *,
        answers: Answers,
        people: People,
        joining: Joining,
        conversations: Conversations,
        life: Life,
        pages: Pages,
        wake_requests: Callable[[], None],
    ) -> None:
        self._answers = answers
        self._people = people
        self._joining = joining
        self._talk = conversations
        self._life = life
        self._pages = pages
        self._wake_requests = wake_requests

    def handlers(self) -> dict[str, Callable[[Ask], None]]:
        """By the command's id."""
        return {
            "export": self.export,
            "wachtrij": self.queue,
            "goedkeuren": self.admit,
            "weigeren": self.refuse,
            "gebeld": self.called,
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
        pending = self._pending(ask)
        waiting = [a for a in alert_store.live(ask.tx, ask.place.id) if a.state == "waiting"]
        if not pending and not waiting:
            self._answers.say(ask, "neighbourhood.queue_empty")
            return
        for alert in waiting:
            self._answers.say(
                ask,
                "alerts.coordinator.waiting",
                choices=(("alerts.choice.called", f"a:called:{alert.facts.get('page')}"),),
                subject=f"page:{alert.facts.get('page')}",
                number=alert.number,
            )
        if ask.member is not None:
            for newcomer in pending:
                self._joining.put_question(ask.tx, newcomer, ask.member)

    def _newcomer(self, ask: Ask) -> Member | None:
        pending = self._pending(ask)
        wanted = ask.args.strip()
        if wanted.isdigit():
            pending = [m for m in pending if m.id == int(wanted)]
        if len(pending) == 1:
            return pending[0]
        key = "neighbourhood.queue_empty" if not pending else "neighbourhood.which_newcomer"
        names = ", ".join(f"{m.id}: {m.name}" for m in pending)
        self._answers.say(ask, key, names=names)
        return None

    def admit(self, ask: Ask) -> None:
        """`goedkeuren`, `goedkeuren 12`."""
        self._decide(ask, self._newcomer(ask), admit=True)

    def refuse(self, ask: Ask) -> None:
        """`weigeren`, `weigeren 12`."""
        self._decide(ask, self._newcomer(ask), admit=False)

    def decide(self, ask: Ask, membership: int, *, admit: bool) -> None:
        """A button about one newcomer was pressed."""
        newcomer = people_store.member(ask.tx, membership)
        if newcomer is None or newcomer.neighbourhood != ask.place.id:
            self._answers.say(ask, "neighbourhood.already_decided", name="", n=0)
        else:
            self._decide(ask, newcomer, admit=admit)

    def _decide(self, ask: Ask, newcomer: Member | None, *, admit: bool) -> None:
        if newcomer is None or ask.member is None:
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
            if m.state in ("active", "paused")
        ]
        self._note_read(ask, "members")
        self._answers.say(ask, "neighbourhood.members", n=len(lines), members="\n".join(lines))

    def _note_read(self, ask: Ask, what: str) -> None:
        by = self._people.pseudonym(ask.member, "nl")
        append_entry(ask.tx, ask.place.id, "log.read", {"by": by, "what": what})

    # --- alerts --------------------------------------------------------------------------

    def _alert(self, ask: Ask) -> Alert | None:
        number = ask.args.strip().split(" ")[0].lstrip("#") if ask.args.strip() else ""
        if number:
            found = alert_store.by_number(ask.tx, ask.place.id, number)
        else:
            found = next(iter(alert_store.live(ask.tx, ask.place.id)), None)
        if found is None:
            key = "alerts.no_such_number" if number else "alerts.none_open"
            self._answers.say(ask, key, number=number)
        return found

    def called(self, ask: Ask) -> None:
        """`gebeld`, `gebeld 117`: I called for somebody who can't."""
        number = ask.args.strip()
        alert = self._alert(ask) if number else None
        if number and alert is None:
            return
        page = alert.facts.get("page") if alert is not None else self._pages.only_open(ask)
        if page is None:
            self._answers.say(ask, "alerts.nobody_waits")
        else:
            self._pages.answer(ask, int(page))

    def close(self, ask: Ask) -> None:
        """`sluit`, `sluit 117`: asks how it ended."""
        alert = self._alert(ask)
        if alert is None or ask.member is None:
            return
        if alert.state not in ("open", "waiting"):
            self._answers.say(ask, "alerts.already_closed", number=alert.number)
            return
        data = {"alert": alert.id, "case": alert.number}
        self._talk.begin(ask, ask.member.person_id, ask.place.id, "close", data)

    def reopen(self, ask: Ask) -> None:
        """`heropenen 117`."""
        alert = self._alert(ask)
        if alert is None or ask.member is None:
            return
        if alert.state not in ("closed", "no_news", "rectified"):
            self._answers.say(ask, "alerts.is_open", number=alert.number)
        else:
            self._life.reopen(ask.tx, alert, ask.member)
            self._answers.say(ask, "alerts.reopened", number=alert.number)

    def rectify(self, ask: Ask) -> None:
        """`rechtzetting 117`."""
        alert = self._alert(ask)
        if alert is None or ask.member is None:
            return
        if alert.state == "rectified":
            self._answers.say(ask, "alerts.already_rectified", number=alert.number)
        else:
            self._life.rectify(ask.tx, alert, ask.member)
            self._answers.say(ask, "alerts.rectified_done", number=alert.number)

    # --- the whole neighbourhood ---------------------------------------------------------

    def pause(self, ask: Ask) -> None:
        """`pauze`: relaying stops; `pauze uit` lets it go on. The 101 question always works."""
        place = next(p for p in people_store.places(ask.tx) if p.id == ask.place.id)
        paused = not place.paused
        people_store.pause_place(ask.tx, ask.place.id, paused=paused)
        fields = {"key": "paused", "value": paused, "by": self._people.pseudonym(ask.member, "nl")}
        append_entry(ask.tx, ask.place.id, "settings.changed", fields)
        self._answers.say(ask, "neighbourhood.paused" if paused else "neighbourhood.resumed")

    def broadcast(self, ask: Ask) -> None:
        """`bericht TEXT` to every member."""
        text = ask.args.strip()
        if not text:
            self._answers.say(ask, "neighbourhood.broadcast_empty")
            return
        reached = 0
        for recipient in self._people.recipients(ask.tx, ask.place.id):
            if recipient.chat is None or ask.member is None or recipient.member.id == ask.member.id:
                continue
            lang = self._people.lang(recipient.member)
            who = self._people.pseudonym(ask.member, lang)
            message = self._answers.voice.message(
                lang, "neighbourhood.broadcast", who=who, text=text
            )
            self._answers.outbox.post(
                ask.tx,
                Post(
                    chat=recipient.chat,
                    message=message,
                    cause=f"broadcast:{ask.event.source}:{ask.event.event_id}",
                    priority=Priority.NOTICE,
                    purpose="broadcast",
                    membership=recipient.member.id,
                ),
            )
            reached += 1
        self._answers.say(ask, "neighbourhood.broadcast_sent", n=reached)

    # --- long work: done beside the conversation -------------------------------------------

    def _request(self, ask: Ask, kind: str, **args: object) -> None:
        base = {
            "neighbourhood": ask.place.id,
            "chat": str(ask.chat),
            "lang": ask.lang,
            "member": ask.member.id if ask.member else None,
            "cause": f"{ask.event.source}:{ask.event.event_id}",
        }
        request_store.ask(ask.tx, kind, {**base, **args})
        ask.tx.after_commit(self._wake_requests)

    def export(self, ask: Ask) -> None:
        """`/export [gisteren | van-tot | NR] [zip|pdf|csv|jsonl]`."""
        words = ask.args.lower().split()
        formats = [word for word in words if word in FORMATS]
        rest = " ".join(word for word in words if word not in FORMATS)
        case = alert_store.by_number(ask.tx, ask.place.id, rest.lstrip("#")) if rest else None
        looks_like_case = rest.lstrip("#").isdigit() or rest.startswith("m-")
        if looks_like_case and case is None:
            self._answers.say(ask, "alerts.no_such_number", number=rest)
            return
        self._request(
            ask,
            "chat.export",
            format=formats[0] if formats else "zip",
            case=case.number if case else None,
            period="" if case else rest,
        )

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
        alert = alert_store.by_number(ask.tx, ask.place.id, words[0].lstrip("#"))
        if alert is None:
            self._answers.say(ask, "alerts.no_such_number", number=words[0])
            return
        pictures = int(alert.facts.get("pictures") or 0)
        which = int(words[1]) if len(words) > 1 and words[1].isdigit() else 1
        if not 1 <= which <= pictures:
            self._answers.say(ask, "alerts.no_such_picture", number=alert.number, n=pictures)
            return
        self._request(ask, "chat.release", alert=alert.id, number=which)


def is_coordinator(member: Member | None) -> bool:
    """Whether this membership is an active coordinator's."""
    return (
        member is not None and member.role == COORDINATOR and member.state in ("active", "paused")
    )
