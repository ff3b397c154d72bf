"""What of new readings is news: only that reaches the rules, the rest is history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.services.judging import Judged, judge
from bot.services.plan_in_force import PlanInForce
from rules.durations import format_duration
from rules.kpi_events import reading_event
from rules.kpis import Reading
from rules.matching import Match
from rules.reception import Became, Fate


class News:
    """Hears new readings in the order of their times.

    `latest` is the time of the last one of each KPI; `fresh` are the KPIs of which one says how they are now.
    """

    def __init__(self, plan: PlanInForce, now: datetime, last: Mapping[str, datetime | None]) -> None:
        self._plan = plan
        self._now = now
        self.latest = {kpi: at for kpi, at in last.items() if at is not None}
        self.fresh: set[str] = set()

    def of(self, reading: Reading, earlier: Reading | None) -> Judged | Became:
        """What to tell the rules, or why nothing. `earlier` is the value that this one corrects."""
        latest = self.latest.get(reading.kpi)
        if latest is not None and reading.at < latest:
            return _history_only(Fate.SUPPRESSED, "there is a later reading")
        self.latest[reading.kpi] = reading.at
        return self._correction(reading, earlier) if earlier else self._first_word(reading)

    def _first_word(self, reading: Reading) -> Judged | Became:
        kpi = self._plan.index.kpi(reading.kpi)
        allowed = (kpi.stale_after if kpi else None) or self._plan.index.max_age(reading.source)
        if self._now - reading.at > allowed:
            return _history_only(Fate.TOO_OLD, f"older than {format_duration(allowed)}")
        self.fresh.add(reading.kpi)
        return replace(self._judge(reading), ageless=True)

    def _correction(self, reading: Reading, earlier: Reading) -> Judged | Became:
        """Of a correction only what it changes, or it would count as one more reading in a row."""
        said = {match.rule.key: match.verdict for match in self._judge(replace(earlier, revision=1)).matches}
        judged = self._judge(reading)
        changed: tuple[Match, ...] = tuple(
            match for match in judged.matches if match.verdict is not said.get(match.rule.key)
        )
        if not changed:
            return _history_only(Fate.SUPPRESSED, "the correction changes nothing for any rule")
        return replace(judged, matches=changed, ageless=True)

    def _judge(self, reading: Reading) -> Judged:
        kpi = self._plan.index.kpi(reading.kpi)
        if kpi is None:
            raise LookupError(f"the plan has no KPI {reading.kpi!r}")
        return judge([reading_event(kpi, reading)], self._plan)[0]


def _history_only(fate: Fate, why: str) -> Became:
    return Became(fate, detail=f"history only, {why}")
