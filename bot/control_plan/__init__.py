"""The control plan as a file: read with every error at its line, described to editors, begun by `init`."""

from bot.control_plan.first_plan import first_plan
from bot.control_plan.loading import load
from bot.control_plan.problems import ControlPlanError, Problem
from bot.control_plan.vocabulary import schema

__all__ = ["ControlPlanError", "Problem", "first_plan", "load", "schema"]
