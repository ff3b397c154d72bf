"""What happens in the simulated plant: beats, the opening that every visitor sees, and scenes for variety.

Machines fail again and their exceptions come back; trucks and batches are new ones in each round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

READING = "reading"


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happens, `after` seconds: a line for the visitor, an event for the bot, or both.

    One of the type READING is no event but a value of the KPI `subject`.
    """

    after: float
    says: str = ""
    type: str = ""
    subject: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def _machine(after: float, says: str, subject: str, state: str, **data: Any) -> Beat:
    return Beat(after, says, "machine.state", subject, {"state": state, **data})


def _filler(after: float, says: str, number: int, state: str, **data: Any) -> Beat:
    return _machine(after, says, f"filler-{number}", state, machine="filler", name=f"Filler {number}", **data)


def _air(after: float, says: str, bar: float) -> Beat:
    data = {"name": "Compressor 2", "medium": "air", "bar": bar, "low_bar": 6.2}
    return Beat(after, says, "utility.pressure", "compressor-2", data)


def _truck(after: float, says: str, number: int, status: str, waited: int, **data: Any) -> Beat:
    truck = {"plate": f"B-KL {4471 + 13 * number}", "appointment": f"A-{2206 + number}"}
    facts = {**truck, "status": status, "waited_min": waited, **data}
    return Beat(after, says, "dispatch.truck", "dock-2", facts)


def _hold(after: float, says: str, batch: str, action: str) -> Beat:
    data = {"action": action, "batch": batch, "pallets": 14, "reason": "crown torque high", "line": "line-1"}
    return Beat(after, says, "quality.hold", batch, data)


def _rejects(after: float, says: str, rejected: int) -> Beat:
    data = {"name": "line 3", "cause": "fill_level", "rejected": rejected, "inspected": 1000}
    return Beat(after, says, "inspector.rejects", "line-3", data)


def _pasteuriser(after: float, says: str, units: float) -> Beat:
    return Beat(
        after, says, "pasteuriser.units", "pasteuriser-2", {"name": "tunnel pasteuriser 2", "pu": units}
    )


def _carbon_dioxide(after: float, says: str, percent: int) -> Beat:
    return Beat(after, says, "utility.level", "co2-tank-1", {"medium": "co2", "percent": percent})


def _crowns(after: float, says: str, hours: float) -> Beat:
    data = {"material": "CRN-26-GOLD", "description": "Gold crowns 26 mm", "hours_of_cover": hours}
    return Beat(after, says, "warehouse.stock", "packaging-store", data)


def _alert(after: float, says: str, status: str) -> Beat:
    data = {
        "status": status,
        "fingerprint": "9c1f0e6d2a44b7e1",
        "labels": {"alertname": "DiskWillFill", "severity": "warning", "instance": "historian-1"},
        "annotations": {"summary": "Historian disk is full in 3 h"},
    }
    return Beat(after, says, "alertmanager.alert", "DiskWillFill/historian-1", data)


def _sample(after: float, says: str, grams: float) -> Beat:
    data = {"name": "the Brix meter", "grams_per_litre": grams, "spec_low": 5.4, "spec_high": 6.0}
    return Beat(after, says, "lab.co2", "brix-meter-1", data)


def _reads(after: float, says: str, kpi: str, value: float, *, hours_ago: float = 0) -> Beat:
    return Beat(after, says, READING, kpi, {"value": value, "hours_ago": hours_ago})


_THE_NIGHT = tuple(
    _reads(0, "", "oee-line-2", value, hours_ago=7 - hour)
    for hour, value in enumerate((73.8, 75.2, 74.9, 76.1, 75.4, 74.6, 75.8))
)

