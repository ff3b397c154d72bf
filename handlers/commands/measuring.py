"""Commands about KPIs: how one stands, a value for it, and all that are off."""

from __future__ import annotations

from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.messages.blocks import Message
from bot.messages.kpis import Asked, Owned, kpi_board, kpi_card, recorded
from bot.messages.text import ours, outside
from bot.services import kpis, readings
from bot.services.plan_in_force import PlanInForce
from handlers.commands.call import Call
from handlers.context import Caller
from handlers.refusals import NotPossibleHereError
from handlers.showing import lines_of
from rules.commands.kpis import AboutKpi, ListKpis
from rules.control_plan import Kpi
from rules.figures import FigureError, parse_figure
from rules.kpis import Standing, standing


def about_kpi(call: Call, command: AboutKpi) -> Message:
    """Show it, or record the value that was typed after its name."""
    caller = call.caller()
    kpi, value = split_kpi(command.words, caller.plan)
    return _record(caller, kpi, value) if value else _show(caller, kpi)


def list_kpis(call: Call, _: ListKpis) -> Message:
    """Only what needs somebody."""
    caller = call.caller()
    board = kpis.board(caller.database, caller.plan, caller.now)
    return kpi_board([_owned(each, caller.plan) for each in board], _asked(caller))


def split_kpi(words: str, plan: PlanInForce) -> tuple[Kpi, str]:
    """Tell a KPI's key or name and a value apart; the longest name wins. Raises NotPossibleHereError."""
    names = {name.casefold(): kpi for kpi in plan.index.plan.kpis for name in (kpi.name, kpi.key)}
    said = words.casefold()
    leading = [name for name in names if f"{said} ".startswith(f"{name} ")]
    if not leading:
        raise NotPossibleHereError(_unknown(words, sorted(names), plan))
    named = max(leading, key=len)
    return names[named], words[len(named) :].strip()


def _record(caller: Caller, kpi: Kpi, typed: str) -> Message:
    try:
        value = parse_figure(typed, kpi.unit)
    except FigureError as error:
        raise NotPossibleHereError(f"{ours(str(error))}. Nothing was recorded.") from None
    receipt = readings.enter_reading(
        caller.database, kpi=kpi.key, value=value, by=caller.by, plan=caller.plan, now=caller.now
    )
    news = [became.words for became in receipt.became if became.thread_id is not None]
    consequences = f"{'; '.join(news)}." if news else ""
    return recorded(standing(kpi, receipt.reading, caller.now), consequences)


def _show(caller: Caller, kpi: Kpi) -> Message:
    found = kpis.in_full(caller.database, kpi, caller.plan, caller.now)
    return kpi_card(
        _owned(found.standing, caller.plan),
        _asked(caller),
        recent=found.recent,
        open_ones=lines_of(caller, found.open),
        total_open=found.total_open,
        decisions=found.decisions,
    )


def _owned(standing: Standing, plan: PlanInForce) -> Owned:
    owner = plan.index.owner_for(standing.kpi.owner, standing.kpi.area)
    return Owned(standing, owner.key if owner else None)


def _asked(caller: Caller) -> Asked:
    site = caller.plan.index.plan.site
    return Asked(caller.plan, site.currency or "", caller.now, ZoneInfo(site.timezone))


def _unknown(words: str, names: list[str], plan: PlanInForce) -> str:
    if not names:
        return "The control plan has no KPIs yet."
    near = get_close_matches(words.casefold(), names, n=1, cutoff=0.6)
    if near:
        return f"No KPI is called “{outside(words)}”. Did you mean `/andon kpi {outside(near[0])}`?"
    keys = ", ".join(kpi.key for kpi in plan.index.plan.kpis)
    return f"No KPI is called “{outside(words)}”. There are: {outside(keys, 500)}."
