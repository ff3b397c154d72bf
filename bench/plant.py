"""A plant to measure with: machines that report, a rule on their state, a policy with a clock of a minute."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from bot.services.intake import record_events
from bot.services.judging import judge
from bot.services.plan_in_force import PlanInForce
from bot.store import events
from bot.store.database import Database
from bot.store.events import Stored
from bot.store.writer_gate import Priority
from rules.control_plan import ControlPlan
from rules.events import Event

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OPEN_THREADS = 1_000

_ids = count(1)
_numbers = count(1)

PLAN = PlanInForce.compile(
    1,
    ControlPlan.model_validate(
        {
            "site": {"key": "plant", "name": "Plant", "timezone": "UTC"},
            "areas": [{"key": "hall", "name": "Hall", "channel": "#hall"}],
            "people": [{"key": "ana", "name": "Ana", "slack": "U000ANA0", "roles": {"lead": ["*"]}}],
            "catch_all": {"channel": "#hall", "owner": "lead", "policy": "standard"},
            "escalation_policies": {
                "standard": {
                    "tiers": [{"notify": ["owner"]}, {"notify": ["lead", "#control-room"]}],
                    "clocks": {"respond": ["1m"], "verify": ["1h"]},
                    "at_top": {"repeat": "1m", "times": 1000},
                }
            },
            "rules": [
                {
                    "key": "down",
                    "on": "machine.state",
                    "when": 'event.data.state == "DOWN"',
                    "clear_when": 'event.data.state == "RUNNING"',
                    "severity": "high",
                    "title": "{{ event.subject }} down: {{ event.data.reason }}",
                    "at": "hall",
                    "owner": "lead",
                    "policy": "standard",
                }
            ],
        }
    ),
    {},
)


def report(state: str, subject: str, *, kind: str = "machine.state") -> Event:
    """A machine says how it is; each report is an event of its own."""
    data = {"state": state, "reason": "cap jam", "speed": 412.5, "shift": "early"}
    return Event(f"event-{next(_ids)}", "/line/plc", kind, subject, START, data)


def nothing_listens(size: int) -> list[Event]:
    """No rule is on this type of event."""
    return [report("RUNNING", f"machine-{n % 500}", kind="machine.telemetry") for n in range(size)]


def new(size: int) -> list[Event]:
    """A rule is asked about each; one in a hundred opens a thread, the rest are machines that run."""
    return [_down_or_running(next(_numbers)) for _ in range(size)]


def _down_or_running(number: int) -> Event:
    if number % 100 == 50:
        return report("DOWN", f"new-{number}")
    return report("RUNNING", f"machine-{number % 500}")


def repeats(size: int) -> list[Event]:
    """Nineteen of twenty are one more occurrence of a thread that is open; the rest are machines that run."""
    return [
        report("RUNNING", f"machine-{n % 500}")
        if n % 20 == 10
        else report("DOWN", f"open-{next(_numbers) % OPEN_THREADS}")
        for n in range(size)
    ]


def open_threads(database: Database) -> None:
    """Open the threads that repeats belong to."""
    for start in range(0, OPEN_THREADS, 200):
        take_in(database, [report("DOWN", f"open-{start + n}") for n in range(200)])


def take_in(database: Database, batch: list[Event]) -> None:
    """Andon: ask the rules and commit."""
    judged = judge(batch, PLAN)
    database.write(lambda tx: record_events(tx, judged, plan=PLAN, now=START), Priority.INTAKE)


def insert_only(database: Database, batch: list[Event]) -> None:
    """The bare loop: the same rows by the same insert, and commit."""
    rows: list[Stored] = [(event, {}) for event in batch]
    database.write(lambda tx: events.add(tx, rows, received_at=START, plan_version=1), Priority.INTAKE)
