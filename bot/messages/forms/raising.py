"""Raise exception: somebody calls for help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.messages.blocks import Block, option, section
from bot.messages.forms.parts import (
    MAX_OPTIONS,
    View,
    choice_field,
    grouped_choice_field,
    modal,
    notice,
    text_field,
)
from bot.messages.forms.ticket import Ticket
from bot.messages.text import outside
from rules.control_plan import Area, ControlPlan

RAISE = "raise_exception"
CALL_TYPE = "call_type"
WHERE = "where"
TEXT = "text"


def raise_form(plan: ControlPlan, form: str, *, typed: Mapping[str, str], warning: str = "") -> View:
    """What kind of help, where, and what is wrong; `form` is a ULID. Needs a plan with call types."""
    kinds = [option(each.name, each.key) for each in plan.call_types]
    alert = [section(f"⚠️ {warning}")] if warning else []
    fields = [
        choice_field(CALL_TYPE, "What kind of help?", kinds, typed=typed),
        _where(plan, typed),
        text_field(TEXT, "What is wrong?", typed=typed),
    ]
    return modal(
        "Raise exception", RAISE, submit="Call for help", blocks=[*alert, *fields], ticket=Ticket(form)
    )


def raised_notice(words: str, place: str) -> View:
    """What became of it. `words`: such as `opened EX-12`."""
    return notice(
        "Raised",
        [section(f"✅ {outside(place)}: {outside(words)}. Its card appears in the channel in a moment.")],
    )


def _where(plan: ControlPlan, typed: Mapping[str, str]) -> Block:
    groups = [(area.name, list(_places(area))) for area in plan.areas]
    if sum(len(options) for _, options in groups) > MAX_OPTIONS:
        hint = "A machine, a line or an area, as it is called on the floor."
        return text_field(WHERE, "Where?", typed=typed, hint=hint, lines=False)
    return grouped_choice_field(WHERE, "Where?", groups, typed=typed)


def _places(area: Area) -> Iterator[Block]:
    """The area's machines and lines, and the area as a whole: more precise places first."""
    for center in area.work_centers:
        for unit in center.work_units:
            yield option(f"{unit.name} · {center.name}", unit.key)
        yield option(center.name, center.key)
    yield option(f"{area.name}, somewhere", area.key)
