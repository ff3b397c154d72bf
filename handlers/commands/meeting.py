"""Commands about sessions: which there are, and what they must decide."""

from __future__ import annotations

from bot.messages import digests as wording
from bot.messages.blocks import Message
from bot.services import digests
from handlers.commands.call import Call
from rules.commands.sessions import Digest, ListSessions


def digest(call: Call, command: Digest) -> Message:
    """As it is now, for nobody but the asker; or as it was posted."""
    caller = call.caller()
    session = digests.find_session(caller.plan, command.session)
    if command.back:
        message, stored = digests.posted(caller.database, session, command.back)
        return wording.earlier(message, stored.built_at)
    now = digests.preview(caller.database, session, plan=caller.plan, now=caller.now)
    return wording.previewed(*now)


def list_sessions(call: Call, _: ListSessions) -> Message:
    """All of the plan, soonest first."""
    caller = call.caller()
    return wording.sessions_listing(digests.upcoming(caller.database, caller.plan), caller.plan)