OPENING: tuple[Beat, ...] = (
    Beat(0.5, "The shift begins; lines 1 to 3 are running."),
    # The newest first: an old one alone would be silence.
    _reads(0, "", "oee-line-2", 75.1, hours_ago=0.2),
    *_THE_NIGHT,
    _reads(0, "", "overfill", 2.3),
    _reads(0, "", "on-time-dispatch", 97.8),
    _filler(
        0.5,
        "Filler 2 stops: a cap has jammed in the infeed star.",
        2,
        "DOWN",
        reason="cap jam in infeed star",
    ),
    _crowns(3, "The store books out the last full pallet of gold crowns.", 3.2),
    _reads(12, "MES: the OEE of line 2 has fallen to 61.4 %.", "oee-line-2", 61.4),
    _truck(
        10, "A truck has been standing at dock 2 for 52 minutes.", 0, "waiting", 52, customer="Edeka Nord"
    ),
    _air(14, "Compressor 2 cannot hold the line pressure.", 5.8),
    _filler(14, "The jam at filler 2 is out; the line starts up.", 2, "RUNNING"),
    _crowns(10, "Two pallets of crowns arrive from the hub.", 11.5),
    _filler(16, "Filler 2 stands again: same star, same cap.", 2, "DOWN", reason="cap jam in infeed star"),
    _truck(10, "Dock 2 begins to load.", 0, "loading", 58),
    _reads(4, "MES: line 2 picks up; its OEE is at 70.1 %.", "oee-line-2", 70.1),
    _air(4, "Compressor 3 has taken over; the pressure is back.", 6.8),
)


def scenes(turn: int) -> tuple[tuple[Beat, ...], ...]:
    """What can happen in a round; `turn` counts the rounds from 1."""
    batch = f"22{10 + turn}-B"
    return (
        (
            _reads(1, "MES: line 2 has caught up, its OEE is at 73.6 %.", "oee-line-2", 73.6),
            _reads(0, "", "on-time-dispatch", 97.5),
            _reads(70, "MES: line 2 loses again, its OEE is at 68.2 %.", "oee-line-2", 68.2),
        ),
        (
            _machine(
                1,
                "The labeller on line 2 stops.",
                "labeller-2",
                "DOWN",
                machine="labeller",
                name="Labeller 2",
                reason="label web torn",
            ),
            _machine(60, "Labeller 2 has a new web and runs.", "labeller-2", "RUNNING", machine="labeller"),
        ),
        (
            _alert(1, "Monitoring: the historian's disk will be full in three hours.", "firing"),
            _alert(50, "Old archives were moved; the disk is fine.", "resolved"),
        ),
        (
            _hold(1, f"The laboratory places a hold on batch {batch}.", batch, "placed"),
            _hold(75, f"The laboratory releases batch {batch}.", batch, "released"),
        ),
        (
            _rejects(1, "Filler 3 under-fills; the inspector rejects bottles.", 21),
            _rejects(3, "", 24),
            _rejects(3, "A third sample in a row is bad on line 3.", 27),
            _rejects(45, "The valve on filler 3 was changed; rejects are normal.", 3),
        ),
        (
            _sample(1, "", 5.1),
            _sample(4, "Two samples in a row: too little CO₂ in the drink on line 2.", 5.0),
            _sample(55, "The carbonator was adjusted; the next sample is right.", 5.7),
        ),
        (
            _carbon_dioxide(1, "CO₂ tank 1 is nearly empty.", 14),
            _carbon_dioxide(55, "The CO₂ lorry has delivered.", 92),
        ),
        (
            _filler(1, "Filler 1 stops: the drive is overloaded.", 1, "DOWN", reason="drive overload"),
            _filler(50, "Filler 1 runs again.", 1, "RUNNING"),
        ),
        (
            _pasteuriser(1, "The tunnel pasteuriser loses heat.", 13.4),
            _pasteuriser(45, "The pasteuriser is back at 19 units.", 19.2),
        ),
        (
            _truck(1, "Another truck waits at dock 2.", turn, "waiting", 49, customer="Rewe Süd"),
            _truck(40, "The truck at dock 2 is being loaded.", turn, "loading", 55),
        ),
    )
