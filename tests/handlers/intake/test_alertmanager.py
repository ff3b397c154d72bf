"""Alertmanager and Grafana report: firing opens or appends, repeats are nothing new, resolved clears."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx2

from tests.handlers.intake.door import Door
from tests.rules.plant import NOON

LONG_AGO = NOON - timedelta(days=2)


def go_time(time: datetime) -> str:
    """As Go writes it, in nanoseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"


def alert(*, starts: datetime = NOON, ends: datetime | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "status": "resolved" if ends else "firing",
        "labels": {"alertname": "LineDown", "instance": "filler-2", "severity": "critical"},
        "annotations": {"summary": "Filler 2 is down", "description": ""},
        "startsAt": go_time(starts),
        "endsAt": go_time(ends) if ends else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": "1a30ba71cca2921f",
        **changes,
    }


def group(*alerts: Any, **changes: Any) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": '{}:{alertname="LineDown"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "andon",
        "groupLabels": {"alertname": "LineDown"},
        "commonLabels": {"alertname": "LineDown"},
        "commonAnnotations": {},
        "externalURL": "http://alerts.example:9093",
        "alerts": list(alerts),
        **changes,
    }


def send(door: Door, *alerts: Any, **changes: Any) -> httpx2.Response:
    return door.post(group(*alerts, **changes), to="/v1/integrations/alertmanager")


def says(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [entry["says"] for entry in answer.json()["events"]]


def test_it_fires_is_repeated_resolves_and_fires_again(door: Door) -> None:
    assert says(send(door, alert())) == ["opened EX-1"]
    door.clock.fast_forward(timedelta(hours=4))
    assert says(send(door, alert())) == ["duplicate EX-1: first time opened EX-1"]
    ended = NOON + timedelta(hours=4)
    assert says(send(door, alert(ends=ended), status="resolved")) == ["cleared EX-1"]
    assert says(send(door, alert(ends=ended), status="resolved"))[0].startswith("duplicate EX-1")
    door.clock.fast_forward(timedelta(minutes=5))
    assert says(send(door, alert(starts=door.clock.now))) == ["appended to EX-1"]
    assert door.thread_count() == 1


def test_what_is_known_of_an_alert_is_in_its_event(door: Door) -> None:
    [entry] = send(door, alert()).json()["events"]
    assert entry["source"] == "alertmanager:alerts.example:9093"
    assert entry["id"] == "1a30ba71cca2921f/2026-03-02T12:00:00+00:00/firing"
    data = door.data_of(entry["id"])
    assert data["status"] == "firing"
    assert data["labels"]["severity"] == "critical"
    assert (data["receiver"], data["groupKey"]) == ("andon", '{}:{alertname="LineDown"}')
    assert "alerts" not in data


def test_an_alert_that_has_been_firing_for_days_still_pages(door: Door) -> None:
    [entry] = send(door, alert(starts=LONG_AGO)).json()["events"]
    assert entry["says"] == "opened EX-1"
    assert entry["notes"] == [
        "it began longer ago than this source's max_age allows: taken as begun within it"
    ]
    assert door.data_of(entry["id"])["startsAt"] == go_time(LONG_AGO)
    door.clock.fast_forward(timedelta(seconds=1))
    assert says(send(door, alert(starts=LONG_AGO)))[0].startswith("duplicate EX-1")


def test_its_end_clears_it_even_when_the_clocks_disagree(door: Door) -> None:
    send(door, alert(starts=LONG_AGO))
    behind = door.clock.now - timedelta(minutes=3)
    assert says(send(door, alert(starts=LONG_AGO, ends=behind))) == ["cleared EX-1"]


def test_an_end_heard_of_much_too_late_still_clears_and_the_next_alert_still_returns(door: Door) -> None:
    send(door, alert())
    door.clock.fast_forward(timedelta(hours=9))
    ended, again = NOON + timedelta(minutes=10), NOON + timedelta(minutes=20)
    assert says(send(door, alert(ends=ended))) == ["cleared EX-1"]
    door.clock.fast_forward(timedelta(seconds=30))
    assert says(send(door, alert(starts=again))) == ["appended to EX-1"]


def test_one_alert_that_cannot_be_understood_loses_no_other(door: Door) -> None:
    answer = send(door, alert(startsAt="yesterday"), alert(), "alert")
    assert [entry["outcome"] for entry in answer.json()["events"]] == ["rejected", "opened", "rejected"]
    error = answer.json()["events"][0]["problem"]["errors"][0]
    assert (error["field"], error["value"]) == ("alerts[0].startsAt", "yesterday")


def test_texts_that_are_too_long_or_broken_are_cut_and_never_refused(door: Door) -> None:
    labels = {"alertname": "Line\nDown", "instance": "x" * 2000}
    answer = send(door, alert(labels=labels, fingerprint="f" * 500), externalURL="http://[broken")
    [entry] = answer.json()["events"]
    assert entry["outcome"] == "opened"
    assert entry["source"] == "alertmanager:andon"


def test_an_alert_without_fingerprint_or_name_is_told_by_its_labels(door: Door) -> None:
    bare = alert(labels={"line": "2"}, fingerprint="")
    assert says(send(door, bare)) == ["opened EX-1"]
    assert says(send(door, bare))[0].startswith("duplicate EX-1")


def test_grafana_says_more_and_nothing_of_it_is_lost(door: Door) -> None:
    more: dict[str, Any] = {
        "values": {"B": 44.2, "C": None},
        "dashboardURL": "http://g/d/1",
        "silenceURL": "http://g/s/1",
    }
    grafana = group(alert(**more), version="1", orgId=7, title="[FIRING:1]", externalURL="http://g.example/")
    answer = door.post(grafana, to="/v1/integrations/grafana")
    [entry] = answer.json()["events"]
    assert entry["source"] == "alertmanager:g.example"
    assert door.data_of(entry["id"]).items() >= {**more, "orgId": 7}.items()


def test_something_else_is_not_mistaken_for_alerts(sqlite_door: Door) -> None:
    bodies: list[object] = [{"status": "firing"}, {"alerts": {}}, [alert()], 7]
    for body in bodies:
        answer = sqlite_door.post(body, to="/v1/integrations/alertmanager")
        assert answer.status_code == 422
        assert answer.json()["title"] == "Not a group of alerts"


def test_the_type_must_be_json_here_too(sqlite_door: Door) -> None:
    answer = sqlite_door.post(group(), to="/v1/integrations/alertmanager", content_type="text/xml")
    assert answer.status_code == 415


def test_a_group_of_thousands_is_taken_whole(sqlite_door: Door) -> None:
    alerts = [alert(fingerprint=f"{number:016x}", labels={"alertname": "Odd"}) for number in range(1500)]
    answer = send(sqlite_door, *alerts)
    assert answer.json()["counts"] == {"opened": 1500}
