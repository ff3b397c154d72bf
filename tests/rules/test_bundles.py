"""Which notes leave together, and which never do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rules.bundles import BEHIND, MOST_CHARACTERS, MOST_NOTES, may_lead, taken_along
from rules.delivery import DeliveryState, OutboxRow, Purpose, Urgency, note_lane
from tests.cast import NOON

NOW = NOON + BEHIND
NOTE = OutboxRow(
    seq=1,
    mark="01HQ",
    purpose=Purpose.NOTE,
    thread_id=1,
    target="#filling",
    lane=note_lane(1, "#filling"),
    priority=Urgency.NOTE,
    body={"text": "Maria acknowledged.", "blocks": [], "told": {}},
    state=DeliveryState.PENDING,
    attempts=0,
    due=NOON,
    created_at=NOON,
)


def behind(*changes: dict[str, Any]) -> list[OutboxRow]:
    return [replace(NOTE, seq=number, **change) for number, change in enumerate(changes, start=2)]


def taken(*changes: dict[str, Any]) -> list[int]:
    return [row.seq for row in taken_along(NOTE, behind(*changes), NOW)]


def test_a_note_takes_others_along_only_once_it_is_behind() -> None:
    assert may_lead(NOTE, NOW)
    assert not may_lead(NOTE, NOW - timedelta(milliseconds=1))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"priority": Urgency.PAGE}, id="a page"),
        pytest.param({"priority": Urgency.CRITICAL_PAGE}, id="a critical page"),
        pytest.param({"purpose": Purpose.DIRECT}, id="a direct message"),
        pytest.param({"body": {"text": "of an older version"}}, id="a note that does not know what it tells"),
        pytest.param({"bundle": "01HQ"}, id="one that Slack refused in company"),
    ],
)
def test_these_leave_alone_and_nothing_passes_them(change: dict[str, Any]) -> None:
    assert not may_lead(replace(NOTE, **change), NOW)
    assert taken({}, change, {}) == [2]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": DeliveryState.SENDING}, id="is under way"),
        pytest.param({"state": DeliveryState.UNKNOWN}, id="is being looked for"),
        pytest.param({"due": NOW + timedelta(seconds=1)}, id="is tried again later"),
        pytest.param({"target": "#elsewhere"}, id="was meant for another place"),
    ],
)
def test_what_cannot_leave_now_ends_the_bundle(change: dict[str, Any]) -> None:
    assert taken({}, change, {}) == [2]


def test_a_bundle_is_no_longer_than_slack_takes() -> None:
    assert len(taken(*[{}] * 30)) == MOST_NOTES - 1
    long = {"body": {"text": "x" * (MOST_CHARACTERS // 3), "told": {}}}
    assert taken(long, long, long) == [2, 3]
