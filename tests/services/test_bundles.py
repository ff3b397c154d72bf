"""Notes that had to wait leave as one message; whatever becomes of it, each of them is told once."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from bot.messages.blocks import sentence
from bot.relay.rendering import render
from bot.services import delivery, departures, undeliverable
from bot.services.delivery import Parcel
from bot.services.outbox_rows import outbox_row
from bot.store import outbox
from bot.store.writer_gate import Priority
from rules.bundles import BEHIND
from rules.delivery import LEASE, SETTLING, DeliveryState, Failure, FailureKind, OutboxRow, Purpose, Urgency
from rules.delivery import note_lane as lane_of
from tests.services.floor import Floor
from tests.services.relaying import reconciler_of
from tests.services.test_lost_answers import Conversation

LOST = Failure(FailureKind.PERHAPS_DONE, "timed_out", "Slack's answer was lost.")
ARCHIVED = Failure(FailureKind.REFUSED, "is_archived", "The channel is archived.")
TOO_LONG = Failure(FailureKind.REFUSED, "invalid_blocks", "Slack refused the message as such.")
NOTE, PAGE = Urgency.NOTE, Urgency.PAGE


@pytest.fixture
def behind(floor: Floor) -> Floor:
    """A thread that Slack shows, and three notes that have waited in it for a while."""
    floor.hears()
    floor.shows_everything()
    queue(floor, NOTE, NOTE, NOTE)
    floor.now += BEHIND
    return floor


def queue(floor: Floor, *urgencies: Urgency) -> None:
    def add(tx: Connection) -> None:
        outbox.add(tx, [_note(floor, urgency, number) for number, urgency in enumerate(urgencies, start=1)])

    floor.database.write(add, Priority.CLOCK)


def _note(floor: Floor, urgency: Urgency, number: int) -> dict[str, object]:
    message = sentence(f"Maria said something, time {number}.")
    told = {"kind": "contained", "at": floor.now.isoformat(), "short": f"said something, time {number}"}
    return outbox_row(
        purpose=Purpose.NOTE,
        thread_id=1,
        target="#filling",
        lane=lane_of(1, "#filling"),
        urgency=urgency,
        now=floor.now,
        body={"text": message.text, "blocks": message.blocks, "told": told},
    )


def waiting(floor: Floor) -> list[OutboxRow]:
    return [row for row in floor.rows(Purpose.NOTE) if row.ts is None or row.bundle]


def claimed(floor: Floor, *, by: str = "relay-1") -> Parcel:
    (parcel,) = [each for each in floor.claims(by=by) if each.row.purpose is Purpose.NOTE]
    return parcel


def looked_for(floor: Floor) -> Parcel:
    floor.now += SETTLING
    (lost,) = departures.claim_unknown(floor.database, by="relay-2", now=floor.now, limit=5)
    return lost


def seqs(parcel: Parcel) -> list[int]:
    return [row.seq for row in parcel.rows]


def states(floor: Floor, rows: tuple[OutboxRow, ...]) -> set[tuple[DeliveryState, str | None]]:
    wanted = {row.seq for row in rows}
    return {(row.state, row.ts) for row in floor.rows(Purpose.NOTE) if row.seq in wanted}


def test_what_waited_leaves_as_one_message_under_all_its_marks(behind: Floor) -> None:
    parcel = claimed(behind)
    shown = render(parcel, plan=behind.plan, now=behind.now)
    marks = [row.mark for row in parcel.rows]
    assert len(marks) == 3
    assert [block["block_id"] for block in shown.blocks] == marks
    assert shown.metadata["event_payload"] == {"mark": marks[0], "marks": marks}
    behind.delivers(parcel, ts="200.1")
    assert states(behind, parcel.rows) == {(DeliveryState.SENT, "200.1")}


def test_a_page_among_them_stays_a_message_of_its_own_in_its_place(floor: Floor) -> None:
    floor.hears()
    floor.shows_everything()
    queue(floor, NOTE, NOTE, PAGE, NOTE, NOTE)
    floor.now += BEHIND
    sizes = []
    for turn in range(3):
        parcel = claimed(floor)
        sizes.append(len(parcel.rows))
        floor.delivers(parcel, ts=f"200.{turn}")
        floor.now += BEHIND
    assert sizes == [2, 1, 2]


def test_a_lost_bundle_is_adopted_whole(behind: Floor) -> None:
    parcel = claimed(behind)
    delivery.not_delivered(behind.database, parcel, LOST, now=behind.now)
    lost = looked_for(behind)
    assert seqs(lost) == seqs(parcel)
    ids = "+".join(row.mark for row in parcel.rows)
    ts = behind.now.timestamp()
    reconciler_of(behind, Conversation(thread=[(ids, ts)])).reconcile(lost)
    assert states(behind, parcel.rows) == {(DeliveryState.SENT, f"{ts:.6f}")}


def test_an_earlier_post_of_its_first_note_alone_is_not_taken_for_it(behind: Floor) -> None:
    parcel = claimed(behind)
    delivery.not_delivered(behind.database, parcel, LOST, now=behind.now)
    alone = Conversation(thread=[(parcel.row.mark, behind.now.timestamp())])
    reconciler_of(behind, alone).reconcile(looked_for(behind))
    assert states(behind, parcel.rows) == {(DeliveryState.PENDING, None)}


def test_a_note_told_anew_is_not_taken_for_told_by_a_bundle_that_landed_late(behind: Floor) -> None:
    parcel = claimed(behind)
    delivery.not_delivered(behind.database, parcel, LOST, now=behind.now)
    delivery.not_found(behind.database, looked_for(behind), now=behind.now)
    behind.now += BEHIND
    again = claimed(behind)
    delivery.not_delivered(behind.database, again, LOST, now=behind.now)
    ids = "+".join([*(row.mark for row in again.rows), behind.rows(Purpose.NOTE, ts="100.2")[0].mark])
    reconciler_of(behind, Conversation(thread=[(ids, behind.now.timestamp())])).reconcile(looked_for(behind))
    assert states(behind, again.rows) == {(DeliveryState.PENDING, None)}


def test_a_lost_bundle_that_slack_does_not_show_leaves_anew_with_what_came_since(behind: Floor) -> None:
    parcel = claimed(behind)
    delivery.not_delivered(behind.database, parcel, LOST, now=behind.now)
    queue(behind, NOTE)
    delivery.not_found(behind.database, looked_for(behind), now=behind.now)
    behind.now += BEHIND
    assert len(claimed(behind).rows) == 4


def test_a_bundle_of_a_dead_sender_is_looked_for_as_one(behind: Floor) -> None:
    parcel = claimed(behind)
    behind.now += LEASE
    assert behind.claims(by="relay-2") == []
    assert seqs(looked_for(behind)) == seqs(parcel)


def test_a_sender_that_was_overtaken_takes_its_bundle_back_and_nothing_is_lost(behind: Floor) -> None:
    frozen = claimed(behind)
    behind.now += LEASE
    behind.claims(by="relay-2")
    delivery.not_found(behind.database, looked_for(behind), now=behind.now)
    queue(behind, NOTE)
    behind.now += BEHIND
    bigger = claimed(behind, by="relay-2")
    assert len(bigger.rows) == 4
    # The frozen one thaws after its call; the bigger bundle is in Slack, too, and one too many.
    assert _is_kept(behind, frozen, "300.1")
    assert not _is_kept(behind, bigger, "300.2")
    assert states(behind, frozen.rows) == {(DeliveryState.SENT, "300.1")}
    assert states(behind, bigger.rows[3:]) == {(DeliveryState.PENDING, None)}


def _is_kept(floor: Floor, parcel: Parcel, ts: str) -> bool:
    return delivery.delivered(
        floor.database, parcel, channel_id="C0FILLING", ts=ts, shown=None, now=floor.now
    )


def test_a_bundle_that_slack_refuses_as_such_falls_apart_for_good(behind: Floor) -> None:
    parcel = claimed(behind)
    undeliverable.bury(behind.database, parcel, TOO_LONG, elsewhere=False, plan=behind.plan, now=behind.now)
    assert states(behind, parcel.rows) == {(DeliveryState.PENDING, None)}
    behind.now += BEHIND
    assert seqs(claimed(behind)) == [parcel.row.seq]


def test_a_bundle_whose_channel_is_gone_follows_its_thread(behind: Floor) -> None:
    parcel = claimed(behind)
    undeliverable.bury(behind.database, parcel, ARCHIVED, elsewhere=True, plan=behind.plan, now=behind.now)
    moved = [row for row in behind.rows(Purpose.NOTE) if row.seq in seqs(parcel)]
    assert {(row.state, row.target) for row in moved} == {
        (DeliveryState.PENDING, behind.plan.index.plan.catch_all.channel)
    }
