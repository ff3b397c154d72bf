"""An outage and a flood, small enough for every test run; `make flood` tells them in full."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.flood.outage import live_through
from tests.flood.queue import drain
from tests.simulation.ground import SqliteGround, sqlite_ground

PROBE = timedelta(seconds=11)
"""The longest hold, and the call that ends it."""

ON_ITS_WAY = timedelta(seconds=2)
"""Slack's answers: the card's before its page may leave, and the last one's."""


@pytest.fixture(scope="module")
def ground() -> Iterator[SqliteGround]:
    with sqlite_ground() as laid:
        yield laid


def test_after_an_outage_slack_shows_the_truth_and_what_was_critical_came_first(ground: SqliteGround) -> None:
    recovery = live_through(ground, exceptions=40, length=timedelta(minutes=6))
    assert not recovery.broken
    assert recovery.took <= recovery.least * 1.05 + PROBE + ON_ITS_WAY
    assert recovery.critical_took <= recovery.critical_least * 1.05 + PROBE + ON_ITS_WAY
    assert recovery.overtakers <= 6, "nothing but what was under way or another channel's turn"
    assert recovery.refused < 100, "while Slack is away one call at a time asks whether it is back"
    assert recovery.latest_clock <= timedelta(seconds=1), "no outage of Slack moves a clock"


@pytest.mark.parametrize(
    ("notes", "channels", "repeats"),
    [
        pytest.param(60, 2, 20, id="two-channels-at-their-pace"),
        pytest.param(72, 12, 4, id="twelve-channels-at-the-pace-of-the-workspace"),
    ],
)
def test_a_flood_leaves_at_slacks_pace_and_a_critical_page_passes_it(
    ground: SqliteGround, notes: int, channels: int, repeats: int
) -> None:
    drained = drain(ground, notes, channels, repeats=repeats)
    assert not drained.broken
    assert drained.took <= drained.least / 0.95 + ON_ITS_WAY
    assert drained.page_took <= 2 * timedelta(seconds=1) + ON_ITS_WAY
    assert drained.updates <= drained.changes * 0.75, "a card that waits changes once for all"
