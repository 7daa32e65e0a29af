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
        registry = self._registry = CollectorRegistry()
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
        self.sends = Counter(
            "saarbot_sends",
            "Messages sent, by messenger and outcome: sent, retried, parked, unknown.",
            ["source", "outcome"],
            registry=registry,
        )
        self.relay_delay = Histogram(
            "saarbot_relay_delay_seconds",
            "From the decision to alert to the messenger's acceptance.",
            registry=registry,
            buckets=_QUICK,
        )
        self.outbox = Gauge(
            "saarbot_outbox", "Messages waiting, by state.", ["state"], registry=registry
        )
        self.alerts_opened = Counter(
            "saarbot_alerts_opened", "Alerts relayed.", ["neighbourhood"], registry=registry
        )
        self.alerts_open = Gauge(
            "saarbot_alerts_open", "Alerts open now.", ["neighbourhood"], registry=registry
        )
        self.journal = Counter(
            "saarbot_journal_entries", "Entries written to the log.", ["chain"], registry=registry
        )
        self.media = Counter(
            "saarbot_media", "Files: stored or missing.", ["outcome"], registry=registry
        )
        self.digests = Counter(
            "saarbot_digests",
            "Police mails, by outcome: accepted, refused, postponed.",
            ["neighbourhood", "outcome"],
            registry=registry,
        )
        self.last_digest = Gauge(
            "saarbot_last_digest_timestamp_seconds",
            "When a mail server last accepted a police mail.",
            ["neighbourhood"],
            registry=registry,
        )
        self.up = Gauge(
            "saarbot_up",
            "Whether a part is well: store, an adapter, mail.",
            ["part"],
            registry=registry,
        )
        self.build = Gauge("saarbot_build_info", "Version in use.", ["version"], registry=registry)
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
