"""Figures that are counted in the store, at the moment somebody reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.policy import UNKNOWN
from bot.operations.metrics import Metrics
from bot.store import overview

if TYPE_CHECKING:
    from bot.store.engine import Store
    from bot.store.tx import Reader


def watch_store(metrics: Metrics, store: Store) -> None:
    """From now on each reading of `metrics` counts in `store` first."""

    def count() -> None:
        with store.reading() as reader:
            _count(metrics, reader)

    metrics.before_reading(count)


def _count(metrics: Metrics, reader: Reader) -> None:
    for state, number in ({"waiting": 0, "parked": 0} | overview.all_outbox(reader)).items():
        metrics.outbox.labels(state).set(number)
    metrics.in_doubt.set(overview.parked_in_doubt(reader, UNKNOWN))
    metrics.alerts.clear()
    for place, state, number in overview.all_alerts(reader):
        metrics.alerts.labels(place, state).set(number)
    for head in overview.heads(reader):
        metrics.journal.labels(head.chain).set(head.n)
    for state, number in overview.all_media(reader).items():
        metrics.media.labels(state).set(number)
    for place, roles in overview.member_counts(reader).items():
        metrics.members.labels(place).set(sum(roles.values()))
    metrics.set_aside.set(overview.aside_count(reader))
    metrics.mails.clear()
    for place, state, number in overview.all_mails(reader):
        metrics.mails.labels(place, state).set(number)
    for place, at in overview.last_accepted(reader).items():
        metrics.last_mail.labels(place).set(at / 1000)
