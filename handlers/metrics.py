"""GET /metrics: what this process counted, and the vital signs as they are at this moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.metrics import REGISTRY
from bot.services.vital_signs import VitalSigns, vital_signs
from bot.store.database import Database, DatabaseUnavailableError


class Metrics:
    """Answers scrapes. Without a database it still says what it can, and that there is none."""

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def take(self, _: Request) -> Response:
        """Everything in Prometheus' text form."""
        text = await run_in_threadpool(self._exposition)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    def _exposition(self) -> bytes:
        try:
            signs = vital_signs(self._database, self._now())
        except DatabaseUnavailableError:
            signs = None
        momentary = CollectorRegistry()
        momentary.register(_Momentary(signs))
        return generate_latest(REGISTRY) + generate_latest(momentary)


class _Momentary(Collector):
    """Gauges of one scrape. With several replicas each says the same: take the largest."""

    def __init__(self, signs: VitalSigns | None) -> None:
        self._signs = signs

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("andon_database_up", "Whether the database answers.", float(self._signs is not None))
        if self._signs is None:
            return
        signs = self._signs
        yield _counts(
            "andon_exceptions",
            "Exceptions that somebody has to work on.",
            ("severity", "state"),
            signs.working.items(),
        )
        yield _gauge("andon_clock_overdue_seconds", "How long the earliest due subject waits.", signs.overdue)
        yield _gauge("andon_parked_subjects", "Subjects set aside because they raised.", float(signs.parked))
        undelivered = [((state,), total) for state, total in signs.undelivered.items()]
        yield _counts("andon_undelivered", "What Slack was not told, by state.", ("state",), undelivered)
        yield _gauge(
            "andon_delivery_overdue_seconds",
            "How long the first undelivered message could have left.",
            signs.oldest,
        )
        yield _gauge(
            "andon_quarantined", "Whether nothing is sent until it is released.", float(signs.quarantined)
        )


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _counts(
    name: str, words: str, labels: tuple[str, ...], counted: Iterable[tuple[tuple[str, ...], int]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=labels)
    for values, total in sorted(counted):
        family.add_metric(values, total)
    return family
