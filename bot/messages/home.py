"""The Home tab: what I own and what of it is off, how to call for help, how to find out more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages.blocks import Block, actions, button, context, section
from bot.messages.help import help_message
from bot.messages.kpis import sign
from bot.messages.lists import Line, list_line
from bot.messages.text import bold, outside, since
from bot.messages.words import People
from rules.figures import measure
from rules.kpis import Standing

SHOW = "show"
OPEN_RAISE_FORM = "open_raise_form"
OPEN_DECISION_FORM = "open_decision_form"

_MOST_KPIS = 5


def home(
    mine: Sequence[Line],
    *,
    total: int,
    people: People,
    now: datetime,
    sections: Sequence[Sequence[Block]] = (),
) -> Block:
    """The view of somebody whom the plan knows; `total` counts what does not fit, too.

    `sections` come between their exceptions and the help; those without blocks are left out.
    """
    head = f"*Your open exceptions* ({total})" if mine else "*Nothing is waiting for you.* Well done."
    more = [context(f"… and {total - len(mine)} more: `/andon list`")] if total > len(mine) else []
    rows = [section(list_line(line, people, now), accessory=_show(line)) for line in mine]
    between = [block for blocks in sections if blocks for block in ({"type": "divider"}, *blocks)]
    offered = actions([_raise(), _decide()])
    return _view([section(head), *rows, *more, offered, *between, *_help()])


def stranger_home(words: str) -> Block:
    """The view of somebody whom the plan does not know; `words` say what to do about it."""
    return _view([section(words), *_help()])


def off_target(mine: Sequence[Standing], currency: str) -> list[Block]:
    """Those KPIs of somebody that are off or not known any more, the dearest first; else no blocks.

    Nothing here goes out of date by itself: a value is shown with the time at which it was read.
    """
    off = sorted((each for each in mine if each.needs_attention), key=_dearest_first)
    if not off:
        return []
    lines = ["*Yours, and off target*", *(_off_line(each, currency) for each in off[:_MOST_KPIS])]
    more = [context(f"… and {len(off) - _MOST_KPIS} more: `/andon kpis`")] if len(off) > _MOST_KPIS else []
    return [section("\n".join(lines)), *more]


def _off_line(standing: Standing, currency: str) -> str:
    name = f"{sign(standing)} {bold(standing.kpi.name)}"
    if standing.value is None or standing.at is None:
        return f"{name} · no reading yet"
    if standing.is_stale:
        return f"{name} · no reading since {since(standing.at)}"
    value, target = (
        outside(measure(each, standing.kpi.unit)) for each in (standing.value, standing.kpi.target)
    )
    money = standing.money_per_period
    cost = f" · costs {outside(f'{money:,.0f} {currency}')} a day" if money else ""
    return f"{name} · *{value}*, target {target}{cost} · read {since(standing.at)}"


def _dearest_first(standing: Standing) -> tuple[bool, float, float]:
    return (not standing.is_off, -(standing.money_per_period or 0.0), -(standing.miss_percent or 0.0))


def _help() -> list[Block]:
    return [{"type": "divider"}, *help_message().blocks]


def _show(line: Line) -> Block:
    return button("Show", SHOW, str(line.thread.id), spoken=f"Show {line.thread.name} {line.thread.title}")


def _raise() -> Block:
    return button("Raise exception", OPEN_RAISE_FORM, "home", primary=True)


def _decide() -> Block:
    return button("Log decision", OPEN_DECISION_FORM, "home")


def _view(blocks: Sequence[Block]) -> Block:
    return {"type": "home", "blocks": list(blocks)[:100]}
