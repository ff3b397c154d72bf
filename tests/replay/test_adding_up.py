"""Whatever a log holds, every event is accounted for, and how it is cut into batches changes nothing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.replay.crew import Habits
from bot.replay.recorded import Recorded, in_order
from rules.exception_threads import FactKind
from rules.reception import Fate
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


@SLOW
@given(plan=st.sampled_from(sorted(PLANS)), log=st.lists(rows, max_size=25), habits=habits)
def test_any_stream_adds_up(
    replayed: Replayed, plan: str, log: list[Recorded], habits: Habits | None
) -> None:
    account = replayed(in_order(log), plan=PLANS[plan], habits=habits, until=after(240))
    assert account.rows == len(log) == sum(line.total for line in account.lines)
    assert not account.troubles
    opened = sum(line.total for line in account.lines if line.fate is Fate.OPENED)
    assert account.ripened == len(account.cases) - opened >= 0
    assert account.steps[FactKind.OPENED] == len(account.cases)


@SLOW
@given(plan=st.sampled_from(sorted(PLANS)), log=st.lists(rows, max_size=25), habits=habits)
def test_batches_change_nothing(
    replayed: Replayed, plan: str, log: list[Recorded], habits: Habits | None
) -> None:
    together = replayed(in_order(log), plan=PLANS[plan], habits=habits, until=after(240))
    one_by_one = replayed(in_order(log), plan=PLANS[plan], habits=habits, until=after(240), batch=1)
    assert together == one_by_one
