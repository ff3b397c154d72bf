"""Decisions: what counts as one, when its owner is asked, and what may still be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.control_plan import Direction
from rules.decisions import (
    MOST_ASKED,
    AlreadyAmendedError,
    AlreadyReviewedError,
    AmountError,
    Decision,
    DecisionError,
    Outcome,
    Part,
    Review,
    ReviewTime,
    check_amendable,
    check_reviewable,
    parse_amount,
    ring,
)

BERLIN = ZoneInfo("Europe/Berlin")
AT_NINE = ReviewTime(time(9), BERLIN)
SPRING_FORWARD, FALL_BACK = date(2026, 3, 29), date(2026, 10, 25)
DUE = datetime(2026, 3, 29, 7, tzinfo=UTC)
DECISION = Decision(
    id=7,
    text="run two shifts",
    kpi="oee",
    change=2.0,
    by_when=DUE,
    owner="maria",
    decided_by="claire",
    decided_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
)
MOVED = Review(Outcome.MOVED, "", 76.0, "maria", DUE)
NOT_MOVED = Review(Outcome.NOT_MOVED, "no fitter", None, "maria", DUE)
ZONES = st.sampled_from([ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kolkata", "America/Santiago")])


@pytest.mark.parametrize(
    ("open_field", "part"),
    [("kpi", Part.KPI), ("change", Part.CHANGE), ("by_when", Part.BY_WHEN), ("owner", Part.OWNER)],
)
def test_whatever_lacks_a_part_is_a_conversation(open_field: str, part: Part) -> None:
    left_open: dict[str, Any] = {open_field: None}
    conversation = replace(DECISION, **left_open)
    assert conversation.missing == (part,)
    assert not conversation.counted
    assert not conversation.awaits_review


@pytest.mark.parametrize(
    ("day", "hour_in_utc"),
    [
        (SPRING_FORWARD - timedelta(days=1), 8),
        (SPRING_FORWARD, 7),
        (FALL_BACK - timedelta(days=1), 7),
        (FALL_BACK, 8),
    ],
)
def test_the_review_is_at_nine_in_the_plant_whatever_the_clocks_did_at_night(
    day: date, hour_in_utc: int
) -> None:
    assert AT_NINE.on(day).astimezone(UTC).hour == hour_in_utc


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)), ZONES, st.sampled_from([time(9), time(13, 30), time(22)])
)
def test_the_review_is_on_its_day_and_at_its_time_as_the_plant_sees_it(
    day: date, zone: ZoneInfo, at: time
) -> None:
    there = ReviewTime(at, zone).on(day).astimezone(UTC).astimezone(zone)
    assert (there.date(), there.time()) == (day, at)


@given(st.integers(0, MOST_ASKED), st.timedeltas(timedelta(), timedelta(days=9)))
def test_a_question_is_late_when_it_comes_a_minute_after_its_time(asked: int, after: timedelta) -> None:
    reminder = ring(replace(DECISION, asked=asked), DUE + after, AT_NINE)
    assert reminder is not None
    since_its_time = (DUE + after - AT_NINE.latest(DUE + after)) if asked else after
    assert (reminder.late is not None) == (since_its_time >= timedelta(minutes=1))


def test_an_owner_who_does_not_answer_is_asked_on_four_mornings_and_then_others_are_told() -> None:
    decision, now, steps = DECISION, DUE, []
    while (reminder := ring(decision, now, AT_NINE)) is not None:
        steps.append((now.astimezone(BERLIN).isoformat()[:16], reminder.escalates))
        decision = reminder.decision
        now = reminder.next_due or now
    assert steps == [
        ("2026-03-29T09:00", False),
        ("2026-03-30T09:00", False),
        ("2026-03-31T09:00", False),
        ("2026-04-01T09:00", False),
        ("2026-04-02T09:00", True),
    ]


@given(st.integers(0, MOST_ASKED), st.timedeltas(timedelta(), timedelta(days=400)), ZONES)
def test_one_question_stands_for_all_that_were_missed_and_the_next_is_on_a_later_day(
    asked: int, late: timedelta, zone: ZoneInfo
) -> None:
    now = DUE + late
    reminder = ring(replace(DECISION, asked=asked), now, ReviewTime(time(9), zone))
    assert reminder is not None
    assert reminder.decision.asked == asked + 1
    assert reminder.escalates == (reminder.next_due is None)
    if reminder.next_due is not None:
        days = reminder.next_due.astimezone(zone).date() - now.astimezone(zone).date()
        assert days == timedelta(days=1)


@pytest.mark.parametrize("settled", [{"review": MOVED}, {"review": NOT_MOVED}, {"amended_by": 9}])
def test_nobody_is_asked_about_what_is_settled(settled: dict[str, Any]) -> None:
    decision = replace(DECISION, **settled)
    assert ring(decision, DUE, AT_NINE) is None
    with pytest.raises(DecisionError):
        check_reviewable(decision)


def test_a_conversation_is_amended_before_it_is_reviewed() -> None:
    conversation = replace(DECISION, owner=None)
    check_amendable(conversation)
    with pytest.raises(DecisionError, match="D-7 is a conversation"):
        check_reviewable(conversation)


def test_what_did_not_move_may_be_amended_what_moved_may_not() -> None:
    check_amendable(replace(DECISION, review=NOT_MOVED))
    with pytest.raises(AlreadyReviewedError, match="its KPI moved"):
        check_amendable(replace(DECISION, review=MOVED))
    with pytest.raises(AlreadyAmendedError, match="D-9 has taken its place"):
        check_amendable(replace(DECISION, amended_by=9))


@pytest.mark.parametrize(
    ("typed", "direction", "amount"),
    [
        ("2", Direction.HIGHER, 2.0),
        ("+2 %", Direction.HIGHER, 2.0),
        ("2", Direction.LOWER, -2.0),
        ("-1,5 kg/hl", Direction.LOWER, -1.5),
        ("−0.5", Direction.LOWER, -0.5),
        ("-3", None, -3.0),
        ("3", None, 3.0),
    ],
)
def test_an_amount_without_a_sign_means_better(
    typed: str, direction: Direction | None, amount: float
) -> None:
    assert parse_amount(typed, direction) == amount


@pytest.mark.parametrize("typed", ["", "much", "0", "1 to 2", "+-2", "2.000.000", "1e3", "9" * 400])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(AmountError, match="such as 2 or"):
        parse_amount(typed, None)


@pytest.mark.parametrize(("typed", "direction"), [("-2", Direction.HIGHER), ("+2", Direction.LOWER)])
def test_a_change_to_the_worse_is_refused(typed: str, direction: Direction) -> None:
    with pytest.raises(AmountError, match="worse"):
        parse_amount(typed, direction)


@given(st.text(), st.sampled_from([None, *Direction]))
def test_any_text_is_an_amount_or_an_amount_error(typed: str, direction: Direction | None) -> None:
    try:
        amount = parse_amount(typed, direction)
    except AmountError:
        return
    assert amount
    assert direction is None or (amount > 0) == (direction is Direction.HIGHER)
