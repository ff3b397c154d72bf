"""What Prometheus scrapes: the words of docs/operations.md, its rules and its dashboard are all there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.store.database import Database
from handlers.metrics import Metrics
from tests.cast import NOON, plan_in_force
from tests.services.floor import Floor


@pytest.fixture
def floor(database_url: str) -> Iterator[Floor]:
    database = Database(database_url)
    yield Floor(database, plan_in_force())
    database.close()


ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "examples/monitoring/andon-alerts.yaml"
DASHBOARD = ROOT / "examples/monitoring/andon-dashboard.json"
PAGE = ROOT / "docs/operations.md"


def scraped(floor: Floor) -> str:
    metrics = Metrics(floor.database, now=lambda: floor.now)
    app = Starlette(routes=[Route("/metrics", metrics.take)])
    answer = TestClient(app).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def value(text: str, series: str) -> float:
    (found,) = re.findall(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
    return float(found)


def test_exceptions_are_counted_by_severity_and_state(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="line-2")
    assert value(scraped(floor), 'andon_exceptions{severity="high",state="open"}') == 2


def test_a_clock_that_nobody_rings_is_overdue(floor: Floor) -> None:
    floor.hears()
    assert value(scraped(floor), "andon_clock_overdue_seconds") == 0
    (due,) = {clock.due for clock in floor.thread().clocks if clock.due}
    floor.now = due + timedelta(seconds=90)
    assert value(scraped(floor), "andon_clock_overdue_seconds") == 90


def test_what_waits_for_slack_is_counted_and_has_an_age(floor: Floor) -> None:
    floor.hears()
    waiting = len(floor.rows())
    floor.now += timedelta(minutes=2)
    text = scraped(floor)
    assert value(text, 'andon_undelivered{state="pending"}') == waiting
    assert value(text, "andon_delivery_overdue_seconds") == 120


def test_nothing_is_overdue_where_nothing_happened(floor: Floor) -> None:
    text = scraped(floor)
    assert value(text, "andon_clock_overdue_seconds") == 0
    assert value(text, "andon_delivery_overdue_seconds") == 0
    assert value(text, "andon_database_up") == 1


def test_without_a_database_it_says_so_and_still_what_it_counted() -> None:
    nowhere = Database("sqlite:////nowhere/at/all/andon.db")
    metrics = Metrics(nowhere, now=lambda: NOON)
    text = TestClient(Starlette(routes=[Route("/metrics", metrics.take)])).get("/metrics").text
    assert value(text, "andon_database_up") == 0
    assert "andon_exceptions{" not in text
    assert "andon_write_seconds" in text


def test_every_transaction_that_writes_is_timed(floor: Floor) -> None:
    series = 'andon_write_seconds_count{priority="intake"}'
    floor.hears()
    before = value(scraped(floor), series)
    floor.hears()
    assert value(scraped(floor), series) == before + 1


@pytest.mark.parametrize("path", [ALERTS, DASHBOARD, PAGE], ids=lambda path: path.name)
def test_whatever_the_documents_name_is_exposed(floor: Floor, path: Path) -> None:
    floor.hears()
    exposed = set(re.findall(r"^# TYPE (\w+)", scraped(floor), re.MULTILINE))
    named = set(re.findall(r"\bandon_[a-z_]+\b", path.read_text()))
    assert named
    assert not {name for name in named if not _is_of(name, exposed)}


def test_the_alert_rules_and_the_dashboard_can_be_read() -> None:
    (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
    assert all({"alert", "expr", "annotations"} <= rule.keys() for rule in group["rules"])
    assert all("runbook" in rule["annotations"] for rule in group["rules"])
    assert json.loads(DASHBOARD.read_text())["panels"]


def _is_of(name: str, exposed: set[str]) -> bool:
    endings = ("", "_total", "_bucket", "_count", "_sum")
    return any(name == family + ending for family in exposed for ending in endings)
