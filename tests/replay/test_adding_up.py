"""Whatever a log holds, every event is accounted for, and how it is cut into batches changes nothing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.replay.crew import Habits
from bot.replay.recorded import Recorded, in_order
from rules.exception_threads import FactKind
from rules.reception import Fate
from rules.suppressions import Matcher, Occurrence, Suppression, holding_back
from tests.cast import after, event, line_down, minutes, plan_in_force
from tests.replay.conftest import Replayed

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

PLANS = {
    "at once": plan_in_force(),
    "held and cleared slowly": plan_in_force(
        line_down(for_="3m", clear_for="2m", resolve_on_clear=True, clear_when='event.data.state == "RUN"')
    ),
    "three in a row": plan_in_force(line_down(consecutive=3, clear_when='event.data.state == "RUN"')),
    "done when it clears": plan_in_force(
        line_down(resolve_on_clear=True, clear_when='event.data.state == "RUN"'),
        policy={"clocks": {"respond": ["5m"]}},
    ),
}

moments = st.integers(min_value=0, max_value=120).map(lambda half: half / 2)
rows = st.builds(
    lambda state, subject, happened, delay, id, type_: Recorded(
        1,
        after(happened + delay),
        event(state, subject=subject, at=after(happened), id=id, type=type_),
    ),
    st.sampled_from(["DOWN", "RUN", "IDLE"]),
    st.sampled_from(["filler-1", "filler-2", "nowhere"]),
    moments,
    st.sampled_from([0, 0, 0, 2, 90]),
    st.none() | st.integers(min_value=1, max_value=5).map(str),
    st.sampled_from(["machine.state", "machine.state", "other.thing"]),
)
habits = st.none() | st.builds(
    Habits,
    st.integers(1, 20).map(minutes),
    st.none() | st.integers(1, 30).map(lambda number: timedelta(minutes=number)),
)

windows = st.lists(
    st.builds(
        lambda place, begins, length: Suppression(
            0, Matcher(places=(place,)), after(begins), after(begins + length), "works", "replay", after(0)
        ),
        st.sampled_from(["filler-2", "line-2", "*"]),
        st.integers(-5, 60),
        st.integers(1, 60),
    ),
    max_size=2,
)


@SLOW
@given(plan=st.sampled_from(sorted(PLANS)), log=st.lists(rows, max_size=25), habits=habits, windows=windows)
def test_any_stream_adds_up(
    replayed: Replayed, plan: str, log: list[Recorded], habits: Habits | None, windows: list[Suppression]
) -> None:
    how = {"plan": PLANS[plan], "habits": habits, "until": after(240)}
    account = replayed(in_order(log), suppressions=windows, **how)
    assert account.rows == len(log) == sum(line.total for line in account.lines)
    assert not account.troubles
    opened = sum(line.total for line in account.lines if line.fate is Fate.OPENED)
    assert account.ripened == len(account.cases) - opened >= 0
    assert account.steps[FactKind.OPENED] == len(account.cases)


@SLOW
@given(plan=st.sampled_from(sorted(PLANS)), log=st.lists(rows, max_size=25), windows=windows)
def test_nothing_opens_in_a_window_that_covers_it(
    replayed: Replayed, plan: str, log: list[Recorded], windows: list[Suppression]
) -> None:
    account = replayed(in_order(log), plan=PLANS[plan], until=after(240), suppressions=windows)
    for case in account.cases:
        lineage = PLANS[plan].index.lineage(case.thread.equipment)
        occurrence = Occurrence(case.thread.rule.key, case.thread.fingerprint, lineage)
        assert holding_back(windows, occurrence, case.thread.opened_at) is None


@SLOW
@given(plan=st.sampled_from(sorted(PLANS)), log=st.lists(rows, max_size=25), habits=habits, windows=windows)
def test_batches_change_nothing(
    replayed: Replayed, plan: str, log: list[Recorded], habits: Habits | None, windows: list[Suppression]
) -> None:
    how = {"plan": PLANS[plan], "habits": habits, "until": after(240), "suppressions": windows}
    together = replayed(in_order(log), **how)
    one_by_one = replayed(in_order(log), **how, batch=1)
    assert together == one_by_one


def test_what_came_late_is_judged_as_late_in_whatever_batch(replayed: Replayed) -> None:
    young = Recorded(1, after(20), event("DOWN", at=after(20)))
    late = Recorded(2, after(21), event("RUN", at=after(19)))
    together = replayed([young, late])
    assert together == replayed([young, late], batch=1)
    assert "older than what is known" in [line.reason for line in together.lines]
