"""The tally: every event of a log counted once, by type, by what became of it and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.services.judging import Judged, Judgement
from rules.matching import Verdict
from rules.reception import Fate

SignalName = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the account; `reason` is empty where the fate says it all."""

    fate: Fate
    reason: str
    by_type: Counter[str]

    @property
    def total(self) -> int:
        """Events in this line."""
        return self.by_type.total()


@dataclass(frozen=True, slots=True)
class SignalCount:
    """What the events of one (rule, fingerprint) said: how often its condition held, cleared, or neither."""

    rule: str
    fingerprint: str
    verdicts: Counter[Verdict]


@dataclass(slots=True)
class Tally:
    """Counts as a replay goes on. An event with several consequences counts as its weightiest."""

    _events: Counter[tuple[Fate, str, str]] = field(default_factory=Counter)
    _signals: dict[SignalName, Counter[Verdict]] = field(default_factory=dict)

    def add(self, judged: Sequence[Judged], answers: Sequence[Judgement]) -> None:
        """Count a batch and its answers."""
        for one, answer in zip(judged, answers, strict=True):
            became = answer[0]
            self._events[became.fate, became.reason, one.event.type] += 1
            for match in one.matches:
                name = (match.rule.key, match.fingerprint)
                self._signals.setdefault(name, Counter())[match.verdict] += 1

    def lines(self) -> tuple[Line, ...]:
        """The account, weightiest fate first; the totals of all lines are the number of events."""
        by_line: dict[tuple[Fate, str], Counter[str]] = {}
        for (fate, reason, event_type), count in sorted(self._events.items()):
            by_line.setdefault((fate, reason), Counter())[event_type] += count
        order = list(Fate)
        lines = [Line(fate, reason, by_type) for (fate, reason), by_type in by_line.items()]
        return tuple(sorted(lines, key=lambda line: (order.index(line.fate), -line.total, line.reason)))

    def signals(self) -> tuple[SignalCount, ...]:
        """Every (rule, fingerprint) that events were about, by name."""
        return tuple(SignalCount(*name, verdicts) for name, verdicts in sorted(self._signals.items()))
