"""Commands about suppressions: make one, list them, end one early."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.messages.blocks import Message, sentence
from bot.messages.suppressions import MOST_SHOWN, ended, made, suppressions_list
from bot.messages.text import MAX_TYPED, clip, plain
from bot.services import suppressions
from handlers.commands.call import Call
from rules.commands.suppressions import EndSuppression, ListSuppressions, Maintenance
from rules.matchers import matcher_of
from rules.windows import window_of


def suppress(call: Call, command: Maintenance) -> Message:
    """Silence it, in the time of the plant."""
    caller = call.caller()
    zone = ZoneInfo(caller.plan.index.plan.site.timezone)
    begins, ends = window_of(command.window, now=caller.now, zone=zone)
    done = suppressions.suppress(
        caller.database,
        matcher=matcher_of(command.what, caller.plan.index),
        begins=begins,
        ends=ends,
        reason=clip(plain(command.reason), MAX_TYPED),
        by=caller.by,
        plan=caller.plan,
        now=caller.now,
    )
    return made(done, caller.plan, caller.now)


def list_suppressions(call: Call, command: ListSuppressions) -> Message:
    """Those in force and those to come, or the latest, over or not."""
    caller = call.caller()
    if command.all_of_them:
        found = suppressions.latest(caller.database, limit=MOST_SHOWN)
    else:
        found = suppressions.unfinished(caller.database, caller.now)
    return suppressions_list(found.suppressions, held=found.times_held, names=caller.plan, now=caller.now)


def end(call: Call, command: EndSuppression) -> Message:
    """Over now."""
    caller = call.caller()
    done = suppressions.end_early(
        caller.database, command.number, by=caller.by, plan=caller.plan, now=caller.now
    )
    return sentence(ended(done))
