"""What Slack sends about the one element a person used."""

from typing import Any

from bot.sandbox.block_ids import elements_of
from bot.sandbox.entered import FIELD, typed
from bot.sandbox.values import Json

BUTTON_FIELDS = ("text", "value", "style", "url")


def find_element(
    blocks: list[Json], action_id: str, *, block_id: str | None = None, value: str | None = None
) -> tuple[Json, Json]:
    """The element with its block. Raises LookupError naming what could have been used instead."""
    candidates = elements_of(blocks)
    for block, element in candidates:
        fits_block = block_id is None or block["block_id"] == block_id
        fits_value = value is None or element["type"] != "button" or element.get("value") == value
        if element["action_id"] == action_id and fits_block and fits_value:
            return block, element
    offered = ", ".join(element["action_id"] for _, element in candidates) or "nothing"
    wanted = action_id if value is None else f"{action_id} with value {value!r}"
    raise LookupError(f"There is no element {wanted} to use here; there is {offered}.")


def action_on(block: Json, element: Json, chosen: Any, *, action_ts: str) -> Json:
    """The entry of `actions` in the payload."""
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    if element["type"] in FIELD:
        return action | typed(element, chosen)
    return action | {name: element[name] for name in BUTTON_FIELDS if name in element}
