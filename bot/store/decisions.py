"""Decisions and their reviews: appended, never edited; only the count of questions asked moves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, insert, or_, select, update

from bot.store import numbers, wakeups
from bot.store.decision_tables import decision_reviews, decisions
from bot.store.rows import insert_into
from bot.store.wakeups import Subject
from rules.decisions import Decision, Outcome, Review

_later = decisions.alias("later")


def add(tx: Connection, decision: Decision, *, form: str) -> Decision | None:
    """Append an entry with its wake-up row; None when the form with this ULID has been stored before."""
    (row,) = numbers.numbered(tx, decisions, [{"form": form, **_to_row(decision)}])
    statement = insert_into(tx, decisions).values(row)
    number = tx.execute(
        statement.on_conflict_do_nothing(index_elements=["form"]).returning(decisions.c.id)
    ).scalar_one_or_none()
    if number is None:
        return None
    wakeups.create(tx, Subject.DECISION, (number,))
    wakeups.set_due(tx, Subject.DECISION, {number: decision.by_when if decision.awaits_review else None})
    return replace(decision, id=number)


def add_review(tx: Connection, decision_id: int, review: Review, *, form: str) -> None:
    """Append what happened; nobody is asked any more. Hold the decision first."""
    row = {
        "decision_id": decision_id,
        "form": form,
        "outcome": review.outcome.value,
        "said": review.said,
        "value": review.value,
        "reviewed_by": review.by,
        "reviewed_at": review.at,
    }
    tx.execute(insert(decision_reviews), [row])
    wakeups.set_due(tx, Subject.DECISION, {decision_id: None})


def count_questions(tx: Connection, asked: Sequence[Decision]) -> None:
    """Write how often each owner has been asked."""
    if asked:
        statement = update(decisions).where(decisions.c.id == bindparam("i")).values(asked=bindparam("a"))
        tx.execute(statement, [{"i": each.id, "a": each.asked} for each in asked])


def by_form(tx: Connection, form: str) -> Decision | None:
    """The entry that this form made."""
    return _first(tx, _entries().where(decisions.c.form == form))


def read(tx: Connection, ids: Iterable[int]) -> dict[int, Decision]:
    """Entries by number; lock their wake-ups first to rely on what they say."""
    found = _all(tx, _entries().where(decisions.c.id.in_(sorted(set(ids)))))
    return {each.id: each for each in found}


def held(tx: Connection, decision_id: int) -> Decision | None:
    """Lock an entry, then read it."""
    wakeups.lock(tx, Subject.DECISION, (decision_id,))
    return read(tx, (decision_id,)).get(decision_id)


def due(
    tx: Connection,
    *,
    until: datetime,
    area_kpis: Collection[str] | None = None,
    person: str | None = None,
) -> tuple[Decision, ...]:
    """What is to be reviewed by then, earliest first; of these KPIs and of this owner, when given."""
    query = _entries().where(*_unreviewed(), decisions.c.by_when <= until)
    if area_kpis is not None:
        query = query.where(decisions.c.kpi.in_(sorted(area_kpis)))
    if person is not None:
        query = query.where(decisions.c.owner == person)
    return _all(tx, query.order_by(decisions.c.by_when, decisions.c.id))


def open_unmoved(tx: Connection) -> tuple[Decision, ...]:
    """Decided and reviewed without effect, and nothing else decided in its place; latest first."""
    unmoved = decision_reviews.c.outcome == Outcome.NOT_MOVED.value
    query = _entries().where(decisions.c.counted, _later.c.id.is_(None), unmoved)
    return _all(tx, query.order_by(decision_reviews.c.reviewed_at.desc(), decisions.c.id.desc()))


def latest(
    tx: Connection, *, limit: int, kpi: str | None = None, person: str | None = None
) -> tuple[tuple[Decision, ...], int]:
    """The newest entries that no later one replaces, and how many there are in all.

    `person`: whoever owns it or decided it.
    """
    query = _entries().where(_later.c.id.is_(None))
    if kpi is not None:
        query = query.where(decisions.c.kpi == kpi)
    if person is not None:
        query = query.where(or_(decisions.c.owner == person, decisions.c.decided_by == person))
    total = tx.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    return _all(tx, query.order_by(decisions.c.id.desc()).limit(limit)), total


def _unreviewed() -> tuple[ColumnElement[bool], ...]:
    return (decisions.c.counted, _later.c.id.is_(None), decision_reviews.c.id.is_(None))


def _entries() -> Select[Any]:
    """Every entry with its review and the amendment that took its place."""
    review = [column for column in decision_reviews.c if column.name not in ("id", "decision_id", "form")]
    joined = decisions.outerjoin(decision_reviews, decision_reviews.c.decision_id == decisions.c.id)
    return select(decisions, *review, _later.c.id.label("amended_by")).select_from(
        joined.outerjoin(_later, _later.c.amends == decisions.c.id)
    )


def _all(tx: Connection, query: Select[Any]) -> tuple[Decision, ...]:
    return tuple(_from_row(row) for row in tx.execute(query))


def _first(tx: Connection, query: Select[Any]) -> Decision | None:
    row = tx.execute(query).first()
    return _from_row(row) if row is not None else None


def _to_row(decision: Decision) -> dict[str, Any]:
    return {
        "text": decision.text,
        "counted": decision.counted,
        "kpi": decision.kpi,
        "change": decision.change,
        "by_when": decision.by_when,
        "owner": decision.owner,
        "baseline": decision.baseline,
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
        "thread_id": decision.thread_id,
        "permalink": decision.permalink or None,
        "amends": decision.amends,
        "asked": decision.asked,
    }


def _from_row(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        text=row.text,
        kpi=row.kpi,
        change=row.change,
        by_when=row.by_when,
        owner=row.owner,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        baseline=row.baseline,
        thread_id=row.thread_id,
        permalink=row.permalink or "",
        amends=row.amends,
        amended_by=row.amended_by,
        asked=row.asked,
        review=_review(row),
    )


def _review(row: Row[Any]) -> Review | None:
    if row.outcome is None:
        return None
    return Review(Outcome(row.outcome), row.said, row.value, row.reviewed_by, row.reviewed_at)
