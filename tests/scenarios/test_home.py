"""Home stays right while somebody looks at it: redrawn when something on it changes, and only then."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from typer.testing import CliRunner

from bot.cli import app as cli
from bot.sandbox.faults import CallFault, Fault
from tests.scenarios.conftest import PLAN_TEXT, SetStage, put_in_force
from tests.scenarios.stage import Stage
from tests.scenarios.test_sessions import MONDAY, WITH_MEETING

NOTHING = "*Nothing is waiting for you.*"


def reads(stage: Stage, value: float) -> None:
    """The historian posts a value of the OEE."""
    reading = {"kpi": "oee", "value": value, "time": stage.clock.now().isoformat()}
    headers = {"Authorization": "Bearer mill", "Content-Type": "application/json"}
    urlopen(Request(f"{stage.url}/v1/readings", json.dumps(reading).encode(), headers), timeout=60).close()
    stage.settle()


def test_my_home_shows_the_exception_that_opened_while_i_was_looking(stage: Stage) -> None:
    assert NOTHING in stage.looks_at_home(stage.maria)
    stage.machine_down()
    assert "Your open exceptions* (1)" in stage.home(stage.maria)
    assert "filler-1 down: jam at infeed · open · Maria Keller · ⏱ <!date^" in stage.home(stage.maria)
    assert stage.maria.person.home_view is not None
    stage.maria.presses(stage.maria.person.home_view, "show")


def test_when_somebody_else_acknowledges_it_moves_from_my_home_to_theirs(stage: Stage) -> None:
    stage.machine_down()
    assert "EX-1" in stage.looks_at_home(stage.maria)
    assert NOTHING in stage.looks_at_home(stage.jonas)
    stage.jonas.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    assert NOTHING in stage.home(stage.maria)
    assert "acknowledged · Jonas Weber" in stage.home(stage.jonas)


def test_a_hundred_repeats_redraw_nothing(stage: Stage) -> None:
    stage.machine_down()
    stage.looks_at_home(stage.maria)
    drawn = stage.times_drawn(stage.maria)
    for _ in range(4):
        stage.events("machine.state", ["filler-1"] * 25, state="DOWN")
    stage.settle()
    assert "happened 101 times" in stage.cards_in("#filling")[0]
    assert stage.times_drawn(stage.maria) == drawn


def test_thirty_exceptions_at_once_are_one_drawing(stage: Stage) -> None:
    stage.looks_at_home(stage.maria)
    drawn = stage.times_drawn(stage.maria)
    stage.events("machine.state", [f"filler-1/motor-{number}" for number in range(30)], state="DOWN")
    stage.settle()
    assert "Your open exceptions* (30)" in stage.home(stage.maria)
    assert "… and 10 more" in stage.home(stage.maria)
    assert stage.times_drawn(stage.maria) == drawn + 1


def test_a_clock_that_runs_out_shows_the_tier_and_the_next_clock(stage: Stage) -> None:
    stage.machine_down()
    stage.looks_at_home(stage.maria)
    stage.fast_forward("5m")
    assert "open · Maria Keller · escalated once · ⏱ <!date^" in stage.home(stage.maria)


def test_a_running_clock_is_a_time_of_day_that_needs_no_drawing_while_it_runs(stage: Stage) -> None:
    stage.machine_down()
    stage.looks_at_home(stage.maria)
    drawn = stage.times_drawn(stage.maria)
    stage.fast_forward("4m")
    assert stage.times_drawn(stage.maria) == drawn


def test_whoever_never_looked_at_their_home_is_sent_none(stage: Stage) -> None:
    stage.machine_down()
    stage.fast_forward("30m")
    assert [call for call in stage.sandbox.calls if call.method == "views.publish"] == []


def test_a_kpi_leaves_its_target_and_comes_back_to_it(stage: Stage) -> None:
    stage.looks_at_home(stage.maria)
    reads(stage, 71)
    assert "*Yours, and off target*\n🔴 *OEE of line 1* · *71 %*, target 78 % · read" in stage.home(
        stage.maria
    )
    drawn = stage.times_drawn(stage.maria)
    reads(stage, 71)
    assert stage.times_drawn(stage.maria) == drawn, "it reads the same"
    reads(stage, 70)
    assert "*70 %*" in stage.home(stage.maria)
    reads(stage, 80)
    assert "Yours, and off target" not in stage.home(stage.maria)
    drawn = stage.times_drawn(stage.maria)
    reads(stage, 81)
    assert stage.times_drawn(stage.maria) == drawn, "what is well is not shown"


def test_a_decision_stands_on_its_owners_home_until_it_is_reviewed(stage: Stage) -> None:
    stage.looks_at_home(stage.jonas)
    stage.ana.types("/andon decide oee new gasket")
    form = stage.ana.sees_a_form()
    day = (stage.clock.now() + timedelta(days=3)).date()
    stage.ana.submits(form, kpi="oee", change="2", by_when=day.isoformat(), owner=stage.jonas.id)
    stage.settle()
    assert "Your decisions to review* (1)" in stage.home(stage.jonas)
    assert "review <!date^" in stage.home(stage.jonas)
    stage.fast_forward("4d")
    assert "due since <!date^" in stage.home(stage.jonas)
    assert stage.jonas.person.home_view is not None
    stage.jonas.presses(stage.jonas.person.home_view, "decision_moved")
    stage.settle()
    assert "decisions to review" not in stage.home(stage.jonas)


def test_the_next_session_takes_the_place_of_the_one_that_was_prepared(set_stage: SetStage) -> None:
    stage = set_stage(at=MONDAY, plan=WITH_MEETING)
    said = stage.looks_at_home(stage.jonas)
    assert f"Tier 2 · <!date^{stamp(MONDAY.replace(hour=6))}^" in said
    stage.fast_forward("30m")
    assert f"Tier 2 · <!date^{stamp(MONDAY.replace(day=24, hour=6))}^" in stage.home(stage.jonas)


def test_another_plan_redraws_it_once(stage: Stage) -> None:
    stage.looks_at_home(stage.maria)
    stage.machine_down()
    drawn = stage.times_drawn(stage.maria)
    renamed = PLAN_TEXT.replace("name: Maria Keller", "name: Maria Keller-Otto")
    put_in_force(stage.settings.database_url, renamed, stage.clock.now())
    stage.app.follower.refresh()
    stage.bot_stops()
    stage.bot_starts()
    stage.settle()
    assert "Maria Keller-Otto" in stage.home(stage.maria)
    assert stage.times_drawn(stage.maria) == drawn + 1
    stage.bot_stops()
    stage.bot_starts()
    stage.settle()
    assert stage.times_drawn(stage.maria) == drawn + 1


def test_what_changed_while_the_bot_was_away_is_drawn_when_it_is_back(stage: Stage) -> None:
    stage.machine_down()
    stage.looks_at_home(stage.maria)
    stage.bot_stops()
    stage.clock.advance(timedelta(minutes=20))
    stage.bot_starts()
    stage.settle()
    assert "escalated once" in stage.home(stage.maria)


@pytest.mark.parametrize("kind", ["429", "500", "reset", "response_lost"])
def test_it_is_right_in_the_end_although_calls_fail(stage: Stage, kind: CallFault) -> None:
    stage.looks_at_home(stage.maria)
    stage.sandbox.faults.add(Fault(kind, "views.publish", next=3))
    stage.machine_down()
    stage.jonas.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    assert NOTHING in stage.home(stage.maria)


def test_a_drawing_that_failed_when_it_was_opened_is_made_up_for(stage: Stage) -> None:
    stage.machine_down()
    stage.sandbox.faults.add(Fault("500", "views.publish", next=1))
    assert "EX-1" in stage.looks_at_home(stage.maria)


def test_a_home_that_slack_refuses_is_listed_and_not_tried_again_until_it_is_opened(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.looks_at_home(stage.maria)
    stage.sandbox.workspace.app.home_tab_enabled = False
    stage.machine_down()
    stage.jonas.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    refused = [call for call in stage.sandbox.calls if call.error == "not_enabled"]
    assert len(refused) == 1
    assert stage.cards_in("#control-room") == []
    monkeypatch.setenv("ANDON_DATABASE_URL", stage.settings.database_url)
    listed = CliRunner().invoke(cli, ["delivery", "list"])
    assert "Home tab is switched off" in " ".join(listed.output.split())
    stage.sandbox.workspace.app.home_tab_enabled = True
    assert NOTHING in stage.looks_at_home(stage.maria)


def test_whoever_left_slack_is_drawn_nothing_more(stage: Stage) -> None:
    stage.looks_at_home(stage.jonas)
    stage.sandbox.workspace.deactivate(stage.jonas.person.user)
    for machine in ("filler-1", "filler-2"):
        form = stage.ana.chooses(stage.machine_down(machine), "reassign")
        stage.ana.sends(form, to=stage.jonas.id)
        stage.settle()
    drawn = [call.error for call in stage.sandbox.calls if call.method == "views.publish"]
    assert drawn.count("user_not_found") == 1


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())
