"""What this process has done, counted for Prometheus; docs/operations.md explains each figure."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry(auto_describe=True)

EVENTS_ANSWERED = Counter(
    "andon_events",
    "Events answered, by the weightiest thing that became of each.",
    ["became"],
    registry=REGISTRY,
)

DELIVERIES = Counter(
    "andon_deliveries",
    "Attempts to tell Slack something, by purpose and how the attempt ended.",
    ["purpose", "outcome"],
    registry=REGISTRY,
)

LATENESS = Histogram(
    "andon_clock_lateness_seconds",
    "How long the earliest due subject had been due when the sweeper came to it.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600),
    registry=REGISTRY,
)

PRUNED = Counter(
    "andon_pruned",
    "Old records deleted because nobody needs them any more, by kind.",
    ["kind"],
    registry=REGISTRY,
)

WRITES = Histogram(
    "andon_write_seconds",
    "Transactions that write, from asking for a turn to the commit, by priority.",
    ["priority"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
