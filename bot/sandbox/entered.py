"""What a person enters into elements, in the shape of Slack's `state.values`."""

from typing import Any

from bot.sandbox.block_ids import elements_of
from bot.sandbox.values import Json

FIELD = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
STATELESS = ("button", "overflow")


def typed(element: Json, raw: Any) -> Json:
    """The state of an element into which `raw` was entered.

    `raw` is a plain value (text, an option's value, an id, a list of them) or a state object already.
    Raises ValueError when the element does not offer that option.
    """
    field = FIELD[element["type"]]
    if isinstance(raw, dict) and raw.get("type") == element["type"]:
        raw = raw.get(field)
    return {"type": element["type"], field: _entered(element, field, raw)}


def _entered(element: Json, field: str, raw: Any) -> Any:
    if field == "selected_options":
        return [_offered(element, each) for each in raw or []]
    if raw is None or raw == "":
        return None
    if field == "selected_option":
        return _offered(element, raw)
    if field in ("value", "selected_date", "selected_time"):
        return str(raw)
    return raw


def _offered(element: Json, raw: Any) -> Json:
    """The whole option of this value; options that load from outside are taken as given."""
    value = raw["value"] if isinstance(raw, dict) else raw
    if element["type"].endswith("external_select"):
        return (
            raw if isinstance(raw, dict) else {"text": {"type": "plain_text", "text": value}, "value": value}
        )
    groups = element.get("option_groups") or [element]
    options: list[Json] = [option for group in groups for option in group["options"]]
    for option in options:
        if option["value"] == value:
            return option
    offered = ", ".join(str(option["value"]) for option in options)
    raise ValueError(f"{element['action_id']} offers no option {value!r}; it offers {offered}.")


def initial(element: Json) -> Json:
    """The state before anybody touched the element."""
    field = FIELD[element["type"]]
    name = field.replace("rich_text_value", "initial_value").replace("selected_", "initial_")
    name = "initial_value" if name == "value" else name
    empty: Any = [] if field.endswith("s") and field != "files" else None
    return {"type": element["type"], field: element.get(name, empty)}


def state(blocks: list[Json], entered: Json) -> Json:
    """`state.values` of all blocks: what was entered, else what the app filled in."""
    values: Json = {}
    for block, element in elements_of(blocks):
        if element["type"] in FIELD and element["type"] not in STATELESS:
            before = entered.get(block["block_id"], {}).get(element["action_id"])
            block_values = values.setdefault(block["block_id"], {})
            block_values[element["action_id"]] = before or initial(element)
    return values
