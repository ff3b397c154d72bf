"""Holding back what would open a thread while a suppression covers it, in one transaction."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from bot.services.suppression_words import held_back_by
from bot.store import suppressions
from rules.control_plan import Rule
from rules.plan_index import PlanIndex
from rules.reception import Became
from rules.signals import Phase, Signal, hold_back
from rules.suppressions import Occurrence, Suppression, holding_back


class HoldingBack:
    """Asks for suppressions only when something would open, and then once."""

    def __init__(self, tx: Connection, index: PlanIndex) -> None:
        self._tx = tx
        self._index = index
        self._by_signal: dict[int, Suppression] = {}
        self._rows: dict[tuple[int, int], dict[str, Any]] = {}

    def suppress(self, rule: Rule, signal: Signal, now: datetime) -> Became | None:
        """Hold back what would open a thread now; None when nothing covers it."""
        if not self._unfinished:
            return None
        suppression = holding_back(self._unfinished, self._occurrence(rule, signal), now)
        if suppression is None:
            self._by_signal.pop(signal.id, None)
            return None
        self._by_signal[signal.id] = suppression
        self._count(suppression, signal)
        return held_back_by(suppression)

    def kept(self, signal: Signal) -> Signal:
        """The signal as it is to be stored: one that was held back waits for the end."""
        suppression = self._by_signal.get(signal.id)
        if suppression is None or signal.phase is not Phase.RAISED:
            return signal
        return hold_back(signal, suppression)

    def write(self) -> None:
        """Store what was held back."""
        if self._rows:
            suppressions.count_held(self._tx, [self._rows[key] for key in sorted(self._rows)])

    @cached_property
    def _unfinished(self) -> list[Suppression]:
        return suppressions.unfinished(self._tx, until_commit=True)

    def _occurrence(self, rule: Rule, signal: Signal) -> Occurrence:
        draft = signal.draft or {}
        lineage = self._index.lineage(str(draft.get("at", "")))
        return Occurrence(rule.key, signal.fingerprint, lineage, str(draft.get("source", "")))

    def _count(self, suppression: Suppression, signal: Signal) -> None:
        key = (suppression.id, signal.id)
        fresh = {
            "suppression_id": suppression.id,
            "signal_id": signal.id,
            "title": str((signal.draft or {}).get("title") or signal.rule_key),
            "since": signal.since,
            "times": 0,
        }
        row = self._rows.setdefault(key, fresh)
        self._rows[key] = {**row, "title": fresh["title"], "times": row["times"] + 1}
