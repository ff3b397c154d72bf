"""Events come in over HTTP, and the answer says what became of each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.handlers.intake.door import Door, stopped
from tests.rules.plant import NOON


def cloud_event(event_id: str = "1", **changes: Any) -> dict[str, Any]:
    return {"specversion": "1.0", **stopped(event_id), **changes}


def later(seconds: float) -> str:
    return (NOON + timedelta(seconds=seconds)).isoformat()


def test_a_machine_stops_and_the_answer_names_the_exception(door: Door) -> None:
    answer = door.post(stopped("1"))
    assert answer.status_code == 200
    assert answer.json() == {
        "events": [
            {
                "index": 0,
                "id": "1",
                "source": "/mes",
                "outcome": "opened",
                "exception": "EX-1",
                "says": "opened EX-1",
                "also": [],
            }
        ],
        "counts": {"opened": 1},
    }
    assert door.thread_count() == 1


def test_the_same_event_sent_again_is_one_event(door: Door) -> None:
    door.post(stopped("1"))
    entry = door.post(stopped("1")).json()["events"][0]
    assert (entry["outcome"], entry["exception"]) == ("duplicate", "EX-1")
    assert entry["says"] == "duplicate EX-1: first time opened EX-1"
    assert door.stored() == [("/mes", "1")]


def test_a_list_comes_back_in_its_order_with_a_fate_for_each(door: Door) -> None:
    running = stopped("3", data={"state": "RUNNING"}, time=later(2))
    ignored = stopped("4", type="nobody.cares")
    answer = door.post([stopped("1"), stopped("2", time=later(1)), running, ignored]).json()
    assert [entry["says"] for entry in answer["events"]] == [
        "opened EX-1",
        "appended to EX-1",
        "cleared EX-1",
        "no rule: no rule is on type 'nobody.cares'",
    ]
    assert answer["counts"] == {"appended": 1, "cleared": 1, "no_rule": 1, "opened": 1}


def test_one_bad_event_never_loses_the_good_ones(door: Door) -> None:
    batch = [stopped("1"), stopped("2", time="2026-03-02T12:00:00"), stopped("3", time=later(1)), 7]
    answer = door.post(batch)
    assert answer.status_code == 200
    entries = answer.json()["events"]
    assert [entry["outcome"] for entry in entries] == ["opened", "rejected", "appended", "rejected"]
    assert (entries[1]["id"], entries[1]["source"]) == ("2", "/mes")
    assert entries[1]["problem"]["errors"] == [
        {
            "field": "[1].time",
            "value": "2026-03-02T12:00:00",
            "rule": "must say its offset from UTC, such as 2026-03-01T06:00:00Z or 2026-03-01T08:00:00+02:00",
        }
    ]
    assert entries[3]["problem"]["errors"] == [{"field": "[3]", "value": "7", "rule": "must be an object"}]
    assert set(door.stored()) == {("/mes", "1"), ("/mes", "3")}


def test_a_list_with_nothing_valid_is_refused_as_a_whole(door: Door) -> None:
    answer = door.post([stopped("1", type=""), stopped("2", id=5)])
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(error["field"], error["rule"]) for error in answer.json()["errors"]] == [
        ("[0].type", "must not be blank"),
        ("[1].id", 'must be text, in "quotes"'),
    ]
    assert door.stored() == []


def test_an_empty_list_holds_nothing_to_refuse(sqlite_door: Door) -> None:
    answer = sqlite_door.post([])
    assert (answer.status_code, answer.json()) == (200, {"events": [], "counts": {}})


def test_what_a_plain_event_leaves_out_is_filled_in_and_said(door: Door) -> None:
    timeless = {"type": "machine.state", "subject": "filler-2", "data": {"state": "DOWN"}}
    entry = door.post(timeless).json()["events"][0]
    assert entry["source"] == "mes"
    assert entry["id"].startswith("content-")
    assert "no id and no time" in entry["notes"][0]
    assert door.time_of(entry["id"]) == NOON


def test_a_retry_without_id_is_a_duplicate_as_long_as_it_can_be_one(door: Door) -> None:
    timed = stopped("", id=None)
    assert door.post(timed).json()["events"][0]["outcome"] == "opened"
    door.clock.fast_forward(timedelta(minutes=10))
    assert door.post(timed).json()["events"][0]["outcome"] == "duplicate"


def test_a_machine_that_stops_again_in_the_same_words_is_heard_again(door: Door) -> None:
    timeless = {"type": "machine.state", "subject": "filler-2", "data": {"state": "DOWN", "reason": "jam"}}
    assert door.post(timeless).json()["events"][0]["outcome"] == "opened"
    assert door.post(timeless).json()["events"][0]["outcome"] == "duplicate"
    door.clock.fast_forward(timedelta(minutes=1))
    assert door.post(timeless).json()["events"][0]["outcome"] == "appended"


def test_a_clock_that_runs_ahead_is_not_believed(door: Door) -> None:
    entry = door.post(stopped("1", time=later(360))).json()["events"][0]
    assert entry["outcome"] == "opened"
    assert entry["notes"] == ["its time is more than 5 minutes ahead of ours: taken as now"]
    assert door.time_of("1") == NOON


def test_an_event_from_long_ago_is_recorded_and_pages_nobody(door: Door) -> None:
    entry = door.post(stopped("1", time="2026-03-02T09:00:00+01:00")).json()["events"][0]
    assert entry["outcome"] == "too_old"
    assert door.stored() == [("/mes", "1")]


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (7, {"value": 7}),
        ([1, "a"], {"value": [1, "a"]}),
        (None, {}),
        ({"größe": "ü & <b>", "lines": "a\nb"}, {"größe": "ü & <b>", "lines": "a\nb"}),
        ({"huge": 10**40}, {"huge": 10**40}),
    ],
)
def test_data_is_any_json(door: Door, data: object, kept: object) -> None:
    assert door.post(stopped("1", data=data)).status_code == 200
    assert door.data_of("1") == kept


def test_a_cloudevent_in_structured_mode(door: Door) -> None:
    event = cloud_event(traceparent="00-ab", datacontenttype="application/json")
    entry = door.post(event, content_type="application/cloudevents+json; charset=utf-8").json()["events"][0]
    assert entry["says"] == "opened EX-1"
    assert entry["notes"] == ["extension attributes are not kept: traceparent"]


def test_a_cloudevents_batch(door: Door) -> None:
    answer = door.post(
        [cloud_event("1"), cloud_event("2", specversion="0.3")],
        content_type="application/cloudevents-batch+json",
    )
    entries = answer.json()["events"]
    assert [entry["outcome"] for entry in entries] == ["opened", "rejected"]
    assert entries[1]["problem"]["errors"][0]["field"] == "[1].specversion"


def test_a_batch_is_a_list(sqlite_door: Door) -> None:
    answer = sqlite_door.post(cloud_event(), content_type="application/cloudevents-batch+json")
    assert answer.status_code == 422
    assert "application/cloudevents+json" in answer.json()["detail"]


def test_a_cloudevent_sent_as_plain_json_is_read_as_what_it_is(door: Door) -> None:
    assert door.post([cloud_event("1")]).json()["events"][0]["says"] == "opened EX-1"


def test_a_cloudevent_in_binary_mode(door: Door) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "/abf%C3%BCller",
        "ce-type": "machine.state",
        "ce-subject": "filler-2",
        "ce-time": "2026-03-02T12:00:00Z",
    }
    entry = door.post({"state": "DOWN", "reason": "jam"}, headers=headers).json()["events"][0]
    assert (entry["says"], entry["source"]) == ("opened EX-1", "/abfüller")


def test_binary_mode_names_the_header_that_is_wrong(sqlite_door: Door) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-type": "x", "ce-time": "noon"}
    answer = sqlite_door.post({}, headers=headers)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"ce-source", "ce-time"}


def test_binary_data_is_kept_as_it_came(door: Door) -> None:
    event = cloud_event(data_base64="AAEC", datacontenttype="application/octet-stream")
    door.post(event, content_type="application/cloudevents+json")
    assert door.data_of("1") == {"data_base64": "AAEC"}
