"""`/andon …`: parsed, answered, and shown only to whoever typed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.messages.blocks import Message, sentence
from bot.messages.charts import charts_of
from bot.messages.text import printable, unescape
from handlers.commands import (
    acting,
    auditing,
    deciding,
    delivering,
    measuring,
    meeting,
    raising,
    reading,
    silencing,
)
from handlers.commands.call import Call
from handlers.commands.charting import answer_with_charts, show
from handlers.context import Body, desk_of
from handlers.refusals import in_words
from rules.commands import (
    Command,
    about,
    audit,
    changes,
    decisions,
    deliveries,
    exceptions,
    kpis,
    parse_command,
    sessions,
    suppressions,
)

_ANSWERS: dict[type[Command], Callable[[Call, Any], Message | None]] = {
    about.Help: reading.help_on,
    exceptions.ListThreads: reading.list_threads,
    exceptions.Show: reading.show,
    about.WhoAmI: reading.who_am_i,
    about.Version: reading.version,
    audit.Audit: auditing.audit,
    exceptions.Raise: raising.raise_exception,
    changes.Acknowledge: acting.acknowledge,
    changes.Contain: acting.contain,
    changes.Resolve: acting.resolve,
    changes.Assign: acting.assign,
    changes.SnoozeFor: acting.snooze,
    changes.Escalate: acting.escalate,
    changes.Merge: acting.merge,
    changes.Cancel: acting.cancel,
    decisions.Decide: deciding.decide,
    decisions.ListDecisions: deciding.list_decisions,
    decisions.ShowDecision: deciding.show_decision,
    deliveries.ListDeliveries: delivering.list_deliveries,
    deliveries.RetryDelivery: delivering.retry,
    deliveries.DropDelivery: delivering.drop,
    kpis.AboutKpi: measuring.about_kpi,
    kpis.ListKpis: measuring.list_kpis,
    sessions.Digest: meeting.digest,
    sessions.ListSessions: meeting.list_sessions,
    suppressions.Maintenance: silencing.suppress,
    suppressions.ListSuppressions: silencing.list_suppressions,
    suppressions.EndSuppression: silencing.end,
}
"""What answers each command; None means that a dialog has opened instead."""


def andon(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """Read, carried out and answered."""
    call = Call(desk_of(context), client, body)
    message = _answer(call)
    if message is None:
        ack()
    elif charts_of(message):
        answer_with_charts(ack, call, message)
    else:
        show(ack, message)


def _answer(call: Call) -> Message | None:
    try:
        command = parse_command(unescape(printable(str(call.body.get("text") or ""))))
        return _ANSWERS[type(command)](call, command)
    except Exception as error:
        return sentence(in_words(error, call.desk))
