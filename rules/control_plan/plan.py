"""The whole plan."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rules.control_plan.detection import CallType, Rule
from rules.control_plan.escalation import EscalationPolicy
from rules.control_plan.intake import CatchAll, IntakeLimits
from rules.control_plan.kpis import Kpi
from rules.control_plan.people import Person
from rules.control_plan.plant import Area, Site
from rules.control_plan.sessions import Session
from rules.control_plan.words import Declared, Key


class Action(StrEnum):
    """What a permission can be about."""

    ACKNOWLEDGE = "acknowledge"
    CONTAIN = "contain"
    RESOLVE = "resolve"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    MERGE = "merge"
    CANCEL = "cancel"
    RAISE = "raise"
    RECORD = "record"
    DECIDE = "decide"
    SUPPRESS = "suppress"
    AUDIT = "audit"
    DELIVER = "deliver"


class ControlPlan(Declared):
    """Everything that is engineered about the plant: places, people, figures, rules and escalation."""

    site: Site
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]
    people: Annotated[tuple[Person, ...], Field(min_length=1)]
    catch_all: CatchAll
    intake: IntakeLimits = IntakeLimits()
    escalation_policies: Annotated[Mapping[Key, EscalationPolicy], Field(min_length=1)]
    call_types: tuple[CallType, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    rules: tuple[Rule, ...] = ()
    sessions: tuple[Session, ...] = ()
    permissions: Annotated[
        Mapping[Action, tuple[Key, ...]],
        Field(description="Action → the roles that may do it; an action not listed is open to everybody."),
    ] = {}
    shadow: Annotated[bool, Field(description="Record and report everything, page nobody.")] = False
