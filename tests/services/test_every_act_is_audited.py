"""Whatever a person changes stands in the audit: no use case that writes may be left out of these lists."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from sqlalchemy import text

import bot.services
from bot.services import (
    audit_sealing,
    decision_reviews,
    decisions,
    forgetting,
    intake_tokens,
    planning,
    presses,
    quarantine,
    raising,
    readings,
    restoring,
    settling,
    suppressions,
    undeliverable,
)
from bot.services.audit_log import tell
from bot.store.database import DatabaseUnavailableError, writes
from bot.store.writer_gate import Priority
from rules.audit_entries import Someone, Told
from rules.decisions import Draft, Outcome
from rules.exception_threads import State
from rules.intake_tokens import Grant, Scope
from rules.kpis import Reading
from rules.lifecycle import LifecycleError
from rules.suppressions import Matcher
from tests.cast import CLAIRE, JONAS, MARIA, NOON, after, event
from tests.cli.conftest import PLAN
from tests.services.floor import Floor

Act = Callable[[Floor], object]

TERMINAL = "user:ana"
DRAFT = Draft("run two shifts", kpi="oee", change=2.0, day=date(2026, 3, 6), owner=MARIA)
WINDOW: dict[str, Any] = {
    "matcher": Matcher(places=("line-2",)),
    "begins": NOON,
    "ends": after(60),
    "reason": "greasing",
}

NOT_BY_A_PERSON = {
    "accounts.keep": "Slack says who has an account",
    "audit_sealing._delete_through": "the rest of pruning, which _begin_behind notes",
    "audit_sealing.seal_batch": "it seals what was noted",
    "auditing._mend": "the auditor finds and mends by itself; its finding is an exception",
    "decision_reviews.ask_owners": "a day has come",
    "delivery.delivered": "the relay",
    "delivery.home_drawn": "the relay",
    "delivery.lost_card": "the relay",
    "delivery.not_delivered": "the relay",
    "delivery.not_found": "the relay",
    "delivery.not_looked_up": "the relay",
    "departures.claim": "the relay",
    "departures.claim_unknown": "the relay",
    "homes.opened": "looking at something changes nothing that is governed",
    "inbox._take_up": "a delivery of Slack's that somebody died over",
    "inbox.first_time": "a delivery of Slack's; what it asks for is noted where it is done",
    "inbox.settle": "a delivery of Slack's is done with",
    "intake.take_in": "machines; events are their own record",
    "intake_tokens.note_use": "a machine sent something",
    "restoring.seal": "a copy quarantines itself; the database it was taken from is not changed",
    "pruning._remove": "retention, by its settings; the entries of the audit are not among it",
    "readings.take_readings": "machines; readings are their own record",
    "sessions.ring_sessions": "a session's time has come",
    "sessions.schedule_sessions": "follows from the plan, whose version is noted",
    "silence.note_silence": "a clock",
    "suppressions.plan_ahead": "a replay, in a scratch database",
    "suppressions.ring_suppressions": "a window begins or ends by itself",
    "undeliverable.bury": "the relay",
    "waking.park": "the sweeper",
    "waking.ring_threads": "a clock",
    "waking.ripen_signals": "a clock",
}
"""Every other use case that writes, and who else changes something there."""

WRITING_PAST_THEM = {"planning._add": "its test is apply_plan's below"}
"""What writes without being a use case of its own."""


def pressed(what: Callable[..., object], **form: object) -> Act:
    def act(floor: Floor) -> object:
        floor.hears(subject="line-2")
        floor.hears()
        number = max(thread.id for thread in (floor.thread(1), floor.thread(2)))
        return what(floor.database, number, by=MARIA, seen=None, plan=floor.plan, now=floor.now, **form)

    return act


def decide(floor: Floor, draft: Draft = DRAFT, form: str = "form-1") -> object:
    return decisions.decide(floor.database, draft, by=MARIA, form=form, plan=floor.plan, now=floor.now)


def review(floor: Floor) -> object:
    decide(floor)
    return decision_reviews.review(
        floor.database, 1, by=MARIA, outcome=Outcome.MOVED, said="it did", form="r", plan=floor.plan,
        now=floor.now,
    )  # fmt: skip


def suppress(floor: Floor) -> object:
    return suppressions.suppress(floor.database, **WINDOW, by=MARIA, plan=floor.plan, now=floor.now)


def end_early(floor: Floor) -> object:
    suppress(floor)
    return suppressions.end_early(floor.database, 1, by=MARIA, plan=floor.plan, now=floor.now)


def enter(floor: Floor, value: float = 61.4) -> object:
    return readings.enter_reading(
        floor.database, kpi="oee", value=value, by=MARIA, plan=floor.plan, now=floor.now
    )


def import_some(floor: Floor) -> object:
    some = [Reading("oee", after(-minute), 70.0, "csv") for minute in range(3)]
    return readings.import_readings(floor.database, some, by="ana", plan=floor.plan, now=floor.now)


def call(floor: Floor) -> object:
    return raising.raise_call(
        floor.database, call_type="maintenance", where="filler-2", text="help", by=MARIA, form="call-1",
        plan=floor.plan, now=floor.now,
    )  # fmt: skip


def settled(what: Callable[..., object]) -> Act:
    def act(floor: Floor) -> object:
        floor.hears()
        with floor.database.engine.begin() as tx:
            tx.execute(text("UPDATE outbox SET state = 'dead'"))
        return what(floor.database, floor.rows()[0].mark, "ana", floor.now)

    return act


def settled_from_slack(what: Callable[..., object]) -> Act:
    def act(floor: Floor) -> object:
        floor.hears()
        with floor.database.engine.begin() as tx:
            tx.execute(text("UPDATE outbox SET state = 'dead'"))
        reference = floor.rows()[0].mark[-6:]
        return what(floor.database, reference, by=MARIA, plan=floor.plan, now=floor.now)

    return act


def apply(floor: Floor) -> object:
    return planning.apply_plan(
        floor.database, text=PLAN, file="p", base=None, by="ana", reason="first", now=floor.now
    )


def checkpoint(floor: Floor) -> object:
    enter(floor)
    return audit_sealing.make_checkpoint(floor.database, by="ana", now=floor.now)


def prune(floor: Floor) -> object:
    checkpoint(floor)
    return audit_sealing.prune(floor.database, before=after(1), by="ana", why="old", now=floor.now)


def forget(floor: Floor) -> object:
    enter(floor)
    return forgetting.forget(floor.database, MARIA, names=(), with_reasons=False, by="ana", now=floor.now)


def hold(floor: Floor) -> object:
    return quarantine.begin(floor.database, by="ana", reason="a rule runs wild", now=floor.now)


def release(floor: Floor) -> object:
    hold(floor)
    return quarantine.release(floor.database, by="ana", operators=None, now=floor.now)


def restore(floor: Floor) -> object:
    return restoring.settle(floor.database, by="ana", now=floor.now)


def create_token(floor: Floor) -> object:
    grant, secret = Grant("mes", frozenset({Scope.EVENTS})), intake_tokens.Secret.fresh()
    return intake_tokens.create(
        floor.database, grant, secret=secret, expires_at=None, by="ana", now=floor.now
    )


def rotate_token(floor: Floor) -> object:
    create_token(floor)
    secret = intake_tokens.Secret.fresh()
    return intake_tokens.rotate(
        floor.database, "mes", secret=secret, overlap=timedelta(hours=1), expires_at=None, by="ana",
        now=floor.now,
    )  # fmt: skip


def revoke_token(floor: Floor) -> object:
    create_token(floor)
    return intake_tokens.revoke(floor.database, "mes", by="ana", now=floor.now)


DONE = {"answers": {"root_cause": "worn guide rail"}}
BY_PEOPLE: dict[str, tuple[Act, str, str]] = {
    "presses.acknowledge": (pressed(presses.acknowledge), "exception.acknowledged", MARIA),
    "presses.contain": (pressed(presses.contain, action="blocked"), "exception.contained", MARIA),
    "presses.resolve": (pressed(presses.resolve, **DONE), "exception.resolved", MARIA),
    "presses.reassign": (pressed(presses.reassign, to=JONAS), "exception.reassigned", MARIA),
    "presses.snooze": (pressed(presses.snooze, until=after(60), reason="parts"), "exception.snoozed", MARIA),
    "presses.escalate_now": (pressed(presses.escalate_now, reason="now"), "exception.escalated", MARIA),
    "presses.merge": (pressed(presses.merge, into=1), "exception.absorbed", MARIA),
    "presses.cancel": (pressed(presses.cancel, reason="a drill"), "exception.cancelled", MARIA),
    "decisions.decide": (decide, "decision.logged", MARIA),
    "decision_reviews.review": (review, "decision.reviewed", MARIA),
    "suppressions.suppress": (suppress, "maintenance.set", MARIA),
    "suppressions.end_early": (end_early, "maintenance.ended", MARIA),
    "readings.enter_reading": (enter, "reading.entered", MARIA),
    "readings.import_readings": (import_some, "readings.imported", TERMINAL),
    "raising.take_call": (call, "exception.raised", MARIA),
    "undeliverable.retry": (settled(undeliverable.retry), "delivery.retried", TERMINAL),
    "undeliverable.drop": (settled(undeliverable.drop), "delivery.dropped", TERMINAL),
    "settling.retry": (settled_from_slack(settling.retry), "delivery.retried", MARIA),
    "settling.drop": (settled_from_slack(settling.drop), "delivery.dropped", MARIA),
    "quarantine.begin": (hold, "deliveries.held", TERMINAL),
    "quarantine.release": (release, "deliveries.released", TERMINAL),
    "restoring.settle": (restore, "database.restored", TERMINAL),
    "intake_tokens.create": (create_token, "token.created", TERMINAL),
    "intake_tokens.rotate": (rotate_token, "token.rotated", TERMINAL),
    "intake_tokens.revoke": (revoke_token, "token.revoked", TERMINAL),
    "planning.apply_plan": (apply, "plan.applied", TERMINAL),
    "audit_sealing._keep_end": (checkpoint, "audit.pinned", TERMINAL),
    "audit_sealing._begin_behind": (prune, "audit.pruned", TERMINAL),
    "forgetting.forget": (forget, "person.forgotten", TERMINAL),
}
"""What somebody does, what the audit calls it, and who it says it was."""


def modules() -> Iterator[str]:
    return (each.name for each in pkgutil.iter_modules(bot.services.__path__))


def use_cases() -> set[str]:
    """Everything that `writes` has made callable with a database, by module and name."""
    code = writes(Priority.PRESS)(lambda _: None).__code__
    return {
        f"{module}.{name}"
        for module in modules()
        for name, value in vars(importlib.import_module(f"bot.services.{module}")).items()
        if isinstance(value, FunctionType) and value.__code__ is code and _stands_in(value, module)
    }


def _stands_in(use_case: FunctionType, module: str) -> bool:
    """Made there, not imported. `take_in = writes(…)(record_events)` is of the module that says so."""
    return use_case.__module__ == f"bot.services.{module}"


def direct_writers() -> set[str]:
    """Functions that call `database.write` themselves."""
    return {
        f"{module}.{function.name}"
        for module in modules()
        for function in ast.parse((Path(bot.services.__path__[0]) / f"{module}.py").read_text()).body
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "write" and ast.unparse(node.value) == "database"
    }


def entries(floor: Floor) -> list[Told]:
    """Newest first."""
    return tell(floor.database, limit=100)


def test_every_use_case_that_writes_says_whether_a_person_acts_in_it() -> None:
    listed = (set(BY_PEOPLE) - {"planning.apply_plan"}) | set(NOT_BY_A_PERSON)
    unlisted, gone = sorted(use_cases() - listed), sorted(listed - use_cases())
    assert unlisted == [], "add it to BY_PEOPLE with a story, or to NOT_BY_A_PERSON with a reason"
    assert gone == [], "take it off its list"
    assert direct_writers() == set(WRITING_PAST_THEM)


def test_no_use_case_is_on_both_lists() -> None:
    assert not set(BY_PEOPLE) & set(NOT_BY_A_PERSON)


@pytest.mark.parametrize("act", BY_PEOPLE)
def test_what_a_person_does_is_noted_with_who_when_and_through_what(
    act: str, migrated_sqlite_floor: Floor
) -> None:
    floor = migrated_sqlite_floor
    do, what, who = BY_PEOPLE[act]
    do(floor)
    newest = entries(floor)[0]
    assert (newest.what, newest.who, newest.at) == (what, Someone(who), floor.now)
    assert newest.through == ("cli" if who == TERMINAL else "slack")
    assert newest.about


def test_an_entry_says_what_was_changed_and_why(floor: Floor) -> None:
    pressed(presses.reassign, to=JONAS)(floor)
    presses.snooze(
        floor.database, 2, by=JONAS, seen=None, until=after(60), reason="parts at 13:00", plan=floor.plan,
        now=floor.now,
    )  # fmt: skip
    snoozed, reassigned = entries(floor)
    assert (reassigned.about, reassigned.old, reassigned.new, reassigned.why) == (
        "EX-2",
        {"owner": Someone(MARIA)},
        {"owner": Someone(JONAS)},
        "",
    )
    assert (snoozed.who, snoozed.why) == (Someone(JONAS), "parts at 13:00")
    assert snoozed.new == {"snoozed_until": "2026-03-02T13:00:00+00:00"}


def test_an_amendment_says_what_it_takes_the_place_of(floor: Floor) -> None:
    decide(floor)
    decide(floor, replace(DRAFT, text="three shifts", change=3.0, amends=1), form="form-2")
    amended = entries(floor)[0]
    assert (amended.what, amended.about, amended.why) == ("decision.amended", "D-2", "three shifts")
    assert (amended.old["entry"], amended.old["change"], amended.new["change"]) == ("D-1", 2.0, 3.0)
    assert amended.new["owner"] == Someone(MARIA)


def test_what_was_refused_or_sent_twice_leaves_no_entry(floor: Floor) -> None:
    pressed(presses.acknowledge)(floor)
    decide(floor)
    call(floor)
    before = entries(floor)
    with pytest.raises(LifecycleError):
        presses.acknowledge(floor.database, 2, by=CLAIRE, seen=None, plan=floor.plan, now=floor.now)
    decide(floor)
    call(floor)
    assert entries(floor) == before


def test_an_act_that_cannot_be_noted_does_not_happen(floor: Floor) -> None:
    floor.hears()
    with floor.database.engine.begin() as tx:
        tx.execute(text("DROP TABLE audit_entries"))
    with pytest.raises(DatabaseUnavailableError):
        presses.acknowledge(floor.database, 1, by=MARIA, seen=None, plan=floor.plan, now=floor.now)
    assert floor.thread().state is State.OPEN


def test_machines_are_not_audited(floor: Floor) -> None:
    floor.takes([event(), event("RUNNING")])
    floor.waits(after(30))
    assert entries(floor) == []


def test_no_row_of_the_audit_names_anybody(floor: Floor) -> None:
    for act, _, _ in BY_PEOPLE.values():
        if act in (call, suppress, enter) or act is BY_PEOPLE["presses.reassign"][0]:
            act(floor)
    with floor.database.reading() as tx:
        rows = [tuple(row) for row in tx.execute(text("SELECT * FROM audit_entries"))]
    assert len(rows) == 4
    assert not [name for name in (MARIA, JONAS, "Maria", "U0MARIA01") if name in str(rows)]
