"""How an exception thread is written as rows, and read back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from rules.clocks import Clock, ClockKind
from rules.control_plan import EscalationPolicy, Rule, Severity
from rules.exception_threads import ExceptionThread, Snooze, State


def to_row(thread: ExceptionThread) -> dict[str, Any]:
    """Every column that changes; the signal key is held as long as occurrences may still come here."""
    return {
        "signal_key": None if thread.state.is_closed else thread.signal_key,
        "title": thread.title,
        "severity": thread.severity.value,
        "owner": thread.owner,
        "state": thread.state.value,
        "state_since": thread.state_since,
        "revision": thread.revision,
        "tier": thread.tier,
        "occurrences": thread.occurrences,
        "reopened": thread.reopened,
        "shadow": thread.shadow,
        "last_event_at": thread.last_event_at,
        "cleared_at": thread.cleared_at,
        "chatter_noted_at": thread.chatter_noted_at,
        "snooze": _snooze_json(thread.snooze),
        "merged_into": thread.merged_into,
    }


def to_new_row(thread: ExceptionThread) -> dict[str, Any]:
    """Every column of a thread that is not stored yet; the database gives it its number."""
    return to_row(thread) | {
        "rule_key": thread.rule.key,
        "rule": thread.rule.model_dump_json(by_alias=True),
        "policy": thread.policy.model_dump_json(by_alias=True),
        "plan_version": thread.plan_version,
        "fingerprint": thread.fingerprint,
        "area": thread.area,
        "equipment": thread.equipment,
        "place": thread.place,
        "channel": thread.channel,
        "opened_at": thread.opened_at,
        "correlation": thread.correlation,
    }


def from_row(row: Row[Any], clocks: Sequence[Clock]) -> ExceptionThread:
    """The thread that a row and its clocks describe."""
    return ExceptionThread(
        id=row.id,
        rule=_rule(row.rule),
        policy=_policy(row.policy),
        plan_version=row.plan_version,
        fingerprint=row.fingerprint,
        title=row.title,
        severity=Severity(row.severity),
        area=row.area,
        equipment=row.equipment,
        place=row.place,
        channel=row.channel,
        owner=row.owner,
        opened_at=row.opened_at,
        state_since=row.state_since,
        last_event_at=row.last_event_at,
        state=State(row.state),
        revision=row.revision,
        tier=row.tier,
        occurrences=row.occurrences,
        reopened=row.reopened,
        shadow=row.shadow,
        cleared_at=row.cleared_at,
        chatter_noted_at=row.chatter_noted_at,
        snooze=_snooze(row.snooze),
        merged_into=row.merged_into,
        correlation=row.correlation,
        clocks=tuple(clocks),
    )


def clock_row(thread_id: int, clock: Clock) -> dict[str, Any]:
    """One clock as a row."""
    return {
        "thread_id": thread_id,
        "kind": clock.kind.value,
        "tier": clock.tier,
        "started_at": clock.started_at,
        "due": clock.due,
        "left_seconds": clock.left.total_seconds() if clock.left is not None else None,
        "repeats": clock.repeats,
    }


def clock_from_row(row: Row[Any]) -> Clock:
    """The clock that a row describes."""
    left = None if row.left_seconds is None else timedelta(seconds=row.left_seconds)
    return Clock(ClockKind(row.kind), row.tier, row.started_at, row.due, left, row.repeats)


@lru_cache(maxsize=4096)
def _rule(text: str) -> Rule:
    return Rule.model_validate_json(text)


@lru_cache(maxsize=1024)
def _policy(text: str) -> EscalationPolicy:
    return EscalationPolicy.model_validate_json(text)


def _snooze_json(snooze: Snooze | None) -> dict[str, str] | None:
    if snooze is None:
        return None
    return {"until": snooze.until.isoformat(), "reason": snooze.reason, "by": snooze.by}


def _snooze(value: dict[str, str] | None) -> Snooze | None:
    if value is None:
        return None
    return Snooze(datetime.fromisoformat(value["until"]), value["reason"], value["by"])
