"""What the demo remembers of last week."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.cli.demo_past import MINUTE, remember_decisions
from bot.cli.demo_plan import example_plan
from bot.services import decision_log
from bot.store.database import Database


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 2, 12, tzinfo=UTC),
        datetime(2026, 3, 2, 2, tzinfo=UTC),
        datetime(2026, 3, 29, 6, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 23, 30, tzinfo=UTC),
    ],
)
def test_marias_decision_is_due_within_a_minute_at_whatever_hour_a_visitor_comes(
    migrated_sqlite_url: str, now: datetime
) -> None:
    database = Database(migrated_sqlite_url)
    remember_decisions(database, example_plan(), now)
    assert [each.owner for each in decision_log.due(database, until=now + MINUTE).decisions] == ["maria"]
    assert [each.counted for each in decision_log.latest(database).decisions] == [False, True, True]
    database.close()
