"""Interactive elements, and which of them may stand where."""

from typing import Any

from bot.sandbox.limits.compositions import (
    ACTION_ID,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLACEHOLDER,
    PLAIN_OPTION,
    TEXT_OPTION,
    picture,
    plain,
)
from bot.sandbox.limits.schema import (
    Check,
    Problem,
    Problems,
    anything,
    boolean,
    both,
    choice,
    integer,
    many,
    pattern,
    record,
    string,
)

IDS = many(string(255), most=1000, least=0)
DATE = pattern(r"\d{4}-\d{2}-\d{2}", "must be a date like 2026-01-31")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "must be a time like 23:59")
EPOCH = integer(0, 9_999_999_999)
SELECTION: dict[str, Check] = {"placeholder": PLACEHOLDER, "confirm": CONFIRM}
SEVERAL: dict[str, Check] = SELECTION | {"max_selected_items": integer(1, 100)}


def _interactive(required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return record(required, optional | {"action_id": ACTION_ID, "focus_on_load": boolean})


def _initial_is_offered(value: Any, at: str) -> Problems:
    groups = value.get("option_groups") or [value]
    offered = [option for group in groups for option in group.get("options") or []]
    single = value.get("initial_option")
    for initial in [*(value.get("initial_options") or []), *([single] if single else [])]:
        if initial not in offered:
            yield Problem("initial option must exactly match one of the provided options", at)


def _has_one_list(value: Any, at: str) -> Problems:
    if ("options" in value) == ("option_groups" in value):
        yield Problem("exactly one of options and option_groups must be given", at)


def _static(initial: str, item: Check, optional: dict[str, Check]) -> Check:
    lists: dict[str, Check] = {
        "options": many(PLAIN_OPTION, most=100),
        "option_groups": many(OPTION_GROUP, most=100),
        initial: item,
    }
    return both(_interactive({}, lists | optional), _has_one_list, _initial_is_offered)


def _ticks(initial: str, item: Check) -> Check:
    required: dict[str, Check] = {"options": many(TEXT_OPTION, most=10)}
    return both(_interactive(required, {initial: item, "confirm": CONFIRM}), _initial_is_offered)


def _typed(**more: Check) -> Check:
    return _interactive({}, {"placeholder": PLACEHOLDER, "dispatch_action_config": DISPATCH_CONFIG} | more)


BUTTON = _interactive(
    {"text": plain(75)},
    {
        "value": string(2000),
        "url": string(3000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
CONVERSATION: dict[str, Check] = {
    "filter": CONVERSATION_FILTER,
    "default_to_current_conversation": boolean,
}
CHOSEN: dict[str, Check] = {
    "static_select": _static("initial_option", PLAIN_OPTION, SELECTION),
    "external_select": _interactive(
        {}, SELECTION | {"initial_option": PLAIN_OPTION, "min_query_length": integer(0, 1000)}
    ),
    "users_select": _interactive({}, SELECTION | {"initial_user": string(255)}),
    "conversations_select": _interactive(
        {},
        SELECTION | CONVERSATION | {"initial_conversation": string(255), "response_url_enabled": boolean},
    ),
    "channels_select": _interactive(
        {}, SELECTION | {"initial_channel": string(255), "response_url_enabled": boolean}
    ),
}
CHOSEN_SEVERAL: dict[str, Check] = {
    "multi_static_select": _static("initial_options", many(PLAIN_OPTION, most=100), SEVERAL),
    "multi_external_select": _interactive(
        {}, SEVERAL | {"initial_options": many(PLAIN_OPTION, most=100), "min_query_length": integer(0, 1000)}
    ),
    "multi_users_select": _interactive({}, SEVERAL | {"initial_users": IDS}),
    "multi_conversations_select": _interactive({}, SEVERAL | CONVERSATION | {"initial_conversations": IDS}),
    "multi_channels_select": _interactive({}, SEVERAL | {"initial_channels": IDS}),
}
TICKED: dict[str, Check] = {
    "checkboxes": _ticks("initial_options", many(TEXT_OPTION, most=10)),
    "radio_buttons": _ticks("initial_option", TEXT_OPTION),
}
DATED: dict[str, Check] = {
    "datepicker": _interactive({}, SELECTION | {"initial_date": DATE}),
    "timepicker": _interactive({}, SELECTION | {"initial_time": TIME, "timezone": string(255)}),
}
DATED_AND_TIMED: dict[str, Check] = {
    "datetimepicker": _interactive({}, {"initial_date_time": EPOCH, "confirm": CONFIRM}),
}
TYPED: dict[str, Check] = {
    "plain_text_input": _typed(
        initial_value=string(3000, least=0),
        multiline=boolean,
        min_length=integer(0, 3000),
        max_length=integer(1, 3000),
    ),
    "email_text_input": _typed(initial_value=string(3000, least=0)),
    "url_text_input": _typed(initial_value=string(3000, least=0)),
    "number_input": _interactive(
        {"is_decimal_allowed": boolean},
        {
            "initial_value": string(3000),
            "min_value": string(3000),
            "max_value": string(3000),
            "placeholder": PLACEHOLDER,
            "dispatch_action_config": DISPATCH_CONFIG,
        },
    ),
    "rich_text_input": _typed(initial_value=anything),
    "file_input": _interactive({}, {"filetypes": many(string(50), most=100), "max_files": integer(1, 10)}),
}

OVERFLOW: dict[str, Check] = {
    "overflow": _interactive({"options": many(OVERFLOW_OPTION, most=5)}, {"confirm": CONFIRM})
}
BUTTONS: dict[str, Check] = {"button": BUTTON}

IN_ACTIONS = BUTTONS | OVERFLOW | CHOSEN | TICKED | DATED | DATED_AND_TIMED
IN_SECTION = BUTTONS | OVERFLOW | CHOSEN | CHOSEN_SEVERAL | TICKED | DATED | {"image": picture()}
IN_INPUT = CHOSEN | CHOSEN_SEVERAL | TICKED | DATED | DATED_AND_TIMED | TYPED
