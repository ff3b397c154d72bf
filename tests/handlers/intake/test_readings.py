"""Values of KPIs come in over HTTP, and the answer says what became of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bot.services.plan_in_force import PlanInForce
from tests.handlers.intake.door import Door, writer_elsewhere
from tests.rules.plant import NOON, plan


def value(value: Any = 61.4, **changes: Any) -> dict[str, Any]:
    return {"kpi": "oee", "value": value, "time": NOON.isoformat(), "source": "/historian", **changes}


def sent(door: Door, body: object, **how: Any) -> httpx2.Response:
    return door.post(body, to="/v1/readings", **how)


def test_a_value_beyond_its_threshold_is_recorded_and_the_answer_names_the_exception(door: Door) -> None:
    answer = sent(door, value())
    assert answer.status_code == 200
    assert answer.json() == {
        "readings": [
            {
                "index": 0,
                "kpi": "oee",
                "time": NOON.isoformat(),
                "source": "/historian",
                "outcome": "recorded",
                "revision": 1,
                "became": [{"outcome": "opened", "exception": "EX-1", "says": "opened EX-1"}],
            }
        ],
        "counts": {"recorded": 1},
    }


def test_a_list_comes_back_in_its_order_and_valid_ones_are_not_held_up_by_others(door: Door) -> None:
    answer = sent(door, [value(75), value(75), value(61.4), value("much"), value(kpi="oeee")]).json()
    assert [entry["outcome"] for entry in answer["readings"]] == [
        *("recorded", "duplicate", "corrected", "rejected", "rejected")
    ]
    assert answer["counts"] == {"corrected": 1, "duplicate": 1, "recorded": 1, "rejected": 2}
    errors = [entry["problem"]["errors"][0] for entry in answer["readings"][3:]]
    assert errors == [
        {"field": "[3].value", "value": "much", "rule": "must be a number"},
        {
            "field": "[4].kpi",
            "value": "oeee",
            "rule": "must be a KPI of the control plan; did you mean 'oee'?",
        },
    ]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"value": True}, "must be a number"),
        ({"value": "61.4"}, "must be a number"),
        ({"value": float("nan")}, "must be a finite number of at most 1e+15, and is nan"),
        ({"value": float("inf")}, "must be a finite number of at most 1e+15, and is inf"),
        ({"value": 10**16}, "must be a finite number of at most 1e+15, and is 1e+16"),
        ({"value": None}, "must be a number"),
        ({"time": "noon"}, "must be an RFC 3339 time in quotes, such as 2026-03-01T06:00:00Z"),
        ({"source": "slack:kpi"}, "must not begin with slack: which is kept for what people do in Slack"),
        ({"unit": "%"}, "is not a field of a reading; it has kpi, value, time and source"),
    ],
)
def test_what_is_no_reading_is_refused_by_the_rule_it_breaks(
    sqlite_door: Door, changes: dict[str, Any], rule: str
) -> None:
    answer = sent(sqlite_door, value() | changes)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["rule"] for error in answer.json()["errors"]] == [rule]
    assert sqlite_door.stored() == []


def test_without_a_time_it_is_taken_as_now_and_told_so(sqlite_door: Door) -> None:
    entry = sent(sqlite_door, {"kpi": "oee", "value": 80}).json()["readings"][0]
    assert (entry["time"], entry["source"]) == (NOON.isoformat(), "mes")
    assert "taken as now" in entry["notes"][0]


def test_a_clock_that_runs_ahead_is_not_believed(sqlite_door: Door) -> None:
    entry = sent(sqlite_door, value(time=(NOON + timedelta(hours=1)).isoformat())).json()["readings"][0]
    assert entry["time"] == NOON.isoformat()
    assert entry["notes"] == ["its time is more than 5 minutes ahead of ours: taken as now"]


def test_an_empty_list_is_no_news(sqlite_door: Door) -> None:
    assert sent(sqlite_door, []).json() == {"readings": [], "counts": {}}


@pytest.mark.parametrize(
    ("body", "how", "status"),
    [
        ([value()] * 1001, {}, 413),
        (b"{", {}, 400),
        (value(), {"authorization": "Bearer wrong"}, 401),
        (value(), {"content_type": "text/csv"}, 415),
        ("61.4", {}, 422),
    ],
)
def test_what_is_no_request_for_readings_is_refused_whole(
    sqlite_door: Door, body: object, how: dict[str, str], status: int
) -> None:
    assert sent(sqlite_door, body, **how).status_code == status


def test_while_the_database_is_busy_the_sender_is_asked_to_come_again(door: Door) -> None:
    with writer_elsewhere(str(door.database.engine.url.render_as_string(hide_password=False))):
        answer = sent(door, value())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert sent(door, value()).json()["counts"] == {"recorded": 1}


def test_a_kpi_that_goes_while_its_reading_waits_is_a_reason_to_ask_again(sqlite_door: Door) -> None:
    sqlite_door.readings_plan = PlanInForce.compile(2, plan(kpis=[]), {})
    answer = sent(sqlite_door, value())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["detail"].startswith("The control plan has just changed, so nothing of this request")
