"""Digests come when the calendar says: across clock changes, month ends, holidays, restarts and replicas."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.services import digests
from bot.services.digests import NoDigestError
from tests.deadlines import eventually
from tests.scenarios.conftest import SetStage
from tests.scenarios.running_bot import RunningBot
from tests.scenarios.stage import Stage
from tests.scenarios.test_sessions import MONDAY, WITH_MEETING

EVERY_MORNING = 'schedule: "0 7 * * *"'


def meeting(schedule: str, *more: str) -> str:
    """The plan with its meeting at other times, half an hour of lead as before."""
    return WITH_MEETING.replace(EVERY_MORNING, "\n    ".join([f'schedule: "{schedule}"', *more]))


def posted(stage: Stage) -> list[str]:
    """When each digest was posted, oldest first, in UTC."""
    session = digests.find_session(stage.app.follower.current(), "tier-2")
    found: list[str] = []
    try:
        while True:
            _, kept = digests.posted(stage.app.database, session, len(found) + 1)
            found.append(kept.built_at.astimezone(UTC).isoformat()[:16])
    except NoDigestError:
        return found[::-1]


@pytest.mark.parametrize(
    ("schedule", "begins", "lasts", "expected"),
    [
        pytest.param(
            "0 7 * * *", "2026-03-28T04:00", "2d", ["2026-03-28T05:30", "2026-03-29T04:30"], id="spring"
        ),
        pytest.param("30 2 * * *", "2026-03-28T20:00", "20h", ["2026-03-29T00:30"], id="skipped-hour"),
        pytest.param(
            "0 7 * * *", "2026-10-24T04:00", "2d", ["2026-10-24T04:30", "2026-10-25T05:30"], id="autumn"
        ),
        pytest.param("30 2 * * *", "2026-10-24T20:00", "20h", ["2026-10-25T00:00"], id="repeated-hour"),
        pytest.param(
            "0 10 L * *", "2026-02-20T12:00", "40d", ["2026-02-28T08:30", "2026-03-31T07:30"], id="month-end"
        ),
    ],
)
def test_a_digest_across_clock_changes_and_month_ends(
    set_stage: SetStage, schedule: str, begins: str, lasts: str, expected: list[str]
) -> None:
    stage = set_stage(at=datetime.fromisoformat(begins + "+00:00"), plan=meeting(schedule))
    stage.fast_forward(lasts)
    assert posted(stage) == expected
    assert len(stage.cards_in("#meetings")) == len(expected)


def test_a_digest_on_a_holiday_comes_on_the_next_working_day(set_stage: SetStage) -> None:
    kept = meeting("0 7 * * *", "holidays: {country: DE, then: next-working-day}")
    stage = set_stage(at=datetime(2026, 12, 24, 12, tzinfo=UTC), plan=kept)
    stage.fast_forward("4d")
    # Christmas, its second day, the weekend: Friday's and Saturday's are one on Monday; Sunday's is its own.
    assert "2026-12-25T05:30" not in posted(stage)
    assert posted(stage)[-1] == "2026-12-28T05:30"


def test_a_digest_is_posted_once_although_the_bot_restarts_at_the_very_second(set_stage: SetStage) -> None:
    stage = set_stage(at=MONDAY, plan=WITH_MEETING)
    stage.fast_forward("29m")
    stage.bot_stops()
    stage.clock.advance(MONDAY.replace(minute=30) - stage.clock.now())
    stage.bot_starts()
    stage.settle()
    stage.bot_stops()
    stage.bot_starts()
    stage.settle()
    (digest,) = stage.cards_in("#meetings")
    assert "Late" not in digest
    assert len(posted(stage)) == 1


def test_a_digest_is_posted_once_although_two_replicas_wake_for_it(set_stage: SetStage) -> None:
    stage = set_stage(at=MONDAY, plan=WITH_MEETING)
    other = RunningBot(stage.settings, stage.clock)
    try:
        stage.clock.advance(MONDAY.replace(minute=30) - stage.clock.now())
        stage.app.sweeper.poke()
        other.app.sweeper.poke()
        stage.settle()
        eventually(lambda: stage.cards_in("#meetings"), within=60, what="the digest is posted")
        stage.fast_forward("10m")
    finally:
        other.stop()
    assert len(stage.cards_in("#meetings")) == 1
    assert len(posted(stage)) == 1
