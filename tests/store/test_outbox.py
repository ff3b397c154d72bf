from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.services.outbox_rows import outbox_row
from bot.store import departures, outbox
from bot.store.database import Database
from bot.store.tables import outbox as outbox_table
from rules.delivery import LEASE, DeliveryState, NextTry, OutboxRow, Purpose, Urgency
from rules.pace import POST, UPDATE, channel_key, method_key
from tests.cast import NOON, after

PENDING, SENDING, UNKNOWN, DEAD, SENT = (
    DeliveryState.PENDING,
    DeliveryState.SENDING,
    DeliveryState.UNKNOWN,
    DeliveryState.DEAD,
    DeliveryState.SENT,
)


@pytest.fixture
def tx(database_url: str) -> Iterator[Connection]:
    database = Database(database_url)
    with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection
    database.close()


def direct(
    lane: str, *, urgency: Urgency = Urgency.NOTE, now: datetime = NOON, **more: Any
) -> dict[str, Any]:
    """A message that waits for no card."""
    body = {"text": lane, "blocks": []}
    return outbox_row(
        purpose=Purpose.DIRECT, target=f"@{lane}", lane=lane, urgency=urgency, now=now, body=body, **more
    )


def rows(tx: Connection) -> list[OutboxRow]:
    return [outbox.from_row(row) for row in tx.execute(select(outbox_table).order_by(outbox_table.c.seq))]


def claimable(tx: Connection, now: datetime = NOON, blocked: tuple[str, ...] = ()) -> list[str]:
    return [row.lane for row in departures.claimable(tx, now, blocked=blocked, limit=10)]


def test_only_the_head_of_each_lane_may_leave(tx: Connection) -> None:
    outbox.add(tx, [direct("maria"), direct("maria"), direct("fatima")])
    heads = departures.claimable(tx, NOON, blocked=(), limit=10)
    assert [row.seq for row in heads] == [rows(tx)[0].seq, rows(tx)[2].seq]


@pytest.mark.parametrize(
    ("state", "is_free"), [(SENDING, False), (UNKNOWN, False), (SENT, True), (DEAD, True)]
)
def test_what_is_under_way_holds_up_its_lane_and_what_is_over_does_not(
    tx: Connection, state: DeliveryState, is_free: bool
) -> None:
    outbox.add(tx, [direct("maria"), direct("maria")])
    first, second = rows(tx)
    outbox.failed(tx, first, NextTry(state, NOON, 1), error="", channel_id=None)
    assert [row.seq for row in departures.claimable(tx, NOON, blocked=(), limit=10)] == (
        [second.seq] if is_free else []
    )


def test_what_is_tried_again_later_holds_up_its_lane_until_then(tx: Connection) -> None:
    outbox.add(tx, [direct("maria"), direct("maria")])
    outbox.failed(tx, rows(tx)[0], NextTry(PENDING, after(1), 1), error="", channel_id=None)
    assert claimable(tx) == []
    assert claimable(tx, after(1)) == ["maria"]


def test_the_most_urgent_lane_goes_first_and_then_the_oldest(tx: Connection) -> None:
    outbox.add(
        tx, [direct("jonas"), direct("maria"), direct("fatima", urgency=Urgency.PAGE), direct("claire")]
    )
    outbox.add(tx, [direct("claire", urgency=Urgency.CRITICAL_PAGE)])
    assert claimable(tx) == ["claire", "fatima", "jonas", "maria"]


def test_a_lane_without_budget_is_passed_over(tx: Connection) -> None:
    outbox.add(tx, [direct("maria"), direct("fatima")])
    assert claimable(tx, blocked=(channel_key("@maria"), method_key(UPDATE))) == ["fatima"]
    assert claimable(tx, blocked=(method_key(POST),)) == []


def test_what_waits_under_a_key_is_said_once_and_as_urgently_as_it_ever_was(tx: Connection) -> None:
    for urgency in (Urgency.COUNT, Urgency.PAGE, Urgency.CARD):
        outbox.add(tx, [direct("maria", urgency=urgency, coalesce_key="k")])
    assert [row.priority for row in rows(tx)] == [Urgency.PAGE]


