"""Commands that change one exception. A typed command has seen no card: it acts on what is now."""

from __future__ import annotations

from difflib import get_close_matches

from bot.messages.answers import done
from bot.messages.blocks import Message, sentence
from bot.messages.card_actions import CONTAIN, RESOLVE
from bot.messages.text import outside
from bot.services import boards, presses
from handlers.commands.call import Call
from handlers.context import Caller
from handlers.form_drawing import first_drawing
from handlers.refusals import NotPossibleHereError
from handlers.submissions import Press
from rules.commands import changes
from rules.control_plan import Person
from rules.exception_threads import Change


def acknowledge(call: Call, command: changes.Acknowledge) -> Message:
    """Take it."""
    caller = call.caller()
    return _done(caller, presses.acknowledge(caller.database, command.thread_id, **_press(caller)))


def contain(call: Call, command: changes.Contain) -> Message | None:
    """The damage is held; asks by what when that was not typed."""
    caller = call.caller()
    if not command.action:
        return call.asked(first_drawing(caller, CONTAIN, command.thread_id))
    change = presses.contain(caller.database, command.thread_id, action=command.action, **_press(caller))
    return _done(caller, change)


def resolve(call: Call, command: changes.Resolve) -> Message | None:
    """Done; asks for what the rule requires, and for nothing when it requires nothing."""
    caller = call.caller()
    thread = boards.find(caller.database, command.thread_id)
    if thread.rule.done_when:
        return call.asked(first_drawing(caller, RESOLVE, command.thread_id))
    return _done(caller, presses.resolve(caller.database, thread.id, answers={}, **_press(caller)))


def assign(call: Call, command: changes.Assign) -> Message:
    """Somebody else has it."""
    caller = call.caller()
    person = _person(caller, command)
    change = presses.reassign(caller.database, command.thread_id, to=person.key, **_press(caller))
    return _done(caller, change)


def snooze(call: Call, command: changes.SnoozeFor) -> Message:
    """Not now."""
    caller = call.caller()
    until = caller.now + command.span
    change = presses.snooze(
        caller.database, command.thread_id, until=until, reason=command.reason, **_press(caller)
    )
    return _done(caller, change)


def escalate(call: Call, command: changes.Escalate) -> Message:
    """The next tier, now."""
    caller = call.caller()
    change = presses.escalate_now(caller.database, command.thread_id, reason=command.reason, **_press(caller))
    return sentence(f"⬆️ {change.thread.name} is at tier {change.thread.tier + 1} now; they are being told.")


def merge(call: Call, command: changes.Merge) -> Message:
    """Part of another case."""
    caller = call.caller()
    change = presses.merge(caller.database, command.thread_id, into=command.into, **_press(caller))
    return _done(caller, change)


def cancel(call: Call, command: changes.Cancel) -> Message:
    """Not a case after all."""
    caller = call.caller()
    change = presses.cancel(caller.database, command.thread_id, reason=command.reason, **_press(caller))
    return _done(caller, change)


def _press(caller: Caller) -> Press:
    return Press(by=caller.by, seen=None, plan=caller.plan, now=caller.now)


def _done(caller: Caller, change: Change) -> Message:
    return sentence(done(change.thread, caller.plan))


def _person(caller: Caller, command: changes.Assign) -> Person:
    if command.mentioned:
        person = caller.plan.person_in_slack(command.to)
    else:
        person = _named(caller, command.to.casefold())
    if person is not None:
        return person
    spoken = {name: each for each in caller.plan.index.plan.people for name in _names(each)}
    near = get_close_matches(command.to.casefold(), spoken, n=1, cutoff=0.5)
    meant = f" Did you mean {outside(spoken[near[0]].name)}?" if near else ""
    whom = f"<@{command.to}>" if command.mentioned else f"“{outside(command.to)}”"
    raise NotPossibleHereError(f"The control plan does not know {whom}, so nothing was changed.{meant}")


def _named(caller: Caller, name: str) -> Person | None:
    """The one person with that key, name or first name; None when it might be several."""
    found = [each for each in caller.plan.index.plan.people if name in _names(each)]
    return found[0] if len(found) == 1 else None


def _names(person: Person) -> tuple[str, ...]:
    """What people may type for somebody: key, name or first name."""
    name = person.name.casefold()
    return person.key.casefold(), name, name.partition(" ")[0]
