"""After a restore Slack is newer than the database: nobody is told twice, cards show the records again."""

from __future__ import annotations

from bot.services import departures, quarantine, restoring
from rules.delivery import DeliveryState, Purpose
from rules.pace import UPDATE
from tests.cast import NOON, after
from tests.services.floor import Floor
from tests.services.relaying import reconciler_of
from tests.services.test_lost_answers import Conversation


def restored(floor: Floor) -> restoring.Restored:
    return restoring.settle(floor.database, by="olga", now=floor.now)


def released(floor: Floor) -> None:
    quarantine.release(floor.database, by="olga", operators=None, now=floor.now)


def looked_for(floor: Floor, slack: Conversation) -> list[Purpose]:
    lost = departures.claim_unknown(floor.database, by="relay-1", now=floor.now, limit=5)
    for parcel in lost:
        reconciler_of(floor, slack).reconcile(parcel)
    return [parcel.row.purpose for parcel in lost]


def test_nothing_leaves_before_a_human_says_so(floor: Floor) -> None:
    floor.hears()
    floor.now = after(60)
    assert restored(floor).knows_until == NOON
    assert floor.claims() == []
    there = quarantine.standing(floor.database)
    assert there is not None
    assert there.reason.startswith("restored from a backup that knows until 20")


def test_what_was_posted_after_the_backup_is_adopted_and_not_posted_again(floor: Floor) -> None:
    floor.hears()
    (card,), (note,) = floor.rows(Purpose.CARD), floor.rows(Purpose.NOTE)
    assert restored(floor).doubted == 2
    released(floor)
    slack = Conversation(channel=[(card.mark, NOON.timestamp())], thread=[(note.mark, NOON.timestamp() + 1)])
    assert floor.claims() == []
    # The note stands under the card, so the card is looked for first.
    assert looked_for(floor, slack) == [Purpose.CARD]
    assert looked_for(floor, slack) == [Purpose.NOTE]
    assert {row.state for row in (*floor.rows(Purpose.NOTE), *floor.rows(Purpose.CARD))} == {
        DeliveryState.SENT
    }


def test_what_slack_does_not_show_is_posted(floor: Floor) -> None:
    floor.hears()
    restored(floor)
    released(floor)
    assert looked_for(floor, Conversation()) == [Purpose.CARD]
    floor.shows_everything()
    assert looked_for(floor, Conversation()) == [Purpose.NOTE]
    floor.shows_everything()
    assert {row.state for row in floor.rows()} == {DeliveryState.SENT}


def test_cards_of_living_threads_are_drawn_anew_whatever_slack_shows(floor: Floor) -> None:
    floor.hears()
    floor.shows_everything()
    assert restored(floor).redrawn == 1
    released(floor)
    (parcel,) = floor.claims()
    assert parcel.method == UPDATE
    assert parcel.placement is not None
    assert parcel.placement.shown is None


def test_a_change_after_the_restore_asks_for_a_card_of_its_own(floor: Floor) -> None:
    floor.hears()
    restored(floor)
    floor.hears()
    assert len(floor.rows(Purpose.CARD)) == 2


def test_numbers_that_slack_may_show_are_passed_over(floor: Floor) -> None:
    floor.hears()
    assert restored(floor).next_exception == 1 + 1 + restoring.SKIPPED
    assert floor.hears(subject="line-2")[1] == 2 + restoring.SKIPPED
    assert floor.hears(subject="packaging")[1] == 3 + restoring.SKIPPED
    floor.now = after(1)
    assert restored(floor).next_exception == 4 + 2 * restoring.SKIPPED
    assert floor.hears(subject="line-1", at=floor.now)[1] == 4 + 2 * restoring.SKIPPED
