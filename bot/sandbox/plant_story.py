"""What happens in the simulated plant: beats, the opening that every visitor sees, and scenes for variety."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happens, `after` seconds: a line for the visitor, an event for the bot, or both."""

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
    data = {"medium": "air", "bar": bar, "low_bar": 6.2}
    return Beat(after, says, "utility.pressure", "compressor-2", data)


def _truck(after: float, says: str, status: str, waited: int, **data: Any) -> Beat:
    facts = {"plate": "B-KL 4471", "appointment": "A-2206", "status": status, "waited_min": waited, **data}
    return Beat(after, says, "dispatch.truck", "dock-2", facts)


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


OPENING: tuple[Beat, ...] = (
    Beat(0.5, "06:00. The early shift takes over; lines 1 to 3 are running."),
    _filler(
        0.5,
        "Filler 2 stops: a cap has jammed in the infeed star.",
        2,
        "DOWN",
        reason="cap jam in infeed star",
    ),
    _crowns(3, "The store books out the last full pallet of gold crowns.", 3.2),
    _truck(22, "A truck has been standing at dock 2 for 52 minutes.", "waiting", 52, customer="Edeka Nord"),
    _air(14, "Compressor 2 cannot hold the line pressure.", 5.8),
    _filler(14, "The jam at filler 2 is out; the line starts up.", 2, "RUNNING"),
    _crowns(10, "Two pallets of crowns arrive from the hub.", 11.5),
    _filler(16, "Filler 2 stands again: same star, same cap.", 2, "DOWN", reason="cap jam in infeed star"),
    _truck(10, "Dock 2 begins to load.", "loading", 58),
    _air(8, "Compressor 3 has taken over; the pressure is back.", 6.8),
)

SCENES: tuple[tuple[Beat, ...], ...] = (
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
        Beat(
            1,
            "The laboratory places a hold on batch 2211-B.",
            "quality.hold",
            "2211-B",
            {
                "action": "placed",
                "batch": "2211-B",
                "pallets": 14,
                "reason": "crown torque high",
                "line": "line-1",
            },
        ),
    ),
    (
        Beat(
            1,
            "Filler 3 under-fills; the inspector rejects bottles.",
            "inspector.rejects",
            "line-3",
            {"cause": "fill_level", "rejected": 21, "inspected": 1000},
        ),
        Beat(
            3, "", "inspector.rejects", "line-3", {"cause": "fill_level", "rejected": 24, "inspected": 1000}
        ),
        Beat(
            3,
            "A third sample in a row is bad.",
            "inspector.rejects",
            "line-3",
            {"cause": "fill_level", "rejected": 27, "inspected": 1000},
        ),
        Beat(
            45,
            "The valve was changed; rejects are normal.",
            "inspector.rejects",
            "line-3",
            {"cause": "fill_level", "rejected": 3, "inspected": 1000},
        ),
    ),
    (
        Beat(
            1, "CO₂ tank 1 is nearly empty.", "utility.level", "co2-tank-1", {"medium": "co2", "percent": 14}
        ),
        Beat(
            55,
            "The CO₂ lorry has delivered.",
            "utility.level",
            "co2-tank-1",
            {"medium": "co2", "percent": 92},
        ),
    ),
    (
        _filler(1, "Filler 1 stops: the drive is overloaded.", 1, "DOWN", reason="drive overload"),
        _filler(50, "Filler 1 runs again.", 1, "RUNNING"),
    ),
    (
        Beat(1, "The tunnel pasteuriser loses heat.", "pasteuriser.units", "pasteuriser-2", {"pu": 13.4}),
        Beat(45, "The pasteuriser is back at 19 units.", "pasteuriser.units", "pasteuriser-2", {"pu": 19.2}),
    ),
    (
        _truck(1, "Another truck waits at dock 2.", "waiting", 49, customer="Rewe Süd"),
        _truck(40, "It is being loaded.", "loading", 55),
    ),
)
