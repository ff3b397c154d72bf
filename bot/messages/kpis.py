"""KPIs as people read them: the one that they ask for, and all that need somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.messages.blocks import Block, Message, context, section, sentence
from bot.messages.charts import chart
from bot.messages.decisions import Terms, decision_line
from bot.messages.lists import Line, list_line
from bot.messages.text import bold, outside, since
from bot.messages.words import duration, joined
from rules.decisions import Decision
from rules.figures import figure, measure
from rules.kpi_events import headline
from rules.kpis import Reading, Standing

_MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is told about KPIs, in what currency money is named, the moment, and the plant's time zone."""

    terms: Terms
    currency: str
    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Owned:
    """A KPI's standing with its owner's key, None for nobody."""

    standing: Standing
    owner: str | None


def kpi_card(
    owned: Owned,
    asked: Asked,
    *,
    recent: Sequence[Reading],
    open_ones: Sequence[Line],
    total_open: int,
    decisions: Sequence[Decision],
) -> Message:
    """Everything about one KPI. `recent` oldest first, `decisions` newest first."""
    standing = owned.standing
    head = f"{sign(standing)} {bold(standing.kpi.name)}\n{' · '.join(_facts(standing, asked))}"
    blocks = [section(head), context(" · ".join(_provenance(owned, recent, asked)))]
    blocks += _chart(recent, standing, asked.zone)
    blocks += _listed("Open exceptions", [list_line(each, asked.terms, asked.now) for each in open_ones])
    if total_open > len(open_ones):
        blocks.append(context(f"… and {total_open - len(open_ones)} more: `/andon list open`"))
    blocks += _listed("Decisions", [decision_line(each, asked.terms, asked.now) for each in decisions])
    return Message(f"{outside(standing.kpi.name)}: {outside(_value(standing))}", blocks)


def kpi_board(board: Sequence[Owned], asked: Asked) -> Message:
    """What is off, the dearest first, then what is not known any more; never what is on target."""
    off = sorted((each for each in board if each.standing.needs_attention), key=_by_weight)
    rest = [context(_the_rest([each for each in board if each not in off]))] if board else []
    if not off:
        words = "No KPI needs attention. 🎉" if board else "The control plan has no KPIs yet."
        return Message(words, [section(words), *rest])
    lines = [kpi_line(each, asked) for each in off[:_MOST_LISTED]]
    more = [context(f"… and {len(off) - _MOST_LISTED} more")] if len(off) > _MOST_LISTED else []
    title = f"KPIs that need somebody: {len(off)}"
    return Message(title, [section(f"*{title}*"), *map(section, lines), *more, *rest])


def kpi_line(owned: Owned, asked: Asked) -> str:
    """Sign, name, value, money, age and owner: on one line."""
    standing = owned.standing
    parts = [f"{sign(standing)} {bold(standing.kpi.name)}", *_facts(standing, asked), _age(standing, asked)]
    return " · ".join([*(part for part in parts if part), asked.terms.name(owned.owner)])


def recorded(standing: Standing, consequences: str) -> Message:
    """The answer to whoever typed a value in; `consequences` are not escaped."""
    assert standing.value is not None
    said = outside(headline(standing.kpi, standing.value))
    return sentence(f"{sign(standing)} Recorded: {said}. {outside(consequences, 300)}".rstrip())


def sign(standing: Standing) -> str:
    """Red for off, white for not known, yellow for short of the target but within its limits."""
    if standing.gap is None or standing.is_stale:
        return "⚪"
    if standing.is_off:
        return "🔴"
    return "🟡" if standing.gap > 0 else "🟢"


def _facts(standing: Standing, asked: Asked) -> list[str]:
    facts = [f"*{outside(_value(standing))}*", f"target {outside(_measured(standing.kpi.target, standing))}"]
    if standing.gap:
        missed = standing.miss_percent
        share = "" if missed is None else f" ({figure(abs(round(missed)))} % of it)"
        word = "misses it by" if standing.gap > 0 else "better by"
        facts.append(f"{word} {outside(_measured(abs(standing.gap), standing))}{share}")
    if standing.money_per_period:
        money = f"{standing.money_per_period:,.0f} {asked.currency}".rstrip()
        facts.append(f"costs {outside(money)} a day")
    return facts


def _provenance(owned: Owned, recent: Sequence[Reading], asked: Asked) -> list[str]:
    last = recent[-1] if recent else None
    typed = f"typed in by {asked.terms.name(last.entered_by)}" if last and last.entered_by else ""
    source = "" if last is None else typed or f"from {outside(last.source)}"
    corrected = f"corrected {last.revision - 1}×" if last and last.is_correction else ""
    owner = f"Owner: {asked.terms.name(owned.owner)}"
    return [part for part in (_age(owned.standing, asked), source, corrected, owner) if part]


def _age(standing: Standing, asked: Asked) -> str:
    if standing.at is None:
        return ""
    old = duration(max(asked.now - standing.at, timedelta()))
    return f"⚠️ stale: last read {old} ago" if standing.is_stale else f"read {old} ago"


def _chart(recent: Sequence[Reading], standing: Standing, zone: tzinfo) -> list[Block]:
    """The line, and the same in figures: a line alone says nothing to a screen reader."""
    drawn = chart(standing.kpi, recent, zone)
    if drawn is None:
        return []
    values = [reading.value for reading in recent]
    low, high = (outside(_measured(limit, standing)) for limit in (min(values), max(values)))
    return [drawn, context(f"{len(values)} readings since {since(recent[0].at)}, from {low} to {high}")]


def _listed(title: str, lines: Sequence[str]) -> list[Block]:
    return [section(f"*{title}*\n" + "\n".join(lines))] if lines else []


def _value(standing: Standing) -> str:
    return "no reading yet" if standing.value is None else _measured(standing.value, standing)


def _measured(value: float, standing: Standing) -> str:
    return measure(value, standing.kpi.unit)


def _by_weight(owned: Owned) -> tuple[bool, float, float]:
    standing = owned.standing
    return (not standing.is_off, -(standing.money_per_period or 0), -(standing.miss_percent or 0))


def _the_rest(others: Sequence[Owned]) -> str:
    unread = [each.standing.kpi.name for each in others if each.standing.at is None]
    well = len(others) - len(unread)
    verb = "is" if well == 1 else "are"
    missing = f" No reading yet: {outside(joined(unread), 500)}." if unread else ""
    return f"{well} {verb} within limits.{missing} `/andon kpi` and a name shows one of them."
