"""Opening the form with which people call for help."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk import WebClient
from ulid import ULID

from bot.messages.forms.parts import View
from bot.messages.forms.raising import WHERE, raise_form
from handlers.context import Body, Caller, Desk, arrive
from handlers.refusals import NotPossibleHereError, in_words
from rules.control_plan import ControlPlan


def open_raise_form(desk: Desk, body: Body, client: WebClient, *, typed: Mapping[str, str]) -> str:
    """Open it, with what is known already; words for the person when that fails."""
    try:
        caller = arrive(desk, body)
        client.views_open(trigger_id=body["trigger_id"], view=raise_view(caller, typed))
    except Exception as error:
        return in_words(error, desk)
    return ""


def raise_view(caller: Caller, typed: Mapping[str, str]) -> View:
    """The form. Raises NotPossibleHereError when the plan has no call types."""
    plan = caller.plan.index.plan
    if not plan.call_types:
        raise NotPossibleHereError(
            "The control plan names no kinds of help yet, so nobody would be called. Ask whoever keeps it to "
            "add `call_types:`, such as maintenance or quality."
        )
    return raise_form(plan, str(ULID()), typed=typed)


def place_of_channel(plan: ControlPlan, *, name: str, channel_id: str) -> Mapping[str, str]:
    """In the channel of an area, that area is the first guess for where."""
    for area in plan.areas:
        if area.channel in (f"#{name}", channel_id):
            return {WHERE: area.key}
    return {}
