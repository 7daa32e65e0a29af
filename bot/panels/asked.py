"""Who can't call and waits for a coordinator: the questions that stand open in somebody's chats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.alerts import facts as known
from bot.dialogue.state import State
from bot.store import dialogues as dialogue_store
from bot.store import people as people_store
from bot.store.inbox import offers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.panels.desk import Watched
    from bot.store.alerts import Alert
    from bot.store.inbox import Offered
    from bot.store.people import Member
    from bot.store.tx import Reader

    About = tuple[str, Member | None, str, Mapping[str, Any]]

PAGE = "page:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to call for somebody. `where` is as exact as it was said; `facts` hold the act."""

    place: str
    since: int
    reporter: Member | None
    where: str
    facts: Mapping[str, Any]
    choices: tuple[Offered, ...]


def asked(reader: Reader, chats: Sequence[str], watched: Iterable[Watched]) -> list[Asked]:
    """The questions that stand open in these chats, the oldest first."""
    waiting = {
        alert.facts.get("page"): alert
        for one in watched
        for alert in one.standing.live
        if alert.state == "waiting"
    }
    found: dict[str, Asked] = {}
    for chat in chats:
        for offer in offers(reader, chat):
            page = offer.subject.removeprefix(PAGE)
            if offer.subject.startswith(PAGE) and page.isdigit() and page not in found:
                alert = waiting.get(int(page))
                about = _of_alert(reader, alert) if alert else _of_draft(reader, int(page))
                if about is not None:
                    place, who, where, facts = about
                    found[page] = Asked(
                        place=place,
                        since=offer.offered_at,
                        reporter=who,
                        where=where,
                        facts=facts,
                        choices=offer.choices,
                    )
    return sorted(found.values(), key=lambda one: one.since)


def _of_alert(reader: Reader, alert: Alert) -> About:
    place = {**alert.facts, "text": alert.facts.get("place")}
    reporter = people_store.member(reader, alert.reporter_id)
    return alert.neighbourhood, reporter, known.exact_place(place), alert.facts


def _of_draft(reader: Reader, page: int) -> About | None:
    dialogue = dialogue_store.by_id(reader, page)
    if dialogue is None:
        return None
    data = State.from_json(dialogue.data).data
    mine = people_store.memberships_of(reader, dialogue.person_id)
    reporter = next((m for m in mine if m.neighbourhood == dialogue.neighbourhood), None)
    return dialogue.neighbourhood, reporter, known.exact_place(data.get("place") or {}), data
