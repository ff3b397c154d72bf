"""Sessions: each digest once, on time or marked late, to the channel and to whoever leads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.services import digests, suppressions
from bot.services.digests import NoDigestError, UnknownSessionError, find_session
from bot.services.readings import take_readings
from bot.services.sessions import ring_sessions, schedule_sessions
from bot.store.session_tables import digests as digest_table
from rules.delivery import OutboxRow, Purpose
from rules.suppressions import Matcher
from tests.cast import NOON, after, plan_in_force
from tests.kpi_stories import oee, reading
from tests.services.floor import Floor

TIER_2: dict[str, Any] = {
    "key": "tier-2",
    "name": "Tier 2",
    "kind": "tier-meeting",
    "schedule": "30 14 * * MON-SAT",
    "facilitator": "@fatima",
    "participants": ["team_lead"],
    "channel": "#filling",
    "lead": "30m",
}
DUE = after(60)
"""Half past two in Berlin is 13:30 UTC; the digest comes half an hour earlier."""
BEGINS = after(90)
DAY = timedelta(days=1)
READ = ((0, 75), (10, 68), (20, 61.4))
"""Minutes past noon, and what was read then."""


def follow(floor: Floor, **changes: Any) -> None:
    """A plan with this session comes in force, as a running bot notices it."""
    floor.follows(sessions=[{**TIER_2, **changes}])
    schedule_sessions(floor.database, plan=floor.plan, now=floor.now)


def sent(floor: Floor) -> list[tuple[str, datetime]]:
    """To whom and when."""
    return [(row.target, row.created_at) for row in floor.rows(Purpose.DIRECT)]


def words(row: OutboxRow) -> str:
    assert row.body
    return str(row.body["blocks"][0]["text"]["text"])


def charts(row: OutboxRow) -> list[dict[str, Any]]:
    assert row.body
    return [block for block in row.body["blocks"] if block["type"] == "data_visualization"]


def kept(floor: Floor) -> list[datetime]:
    """For which occurrences there are digests."""
    with floor.database.reading() as tx:
        query = select(digest_table.c.occurrence).order_by(digest_table.c.occurrence)
        return list(tx.execute(query).scalars())


def lives_until(floor: Floor, end: datetime, step: timedelta) -> None:
    """The sweeper looks every `step`."""
    while floor.now < end:
        floor.waits(floor.now + step)


def test_the_digest_comes_its_lead_before_the_session_to_the_channel_and_the_facilitator(
    floor: Floor,
) -> None:
    follow(floor)
    floor.waits(DUE - timedelta(seconds=1))
    assert sent(floor) == []
    floor.waits(DUE)
    assert sent(floor) == [("#filling", DUE), ("@fatima", DUE)]
    assert "led by Fatima" in words(floor.rows(Purpose.DIRECT)[0])
    assert kept(floor) == [BEGINS]


def test_the_digest_holds_a_chart_of_the_dearest_drift_in_the_plants_time_and_keeps_it(floor: Floor) -> None:
    declared = [oee(money_per_unit=900, thresholds=()), oee(key="scrap", name="Scrap", thresholds=())]
    floor.follows(sessions=[TIER_2], kpis=declared)
    schedule_sessions(floor.database, plan=floor.plan, now=floor.now)
    values = [reading(value, after(minute), kpi=kpi) for kpi in ("oee", "scrap") for minute, value in READ]
    floor.now = after(20)
    take_readings(floor.database, values, plan=floor.plan, now=floor.now)
    floor.waits(DUE)
    for row in floor.rows(Purpose.DIRECT):
        (chart,) = charts(row)
        assert chart["title"] == "OEE line 2"
        assert chart["chart"]["axis_config"]["categories"] == ["13:00", "13:10", "13:20"]
        assert [point["value"] for point in chart["chart"]["series"][0]["data"]] == [75, 68, 61.4]


def test_a_drift_that_was_read_only_once_has_no_chart(floor: Floor) -> None:
    floor.follows(sessions=[TIER_2], kpis=[oee(thresholds=())])
    schedule_sessions(floor.database, plan=floor.plan, now=floor.now)
    take_readings(floor.database, [reading(61.4)], plan=floor.plan, now=floor.now)
    floor.waits(DUE)
    assert [charts(row) for row in floor.rows(Purpose.DIRECT)] == [[], []]


@pytest.mark.parametrize(
    ("area", "place", "shown"),
    [
        ("filling", "line-2", True),
        ("packaging", "line-2", False),
        ("packaging", "*", True),
        (None, "line-2", True),
    ],
)
def test_the_digest_says_what_maintenance_holds_back_in_its_area(
    floor: Floor, area: str | None, place: str, shown: bool
) -> None:
    follow(floor, area=area)
    suppressions.suppress(
        floor.database,
        matcher=Matcher(places=(place,)),
        begins=after(80),
        ends=after(200),
        reason="greasing",
        by="fatima",
        plan=floor.plan,
        now=floor.now,
    )
    floor.waits(DUE)
    assert ("Held back by maintenance:* SU-1 on" in str(floor.rows(Purpose.DIRECT)[0].body)) == shown


def test_nobody_looks_a_second_time_at_the_same_occurrence(floor: Floor) -> None:
    follow(floor)
    lives_until(floor, DUE + DAY - timedelta(minutes=10), timedelta(minutes=10))
    assert len(sent(floor)) == 2
    floor.waits(DUE + DAY)
    assert kept(floor) == [BEGINS, BEGINS + DAY]


def test_a_restart_at_the_very_second_posts_it_once(floor: Floor) -> None:
    follow(floor)
    floor.now = DUE
    follow(floor)
    floor.waits(DUE)
    follow(floor)
    floor.waits(DUE)
    assert len(sent(floor)) == 2
    assert "Late" not in words(floor.rows(Purpose.DIRECT)[0])


def test_after_downtime_only_the_newest_is_posted_and_says_that_it_is_late(floor: Floor) -> None:
    follow(floor)
    floor.now = DUE + 3 * DAY + timedelta(minutes=1)
    follow(floor)
    floor.waits(floor.now)
    assert kept(floor) == [BEGINS + 3 * DAY]
    assert "Late: this was due" in words(floor.rows(Purpose.DIRECT)[0])
    assert "3 earlier ones were missed while Andon was down." in words(floor.rows(Purpose.DIRECT)[0])
    floor.waits(DUE + 4 * DAY)
    assert "Late" not in words(floor.rows(Purpose.DIRECT)[2])


def test_another_schedule_counts_from_now_on(floor: Floor) -> None:
    follow(floor)
    follow(floor, schedule="0 16 * * *")
    floor.waits(DUE)
    assert sent(floor) == []
    floor.waits(after(150))
    assert kept(floor) == [after(180)]


def test_a_session_that_left_the_plan_takes_place_no_more(floor: Floor) -> None:
    follow(floor)
    floor.follows()
    schedule_sessions(floor.database, plan=floor.plan, now=floor.now)
    floor.waits(DUE + DAY)
    assert sent(floor) == []


def test_a_replica_with_an_older_plan_leaves_the_session_to_those_who_know_it(floor: Floor) -> None:
    follow(floor)
    newer, floor.plan = floor.plan, plan_in_force()
    floor.waits(DUE)
    assert sent(floor) == []
    floor.plan = newer
    floor.waits(DUE + timedelta(seconds=30))
    assert sent(floor)[0][0] == "#filling"


def test_two_replicas_at_the_same_second_post_it_once(two_replicas: tuple[Floor, Floor]) -> None:
    for floor in two_replicas:
        follow(floor)
    together = Barrier(4)

    def ring(floor: Floor) -> int:
        together.wait(60)
        return len(ring_sessions(floor.database, plan=floor.plan, now=DUE, limit=10).refs)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ring, two_replicas * 2)) == 1
    assert len(sent(two_replicas[0])) == 2


@pytest.mark.parametrize(
    ("schedule", "start", "expected", "looks_every_hours"),
    [
        ("30 2 * * *", "2026-03-28T12:00", ["2026-03-29T01:00", "2026-03-30T00:30"], 0.5),
        ("30 2 * * *", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"], 0.5),
        ("0 10 L * *", "2026-02-20T12:00", ["2026-02-28T09:00", "2026-03-31T08:00"], 6),
    ],
    ids=["spring", "autumn", "month ends"],
)
def test_clock_changes_and_month_ends(
    floor: Floor, schedule: str, start: str, expected: list[str], looks_every_hours: float
) -> None:
    floor.now = datetime.fromisoformat(start).replace(tzinfo=UTC)
    follow(floor, schedule=schedule)
    wanted = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in expected]
    lives_until(floor, wanted[-1] + timedelta(hours=8), timedelta(hours=looks_every_hours))
    assert kept(floor) == wanted


def test_a_holiday_is_kept(floor: Floor) -> None:
    floor.now = datetime(2026, 12, 24, 14, tzinfo=UTC)
    follow(floor, holidays={"country": "DE", "then": "next-working-day"})
    lives_until(floor, datetime(2026, 12, 29, tzinfo=UTC), timedelta(minutes=30))
    assert kept(floor) == [datetime(2026, 12, 28, 13, 30, tzinfo=UTC)]


def test_a_facilitator_whom_slack_no_longer_knows_is_missed_in_the_channel(floor: Floor) -> None:
    follow(floor, facilitator="@jonas")
    floor.waits(DUE)
    (row,) = floor.rows(Purpose.DIRECT)
    assert row.target == "#filling"
    assert "Jonas should lead it, but has no active account in Slack" in words(row)


def test_a_facilitator_who_left_the_plan_is_missed_in_the_channel(floor: Floor) -> None:
    follow(floor, facilitator="@robert")
    floor.waits(DUE)
    (row,) = floor.rows(Purpose.DIRECT)
    assert "Led by robert, and the plan has nobody who is that now" in words(row)


def test_the_next_digest_knows_what_has_changed(floor: Floor) -> None:
    follow(floor)
    floor.waits(DUE)
    floor.hears(at=floor.now)
    floor.waits(DUE + DAY)
    _, before = digests.posted(floor.database, find_session(floor.plan, "tier-2"), 2)
    message, _ = digests.posted(floor.database, find_session(floor.plan, "tier-2"))
    assert before.occurrence == BEGINS
    assert "new: EX-1" in str(message.blocks)


def test_a_preview_is_kept_nowhere(floor: Floor) -> None:
    follow(floor)
    session = find_session(floor.plan, "tier-2")
    message, occasion = digests.preview(floor.database, session, plan=floor.plan, now=NOON)
    assert "Nothing drifts" in message.text
    assert occasion.begins == BEGINS
    assert kept(floor) == []
    with pytest.raises(NoDigestError, match="No digest of Tier 2 was posted yet"):
        digests.posted(floor.database, session)
    with pytest.raises(UnknownSessionError, match="did you mean 'tier-2'"):
        find_session(floor.plan, "tier2")


def test_an_area_hears_of_its_own_exceptions_alone(floor: Floor) -> None:
    floor.hears()
    follow(floor, area="packaging", facilitator="@fatima")
    floor.waits(DUE)
    message, _ = digests.posted(floor.database, find_session(floor.plan, "tier-2"))
    assert "EX-1" not in str(message.blocks)


def test_what_nobody_took_comes_on_the_agenda_that_is_its_last_resort(floor: Floor) -> None:
    last_act = {"repeat": "1m", "times": 0, "then": {"session": "tier-2"}}
    elsewhere = {**TIER_2, "area": "packaging"}
    floor.follows(sessions=[elsewhere], policy={"at_top": last_act})
    schedule_sessions(floor.database, plan=floor.plan, now=floor.now)
    floor.hears()
    lives_until(floor, DUE, timedelta(minutes=5))
    message, _ = digests.posted(floor.database, find_session(floor.plan, "tier-2"))
    assert "*Who takes EX-1?*" in str(message.blocks)
    assert "It is on the agenda of Tier 2." in floor.notes()[-1]


def test_everybody_sees_the_sessions_that_they_take_part_in(floor: Floor) -> None:
    follow(floor)
    (mine,) = digests.upcoming_for(floor.database, floor.plan, "fatima")
    assert (mine[0].key, mine[1]) == ("tier-2", BEGINS)
    assert digests.upcoming_for(floor.database, floor.plan, "jonas") != []
    floor.follows(sessions=[{**TIER_2, "participants": []}])
    assert digests.upcoming_for(floor.database, floor.plan, "jonas") == []


def test_no_digest_is_written_twice_even_by_hand(floor: Floor) -> None:
    follow(floor)
    floor.waits(DUE)
    follow(floor, schedule="31 14 * * *")
    floor.now = DUE
    follow(floor)
    floor.waits(DUE)
    with floor.database.reading() as tx:
        assert tx.execute(select(func.count()).select_from(digest_table)).scalar_one() == 1
    assert len(sent(floor)) == 2
