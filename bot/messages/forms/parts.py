"""What every form is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.messages.blocks import Block, context, plain_text, section
from bot.messages.cards import headline
from bot.messages.forms.ticket import Ticket
from bot.messages.text import MAX_TYPED, clip
from rules.exception_threads import ExceptionThread

View = Block
MAX_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a form is drawn from.

    `typed`: what was entered before, kept when the form must be shown again, with a `warning` (mrkdwn) that
    says why. `others`: open threads to merge into, best first. `next_names`: who an escalation would tell.
    """

    thread: ExceptionThread
    form: str
    typed: Mapping[str, str] = field(default_factory=dict)
    warning: str = ""
    others: tuple[ExceptionThread, ...] = ()
    next_names: str = ""

    @property
    def ticket(self) -> Ticket:
        """What the form carries home."""
        return Ticket(self.form, self.thread.id, self.thread.revision)


def thread_form(
    sheet: Sheet, callback_id: str, *, verb: str, fields: Sequence[Block], submit: str = ""
) -> View:
    """A form about one thread: the warning, the headline, the fields."""
    warning = [section(f"⚠️ {sheet.warning}")] if sheet.warning else []
    return modal(
        f"{verb} {sheet.thread.name}",
        callback_id,
        submit=submit or verb,
        blocks=[*warning, context(headline(sheet.thread)), *fields],
        ticket=sheet.ticket,
    )


def modal(title: str, callback_id: str, *, submit: str, blocks: Sequence[Block], ticket: Ticket) -> View:
    """A dialog that is sent back."""
    return notice(title, blocks) | {
        "callback_id": callback_id,
        "submit": plain_text(submit, 24),
        "close": plain_text("Back", 24),
        "private_metadata": str(ticket),
    }


def notice(title: str, blocks: Sequence[Block]) -> View:
    """A dialog that is only read."""
    return {
        "type": "modal",
        "title": plain_text(title, 24),
        "close": plain_text("Close", 24),
        "blocks": list(blocks)[:100],
    }


def text_field(
    name: str,
    label: str,
    *,
    typed: Mapping[str, str],
    hint: str = "",
    lines: bool = True,
    optional: bool = False,
) -> Block:
    """Words that somebody types; `name` is its block_id and action_id."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": lines,
        "max_length": MAX_TYPED,
    }
    if typed.get(name):
        element["initial_value"] = clip(typed[name], MAX_TYPED)
    return _input(name, label, element, hint=hint, optional=optional)


def choice_field(
    name: str, label: str, options: Sequence[Block], *, typed: Mapping[str, str], optional: bool = False
) -> Block:
    """One of up to a hundred options."""
    offered = list(options)[:MAX_OPTIONS]
    element: Block = {"type": "static_select", "action_id": name, "options": offered}
    return _input(name, label, element | _preset(offered, typed.get(name)), optional=optional)


def grouped_choice_field(
    name: str, label: str, groups: Sequence[tuple[str, Sequence[Block]]], *, typed: Mapping[str, str]
) -> Block:
    """One of the options of several groups."""
    shown = [{"label": plain_text(title), "options": list(options)} for title, options in groups if options]
    flat = [each for _, options in groups for each in options]
    element: Block = {"type": "static_select", "action_id": name, "option_groups": shown}
    return _input(name, label, element | _preset(flat, typed.get(name)))


def person_field(
    name: str, label: str, *, typed: Mapping[str, str], hint: str = "", optional: bool = False
) -> Block:
    """One person of the workspace, by Slack id."""
    element: Block = {"type": "users_select", "action_id": name}
    if typed.get(name):
        element["initial_user"] = typed[name]
    return _input(name, label, element, hint=hint, optional=optional)


def day_field(
    name: str, label: str, *, typed: Mapping[str, str], hint: str = "", optional: bool = False
) -> Block:
    """One day, as `2026-03-02`."""
    element: Block = {"type": "datepicker", "action_id": name}
    if typed.get(name):
        element["initial_date"] = typed[name]
    return _input(name, label, element, hint=hint, optional=optional)


def _preset(options: Sequence[Block], value: str | None) -> Block:
    chosen = next((each for each in options if each["value"] == value), None)
    return {"initial_option": chosen} if chosen else {}


def _input(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, 2000),
        "element": element,
        "optional": optional,
    }
    return block | {"hint": plain_text(hint, 2000)} if hint else block