def test_once_it_is_claimed_the_next_change_waits_behind_it(tx: Connection) -> None:
    outbox.add(tx, [direct("maria", coalesce_key="k")])
    outbox.claim(tx, rows(tx), NOON, by="relay-1")
    outbox.add(tx, [direct("maria", coalesce_key="k")])
    assert [row.state for row in rows(tx)] == [SENDING, PENDING]
    assert claimable(tx) == []


def test_a_lease_that_is_over_makes_what_was_being_sent_unknown(tx: Connection) -> None:
    outbox.add(tx, [direct("maria")])
    outbox.claim(tx, rows(tx), NOON, by="relay-1")
    assert outbox.expire_leases(tx, NOON + LEASE - timedelta(seconds=1)) == 0
    assert outbox.expire_leases(tx, NOON + LEASE) == 1
    (row,) = departures.unknown(tx, NOON + LEASE, limit=10)
    assert (row.state, row.claimed_at, row.error) == (UNKNOWN, NOON, "the sender died")


def test_whoever_looks_for_it_leases_it_again_and_keeps_when_it_was_first_sent(tx: Connection) -> None:
    outbox.add(tx, [direct("maria")])
    outbox.claim(tx, rows(tx), NOON, by="relay-1")
    outbox.expire_leases(tx, after(2))
    outbox.lease_again(tx, rows(tx), after(2), by="relay-2")
    assert departures.unknown(tx, after(2), limit=10) == []
    (row,) = departures.unknown(tx, after(2) + LEASE, limit=10)
    assert row.claimed_at == NOON


def test_the_relay_sleeps_until_a_row_is_due_or_a_lease_is_over(tx: Connection) -> None:
    outbox.add(tx, [direct("maria"), direct("fatima", now=after(5))])
    assert outbox.next_due(tx) == NOON
    outbox.claim(tx, rows(tx)[:1], NOON, by="relay-1")
    assert outbox.next_due(tx) == NOON + LEASE
    outbox.sent(tx, rows(tx)[0].seq, NOON, channel_id="D0MARIA", ts="1.1")
    assert outbox.next_due(tx) == after(5)


def test_a_dead_row_is_listed_until_somebody_drops_it(tx: Connection) -> None:
    outbox.add(tx, [direct("maria"), direct("fatima"), direct("jonas")])
    maria, fatima, _ = rows(tx)
    outbox.failed(tx, maria, NextTry(DEAD, NOON, 1), error="x" * 5000, channel_id=None)
    outbox.failed(tx, fatima, NextTry(PENDING, after(1), 3), error="timeout", channel_id=None)
    assert [row.lane for row in outbox.in_trouble(tx, 10)] == ["fatima", "maria"]
    assert outbox.counts(tx) == {"dead": 1, "pending": 2}
    outbox.drop(tx, maria.seq, NOON, reason="dropped by maria")
    assert [row.lane for row in outbox.in_trouble(tx, 10)] == ["fatima"]
    assert outbox.counts(tx) == {"dropped": 1, "pending": 2}


def test_what_was_dropped_while_it_waited_does_not_stand_for_what_comes_later(tx: Connection) -> None:
    outbox.add(tx, [direct("maria", coalesce_key="k")])
    outbox.drop(tx, rows(tx)[0].seq, NOON, reason="dropped by maria")
    outbox.add(tx, [direct("maria", coalesce_key="k")])
    assert [row.state for row in rows(tx)] == [DeliveryState.DROPPED, PENDING]


def test_a_row_is_read_back_as_it_was_written(tx: Connection) -> None:
    written = direct("maria", urgency=Urgency.PAGE)
    outbox.add(tx, [written])
    (row,) = rows(tx)
    assert outbox.find(tx, written["mark"]) == row
    assert outbox.find(tx, "01NOWHERE") is None
    assert {name: getattr(row, name) for name in ("mark", "purpose", "target", "lane", "body", "due")} == {
        name: written[name] for name in ("mark", "purpose", "target", "lane", "body", "due")
    }
