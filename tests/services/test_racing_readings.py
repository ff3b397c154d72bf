"""Two replicas hear of one KPI at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.services.readings import Written, take_readings
from bot.store import readings
from tests.cast import NOON, after, line_down
from tests.kpi_stories import oee, reading
from tests.services.floor import Floor

TOLD = 12


def test_corrections_that_race_are_revisions_in_some_order_and_none_is_lost(
    two_replicas: tuple[Floor, Floor],
) -> None:
    for floor in two_replicas:
        floor.follows(line_down(), kpis=[oee()])

    def tell(number: int) -> Written:
        floor = two_replicas[number % 2]
        told = [reading(60.0 + number)]
        return take_readings(floor.database, told, plan=floor.plan, now=NOON)[0].written

    with ThreadPoolExecutor(4) as together:
        written = list(together.map(tell, range(TOLD)))
    assert sorted(written) == [Written.CORRECTED] * (TOLD - 1) + [Written.RECORDED]
    with two_replicas[0].database.reading() as tx:
        kept = readings.history(tx, "oee", at=NOON)
    assert [one.revision for one in kept] == list(range(1, TOLD + 1))
    assert {one.value for one in kept} == {60.0 + number for number in range(TOLD)}


def test_silence_is_noticed_by_one_of_them(two_replicas: tuple[Floor, Floor]) -> None:
    first, second = two_replicas
    for floor in two_replicas:
        floor.follows(line_down(), kpis=[oee(stale_after="2h")])
    take_readings(first.database, [reading(75.0)], plan=first.plan, now=NOON)
    with ThreadPoolExecutor(2) as together:
        list(together.map(lambda floor: floor.waits(after(120)), two_replicas))
    assert first.thread().occurrences == 1
    assert len(second.notes()) == 1
