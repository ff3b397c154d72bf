"""What is queued for Slack when something happens: one card that shows the present, notes that are frozen."""

import re

from bot.services import presses
from rules.delivery import DeliveryState, Purpose, Urgency
from tests.cast import FATIMA, MARIA, after, event, line_down
from tests.services.floor import Floor


def test_opening_queues_a_card_and_a_note_in_the_areas_channel(floor: Floor) -> None:
    floor.hears()
    assert [(row.purpose, row.target, row.state) for row in floor.rows()] == [
        (Purpose.CARD, "#filling", DeliveryState.PENDING),
        (Purpose.NOTE, "#filling", DeliveryState.PENDING),
    ]
    assert {row.priority for row in floor.rows()} == {Urgency.PAGE}


def test_a_hundred_changes_are_one_card(floor: Floor) -> None:
    floor.takes([event() for _ in range(60)])
    for _ in range(40):
        floor.hears()
    floor.waits(after(5))
    presses.acknowledge(floor.database, 1, by=MARIA, seen=1, plan=floor.plan, now=floor.now)
    (card,) = floor.rows(Purpose.CARD)
    (parcel,) = floor.claims()
    assert (parcel.row.seq, parcel.thread) == (card.seq, floor.thread())
    assert parcel.thread is not None
    assert parcel.thread.occurrences == 100


def test_a_change_while_the_card_is_being_sent_queues_another(floor: Floor) -> None:
    floor.hears()
    floor.claims()
    floor.hears()
    floor.hears()
    assert [row.state for row in floor.rows(Purpose.CARD)] == [DeliveryState.SENDING, DeliveryState.PENDING]


def test_notes_are_frozen_when_they_become_true_and_keep_their_order(floor: Floor) -> None:
    floor.hears()
    floor.waits(after(5))
    before = floor.notes()
    presses.reassign(floor.database, 1, by=MARIA, seen=1, to=FATIMA, plan=floor.plan, now=floor.now)
    notes = floor.notes()
    assert notes[:2] == before
    assert "<@U0MARIA01>" in notes[0]
    assert "<@U0FATIMA1>" in notes[1]
    rows = floor.rows(Purpose.NOTE)
    assert len({row.lane for row in rows}) == 1
    assert [row.seq for row in rows] == sorted(row.seq for row in rows)


def test_what_comes_in_one_batch_is_told_in_its_order(floor: Floor) -> None:
    floor.hears()
    floor.now = after(2)
    floor.takes([event("RUNNING", at=after(1)), event(at=after(2))])
    cleared, came_back = floor.notes()[1:]
    assert "The signal cleared" in cleared
    assert "It came back" in came_back


def test_each_tier_mentions_exactly_its_people_once(floor: Floor) -> None:
    floor.hears()
    for minute in (5, 15):
        floor.waits(after(minute))
    mentions = [
        [name for name in ("U0MARIA01", "U0FATIMA1", "U0CLAIRE1") for _ in range(note.count(f"<@{name}>"))]
        for note in floor.notes()
    ]
    assert mentions == [["U0MARIA01"], ["U0FATIMA1"], ["U0CLAIRE1"]]


def test_a_tiers_channel_gets_the_card_and_no_copy_of_the_log(floor: Floor) -> None:
    floor.hears()
    for minute in (5, 15):
        floor.waits(after(minute))
    (card,) = floor.rows(Purpose.CARD, target="#escalations")
    assert card.priority == Urgency.PAGE
    assert {row.target for row in floor.rows(Purpose.NOTE)} == {"#filling"}


def test_once_shown_there_every_change_is_shown_there_too(floor: Floor) -> None:
    floor.hears()
    for minute in (5, 15):
        floor.waits(after(minute))
    floor.shows_everything()
    presses.acknowledge(floor.database, 1, by=MARIA, seen=1, plan=floor.plan, now=floor.now)
    waiting = floor.rows(Purpose.CARD, state=DeliveryState.PENDING)
    assert {row.target for row in waiting} == {"#filling", "#escalations"}


def test_a_critical_page_is_more_urgent_than_any_other(floor: Floor) -> None:
    floor.follows(line_down(severity="critical"))
    floor.hears()
    assert {row.priority for row in floor.rows()} == {Urgency.CRITICAL_PAGE}


def test_a_mere_count_is_the_least_urgent_until_something_weighs_more(floor: Floor) -> None:
    floor.hears()
    floor.shows_everything()
    floor.hears()
    (count,) = floor.rows(Purpose.CARD, state=DeliveryState.PENDING)
    assert count.priority == Urgency.COUNT
    presses.acknowledge(floor.database, 1, by=MARIA, seen=1, plan=floor.plan, now=floor.now)
    (card,) = floor.rows(Purpose.CARD, state=DeliveryState.PENDING)
    assert (card.seq, card.priority) == (count.seq, Urgency.CARD)
    floor.hears()
    assert floor.rows(Purpose.CARD, state=DeliveryState.PENDING) == [card]


def test_repeating_says_nothing_in_the_thread(floor: Floor) -> None:
    floor.hears()
    floor.hears()
    assert len(floor.notes()) == 1


def test_people_are_read_from_the_plan_of_the_moment(floor: Floor) -> None:
    floor.hears()
    people = [
        {"key": "maria", "name": "Maria", "slack": "U0MARIA01", "roles": {"team_lead": ["filling"]}},
        {"key": "ines", "name": "Inês", "slack": "U0INES001", "roles": {"shift_lead": ["*"]}},
    ]
    floor.follows(version=2, people=people)
    floor.waits(after(5))
    assert "<@U0INES001>" in floor.notes()[-1]


def test_a_tier_that_reaches_nobody_any_more_says_so(floor: Floor) -> None:
    floor.hears()
    maria = {"key": "maria", "name": "Maria", "slack": "U0MARIA01", "roles": {"team_lead": ["filling"]}}
    floor.follows(version=2, people=[maria])
    floor.waits(after(5))
    assert "reaches nobody" in floor.notes()[-1]


def test_what_somebody_typed_can_neither_mention_nor_link(floor: Floor) -> None:
    floor.hears(reason="<!channel> <@U0CLAIRE1> <https://evil.example|ok> & more")
    presses.contain(
        floor.database, 1, by=MARIA, seen=1, action="<!here> & <@U1>", plan=floor.plan, now=floor.now
    )
    said = "".join(floor.notes())
    assert set(re.findall("<[^>]{1,5}", said)) == {"<@U0MA", "<!date"}
    assert "&lt;!here&gt; &amp;" in said
