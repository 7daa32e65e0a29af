"""Figures for Prometheus, all called saarbot_*, in a registry of their own.

Labels are ids from the configuration and fixed words: never a person, chat or text.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.operations.health import Part

CONTENT_TYPE = CONTENT_TYPE_LATEST
_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures the core sets. Counters only rise; gauges are set at each change."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.received = Counter(
            "saarbot_received", "Updates received, by messenger.", ["source"], registry=registry
        )
        self.events = Counter(
            "saarbot_events",
            "Events by what became of them: handled, repeated, set_aside.",
            ["source", "outcome"],
            registry=registry,
        )
        self.handling = Histogram(
            "saarbot_handling_seconds",
            "From reception to the commit of what was decided.",
            registry=registry,
            buckets=_QUICK,
        )
        # The rest is counted in the store at each reading, so it is true after a restart too.
        self.outbox = _gauge(registry, "outbox", "Messages, by state.", "state")
        self.in_doubt = _gauge(
            registry, "outbox_in_doubt", "Parked messages that may have arrived all the same."
        )
        self.alerts = _gauge(registry, "alerts", "Alerts, by state.", "neighbourhood", "state")
        self.journal = _gauge(registry, "journal_entries", "Entries of a log.", "chain")
        self.media = _gauge(registry, "media", "Files, by state.", "state")
        self.members = _gauge(registry, "members", "Active members.", "neighbourhood")
        self.set_aside = _gauge(registry, "set_aside", "Updates that could not be handled.")
        self.mails = _gauge(registry, "mails", "Police mails, by state.", "neighbourhood", "state")
        self.last_mail = _gauge(
            registry,
            "last_mail_accepted_timestamp_seconds",
            "When a mail server last took a police mail.",
            "neighbourhood",
        )
        self.up = Gauge(
            "saarbot_up",
            "Whether a part is well: the store, an adapter.",
            ["part"],
            registry=registry,
        )
        self.build = Gauge("saarbot_build_info", "Version in use.", ["version"], registry=registry)
        self._registry = registry
        self._before: list[Callable[[], None]] = []

    def watch(self, name: str, part: Part) -> None:
        """For `Health.on_change`: a part's condition as a gauge."""
        self.up.labels(name).set(part.ok)

    def before_reading(self, act: Callable[[], None]) -> None:
        """Call `act` before each reading, for gauges that are counted in the store."""
        self._before.append(act)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        for act in self._before:
            act()
        return generate_latest(self._registry)


def _gauge(registry: CollectorRegistry, name: str, means: str, *labels: str) -> Gauge:
    return Gauge(f"saarbot_{name}", means, labels, registry=registry)
