"""`/andon raise`: a call for help, straight away when everything is said, else with a form."""

from __future__ import annotations

from ulid import ULID

from bot.messages.blocks import Message, sentence
from bot.messages.forms.raising import CALL_TYPE, TEXT, WHERE
from bot.messages.text import MAX_TYPED, clip, outside
from bot.services.plan_in_force import PlanInForce
from bot.services.raising import raise_call
from handlers.commands.call import Call
from handlers.raise_form import place_of_channel, raise_view
from handlers.submissions import call_in
from rules.commands.exceptions import Raise
from rules.reception import Fate

_LONGEST_PLACE = 6
"""Words that the name of a place may have."""


def raise_exception(call: Call, command: Raise) -> Message | None:
    """Ask for what is missing, with what was said filled in."""
    caller = call.caller()
    said = split_call(command.words, caller.plan)
    if {CALL_TYPE, WHERE, TEXT} - set(said):
        place = place_of_channel(
            caller.plan.index.plan,
            name=str(call.body.get("channel_name")),
            channel_id=str(call.body.get("channel_id")),
        )
        return call.asked(raise_view(caller, {**place, **said}))
    became = raise_call(
        caller.database, **call_in(said), by=caller.by, form=str(ULID()), plan=caller.plan, now=caller.now
    )
    place_name = outside(caller.plan.index.place(said[WHERE]).name)
    if became.fate is Fate.APPENDED:
        return sentence(f"✅ {place_name}: this help is called for already, in EX-{became.thread_id}.")
    return sentence(f"✅ {place_name}: {outside(became.words)}. Its card appears in the channel.")


def split_call(words: str, plan: PlanInForce) -> dict[str, str]:
    """Tell `maintenance filler 2 jam at infeed` apart, by field: what the plan does not know is text."""
    said: dict[str, str] = {}
    rest = words.split()
    kinds = {
        name.casefold(): kind.key for kind in plan.index.plan.call_types for name in (kind.key, kind.name)
    }
    if rest and rest[0].casefold() in kinds:
        said[CALL_TYPE] = kinds[rest.pop(0).casefold()]
    taken = _words_of_place(rest, plan)
    if taken:
        said[WHERE] = plan.index.place(_named(rest[:taken])).equipment
    text = " ".join(rest[taken:]).strip(" :,")
    return said | ({TEXT: clip(text, MAX_TYPED)} if text else {})


def _words_of_place(words: list[str], plan: PlanInForce) -> int:
    """How many words at the beginning name a place; the longest name wins."""
    for count in range(min(len(words), _LONGEST_PLACE), 0, -1):
        name = _named(words[:count])
        if ": " not in name and plan.index.place(name).mapped:
            return count
    return 0


def _named(words: list[str]) -> str:
    return " ".join(words).rstrip(":,")
