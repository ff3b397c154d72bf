"""What a token may send at each door, and that who lacks something is told in words what it is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.services import intake_tokens
from bot.services.intake_tokens import Secret
from rules.intake_tokens import EVERYTHING, Grant, Scope
from tests.handlers.intake.door import Door, stopped
from tests.handlers.intake.test_alertmanager import alert, group
from tests.handlers.intake.test_readings import value
from tests.handlers.intake.test_refusals import problem_of
from tests.rules.plant import NOON

EVENTS, READINGS = frozenset({Scope.EVENTS}), frozenset({Scope.READINGS})


def bearer(door: Door, *sources: str, scopes: frozenset[Scope] = EVERYTHING) -> str:
    """The header of whoever holds a fresh token called plc."""
    secret = Secret.fresh()
    grant = Grant("plc", scopes, sources)
    intake_tokens.create(door.database, grant, secret=secret, expires_at=None, by="ana", now=NOON)
    door.admission.refresh()
    return f"Bearer {secret.text}"


@pytest.mark.parametrize(
    ("door_name", "body", "scope"),
    [
        ("/v1/events", stopped("1"), "events"),
        ("/v1/integrations/alertmanager", group(alert()), "events"),
        ("/v1/integrations/grafana", group(alert()), "events"),
        ("/v1/readings", value(), "readings"),
    ],
)
def test_each_door_asks_for_its_scope(sqlite_door: Door, door_name: str, body: Any, scope: str) -> None:
    wrong = bearer(sqlite_door, scopes=READINGS if scope == "events" else EVENTS)
    answer = sqlite_door.post(body, to=door_name, authorization=wrong)
    detail = problem_of(answer, 403)["detail"]
    assert detail.startswith(f"The token plc has no scope {scope} (it has ")
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert sqlite_door.stored() == []
    intake_tokens.revoke(sqlite_door.database, "plc", by="ana", now=NOON)
    right = bearer(sqlite_door, scopes=EVENTS if scope == "events" else READINGS)
    assert sqlite_door.post(body, to=door_name, authorization=right).status_code == 200


def test_a_source_that_is_not_the_tokens_is_refused_and_the_others_of_the_batch_are_taken(
    sqlite_door: Door,
) -> None:
    plc = bearer(sqlite_door, "/plc/line-2/*")
    mine, foreign = stopped("1", source="/plc/line-2/filler"), stopped("2", source="/mes")
    answer = sqlite_door.post([mine, foreign], authorization=plc).json()
    assert [entry["outcome"] for entry in answer["events"]] == ["opened", "rejected"]
    [error] = answer["events"][1]["problem"]["errors"]
    rule = "must be a source that the token plc may speak for: /plc/line-2/*"
    assert error == {"field": "[1].source", "value": "/mes", "rule": rule}
    problem = problem_of(sqlite_door.post(foreign, authorization=plc), 403)
    assert problem["detail"].startswith("The token plc may not speak for the source under errors")
    assert problem["errors"][0]["field"] == "source"
    assert sqlite_door.stored() == [("/plc/line-2/filler", "1")]


def test_readings_keep_to_the_sources_of_their_token(sqlite_door: Door) -> None:
    plc = bearer(sqlite_door, "/historian")
    answer = sqlite_door.post(
        [value(75), value(75, source="/erp")], to="/v1/readings", authorization=plc
    ).json()
    assert [entry["outcome"] for entry in answer["readings"]] == ["recorded", "rejected"]
    assert answer["readings"][1]["problem"]["errors"][0]["field"] == "[1].source"
    problem = problem_of(
        sqlite_door.post(value(75, source="/erp"), to="/v1/readings", authorization=plc), 403
    )
    assert problem["errors"][0]["value"] == "/erp"


def test_an_alert_comes_from_its_alertmanager_and_only_from_that(sqlite_door: Door) -> None:
    plc = bearer(sqlite_door, "alertmanager:alertmanager:9093")
    there = group(alert(), externalURL="http://alertmanager:9093")
    elsewhere = group(alert(), externalURL="http://elsewhere:9093")
    to = "/v1/integrations/alertmanager"
    assert sqlite_door.post(there, to=to, authorization=plc).status_code == 200
    assert (
        problem_of(sqlite_door.post(elsewhere, to=to, authorization=plc), 403)["errors"][0]["field"]
        == "source"
    )


def test_who_has_one_source_need_not_name_it(sqlite_door: Door) -> None:
    plc = bearer(sqlite_door, "/plc/line-2")
    event = {"id": "1", "type": "machine.state", "data": {"state": "UP"}}
    assert sqlite_door.post(event, authorization=plc).json()["events"][0]["source"] == "/plc/line-2"


def test_with_several_sources_one_must_be_named(sqlite_door: Door) -> None:
    plc = bearer(sqlite_door, "/plc/*")
    answer = sqlite_door.post({"id": "1", "type": "machine.state"}, authorization=plc)
    assert problem_of(answer, 403)["errors"][0]["value"] == "plc"


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"type": "kpi.reading"}, "type", "send values of KPIs to /v1/readings"),
        ({"type": "kpi.stale"}, "type", "send values of KPIs to /v1/readings"),
        ({"type": "kpi.heard"}, "type", "send values of KPIs to /v1/readings"),
        ({"type": "andon.audit"}, "type", "is Andon's own"),
        ({"type": "andon.call"}, "type", "is Andon's own"),
    ],
)
def test_nobody_outside_says_what_only_andon_says(
    sqlite_door: Door, changes: dict[str, Any], field: str, rule: str
) -> None:
    [error] = problem_of(sqlite_door.post(stopped("1", **changes)), 422)["errors"]
    assert error["field"] == field
    assert rule in error["rule"]


@pytest.mark.parametrize("source", ["andon:kpi", "andon:auditor", "slack:raise", "slack:kpi"])
def test_nobody_outside_passes_for_andon_itself(sqlite_door: Door, source: str) -> None:
    """Such an event would take the place of one that Andon is going to record: each counts once."""
    for body, to in ((stopped("1", source=source), "/v1/events"), (value(source=source), "/v1/readings")):
        [error] = problem_of(sqlite_door.post(body, to=to), 422)["errors"]
        assert error["rule"].startswith(f"must not begin with {source.partition(':')[0]}: which is kept for")
    assert sqlite_door.stored() == []


def test_an_expired_revoked_or_unknown_token_gets_401_and_the_reason(sqlite_door: Door) -> None:
    plc = bearer(sqlite_door)
    intake_tokens.revoke(sqlite_door.database, "plc", by="ana", now=NOON)
    sqlite_door.admission.refresh()
    answer = sqlite_door.post(stopped("1"), authorization=plc)
    assert "was revoked on" in problem_of(answer, 401)["detail"]
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    unknown = sqlite_door.post(stopped("1"), authorization=f"Bearer {Secret.fresh().text}")
    assert problem_of(unknown, 401)["detail"].startswith("The bearer token is not one of ours")
