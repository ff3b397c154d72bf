"""A desk for listeners that are asked without a whole bot around them."""

from __future__ import annotations

from slack_sdk import WebClient

from bot.clock import SystemClock
from bot.slack.optional import native_charts
from bot.slack.uploads import Uploads
from bot.store.database import Database
from handlers.context import Desk
from tests.cast import plan_in_force


def desk_with(database: Database) -> Desk:
    """The usual plan, the machine's own time, and a Slack that nobody calls."""
    clock = SystemClock()
    return Desk(
        database,
        plan_in_force,
        clock,
        workspace_url=lambda: "https://plant.slack.com/",
        native_charts=native_charts(now=clock.now),
        uploads=Uploads(WebClient(), now=clock.now),
    )
