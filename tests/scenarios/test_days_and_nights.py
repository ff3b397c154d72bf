"""Around midnight and in the night when clocks change: moments are right for whoever reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.scenarios.actors import words_of
from tests.scenarios.conftest import SetStage

DATE = re.compile(r"<!date\^(\d+)\^([^|]*)\|([^>]*)>")

BACK_TO_WINTER = datetime(2026, 10, 25, 0, 57, tzinfo=UTC)
"""Berlin reads 02:57 and in three minutes 02:00 again."""

ON_TO_SUMMER = datetime(2027, 3, 28, 0, 57, tzinfo=UTC)
"""Berlin reads 01:57 and in three minutes 03:00."""

BEFORE_MIDNIGHT = datetime(2026, 12, 31, 23, 57, tzinfo=UTC)


@pytest.mark.parametrize("at", [BACK_TO_WINTER, ON_TO_SUMMER, BEFORE_MIDNIGHT], ids=str)
def test_five_minutes_are_five_minutes_and_every_moment_says_so(set_stage: SetStage, at: datetime) -> None:
    stage = set_stage(at=at)
    card = stage.machine_down()
    moments = {datetime.fromtimestamp(int(stamp), UTC) for stamp, _, _ in DATE.findall(words_of(card))}
    due = max(moments)
    assert abs(due - at - timedelta(minutes=5)) < timedelta(seconds=30)
    for stamp, form, fallback in DATE.findall(words_of(card)):
        moment = datetime.fromtimestamp(int(stamp), UTC)
        assert form in ("{time}", "{date_short_pretty} {time}")
        assert fallback == moment.strftime("%H:%M UTC" if form == "{time}" else "%Y-%m-%d %H:%M UTC")

    stage.fast_forward("4m")
    assert stage.paged(stage.jonas, "EX-1") == 0
    stage.fast_forward("1m")
    assert stage.paged(stage.jonas, "EX-1") == 1


def test_a_moment_of_another_day_says_its_day(set_stage: SetStage) -> None:
    stage = set_stage(at=BEFORE_MIDNIGHT)
    form = stage.maria.chooses(stage.machine_down(), "snooze")
    stage.maria.sends(form, **{"for": "1d", "reason": "Holiday"})
    stage.settle()
    assert "{date_short_pretty} {time}|2027-01-01 23:5" in words_of(stage.card("EX-1"))
