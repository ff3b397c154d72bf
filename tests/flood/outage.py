"""The outage: Slack is away while exceptions open and clocks escalate; then it is back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from rules.delivery import Urgency
from tests.flood.slack_pace import least_for_posts
from tests.flood.stage import landed, posts_of, stage
from tests.simulation.faults import Fault, Stretch
from tests.simulation.ground import SqliteGround
from tests.simulation.world import MORNING

BEGINS_AFTER = timedelta(seconds=10)
SEVERITIES = ("critical", *("high",) * 2, *("medium",) * 7)
AT_MOST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What became of an outage; `broken` is empty when Slack shows the truth.

    `took` runs from Slack's return until it was told everything, `least` is what its pace needs for that.
    `critical_took` and `critical_least` are about the critical pages and their cards that waited when it
    came back; `overtakers` counts posts of lesser urgency that left before the last of those. `calls` are
    those that reached Slack, `refused` those that the outage turned away.
    """

    exceptions: int
    length: timedelta
    broken: tuple[str, ...]
    posts: int
    took: timedelta
    least: timedelta
    critical: int
    critical_took: timedelta
    critical_least: timedelta
    overtakers: int
    refused: int
    calls: Counter[str]
    latest_clock: timedelta


def live_through(ground: SqliteGround, exceptions: int, length: timedelta) -> Recovery:
    """So many exceptions open evenly over an outage of that length."""
    begins = MORNING + BEGINS_AFTER
    ends = begins + length
    with stage(ground, [Stretch(Fault.SLACK_OUTAGE, begins, ends)]) as floor:
        for number in range(exceptions):
            after = BEGINS_AFTER + length * number / exceptions
            floor.fault(SEVERITIES[number % len(SEVERITIES)], after=after.total_seconds())
        floor.run(lambda: floor.now >= ends, at_most=length + 2 * BEGINS_AFTER)
        refused = floor.world.weather.counts[Fault.SLACK_OUTAGE]
        waited = {row.seq for row in floor.rows()}
        floor.run(floor.is_quiet, at_most=AT_MOST)
        posts = posts_of(floor.rows())
        urgent = [row for row in posts if row.seq in waited and row.priority == Urgency.CRITICAL_PAGE]
        last = max(map(landed, urgent))
        return Recovery(
            exceptions=exceptions,
            length=length,
            broken=tuple(floor.broken_promises()),
            posts=len(posts),
            took=max(map(landed, posts)) - ends,
            least=least_for_posts(posts),
            critical=len(urgent),
            critical_took=last - ends,
            critical_least=least_for_posts(urgent),
            overtakers=sum(landed(row) < last for row in posts) - len(urgent) + 1,
            refused=refused,
            calls=Counter(method for _, method in floor.world.slack.calls),
            latest_clock=floor.watch.latest,
        )
