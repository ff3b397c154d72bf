"""`/andon audit`: who changed what and why."""

from __future__ import annotations

from bot.messages.audit import audit_list
from bot.messages.blocks import Message
from bot.services import audit_log
from handlers.commands.call import Call
from rules.commands.audit import Audit


def audit(call: Call, command: Audit) -> Message:
    """The newest entries, of everything or of one subject."""
    caller = call.caller()
    about = audit_log.subject_of(command.about) if command.about else None
    found = audit_log.show(caller.database, about, asked_by=caller.by, plan=caller.plan)
    return audit_list(found, about, caller.plan, most=audit_log.MOST_SHOWN)
