"""Decisions as people read them: one line, one answer, the question on the day, the whole trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.messages.blocks import Block, Message, actions, button, context, section, sentence
from bot.messages.text import DAY, date, outside, quoted, since
from bot.messages.words import People, joined
from rules.control_plan import Kpi
from rules.decisions import Decision, Outcome, Review

MOVED = "decision_moved"
NOT_MOVED = "decision_not_moved"
AMEND = "decision_amend"

_LINES_IN_A_BLOCK = 5
_ON_HOME = 5


class Terms(People, Protocol):
    """People, and the KPIs of the plan."""

    def kpi(self, key: str | None) -> Kpi | None:
        """The KPI of that key; None for one that has left the plan."""
        ...


def expected(decision: Decision, terms: Terms) -> str:
    """`OEE of line 1 +2 %`: as much of it as was said; not escaped."""
    kpi = terms.kpi(decision.kpi)
    name = kpi.name if kpi else decision.kpi or ""
    change = "" if decision.change is None else f"{decision.change:+.10g}".replace("-", "−")
    unit = kpi.unit if kpi and change else ""
    return " ".join(part for part in (name, change, unit) if part)


def lacking(decision: Decision) -> str:
    """`a KPI and a date`; nothing when it counts."""
    return joined(decision.missing)


def decision_line(decision: Decision, terms: Terms, now: datetime) -> str:
    """Sign, name, words, expectation, owner, status: on one line."""
    parts = [
        quoted(decision.text, 80),
        outside(expected(decision, terms)),
        terms.name(decision.owner) if decision.owner else "",
        _status(decision, now),
    ]
    return f"{_sign(decision, now)} *{decision.name}* {' · '.join(part for part in parts if part)}"


def logged(decision: Decision, terms: Terms) -> Message:
    """The answer to whoever logged it: what it is called and what happens next."""
    if not decision.counted:
        return sentence(
            f"💬 *{decision.name}* is kept as a conversation and not counted: it lacks {lacking(decision)}. "
            f"`/andon decision {decision.name}` lets you complete it."
        )
    assert decision.by_when is not None
    instead = f" It takes the place of D-{decision.amends}." if decision.amends else ""
    return sentence(
        f"📌 *{decision.name}* is logged: {outside(expected(decision, terms))} by "
        f"{date(decision.by_when, DAY)}.{instead} That day {terms.name(decision.owner)} is asked whether "
        f"it moved. `/andon decision {decision.name}` shows it."
    )


def made_owner(decision: Decision, terms: Terms) -> Message:
    """Told to an owner who did not log it."""
    assert decision.by_when is not None
    return sentence(
        f"📌 {terms.name(decision.decided_by)} logged *{decision.name}* and made you its owner: "
        f"{quoted(decision.text)}. Expected: {outside(expected(decision, terms))} by "
        f"{date(decision.by_when, DAY)}. That day I ask you whether it moved."
    )


def question(
    decision: Decision, terms: Terms, value: float | None, *, late: datetime | None = None
) -> Message:
    """What the owner is asked on the day. `value`: the KPI now; `late`: when it should have been."""
    again = f" I asked {decision.asked - 1}× before." if decision.asked > 1 else ""
    words = (
        f"📌 *{decision.name}* is due: {quoted(decision.text)}. Expected: "
        f"{outside(expected(decision, terms))}{_readings(decision, value)}. Did it move?{again}{_late(late)}"
    )
    return Message(sentence(words).text, [section(words), *decision_buttons(decision)])


def overdue(decision: Decision, terms: Terms, *, late: datetime | None = None) -> Message:
    """Told once to the catch-all channel, when its owner does not answer."""
    assert decision.by_when is not None
    return sentence(
        f"⚠️ *{decision.name}* is overdue since {date(decision.by_when, DAY)} and its owner, "
        f"{terms.mention(decision.owner)}, has not said whether it moved: {quoted(decision.text)} · "
        f"{outside(expected(decision, terms))}. They or "
        f"{terms.name(decision.decided_by)} can say so with `/andon decision {decision.name}`. I ask nobody "
        f"again; it stays in `/andon decisions due`.{_late(late)}"
    )


def reviewed(decision: Decision, terms: Terms) -> Message:
    """Told to whoever else it concerns, and to whoever said so."""
    assert decision.review is not None
    words = f"{_sign(decision, decision.review.at)} *{decision.name}*: {_outcome(decision.review, terms)}."
    if decision.reviewed is Outcome.NOT_MOVED:
        words += f" It stays listed as not moved until it is amended: `/andon decision {decision.name}`."
    return sentence(words)


def decisions_list(
    found: Sequence[Decision], *, total: int, title: str, empty: str, terms: Terms, now: datetime
) -> Message:
    """A bounded list; `title` and `empty` are escaped."""
    if not found:
        return sentence(empty)
    lines = [decision_line(each, terms, now) for each in found]
    starts = range(0, len(lines), _LINES_IN_A_BLOCK)
    chunks = [section("\n".join(lines[start : start + _LINES_IN_A_BLOCK])) for start in starts]
    more = [context(f"… and {total - len(found)} earlier ones")] if total > len(found) else []
    return Message(f"{title}: {total}", [section(f"*{title}* ({total})"), *chunks, *more])


def due_on_home(found: Sequence[Decision], *, total: int, terms: Terms, now: datetime) -> list[Block]:
    """What somebody must say one day, earliest first: buttons where it has come. No blocks for nothing."""
    if not found:
        return []
    blocks = [section(f"*Your decisions to review* ({total})")]
    for each in found[:_ON_HOME]:
        is_due = each.by_when is not None and each.by_when <= now
        blocks += [section(decision_line(each, terms, now)), *(decision_buttons(each) if is_due else [])]
    more = total - len(found[:_ON_HOME])
    return [*blocks, context(f"… and {more} more: `/andon decisions due`")] if more else blocks


def decision_in_full(trail: Sequence[Decision], shown: Decision, terms: Terms, now: datetime) -> Message:
    """One entry with what came before and after it (`trail`, oldest first), and how its review went."""
    head = decision_line(shown, terms, now)
    facts = [
        f"Logged by {terms.name(shown.decided_by)} {since(shown.decided_at)}",
        f"EX-{shown.thread_id}" if shown.thread_id else "",
        f"<{shown.permalink}|the message>" if shown.permalink else "",
        f"KPI then {shown.baseline:.10g}" if shown.baseline is not None else "",
        f"asked {shown.asked}×" if shown.asked else "",
    ]
    blocks = [section(f"{head}\n{quoted(shown.text, 500)}"), context(" · ".join(filter(None, facts)))]
    if shown.review is not None:
        blocks.append(section(_outcome(shown.review, terms)))
    others = [decision_line(each, terms, now) for each in trail if each.id != shown.id]
    if others:
        blocks.append(context("\n".join(["*Before and after it*", *others])))
    return Message(head, [*blocks, *decision_buttons(shown)])


def decision_buttons(decision: Decision) -> list[Block]:
    """What its owner may say of it: one row, or nothing when everything is said."""
    reviews = [(MOVED, "Moved"), (NOT_MOVED, "Not moved…")] if decision.awaits_review else []
    offered = [*reviews, (AMEND, "Amend…")] if decision.is_amendable else reviews
    row = actions(
        [
            button(label, action, str(decision.id), spoken=f"{label} {decision.name}")
            for action, label in offered
        ]
    )
    return [row] if offered else []


def _late(due: datetime | None) -> str:
    return f" _(late: this was due {since(due)}, and Andon could not ask then)_" if due else ""


def _readings(decision: Decision, value: float | None) -> str:
    then = "" if decision.baseline is None else f"; it read {decision.baseline:.10g} when it was decided"
    return then if value is None else f"{then}{',' if then else ';'} it reads {value:.10g} now"


def _outcome(review: Review, terms: Terms) -> str:
    said = f": {quoted(review.said, 500)}" if review.said else ""
    read = "" if review.value is None else f" (KPI {review.value:.10g})"
    outcome = "moved" if review.outcome is Outcome.MOVED else "did not move"
    return f"{terms.name(review.by)} says it {outcome}{read}{said}"


def _status(decision: Decision, now: datetime) -> str:
    if decision.amended_by is not None:
        return f"amended by D-{decision.amended_by}"
    if decision.review is not None:
        return "moved" if decision.review.outcome is Outcome.MOVED else "did not move"
    if not decision.counted or decision.by_when is None:
        return "a conversation, not counted"
    day = date(decision.by_when, DAY)
    return f"due since {day}" if decision.by_when <= now else f"review {day}"


def _sign(decision: Decision, now: datetime) -> str:
    if decision.amended_by is not None:
        return "↪️"
    if decision.review is not None:
        return "✅" if decision.review.outcome is Outcome.MOVED else "❌"
    if not decision.counted or decision.by_when is None:
        return "💬"
    return "⏰" if decision.by_when <= now else "📌"
