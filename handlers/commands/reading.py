"""Commands that only look: help, list, show, whoami, version."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import bot
from bot.messages.blocks import Message, sentence
from bot.messages.help import help_message
from bot.messages.lists import listing
from bot.messages.text import outside
from bot.messages.words import joined, readable
from bot.services import boards
from handlers.commands.call import Call
from handlers.context import Caller
from handlers.refusals import NotPossibleHereError
from handlers.showing import lines_of, told_in_full
from rules.commands.about import Help, Version, WhoAmI
from rules.commands.exceptions import OPEN, ListThreads, Show
from rules.commands.words import MINE
from rules.control_plan import EVERYWHERE, Area, Person


def help_on(_: Call, command: Help) -> Message:
    """For everybody, known or not."""
    return help_message(command.topic)


def list_threads(call: Call, command: ListThreads) -> Message:
    """Mine, all open ones, or those of an area."""
    caller = call.caller()
    if command.scope == MINE:
        return _listed(
            caller, "Your open exceptions", "Nothing is waiting for you. Well done.", owner=caller.by
        )
    if command.scope == OPEN:
        return _listed(caller, "Open exceptions", "Nothing is open. All is well.")
    area = _area(caller, command.scope)
    name = outside(area.name)
    return _listed(caller, f"Open in {name}", f"Nothing is open in {name}. All is well.", area=area.key)


def show(call: Call, command: Show) -> Message:
    """The card with its buttons, and its timeline."""
    return told_in_full(call.caller(), command.thread_id)


def who_am_i(call: Call, _: WhoAmI) -> Message:
    """Whom the plan takes the asker for."""
    person = call.plan.person_in_slack(call.slack_user)
    if person is None:
        return sentence(
            f"I do not know you: nobody in the control plan has the Slack id `{outside(call.slack_user)}`. "
            "Ask whoever keeps the plan to add you under `people:`."
        )
    return sentence(f"You are *{outside(person.name)}* ({outside(person.key)}): {_roles(person)}.")


def version(call: Call, _: Version) -> Message:
    """What is running."""
    plan = call.plan
    which = f"control plan version {plan.version}" if plan.version else "no control plan applied yet"
    return sentence(f"Andon {bot.__version__}, {which} ({outside(plan.index.plan.site.name)}).")


def _listed(
    caller: Caller, title: str, empty: str, *, owner: str | None = None, area: str | None = None
) -> Message:
    found = boards.open_threads(caller.database, owner=owner, area=area)
    lines = lines_of(caller, found.threads)
    return listing(lines, total=found.total, title=title, empty=empty, people=caller.plan, now=caller.now)


def _area(caller: Caller, name: str) -> Area:
    areas = {text.casefold(): area for area in caller.plan.index.plan.areas for text in (area.key, area.name)}
    if name in areas:
        return areas[name]
    near = get_close_matches(name, areas, n=1, cutoff=0.4)
    meant = f" Did you mean `/andon list {outside(areas[near[0]].key)}`?" if near else ""
    known = joined([outside(area.key) for area in caller.plan.index.plan.areas])
    raise NotPossibleHereError(f"No area is called “{outside(name)}”.{meant} There are: mine, open, {known}.")


def _roles(person: Person) -> str:
    held = [f"{outside(readable(role)).lower()} ({_areas(areas)})" for role, areas in person.roles.items()]
    return joined(held) or "no role yet, so no escalation reaches you by one"


def _areas(areas: Sequence[str]) -> str:
    return joined(["everywhere" if area == EVERYWHERE else outside(area) for area in areas])
