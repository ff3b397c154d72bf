"""Commands about decisions: log one, list them, show one."""

from __future__ import annotations

from bot.messages.blocks import Message
from bot.messages.decisions import decision_in_full, decisions_list
from bot.messages.forms.deciding import DECISION, KPI
from bot.messages.text import MAX_TYPED, clip, outside, plain
from bot.services import decision_log
from bot.services.decision_log import SOON, Entries
from bot.services.plan_in_force import PlanInForce
from handlers.commands.call import Call
from handlers.context import Caller
from handlers.decision_forms import new_form
from handlers.refusals import NotPossibleHereError
from rules.commands.decisions import DUE, Decide, ListDecisions, ShowDecision
from rules.commands.words import MINE


def decide(call: Call, command: Decide) -> Message | None:
    """The form, with the KPI and the words filled in."""
    caller = call.caller()
    return call.asked(new_form(caller, split_decision(command.words, caller.plan)))


def list_decisions(call: Call, command: ListDecisions) -> Message:
    """The latest, those due within a week, mine, or those about a KPI."""
    caller = call.caller()
    if command.scope in ("", "all"):
        found = decision_log.latest(caller.database)
        return _listed(caller, found, "Decisions", "No decision yet. `/andon decide` logs one.")
    if command.scope == DUE:
        found = decision_log.due(caller.database, until=caller.now + SOON)
        nothing = "No review is due within a week. All is said."
        return _listed(caller, found, "Decisions due within a week", nothing)
    if command.scope == MINE:
        found = decision_log.latest(caller.database, person=caller.by)
        return _listed(caller, found, "Your decisions", "You own no decision and have logged none.")
    return _about_kpi(caller, command.scope)


def show_decision(call: Call, command: ShowDecision) -> Message:
    """One entry with its review, and what came before and after it."""
    caller = call.caller()
    shown = decision_log.find(caller.database, command.decision_id)
    trail = decision_log.trail(caller.database, command.decision_id)
    return decision_in_full(trail, shown, caller.plan, caller.now)


def split_decision(words: str, plan: PlanInForce) -> dict[str, str]:
    """Tell `oee run two shifts` apart, by field: a KPI's key or name may come first."""
    names = {name.casefold(): kpi.key for kpi in plan.index.plan.kpis for name in (kpi.name, kpi.key)}
    said = words.casefold()
    leading = [name for name in names if f"{said} ".startswith((f"{name} ", f"{name}:", f"{name},"))]
    named = max(leading, key=len, default="")
    text = clip(plain(words[len(named) :]).strip(" :,"), MAX_TYPED)
    return ({KPI: names[named]} if named else {}) | ({DECISION: text} if text else {})


def _about_kpi(caller: Caller, named: str) -> Message:
    for kpi in caller.plan.index.plan.kpis:
        if named in (kpi.key.casefold(), kpi.name.casefold()):
            name = outside(kpi.name)
            found = decision_log.latest(caller.database, kpi=kpi.key)
            return _listed(caller, found, f"Decisions about {name}", f"Nothing was decided about {name} yet.")
    raise NotPossibleHereError(f"No KPI is called “{outside(named)}”. Say `{DUE}`, `{MINE}` or a KPI's key.")


def _listed(caller: Caller, found: Entries, title: str, empty: str) -> Message:
    return decisions_list(
        found.decisions, total=found.total, title=title, empty=empty, terms=caller.plan, now=caller.now
    )
