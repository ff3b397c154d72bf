"""Judging: what every rule says of events, worked out before any transaction begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.plan_in_force import PlanInForce
from bot.store.events import EventKey
from rules.events import Event
from rules.matching import Match, Verdict
from rules.reception import Became

Judgement = tuple[Became, ...]
"""What became of one event, the weightiest consequence first."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and what every rule says about it, worked out before any transaction begins.

    One that is `ageless` counts however long ago it happened: whoever sends it knows that it still holds.
    `received_at` is when it came in; None for the moment at which it is recorded.
    """

    event: Event
    matches: tuple[Match, ...]
    ageless: bool = False
    received_at: datetime | None = None

    @property
    def key(self) -> EventKey:
        """What names the event once and for all."""
        return (self.event.source, self.event.id)

    def came_in(self, now: datetime) -> datetime:
        """When it was received, if it is recorded now."""
        return self.received_at or now

    def at(self, now: datetime) -> datetime:
        """When it happened, as far as that can be: what is from the future happens as it comes in."""
        return min(self.event.time, self.came_in(now))


def judge(batch: Sequence[Event], plan: PlanInForce) -> list[Judged]:
    """Ask the rules. One that cannot decide becomes an exception for the operators, not a lost event."""
    return [
        Judged(event, tuple(_visible(match, plan) for match in plan.book.match(event))) for event in batch
    ]


def _visible(match: Match, plan: PlanInForce) -> Match:
    if match.verdict is not Verdict.FAILED:
        return match
    rule = plan.book.failure_rule
    title = f"Rule {match.rule.key} cannot decide: {match.failure}"
    return Match(rule, Verdict.RAISE, match.rule.key, title[:250], at=rule.at, severity=match.severity)
