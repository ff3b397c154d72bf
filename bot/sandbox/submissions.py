"""What Slack's client checks before it submits a modal: the app never hears of these mistakes."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.block_ids import elements_of
from bot.sandbox.entered import FIELD, state, typed
from bot.sandbox.values import Json, View

REQUIRED = "Please complete this required field."


def filled_in(view: View, values: Json) -> Json:
    """The whole state of the view after entering `values`, {block_id: {action_id: value}}.

    Raises LookupError when the view has no such input.
    """
    elements = {
        (block["block_id"], element["action_id"]): element for block, element in elements_of(view.blocks)
    }
    entered = state(view.blocks, view.values)
    for block_id, actions in values.items():
        for action_id, raw in actions.items():
            if (block_id, action_id) not in elements:
                known = ", ".join(f"{block}/{action}" for block, action in elements)
                raise LookupError(f"The view has no input {block_id}/{action_id}; it has {known}.")
            entered[block_id][action_id] = typed(elements[block_id, action_id], raw)
    return entered


def client_errors(view: View, entered: Json) -> dict[str, str]:
    """The sentence under each input block that cannot be submitted as it is."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] == "input":
            element = block["element"]
            value = entered[block["block_id"]][element["action_id"]].get(FIELD[element["type"]])
            problem = next(_problems(block, element, value), None)
            if problem:
                errors[block["block_id"]] = problem
    return errors


def _problems(block: Json, element: Json, value: Any) -> Iterator[str]:
    if value in (None, "", []):
        if not block.get("optional"):
            yield REQUIRED
        return
    kind = element["type"]
    if kind == "plain_text_input":
        yield from _length_problems(element, value)
    elif kind == "number_input":
        yield from _number_problems(element, value)
    elif kind == "email_text_input" and "@" not in value:
        yield "Enter a valid email address."
    elif kind == "url_text_input" and not value.startswith(("http://", "https://")):
        yield "Enter a valid URL."
    elif isinstance(value, list) and len(value) > element.get("max_selected_items", len(value)):
        yield f"Select no more than {element['max_selected_items']} items."


def _length_problems(element: Json, value: str) -> Iterator[str]:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        yield f"Enter at least {least} characters."
    if len(value) > most:
        yield f"Enter no more than {most} characters."


def _number_problems(element: Json, value: str) -> Iterator[str]:
    try:
        entered = float(value) if element["is_decimal_allowed"] else int(value)
    except ValueError:
        yield "Enter a number." if element["is_decimal_allowed"] else "Enter a whole number."
        return
    if "min_value" in element and entered < float(element["min_value"]):
        yield f"Enter a number of at least {element['min_value']}."
    if "max_value" in element and entered > float(element["max_value"]):
        yield f"Enter a number of at most {element['max_value']}."
