"""Intake: events become signals, signals become exception threads, in one transaction for many events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.services.consequences import consequences
from bot.services.judging import Judged, Judgement
from bot.services.plan_in_force import PlanInForce
from bot.store import events
from bot.store.database import writes
from bot.store.events import EventKey
from bot.store.writer_gate import Priority
from rules.reception import Became, Fate


def record_events(
    tx: Connection, judged: Sequence[Judged], *, plan: PlanInForce, now: datetime
) -> list[Judgement]:
    """Record events once each and do what follows; the answers come in the order of the events.

    Within the batch events are taken in the order in which they happened. An event from the future is
    taken as happening now. Raises DatabaseUnavailableError, and then nothing was recorded.
    """
    first: dict[EventKey, Judged] = {}
    for one in judged:
        first.setdefault(one.key, one)
    earlier = events.became_of(tx, first)
    new = [one for key, one in first.items() if key not in earlier]
    became = consequences(tx, sorted(new, key=lambda one: one.event.time), plan=plan, now=now)
    stored = [(one.event, _as_json(became[one.key])) for one in new]
    events.add(tx, stored, received_at=now, plan_version=plan.version)
    return list(_answers(judged, became, earlier))


take_in = writes(Priority.INTAKE)(record_events)
"""`record_events` for what machines send."""


def _answers(
    judged: Sequence[Judged],
    became: Mapping[EventKey, Judgement],
    earlier: Mapping[EventKey, Mapping[str, object]],
) -> Iterator[Judgement]:
    answered: set[EventKey] = set()
    for one in judged:
        if one.key in became and one.key not in answered:
            yield became[one.key]
        else:
            yield (_duplicate(one.key, became, earlier),)
        answered.add(one.key)


def _duplicate(
    key: EventKey,
    became: Mapping[EventKey, Judgement],
    earlier: Mapping[EventKey, Mapping[str, object]],
) -> Became:
    original = became[key][0] if key in became else _remembered(earlier.get(key, {}))
    if original is None:
        return Became(Fate.DUPLICATE, detail="already received")
    return Became(Fate.DUPLICATE, original.thread_id, f"first time {original.words}")


def _remembered(stored: Mapping[str, object]) -> Became | None:
    first = stored.get("became")
    return Became.from_json(first[0]) if isinstance(first, list) and first else None


def _as_json(answer: Judgement) -> dict[str, object]:
    return {"became": [became.as_json() for became in answer]}
