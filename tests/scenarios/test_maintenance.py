"""Maintenance windows: silence for a while, told in the channel, and nothing lost when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.values import Message
from tests.scenarios.actors import Actor, words_of
from tests.scenarios.conftest import SetStage
from tests.scenarios.stage import Stage

LUBRICATION = "/andon maintenance line-1 for 4h because planned lubrication"

SATURDAY_BEFORE_SUMMER_TIME = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
"""21:00 in Berlin; that night has 23 hours."""

NEW_YEARS_EVE = datetime(2026, 12, 31, 22, 57, tzinfo=UTC)
"""23:57 in Berlin."""


def test_a_window_holds_back_and_what_still_stands_at_its_end_opens_and_says_so(stage: Stage) -> None:
    answer = stage.jonas.types(LUBRICATION)
    assert "*SU-1*: Line 1 is silent from now until" in answer
    assert "Exceptions that are open already are not touched" in answer
    stage.settle()
    assert "by Jonas Weber: “planned lubrication”" in stage.cards_in("#filling")[0]

    for machine in ("filler-1", "capper-1"):
        became = stage.event("machine.state", machine, state="DOWN", reason="belt off")
        assert became.outcome == "suppressed"
        assert "held back by maintenance window SU-1 until" in became.says
        assert became.says.endswith("planned lubrication")
    stage.event("machine.state", "packer-1", state="DOWN", reason="jam")
    stage.event("machine.state", "capper-1", state="RUNNING")
    stage.fast_forward("3h59m")
    assert len(stage.cards_in("#filling")) == 1
    assert len(stage.cards_in("#packing")) == 1

    stage.fast_forward("1m")
    over = about_windows(stage)[-1]
    assert "It held back 2 signals, 2 times; one still stands and opens now:" in over
    assert "filler-1 down: belt off" in over
    assert "capper-1" not in over
    assert "filler-1 down: belt off" in words_of(stage.card("EX-2"))
    page = stage.page(stage.maria, "EX-2")
    assert "It has stood since" in page
    assert "held back by SU-1: “planned lubrication”" in page
    assert len(stage.cards_in("#filling")) == 3


def test_ended_early_it_opens_what_stands_at_once(stage: Stage) -> None:
    stage.jonas.types(LUBRICATION)
    stage.event("machine.state", "filler-1", state="DOWN", reason="belt off")
    stage.fast_forward("1h")
    listed = asked(stage.ana, "/andon suppressions")
    assert "*SU-1* Line 1 · until" in words_of(listed)
    assert "held back once" in words_of(listed)
    stage.ana.presses(listed, "suppression_end")
    stage.ana.is_told("*SU-1* is over now; what still stands opens.")
    stage.settle()
    assert "ended early by Ana Souza" in about_windows(stage)[-1]
    assert "held back by SU-1" in stage.page(stage.maria, "EX-1")
    assert stage.jonas.types("/andon suppressions").startswith("Nothing is silent")

    stage.ana.presses(listed, "suppression_end")
    stage.ana.is_told("SU-1 is over already; nothing was changed.")


def test_what_clears_inside_it_disturbs_nobody(stage: Stage) -> None:
    stage.jonas.types(LUBRICATION)
    stage.event("machine.state", "capper-1", state="STARVED")
    stage.fast_forward("10m")
    stage.event("machine.state", "capper-1", state="RUNNING")
    stage.fast_forward("5h")
    assert "all of it has cleared, so nothing opens" in stage.cards_in("#filling")[-1]
    assert len(stage.cards_in("#filling")) == 2


def test_the_bot_may_be_away_when_it_ends(stage: Stage) -> None:
    stage.jonas.types(LUBRICATION)
    stage.event("machine.state", "filler-1", state="DOWN", reason="belt off")
    stage.settle()
    stage.bot_stops()
    stage.clock.advance(timedelta(hours=5))
    stage.bot_starts()
    stage.settle()
    assert "late: it was over at" in about_windows(stage)[-1]
    assert "held back by SU-1" in stage.thread("EX-1")[0]


def test_an_exception_that_is_open_already_goes_on(stage: Stage) -> None:
    stage.machine_down()
    stage.jonas.types(LUBRICATION)
    stage.fast_forward("5m")
    assert stage.paged(stage.jonas, "EX-1") == 1
    assert stage.event("machine.state", "filler-1", state="DOWN").says == "appended to EX-1"


def test_who_calls_for_help_is_heard_all_the_same(stage: Stage) -> None:
    stage.jonas.types("/andon maintenance everything for 1h because fire drill")
    stage.maria.types("/andon raise maintenance filler-1 somebody is hurt")
    stage.settle()
    assert "somebody is hurt" in words_of(stage.card("EX-1"))


@pytest.mark.parametrize(
    ("at", "line", "hours"),
    [
        (SATURDAY_BEFORE_SUMMER_TIME, "from 22:00 until 06:00 because of works", 8),
        (SATURDAY_BEFORE_SUMMER_TIME, "until 22:00 because of works", 1),
        (NEW_YEARS_EVE, "until 00:00 because of fireworks", 0.05),
        (NEW_YEARS_EVE, "from 00:00 for 1h because of fireworks", 1.05),
    ],
    ids=["the night of summer time", "until tonight", "until midnight", "from midnight"],
)
def test_times_on_the_wall_are_those_of_the_plant(
    set_stage: SetStage, at: datetime, line: str, hours: float
) -> None:
    """From 22:00 until 06:00 is seven hours in that night; typed an hour before, it ends after eight."""
    stage = set_stage(at=at)
    answer = stage.jonas.types(f"/andon maintenance line-1 {line}")
    ends = at + timedelta(hours=hours)
    assert f"|{ends:%Y-%m-%d %H:%M} UTC>" in answer
    stage.fast_forward("70m")
    became = stage.event("machine.state", "filler-1", state="DOWN")
    assert became.outcome == ("suppressed" if stage.clock.now() < ends else "opened")
    left = ends - stage.clock.now()
    if left > timedelta():
        stage.fast_forward(f"{int(left.total_seconds()) - 60}s")
        assert not [card for card in stage.cards_in("#filling") if "filler-1 down" in card]
        stage.fast_forward("2m")
    stage.settle()
    assert "filler-1 down" in words_of(stage.card("EX-1"))


def test_what_makes_no_sense_is_answered_in_words(stage: Stage) -> None:
    for line, why in {
        "lime-1 for 4h because x": "called “lime-1”; nothing was saved. Did you mean line-1?",
        "line-1 for 4h": "needs a reason. Try `/andon maintenance line-1 for 4h because …`",
        "line-1 for 40d because x": "31 days at most",
        "line-1 because x": "needs an end",
        "end SU-7": "There is no SU-7",
    }.items():
        assert why in stage.jonas.types(f"/andon maintenance {line}")
    assert stage.jonas.types("/andon suppressions").startswith("Nothing is silent")
    assert "does not know you" in stage.person("zoe").types(LUBRICATION)


def about_windows(stage: Stage) -> list[str]:
    """What the filling hall was told of maintenance windows, oldest first."""
    return [words for words in stage.cards_in("#filling") if "maintenance" in words]


def asked(actor: Actor, line: str) -> Message:
    """Type a command and see its answer, with its buttons."""
    actor.types(line)
    return actor.person.ephemerals("#filling")[-1]
