"""Holds, clocks and people keep recorded time to the second, however far apart the rows are."""

from __future__ import annotations

from bot.replay.account import Account
from bot.replay.crew import Habits
from bot.replay.recorded import Recorded
from rules.exception_threads import FactKind, State
from rules.reception import Fate
from tests.cast import after, event, line_down, minutes, plan_in_force
from tests.replay.conftest import Replayed


def heard(state: str, minute: float, *, received: float | None = None) -> Recorded:
    at = after(minute if received is None else received)
    return Recorded(1, at, event(state, at=after(minute)))


def steps(account: Account, *kinds: FactKind) -> list[tuple[str, float]]:
    """What happened to the only exception, and how many minutes after noon."""
    (case,) = account.cases
    return [
        (step.kind.value, (step.at - after(0)).total_seconds() / 60)
        for step in case.steps
        if not kinds or step.kind in kinds
    ]


def test_a_hold_ripens_at_its_moment_although_the_next_row_comes_a_day_later(replayed: Replayed) -> None:
    account = replayed([heard("DOWN", 0), heard("IDLE", 1440)], plan=plan_in_force(line_down(for_="3m")))
    assert steps(account, FactKind.OPENED) == [("opened", 3)]
    assert account.ripened == 1


def test_nobody_answers_and_every_tier_is_told_at_its_time(replayed: Replayed) -> None:
    account = replayed([heard("DOWN", 0)], until=after(24 * 60))
    assert steps(account) == [
        ("opened", 0),
        ("escalated", 5),
        ("escalated", 15),
        ("reminded", 25),
        ("reminded", 55),
        ("exhausted", 85),
    ]
    told = [step.told for step in account.cases[0].steps]
    assert told[:3] == [("Maria",), ("Fatima",), ("Claire", "#escalations")]


def test_time_ends_with_the_last_row_unless_told_otherwise(replayed: Replayed) -> None:
    assert steps(replayed([heard("DOWN", 0), heard("IDLE", 4)])) == [("opened", 0)]
    assert steps(replayed([heard("DOWN", 0), heard("IDLE", 4)], until=after(5)))[-1] == ("escalated", 5)


def test_an_owner_who_answers_in_the_time_allowed_stops_the_escalation(replayed: Replayed) -> None:
    account = replayed([heard("DOWN", 0)], habits=Habits(minutes(5)), until=after(10))
    assert steps(account) == [("opened", 0), ("acknowledged", 5)]


def test_an_owner_who_also_resolves_ends_the_case(replayed: Replayed) -> None:
    habits = Habits(minutes(2), resolve=minutes(10))
    account = replayed([heard("DOWN", 0)], habits=habits, until=after(12))
    assert steps(account) == [("opened", 0), ("acknowledged", 2), ("resolved", 12)]
    assert account.cases[0].thread.state is State.RESOLVED


def test_an_event_is_too_old_by_the_time_at_which_it_was_received(replayed: Replayed) -> None:
    account = replayed([heard("DOWN", 0, received=30), heard("DOWN", 0, received=300)])
    assert [(line.fate, line.total) for line in account.lines] == [(Fate.OPENED, 1), (Fate.TOO_OLD, 1)]


def test_a_case_that_closes_and_its_successor_fit_into_one_batch(replayed: Replayed) -> None:
    plan = plan_in_force(
        line_down(resolve_on_clear=True, clear_when='event.data.state == "RUN"'),
        policy={"clocks": {"respond": ["5m"]}},
    )
    account = replayed([heard("DOWN", 0), heard("RUN", 6), heard("DOWN", 7)], plan=plan)
    assert [case.thread.state for case in account.cases] == [State.VERIFIED, State.OPEN]


def test_what_comes_twice_counts_once(replayed: Replayed) -> None:
    twice = heard("DOWN", 0)
    account = replayed([twice, twice])
    assert [(line.fate, line.total) for line in account.lines] == [(Fate.OPENED, 1), (Fate.DUPLICATE, 1)]
