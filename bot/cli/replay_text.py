"""An account of a replay for people: exceptions in the order of their opening, then totals that add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.cli.terminal import table
from bot.replay.account import Account, Case, Step
from bot.replay.recorded import Recorded
from bot.replay.windows import Window
from rules.exception_threads import FactKind
from rules.suppressions import in_plain_words

_SHOWN = (FactKind.OPENED, FactKind.REOPENED, FactKind.ESCALATED, FactKind.EXHAUSTED)
_TIME = "%Y-%m-%d %H:%M:%S"


def account_text(account: Account, rows: Sequence[Recorded]) -> str:
    """Everything in UTC."""
    parts = [*_exceptions(account), "What became of the events\n" + _indented(_became(account))]
    parts.append("What happened to the exceptions\n" + _indented(_steps(account)))
    if account.windows:
        parts.append("Maintenance windows\n" + _indented(list(_windows(account))))
    if account.troubles:
        parts.append("Set aside because of an error in Andon\n" + _indented(account.troubles))
    return "\n\n".join([_headline(account, rows), *parts])


def _headline(account: Account, rows: Sequence[Recorded]) -> str:
    if not rows:
        return "The log holds no events."
    first, last = rows[0].received_at, rows[-1].received_at
    return f"{_count(account.rows, 'event')} from {first:{_TIME}} to {last:{_TIME}} UTC"


def _exceptions(account: Account) -> Iterator[str]:
    for case in account.cases:
        thread = case.thread
        head = f"{thread.name}  {thread.title}  ({thread.severity}; {thread.place})"
        steps = table([_step(step) for step in case.steps if step.kind in _SHOWN]).splitlines()
        held = [f"held back by {case.held_back_by} until then"] if case.held_back_by else []
        end = f"in the end {thread.state}, {_count(thread.occurrences, 'occurrence')}"
        yield f"{head}\n{_indented([*steps, *held, _reminders(case) + end])}"


def _reminders(case: Case) -> str:
    reminded = sum(step.kind is FactKind.REMINDED for step in case.steps)
    return f"{_count(reminded, 'reminder')}, " if reminded else ""


def _step(step: Step) -> tuple[str, ...]:
    what = f"{step.kind} to tier {step.tier}" if step.kind is FactKind.ESCALATED else step.kind.value
    return (f"{step.at:{_TIME}}", what, "→ " + ", ".join(step.told) if step.told else "")


def _became(account: Account) -> list[str]:
    types = sorted({event_type for line in account.lines for event_type in line.by_type})
    types = types if len(types) > 1 else []
    rows: list[tuple[str, ...]] = [("", "all", *types)]
    for line in account.lines:
        name = f"{line.fate.replace('_', ' ')}{': ' if line.reason else ''}{line.reason}"
        rows.append((name, f"{line.total:,}", *(f"{line.by_type[each]:,}" for each in types)))
    sums = (sum(line.by_type[each] for line in account.lines) for each in types)
    rows.append(
        ("together", f"{sum(line.total for line in account.lines):,}", *(f"{each:,}" for each in sums))
    )
    signals = _count(len(account.signals), "signal", "a rule and a fingerprint")
    return [*table(_right_aligned(rows)).splitlines(), f"about {signals}"]


def _windows(account: Account) -> Iterator[str]:
    for window in account.windows:
        known = window.suppression
        what = f"{in_plain_words(known.matcher)}: {known.reason}"
        yield f"{known.name}  {known.begins:{_TIME}} to {known.ends:{_TIME}}  {what}"
        yield f"      {_held(window)}"


def _held(window: Window) -> str:
    if not window.held:
        return "held nothing back"
    signals, times = len(window.held), sum(each.times for each in window.held)
    opened = ", ".join(window.opened) or "nothing"
    return f"held back {_count(signals, 'signal')}, {_count(times, 'time')}; at its end {opened} opened"


def _steps(account: Account) -> list[str]:
    opened = f"{_count(len(account.cases), 'exception')}, {account.ripened:,} of them opened between events"
    counts = [(kind.value, f"{count:,}") for kind, count in sorted(account.steps.items())]
    return [opened, *(table(_right_aligned(counts)).splitlines() if counts else ())]


def _right_aligned(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Numbers under each other; the first column is names."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        (row[0], *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)))
        for row in rows
    ]


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _count(number: int, one: str, aside: str = "") -> str:
    return f"{number:,} {one if number == 1 else one + 's'}{f' ({aside} each)' if aside else ''}"
