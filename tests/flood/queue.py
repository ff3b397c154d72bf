"""The queue: so many notes for so many channels at once, and in the middle of them something critical."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.messages.blocks import sentence
from bot.services.outbox_rows import outbox_row
from bot.store import exception_threads, outbox
from rules.control_plan import Severity
from rules.delivery import OutboxRow, Purpose, Urgency, note_lane
from tests.flood.plan import AREAS
from tests.flood.slack_pace import least_for_posts
from tests.flood.stage import Stage, landed, posts_of, stage
from tests.simulation.ground import SqliteGround

AT_MOST = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Drained:
    """What became of a queue; `least` is what Slack's pace needs for the same posts.

    `page_took` runs from the event to the critical page in a channel that had notes waiting. `changes` is how
    often cards changed meanwhile, `updates` how many calls that cost.
    """

    notes: int
    channels: int
    broken: tuple[str, ...]
    posts: int
    took: timedelta
    least: timedelta
    page_took: timedelta
    changes: int
    updates: int

    @property
    def pace_used(self) -> float:
        """The share of Slack's pace that was used: 1 is all of it."""
        return self.least / self.took


def drain(
    ground: SqliteGround, notes: int, channels: int, *, urgency: Urgency = Urgency.PAGE, repeats: int = 0
) -> Drained:
    """Queue notes on an exception a channel, change each card `repeats` times, and raise a critical one."""
    with stage(ground) as floor:
        for number in range(1, channels + 1):
            floor.fault("medium", part=number)
        floor.run(floor.is_quiet, at_most=AT_MOST)
        updated, begins = floor.calls("chat.update"), floor.now
        floor.write(lambda tx: outbox.add(tx, _notes(channels, notes // channels, begins, urgency)))
        middle = least_for_posts([row for row in floor.rows() if row.ts is None]) / 2
        for turn in range(repeats):
            for number in range(1, channels + 1):
                floor.fault("medium", part=number, after=middle.total_seconds() * turn / repeats)
        raised = begins + middle
        floor.fault("critical", after=middle.total_seconds())
        floor.run(floor.is_quiet, at_most=AT_MOST)
        posts = [row for row in posts_of(floor.rows()) if landed(row) > begins]
        return Drained(
            notes=notes,
            channels=channels,
            broken=tuple(floor.broken_promises()),
            posts=len(posts),
            took=max(map(landed, posts)) - begins,
            least=least_for_posts(posts),
            page_took=landed(_critical_page(floor)) - raised,
            changes=channels * repeats,
            updates=floor.calls("chat.update") - updated,
        )


def _notes(channels: int, each: int, now: datetime, urgency: Urgency) -> list[dict[str, Any]]:
    """Turn by turn, as an hour of trouble would have it."""
    rows = []
    for turn in range(each):
        for thread_id in range(1, channels + 1):
            target = f"#{AREAS[thread_id % len(AREAS)]}"
            message = sentence(f"👤 Maria looked at it, time {turn + 1}.")
            body = {"text": message.text, "blocks": message.blocks}
            lane = note_lane(thread_id, target)
            rows.append(
                outbox_row(
                    purpose=Purpose.NOTE,
                    thread_id=thread_id,
                    target=target,
                    lane=lane,
                    urgency=urgency,
                    now=now,
                    body=body,
                )
            )
    return rows


def _critical_page(floor: Stage) -> OutboxRow:
    with floor.reading() as tx:
        (number,) = (
            number
            for number, thread in exception_threads.read(tx, floor.threads()).items()
            if thread.severity is Severity.CRITICAL
        )
    return next(row for row in floor.rows() if row.thread_id == number and row.purpose is Purpose.NOTE)
