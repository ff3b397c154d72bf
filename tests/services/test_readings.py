from datetime import datetime
from typing import Any

import pytest

from bot.services.kpis import standings
from bot.services.people import PermissionDeniedError
from bot.services.readings import Receipt, UnknownKpiError, Written, enter_reading, take_readings
from bot.store import readings as store
from rules.control_plan import Severity
from rules.exception_threads import FactKind, State
from rules.kpis import Reading, Standing
from rules.reception import Fate
from tests.cast import NOON, after, line_down, minutes
from tests.kpi_stories import low, oee, reading
from tests.services.floor import Floor

OFF, WELL = 61.4, 75.0


@pytest.fixture
def gauge(floor: Floor) -> "Gauge":
    """A KPI that is off 5 % below its target."""
    return Gauge(floor)


class Gauge:
    """One KPI on the floor, and the values that come in of it."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.declares()

    def declares(self, *thresholds: dict[str, Any], **changes: Any) -> None:
        self.floor.follows(line_down(), kpis=[oee(*thresholds, **changes)])

    def takes(self, *values: Reading) -> list[Receipt]:
        """A batch comes in, by the clock no earlier than its last value."""
        self.floor.now = max([self.floor.now, *(value.at for value in values)])
        return take_readings(self.floor.database, values, plan=self.floor.plan, now=self.floor.now)

    def says(self, value: float, at: datetime = NOON, **changes: Any) -> tuple[Written, Fate, int | None]:
        (receipt,) = self.takes(reading(value, at, **changes))
        return receipt.written, receipt.became[0].fate, receipt.became[0].thread_id

    def stands(self) -> Standing:
        with self.floor.database.reading() as tx:
            return standings(tx, self.floor.plan, self.floor.now)[0]

    def history(self, at: datetime = NOON) -> list[tuple[float, int]]:
        with self.floor.database.reading() as tx:
            return [(one.value, one.revision) for one in store.history(tx, "oee", at=at)]


def test_a_value_beyond_the_threshold_opens_an_exception_that_says_everything(gauge: Gauge) -> None:
    assert gauge.says(OFF) == (Written.RECORDED, Fate.OPENED, 1)
    thread = gauge.floor.thread()
    assert thread.title == "OEE line 2 at 61.4 %, target 74 (−17 %)"
    assert (thread.owner, thread.area, thread.rule.kpi) == ("maria", "filling", "oee")


def test_a_value_on_target_opens_nothing_and_stands_well(gauge: Gauge) -> None:
    assert gauge.says(WELL)[:2] == (Written.RECORDED, Fate.SUPPRESSED)
    assert not gauge.stands().needs_attention


def test_the_next_value_that_is_well_clears_it(gauge: Gauge) -> None:
    gauge.says(OFF)
    assert gauge.says(WELL, after(10))[1:] == (Fate.CLEARED, 1)
    assert gauge.floor.thread().cleared_at == after(10)


def test_a_value_that_stays_off_for_its_time_opens_with_no_further_reading(gauge: Gauge) -> None:
    gauge.declares(low(for_="30m"))
    assert gauge.says(OFF)[1] is Fate.SUPPRESSED
    gauge.floor.waits(after(30))
    assert gauge.floor.thread().title.startswith("OEE line 2 at 61.4 %")


def test_readings_in_a_row_are_counted(gauge: Gauge) -> None:
    gauge.declares(low(consecutive=3))
    fates = [gauge.says(OFF, after(10 * step))[1] for step in range(3)]
    assert fates == [Fate.SUPPRESSED, Fate.SUPPRESSED, Fate.OPENED]


def test_between_breach_and_clear_limit_it_stays_as_it_is(gauge: Gauge) -> None:
    gauge.declares(low(clear={"miss": "2%"}))
    gauge.says(OFF)
    assert gauge.says(71.0, after(10))[1] is Fate.SUPPRESSED
    assert gauge.says(72.6, after(20))[1:] == (Fate.CLEARED, 1)


def test_the_same_reading_twice_is_one(gauge: Gauge) -> None:
    gauge.says(OFF)
    assert gauge.says(OFF) == (Written.DUPLICATE, Fate.DUPLICATE, None)
    assert gauge.floor.thread().occurrences == 1
    assert gauge.history() == [(OFF, 1)]


def test_a_correction_that_un_breaches_clears_the_exception_and_keeps_what_was_said(gauge: Gauge) -> None:
    gauge.says(OFF)
    gauge.floor.now = after(300)
    assert gauge.says(WELL) == (Written.CORRECTED, Fate.CLEARED, 1)
    assert gauge.history() == [(OFF, 1), (WELL, 2)]
    assert gauge.stands().value == WELL


def test_a_correction_clears_even_between_the_limits_because_it_was_never_off(gauge: Gauge) -> None:
    gauge.declares(low(clear={"miss": "1%"}))
    gauge.says(OFF)
    assert gauge.says(71.0)[1:] == (Fate.CLEARED, 1)


def test_a_correction_is_not_one_more_reading_in_a_row(gauge: Gauge) -> None:
    gauge.declares(low(consecutive=2))
    gauge.says(OFF)
    assert gauge.says(60.0)[:2] == (Written.CORRECTED, Fate.SUPPRESSED)
    assert gauge.says(OFF, after(10))[1:] == (Fate.OPENED, 1)


def test_a_correction_can_breach(gauge: Gauge) -> None:
    gauge.says(WELL)
    assert gauge.says(OFF) == (Written.CORRECTED, Fate.OPENED, 1)


def test_a_late_older_reading_joins_the_history_and_changes_nothing_else(gauge: Gauge) -> None:
    gauge.says(WELL, after(10))
    assert gauge.says(OFF, NOON)[:2] == (Written.RECORDED, Fate.SUPPRESSED)
    assert gauge.history() == [(OFF, 1)]
    assert gauge.stands().value == WELL


def test_a_correction_of_an_older_reading_changes_only_the_history(gauge: Gauge) -> None:
    gauge.says(WELL)
    gauge.says(WELL, after(10))
    assert gauge.says(OFF, NOON)[:2] == (Written.CORRECTED, Fate.SUPPRESSED)
    assert not gauge.stands().is_off


def test_a_batch_is_read_in_the_order_of_its_times(gauge: Gauge) -> None:
    gauge.declares(low(consecutive=2))
    later, earlier = gauge.takes(reading(OFF, after(10)), reading(OFF, NOON))
    assert (earlier.became[0].fate, later.became[0].fate) == (Fate.SUPPRESSED, Fate.OPENED)


def test_a_reading_and_its_correction_in_one_batch_come_out_as_the_correction(gauge: Gauge) -> None:
    first, second = gauge.takes(reading(OFF), reading(WELL))
    assert (first.became[0].fate, second.became[0].fate) == (Fate.OPENED, Fate.CLEARED)
    assert gauge.history() == [(OFF, 1), (WELL, 2)]


def test_old_history_pages_nobody(gauge: Gauge) -> None:
    assert gauge.takes(reading(OFF, after(-600)))[0].became[0].fate is Fate.TOO_OLD
    assert gauge.floor.notes() == []


def test_silence_is_an_exception_of_its_own_and_never_green(gauge: Gauge) -> None:
    gauge.declares(stale_after="2h")
    gauge.says(WELL)
    assert not gauge.stands().needs_attention
    gauge.floor.waits(after(120))
    thread = gauge.floor.thread()
    assert (thread.title, thread.severity) == ("OEE line 2: not read for 2h", Severity.MEDIUM)
    assert gauge.stands().needs_attention


def test_the_next_reading_ends_the_silence_however_late_it_comes(gauge: Gauge) -> None:
    gauge.declares(stale_after="2h")
    gauge.says(WELL)
    gauge.floor.waits(after(125))
    gauge.says(WELL, after(110))
    assert FactKind.CLEARED in gauge.floor.kinds()
    assert gauge.floor.thread().state is State.RESOLVED
    gauge.floor.waits(after(231))
    assert FactKind.REOPENED in gauge.floor.kinds()


def test_a_correction_does_not_end_the_silence(gauge: Gauge) -> None:
    gauge.declares(stale_after="2h")
    gauge.says(WELL)
    gauge.floor.waits(after(125))
    gauge.says(74.5)
    assert FactKind.CLEARED not in gauge.floor.kinds()


def test_regular_readings_never_let_it_fall_silent(gauge: Gauge) -> None:
    gauge.declares(stale_after="2h")
    for hour in range(5):
        gauge.says(WELL, after(60 * hour))
        gauge.floor.waits(after(60 * hour + 59))
    assert gauge.floor.rows() == []


def test_a_plan_that_allows_more_time_is_followed_when_the_old_time_is_up(gauge: Gauge) -> None:
    gauge.declares(stale_after="2h")
    gauge.says(WELL)
    gauge.declares(stale_after="4h")
    gauge.floor.waits(after(120))
    assert gauge.floor.rows() == []
    gauge.floor.waits(after(240))
    assert gauge.floor.thread().title == "OEE line 2: not read for 4h"


def test_what_somebody_types_is_kept_with_their_name(gauge: Gauge) -> None:
    receipt = enter_reading(
        gauge.floor.database, kpi="oee", value=OFF, by="maria", plan=gauge.floor.plan, now=NOON
    )
    assert (receipt.reading.entered_by, receipt.reading.source) == ("maria", "slack:kpi")
    assert receipt.became[0].fate is Fate.OPENED


def test_only_the_owner_and_the_roles_that_may_record_do(gauge: Gauge) -> None:
    gauge.floor.follows(line_down(), kpis=[oee()], permissions={"record": ["plant_manager"]})
    typed: dict[str, Any] = {"kpi": "oee", "value": WELL, "plan": gauge.floor.plan}
    enter_reading(gauge.floor.database, **typed, by="maria", now=NOON)
    enter_reading(gauge.floor.database, **typed, by="claire", now=NOON + minutes(1))
    with pytest.raises(PermissionDeniedError, match="Only plant_manager may record"):
        enter_reading(gauge.floor.database, **typed, by="fatima", now=NOON)


def test_a_kpi_that_nobody_declared_is_refused_with_everything_sent_along(gauge: Gauge) -> None:
    with pytest.raises(UnknownKpiError, match="no KPI 'yield'"):
        gauge.takes(reading(WELL), reading(1.0, kpi="yield"))
    assert gauge.history() == []
