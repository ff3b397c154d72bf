"""Filling in forms as people do: every needed field, with words or a choice at random."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from tests.simulation.plan import PEOPLE


def filled_in(view: Mapping[str, Any], random: Random) -> dict[str, Any]:
    """The form as Slack sends it back."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    values = {block["block_id"]: {block["block_id"]: _entered(block["element"], random)} for block in inputs}
    return {**view, "state": {"values": values}}


def _entered(element: Mapping[str, Any], random: Random) -> dict[str, Any]:
    match element["type"]:
        case "static_select":
            return {"selected_option": random.choice(element["options"])}
        case "users_select":
            return {"selected_user": f"U0{random.choice(PEOPLE).upper()}"}
        case _:
            return {"value": random.choice(["as always", "guide rail replaced", "waiting for parts"])}
