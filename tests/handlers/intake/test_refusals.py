"""What is refused, and that the answer says what happened, what it means and what to do."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from tests.handlers.intake.door import Door, stopped


def problem_of(answer: httpx2.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:andon:problem:")
    assert problem["title"] and problem["detail"].endswith((".", '"'))
    return problem


@pytest.mark.parametrize(
    ("authorization", "what"),
    [
        ("", "The request has no token"),
        ("Bearer", "The Authorization header is no bearer token"),
        ("Basic cmlnaHQ=", "The Authorization header is no bearer token"),
        ("Bearer wrong", "The bearer token is not one of ours"),
        ("Bearer right wrong", "The bearer token is not one of ours"),
    ],
)
def test_who_has_no_right_token_is_told_how_to_send_one(
    sqlite_door: Door, authorization: str, what: str
) -> None:
    answer = sqlite_door.post(stopped("1"), authorization=authorization)
    assert problem_of(answer, 401)["detail"].startswith(what)
    assert answer.headers["www-authenticate"].startswith('Bearer realm="andon intake"')
    assert sqlite_door.stored() == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_written_in_any_case(sqlite_door: Door, scheme: str) -> None:
    assert sqlite_door.post(stopped("1"), authorization=f"{scheme} right").status_code == 200


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "The body is empty."),
        (b"  \n", "The body is empty."),
        (b'{"type": "a",\n "id" 5}', "The body is not JSON: Expecting ':' delimiter at line 2, column 7."),
        (b'{"type": "\xff"}', "The body is not UTF-8: byte 10 is invalid."),
        (b"type=machine.state", "The body is not JSON: Expecting value at line 1, column 1."),
    ],
)
def test_what_is_not_json_is_told_where(sqlite_door: Door, body: bytes, what: str) -> None:
    assert problem_of(sqlite_door.post(body), 400)["detail"].startswith(what)


def test_a_byte_order_mark_does_no_harm(sqlite_door: Door) -> None:
    assert sqlite_door.post(b"\xef\xbb\xbf" + json.dumps(stopped("1")).encode()).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_type_is_told_what_is_taken(sqlite_door: Door, content_type: str) -> None:
    detail = problem_of(sqlite_door.post(stopped("1"), content_type=content_type), 415)["detail"]
    assert "application/cloudevents-batch+json" in detail
    assert ("curl -d" in detail) == content_type.endswith("urlencoded")


def test_a_compressed_body_is_not_guessed_at(sqlite_door: Door) -> None:
    answer = sqlite_door.post(b"\x1f\x8b", headers={"content-encoding": "gzip"})
    assert "without Content-Encoding" in problem_of(answer, 415)["detail"]


def test_another_method_is_told_which_one_works(sqlite_door: Door) -> None:
    answer = sqlite_door.client.get("/v1/events")
    assert "POST does" in problem_of(answer, 405)["detail"]
    assert answer.headers["allow"] == "POST"


def test_another_path_is_told_where_to_look(sqlite_door: Door) -> None:
    answer = sqlite_door.client.post("/v1/event/", headers={"host": "["})
    assert problem_of(answer, 404)["detail"] == "There is nothing at /v1/event/. GET / lists what there is."


@pytest.mark.parametrize(
    ("changes", "field", "value", "rule"),
    [
        ({"type": None}, "type", "null", 'must be text, in "quotes"'),
        ({"id": "x" * 256}, "id", "x" * 199 + "…", "must be at most 255 characters, and has 256"),
        ({"source": "a\0b"}, "source", "a\0b", "control characters, and has U+0000 at position 1"),
        ({"subject": "\ud800"}, "subject", "\\ud800", "control characters, and has U+D800 at position 0"),
        ({"time": 1700000000000}, "time", "1700000000000", "must be an RFC 3339 time in quotes, such as"),
        ({"time": "2026-02-30T12:00:00Z"}, "time", "2026-02-30T12:00:00Z", "must be a time that exists"),
        ({"time": "9999-12-31T23:59:59-05:00"}, "time", "9999-12-31T23:59:59-05:00", "a time that exists"),
        ({"time": "0001-01-01T00:00:00Z"}, "time", "0001-01-01T00:00:00Z", "must not be before 1970"),
        ({"state": "DOWN"}, "state", "DOWN", "is not a field of an event; put what belongs to it into data"),
        ({"data": {"a": [{"b": "x\0"}]}}, "data.a[0].b", "x\0", "no NUL, no half surrogate pair (U+0000)"),
        ({"data": {"\udc00": 1}}, "data", "\\udc00", "no NUL, no half surrogate pair (U+DC00)"),
        ({"specversion": "0.3"}, "specversion", "0.3", "must be '1.0'"),
        ({"data": {"x": float("nan")}}, "data.x", "NaN", "must be a finite number"),
    ],
)
def test_field_value_and_rule_are_named(
    door: Door, changes: dict[str, Any], field: str, value: str, rule: str
) -> None:
    [error] = problem_of(door.post(stopped("1", **changes)), 422)["errors"]
    assert (error["field"], error["value"]) == (field, value)
    assert rule in error["rule"]
    assert door.stored() == []


def test_what_is_missing_is_named(sqlite_door: Door) -> None:
    [error] = problem_of(sqlite_door.post({"id": "1"}), 422)["errors"]
    assert error == {"field": "type", "value": None, "rule": "is required"}


@pytest.mark.parametrize("number", ["1e999", "-Infinity", "1" * 5000])
def test_a_number_beyond_every_bound_loses_only_its_own_event(sqlite_door: Door, number: str) -> None:
    bad = '{"type": "machine.state", "data": {"x": ' + number + "}}"
    answer = sqlite_door.post(f"[{bad}, {json.dumps(stopped('1'))}]".encode())
    assert [entry["outcome"] for entry in answer.json()["events"]] == ["rejected", "opened"]


def nested(levels: int) -> bytes:
    """Data of so many levels."""
    inner = b"[" * (levels - 1) + b"]" * (levels - 1)
    return b'{"id": "1", "source": "/a", "type": "deep", "data": {"x": ' + inner + b"}}"


def test_data_may_be_deep_but_not_bottomless(door: Door) -> None:
    assert door.post(nested(32)).status_code == 200
    [error] = problem_of(door.post(nested(33)), 422)["errors"]
    assert error["field"].startswith("data.x[0][0]")
    assert error["rule"] == "must be at most 32 levels deep"


def test_a_depth_bomb_is_refused(sqlite_door: Door) -> None:
    assert problem_of(sqlite_door.post(nested(400_000)), 422)["title"] == "Nested too deep"


def test_a_batch_that_is_too_long_is_told_the_bound(sqlite_door: Door) -> None:
    events = [{"type": "a", "id": str(number)} for number in range(1001)]
    detail = problem_of(sqlite_door.post(events), 413)["detail"]
    assert "carries 1,001 events" in detail and "1,000 events" in detail
    assert sqlite_door.stored() == []


def test_of_very_many_errors_the_first_are_listed(sqlite_door: Door) -> None:
    problem = problem_of(sqlite_door.post([{"id": "1"}] * 1000), 422)
    assert len(problem["errors"]) == 100
    assert problem["detail"].startswith("All 1,000 events break 1,000 rules, of which the first 100")
