"""What Slack refuses to open, update, push or publish."""

import json
from typing import Any

from bot.sandbox.limits.blocks import IN_VIEWS, check_blocks
from bot.sandbox.limits.compositions import plain
from bot.sandbox.limits.schema import (
    Check,
    Problem,
    Problems,
    anything,
    boolean,
    both,
    choice,
    record,
    string,
)
from bot.sandbox.refusals import SlackRefusal, invalid_arguments
from bot.sandbox.values import Json

BLOCKS_MOST = 100
BYTES_MOST = 250_000

_SHARED: dict[str, Check] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}


def _blocks(value: Any, at: str) -> Problems:
    return check_blocks(value, at, table=IN_VIEWS, most=BLOCKS_MOST)


def _inputs_can_be_submitted(value: Any, at: str) -> Problems:
    blocks = value.get("blocks") or []
    if not value.get("submit") and any(block.get("type") == "input" for block in blocks):
        yield Problem("missing required field: submit, because the view has input blocks", at)


MODAL = both(
    record(
        {"type": choice("modal"), "title": plain(24), "blocks": _blocks},
        _SHARED
        | {
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    _inputs_can_be_submitted,
)
HOME = record({"type": choice("home"), "blocks": _blocks}, _SHARED | {"title": anything})


def refuse_bad_modal(view: Any) -> Json:
    """Return the modal when Slack would show it, else raise `invalid_arguments` or `view_too_large`."""
    return _refuse_bad(view, MODAL)


def refuse_bad_home(view: Any) -> Json:
    return _refuse_bad(view, HOME)


def _refuse_bad(view: Any, check: Check) -> Json:
    if not isinstance(view, dict):
        raise invalid_arguments("must be an object [json-pointer:/view]")
    problems = [str(problem) for problem in check(view, "/view")]
    if problems:
        raise invalid_arguments(*problems)
    if len(json.dumps(view)) > BYTES_MOST:
        raise SlackRefusal("view_too_large")
    return view
