"""`/andon …`: parsed, answered, and shown only to whoever typed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.messages.blocks import Message, sentence
from bot.messages.charts import charts_of
from bot.messages.text import unescape
from handlers.commands import acting, deciding, measuring, meeting, raising, reading, silencing
from handlers.commands.call import Call
from handlers.commands.charting import answer_with_charts, show
from handlers.context import Body, desk_of
from handlers.refusals import in_words
from rules import commands
from rules.maintenance_words import EndSuppression, ListSuppressions, Maintenance

_ANSWERS: dict[type[commands.Command], Callable[[Call, Any], Message | None]] = {
    commands.Help: reading.help_on,
    commands.ListThreads: reading.list_threads,
    commands.Show: reading.show,
    commands.WhoAmI: reading.who_am_i,
    commands.Version: reading.version,
    commands.Raise: raising.raise_exception,
    commands.Acknowledge: acting.acknowledge,
    commands.Contain: acting.contain,
    commands.Resolve: acting.resolve,
    commands.Assign: acting.assign,
    commands.SnoozeFor: acting.snooze,
    commands.Escalate: acting.escalate,
    commands.Merge: acting.merge,
    commands.Cancel: acting.cancel,
    commands.Decide: deciding.decide,
    commands.ListDecisions: deciding.list_decisions,
    commands.ShowDecision: deciding.show_decision,
    commands.AboutKpi: measuring.about_kpi,
    commands.ListKpis: measuring.list_kpis,
    commands.Digest: meeting.digest,
    commands.ListSessions: meeting.list_sessions,
    Maintenance: silencing.suppress,
    ListSuppressions: silencing.list_suppressions,
    EndSuppression: silencing.end,
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
        command = commands.parse_command(unescape(str(call.body.get("text") or "")))
        return _ANSWERS[type(command)](call, command)
    except Exception as error:
        return sentence(in_words(error, call.desk))
