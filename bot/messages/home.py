"""The Home tab: what I own, how to call for help, how to find out more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages.blocks import Block, actions, button, context, section
from bot.messages.help import help_message
from bot.messages.lists import Line, list_line
from bot.messages.words import People

SHOW = "show"
OPEN_RAISE_FORM = "open_raise_form"
OPEN_DECISION_FORM = "open_decision_form"


def home(
    mine: Sequence[Line],
    *,
    total: int,
    people: People,
    now: datetime,
    sections: Sequence[Sequence[Block]] = (),
) -> Block:
    """The view of somebody whom the plan knows; `total` counts what does not fit, too.

    `sections` come between their exceptions and the help; those without blocks are left out.
    """
    head = f"*Your open exceptions* ({total})" if mine else "*Nothing is waiting for you.* Well done."
    more = [context(f"… and {total - len(mine)} more: `/andon list`")] if total > len(mine) else []
    rows = [section(list_line(line, people, now), accessory=_show(line)) for line in mine]
    between = [block for blocks in sections if blocks for block in ({"type": "divider"}, *blocks)]
    offered = actions([_raise(), _decide()])
    return _view([section(head), *rows, *more, offered, *between, *_help()])


def stranger_home(words: str) -> Block:
    """The view of somebody whom the plan does not know; `words` say what to do about it."""
    return _view([section(words), *_help()])


def _help() -> list[Block]:
    return [{"type": "divider"}, *help_message().blocks]


def _show(line: Line) -> Block:
    return button("Show", SHOW, str(line.thread.id), spoken=f"Show {line.thread.name} {line.thread.title}")


def _raise() -> Block:
    return button("Raise exception", OPEN_RAISE_FORM, "home", primary=True)


def _decide() -> Block:
    return button("Log decision", OPEN_DECISION_FORM, "home")


def _view(blocks: Sequence[Block]) -> Block:
    return {"type": "home", "blocks": list(blocks)[:100]}
