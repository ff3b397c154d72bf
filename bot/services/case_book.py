"""The case book: threads that a batch of signals touches, locked once, changed in memory, written once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.services.holding_back import HoldingBack
from bot.services.plan_in_force import PlanInForce
from bot.services.recording import record
from bot.store import exception_threads
from rules.control_plan import Rule
from rules.exception_threads import Change, ExceptionThread, State, signal_key
from rules.occurrences import cleared, occurred, reopens
from rules.opening import open_thread
from rules.reception import Became, Fate
from rules.signals import Outcome, Signal


class CaseBook:
    """Holds threads by the key of the signal whose occurrences belong to them, through merges.

    Threads that are opened get their number only in `write`; until then `Became.thread_id` is a
    placeholder below zero, which `numbered` turns into the number.
    """

    def __init__(self, tx: Connection, keys: Iterable[str], *, plan: PlanInForce, now: datetime) -> None:
        self._tx = tx
        self._plan = plan
        self._now = now
        self._ids = exception_threads.ids_by_signal(tx, keys)
        self._before = exception_threads.held_through_merges(tx, self._ids.values())
        self._changes: dict[int, Change] = {}
        self._numbers: dict[int, int] = {}
        self._suppressions = HoldingBack(tx, plan.index)

    def apply(
        self, rule: Rule, signal: Signal, outcome: Outcome, *, event_at: datetime, now: datetime
    ) -> Became | None:
        """Take one outcome of a signal to its thread; None when there is nothing for a thread in it."""
        key = signal_key(signal.rule_key, signal.fingerprint)
        if outcome in (Outcome.RAISED, Outcome.REPEATED):
            return self._occurred(key, rule, signal, event_at, now)
        if outcome is Outcome.CLEARED:
            return self._cleared(key, event_at, now)
        return None

    def has_case(self, signal: Signal) -> bool:
        """Whether a thread that is not closed takes the signal's occurrences."""
        return self._living(signal_key(signal.rule_key, signal.fingerprint)) is not None

    def rule_of(self, signal: Signal) -> Rule | None:
        """The rule as it was when the signal's case was opened; None when there is no case."""
        number = self._ids.get(signal_key(signal.rule_key, signal.fingerprint))
        return None if number is None else self._current(number).rule

    def kept(self, signal: Signal) -> Signal:
        """The signal as it is to be stored after its outcomes were applied."""
        return self._suppressions.kept(signal)

    def write(self) -> None:
        """Store everything that was applied."""
        self._suppressions.write()
        touched = list(self._changes)
        pairs = [(self._before.get(number), self._changes[number]) for number in touched]
        stored = record(self._tx, pairs, plan=self._plan, now=self._now)
        self._numbers = {number: thread.id for number, thread in zip(touched, stored, strict=True)}

    def numbered(self, became: Became) -> Became:
        """The same with the thread's real number, once written."""
        if became.thread_id is None:
            return became
        return replace(became, thread_id=self._numbers.get(became.thread_id, became.thread_id))

    def _occurred(self, key: str, rule: Rule, signal: Signal, event_at: datetime, now: datetime) -> Became:
        number = self._living(key)
        if number is None or reopens(self._current(number), event_at):
            suppressed = self._suppressions.suppress(rule, signal, now)
            if suppressed is not None:
                return suppressed
        if number is None:
            return self._open(key, rule, signal, event_at, now)
        before = self._current(number)
        said = signal.draft or {}
        by, text, is_merged = said.get("by"), said.get("text"), number != self._ids[key]
        change = occurred(before, event_at, now, by=by, text=text, is_merged=is_merged)
        self._put(number, change)
        reopened = change.thread.reopened > before.reopened
        return Became(Fate.REOPENED if reopened else Fate.APPENDED, number)

    def _cleared(self, key: str, event_at: datetime, now: datetime) -> Became:
        number = self._living(key)
        if number is None:
            detail = "it clears, and nothing was open"
            return Became(Fate.SUPPRESSED, detail=detail, reason="clears what was not open")
        if number != self._ids[key]:
            # The merged part is well again; that says nothing of the case that it was merged into.
            detail = "merged into one that clears by its own signal"
            return Became(Fate.SUPPRESSED, number, detail, reason="clears a merged part")
        change = cleared(self._current(number), event_at, now)
        self._put(number, change)
        return Became(Fate.CLEARED, number)

    def _open(self, key: str, rule: Rule, signal: Signal, event_at: datetime, now: datetime) -> Became:
        change = open_thread(
            rule,
            fingerprint=signal.fingerprint,
            draft=signal.draft or {},
            index=self._plan.index,
            plan_version=self._plan.version,
            event_at=event_at,
            now=now,
        )
        number = -1 - len(self._changes)
        self._ids[key] = number
        self._put(number, change)
        return Became(Fate.OPENED, number, "in shadow: nobody is paged" if change.thread.shadow else "")

    def _living(self, key: str) -> int | None:
        """The thread that takes this signal's occurrences; a merge into a closed thread no longer counts."""
        first = number = self._ids.get(key)
        while number is not None and self._current(number).state is State.MERGED:
            number = self._current(number).merged_into
        if number is None or not self._current(number).state.is_closed:
            return number
        if first is not None and first != number:
            exception_threads.release_signal(self._tx, first)
        return None

    def _current(self, number: int) -> ExceptionThread:
        change = self._changes.get(number)
        return change.thread if change else self._before[number]

    def _put(self, number: int, change: Change) -> None:
        earlier = self._changes.get(number)
        self._changes[number] = earlier.then(change) if earlier else change
