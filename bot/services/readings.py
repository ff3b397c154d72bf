"""Readings: values of KPIs come in, once each, and what follows from them commits with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.services.audit_notes import at_terminal, note
from bot.services.home_rows import redrawing_owners_of
from bot.services.intake import record_events
from bot.services.judging import Judged, Judgement
from bot.services.news import News
from bot.services.people import require
from bot.services.plan_in_force import PlanInForce
from bot.services.silence import ends_of_silence, wake_when_stale
from bot.store import readings
from bot.store.database import writes
from bot.store.readings import ReadingKey
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, Value, What
from rules.control_plan import Action, Kpi
from rules.kpis import Reading
from rules.reception import Became, Fate

BY_HAND = "slack:kpi"
"""The source of what people type in; who it was stands beside it."""


class UnknownKpiError(Exception):
    """A KPI that the control plan does not know."""


class Written(StrEnum):
    """What was written of one reading."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One reading as it is kept now, and what followed. `earlier` is what a correction took the place of."""

    reading: Reading
    written: Written
    became: Judgement = ()
    earlier: Reading | None = None

    @property
    def is_new(self) -> bool:
        """Whether it was not known before."""
        return self.written is not Written.DUPLICATE


def record_readings(
    tx: Connection, incoming: Sequence[Reading], *, plan: PlanInForce, now: datetime
) -> list[Receipt]:
    """Record readings and let the rules judge what is news; the answers come in the order of the readings.

    The same KPI, time and source again with another value is a correction: a revision of its own. What is
    late, or too old to say anything of now, only joins the history. Raises UnknownKpiError and
    DatabaseUnavailableError; then nothing was recorded.
    """
    kpis = {reading.kpi: known_kpi(plan, reading.kpi) for reading in incoming}
    watches = readings.hold(tx, kpis)
    with redrawing_owners_of(tx, kpis, plan=plan, now=now):
        return _recorded(tx, incoming, kpis, watches, plan, now)


take_readings = writes(Priority.INTAKE)(record_readings)
"""`record_readings` for what machines send."""


@writes(Priority.HOUSEKEEPING)
def import_readings(
    tx: Connection, incoming: Sequence[Reading], *, by: str, plan: PlanInForce, now: datetime
) -> list[Receipt]:
    """`record_readings` for a file, all of it or nothing; `by` is the user of this machine.

    A year of hourly values takes a quarter of a second.
    """
    receipts = record_readings(tx, incoming, plan=plan, now=now)
    for kpi in sorted({one.reading.kpi for one in receipts if one.is_new}):
        new = _counted([one for one in receipts if one.reading.kpi == kpi])
        who = at_terminal(by)
        note(tx, What.READINGS_IMPORTED, f"kpi {kpi}", by=who, through=Through.CLI, now=now, new=new)
    return receipts


@writes(Priority.PRESS)
def enter_reading(
    tx: Connection, *, kpi: str, value: float, by: str, plan: PlanInForce, now: datetime
) -> Receipt:
    """Somebody types a value in; its owner may, and whoever the plan lets `record`.

    Raises UnknownKpiError, PermissionDeniedError and DatabaseUnavailableError; then nothing was recorded.
    """
    owner = plan.index.owner_for(known_kpi(plan, kpi).owner, known_kpi(plan, kpi).area)
    if owner is None or owner.key != by:
        require(plan, by, Action.RECORD)
    reading = Reading(kpi, now, value, BY_HAND, entered_by=by)
    receipt = record_readings(tx, [reading], plan=plan, now=now)[0]
    if receipt.is_new:
        what = What.READING_CORRECTED if receipt.earlier else What.READING_ENTERED
        old = {"value": receipt.earlier.value} if receipt.earlier else None
        new: dict[str, Value] = {"value": receipt.reading.value, "at": receipt.reading.at.isoformat()}
        note(tx, what, f"kpi {kpi}", by=by, through=Through.SLACK, now=now, old=old, new=new)
    return receipt


def known_kpi(plan: PlanInForce, key: str) -> Kpi:
    """A KPI of the plan; raises UnknownKpiError."""
    kpi = plan.index.kpi(key)
    if kpi is None:
        raise UnknownKpiError(f"The control plan has no KPI {key!r}; nothing was recorded.")
    return kpi


def _recorded(
    tx: Connection,
    incoming: Sequence[Reading],
    kpis: Mapping[str, Kpi],
    watches: Mapping[str, int],
    plan: PlanInForce,
    now: datetime,
) -> list[Receipt]:
    last = readings.last_at(tx, kpis)
    news = News(plan, now, last)
    receipts = _written(incoming, readings.current(tx, map(_key, incoming)))
    readings.add(tx, [one.reading for one in receipts if one.is_new], received_at=now)
    told = {
        place: news.of(one.reading, one.earlier)
        for place, one in sorted(enumerate(receipts), key=lambda pair: pair[1].reading.at)
        if one.is_new
    }
    readings.set_last(tx, news.latest)
    wake_when_stale(tx, {watches[key]: kpi for key, kpi in kpis.items()}, news.latest)
    heard = {place: what for place, what in told.items() if isinstance(what, Judged)}
    fresh = [kpis[key] for key in sorted(news.fresh)]
    judged = [*heard.values(), *ends_of_silence(fresh, last, plan, now)]
    became = record_events(tx, judged, plan=plan, now=now)
    unheard = {place: (what,) for place, what in told.items() if isinstance(what, Became)}
    answers = dict(zip(heard, became, strict=False)) | unheard
    return [replace(one, became=answers.get(place, one.became)) for place, one in enumerate(receipts)]


def _counted(receipts: Sequence[Receipt]) -> dict[str, Value]:
    times = [one.reading.at for one in receipts]
    written = Counter(one.written.value for one in receipts)
    return {**written, "from": min(times).isoformat(), "until": max(times).isoformat()}


def _written(incoming: Iterable[Reading], kept: dict[ReadingKey, Reading]) -> list[Receipt]:
    """Tell new values, corrections and repeats apart, also within the batch."""
    receipts: list[Receipt] = []
    for reading in incoming:
        receipt = _compared(reading, kept.get(_key(reading)))
        kept[_key(reading)] = receipt.reading
        receipts.append(receipt)
    return receipts


def _compared(reading: Reading, earlier: Reading | None) -> Receipt:
    if earlier is None:
        return Receipt(reading, Written.RECORDED)
    if earlier.value == reading.value:
        return Receipt(earlier, Written.DUPLICATE, (Became(Fate.DUPLICATE),))
    corrected = earlier.corrected(reading.value, by=reading.entered_by)
    return Receipt(corrected, Written.CORRECTED, earlier=earlier)


def _key(reading: Reading) -> ReadingKey:
    return (reading.kpi, reading.at, reading.source)
