"""The control plan: what the plant declares about itself. Values only; reading YAML is `bot.control_plan`."""

from rules.control_plan.detection import CallType, Rule
from rules.control_plan.escalation import AtTop, Clocks, EscalationPolicy, Then, Tier
from rules.control_plan.intake import CatchAll, IntakeLimits, SourceLimits
from rules.control_plan.kpis import Clear, Direction, Kpi, Level, Threshold
from rules.control_plan.people import EVERYWHERE, Person
from rules.control_plan.plan import Action, ControlPlan
from rules.control_plan.plant import Area, Site, WorkCenter, WorkUnit
from rules.control_plan.sessions import Holidays, OnHoliday, Session, SessionKind
from rules.control_plan.words import Declared, Severity

__all__ = [
    "EVERYWHERE",
    "Action",
    "Area",
    "AtTop",
    "CallType",
    "CatchAll",
    "Clear",
    "Clocks",
    "ControlPlan",
    "Declared",
    "Direction",
    "EscalationPolicy",
    "Holidays",
    "IntakeLimits",
    "Kpi",
    "Level",
    "OnHoliday",
    "Person",
    "Rule",
    "Session",
    "SessionKind",
    "Severity",
    "Site",
    "SourceLimits",
    "Then",
    "Threshold",
    "Tier",
    "WorkCenter",
    "WorkUnit",
]
