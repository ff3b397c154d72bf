"""What fuzzing found: each of these once made Andon fail, and has a clear answer now."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fuzz.plans import PLANS, SOUND
from tests.fuzz.slack_doors import BUTTONS, COMMANDS, FORM_VALUES, ULID
from tests.fuzz.target import Target

BEYOND = 10**30


def form(
    kind: str, *, thread: Any = 1, revision: Any = 1, name: str = ULID, **entered: str
) -> dict[str, Any]:
    """A form about EX-1 as it comes back."""
    fields = {each: {each: {"type": "plain_text_input", "value": text}} for each, text in entered.items()}
    return {
        "type": "modal",
        "callback_id": kind,
        "private_metadata": json.dumps({"form": name, "thread": thread, "revision": 1}),
        "state": {"values": fields},
        "blocks": [{"type": "input", "block_id": "reason"}],
    }


@pytest.mark.parametrize(
    ("target", "inputs"),
    [
        (
            BUTTONS,
            [
                {"action_id": "decision_moved", "type": "button", "value": "9" * 400},
                {"action_id": "decision_amend", "type": "button", "value": "٣"},
            ],
        ),
        (
            FORM_VALUES,
            [
                form("resolve", thread=BEYOND),
                form("resolve", thread=float("inf")),
                form("cancel", name="\x00", reason="a"),
                form("cancel", reason="\x00\ud800"),
                form("merge", into="two"),
                form("snooze", **{"for": "soon", "reason": "a"}),
                form("snooze", **{"for": "999999999d", "reason": "a"}),
            ],
        ),
        (COMMANDS, ["audit \ud800", "cancel EX-1 \x00\ud800"]),
        (PLANS, [SOUND.replace("when:", 'when: "\\n" #', 1), SOUND + '\n"\\x85"']),
    ],
    ids=["buttons", "forms", "commands", "plans"],
)
def test_it_has_a_clear_answer_now(target: Target, inputs: list[Any]) -> None:
    with target.opened() as feed:
        for each in inputs:
            assert feed(each)
