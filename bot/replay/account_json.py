"""An account as JSON: everything that the text says, and each step of each exception."""

from __future__ import annotations

from typing import Any

from bot.replay.account import Account, Case, Step
from bot.replay.windows import Window
from rules.matching import Verdict
from rules.suppressions import in_plain_words


def as_json(account: Account) -> dict[str, Any]:
    """Plain values; times in ISO 8601, UTC."""
    return {
        "events": account.rows,
        "became": [
            {
                "fate": line.fate.value,
                "reason": line.reason,
                "events": line.total,
                "by_type": dict(line.by_type),
            }
            for line in account.lines
        ],
        "exceptions": [_case(case) for case in account.cases],
        "maintenance": [_window(window) for window in account.windows],
        "opened_between_events": account.ripened,
        "steps": {kind.value: count for kind, count in sorted(account.steps.items())},
        "signals": [
            {
                "rule": signal.rule,
                "fingerprint": signal.fingerprint,
                **{verdict.value: signal.verdicts[verdict] for verdict in Verdict},
            }
            for signal in account.signals
        ],
        "troubles": list(account.troubles),
    }


def _window(window: Window) -> dict[str, Any]:
    suppression = window.suppression
    return {
        "name": suppression.name,
        "from": suppression.begins.isoformat(),
        "until": suppression.ends.isoformat(),
        "what": in_plain_words(suppression.matcher),
        "reason": suppression.reason,
        "held_back": [
            {"title": held.title, "since": held.since and held.since.isoformat(), "times": held.times}
            for held in window.held
        ],
        "opened_at_its_end": list(window.opened),
    }


def _case(case: Case) -> dict[str, Any]:
    thread = case.thread
    return {
        "name": thread.name,
        "rule": thread.rule.key,
        "fingerprint": thread.fingerprint,
        "title": thread.title,
        "severity": thread.severity.value,
        "place": thread.place,
        "opened_at": thread.opened_at.isoformat(),
        "state": thread.state.value,
        "tier": thread.tier,
        "occurrences": thread.occurrences,
        "reopened": thread.reopened,
        "held_back_by": case.held_back_by or None,
        "steps": [_step(step) for step in case.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    said = {"at": step.at.isoformat(), "what": step.kind.value, "told": list(step.told)}
    return said if step.tier is None else said | {"tier": step.tier}
