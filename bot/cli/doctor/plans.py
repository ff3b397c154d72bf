"""The control plan: whether one is in force and can be read."""

from __future__ import annotations

from pathlib import Path

from bot.cli.doctor.findings import Finding, doubt, fault, fine
from bot.control_plan import ControlPlanError, load
from bot.services.planning import UnknownVersionError, version_in_force
from bot.store.database import Database
from rules.control_plan import ControlPlan


def check(database: Database, first: Path | None) -> tuple[Finding, ControlPlan | None]:
    """The plan in force, or else the one of ANDON_CONTROL_PLAN, which the bot applies when it starts."""
    try:
        stored = version_in_force(database)
    except UnknownVersionError:
        return _first(first)
    try:
        plan = load(stored.text, file=f"version {stored.version}")
    except ControlPlanError as error:
        remedy = "`andon plan pull`, mend the file, `andon apply` it."
        return fault("control plan", f"version {stored.version} cannot be read:\n{error}", remedy), None
    said = f"version {stored.version}, applied by {stored.applied_by}: {stored.reason}"
    return fine("control plan", said), plan


def _first(path: Path | None) -> tuple[Finding, ControlPlan | None]:
    if path is None:
        remedy = "`andon init` writes a first one, `andon apply` puts it in force."
        return fault("control plan", "none was applied yet, so nothing can become an exception", remedy), None
    try:
        plan = load(path.read_text(encoding="utf-8"), file=str(path))
    except (OSError, UnicodeDecodeError, ControlPlanError) as error:
        return fault("control plan", f"{path} of ANDON_CONTROL_PLAN: {error}", "Mend the file."), None
    said = f"none was applied yet; {path} will be when the bot starts"
    return doubt("control plan", said, f'Or now: andon apply {path} --reason "first plan"'), plan
