"""The limits on blocks and views, one broken rule at a time."""

from typing import Any

import pytest

from bot.sandbox.limits.messages import refuse_bad_blocks
from bot.sandbox.limits.views import refuse_bad_home, refuse_bad_modal
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.values import Json
from tests.sandbox.conftest import button, modal, section, text_input

PLAIN: Json = {"type": "plain_text", "text": "x"}


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def option(value: str = "1", label: int = 1) -> Json:
    return {"text": plain(label), "value": value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **more: Any) -> Json:
    options = [option(str(number)) for number in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def chart(points: int = 3, *, labels: list[str] | None = None) -> Json:
    categories = [f"m{number}" for number in range(points)]
    data = [{"label": label, "value": 1} for label in labels or categories]
    return {
        "type": "data_visualization",
        "title": "Glide path",
        "chart": {
            "type": "line",
            "series": [{"name": "actual", "data": data}],
            "axis_config": {"categories": categories},
        },
    }


def table(rows: int, columns: int) -> Json:
    row = [{"type": "raw_text", "text": "x"}] * columns
    return {"type": "table", "rows": [row] * rows}


CONFIRM: Json = {"title": PLAIN, "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}
IMAGE: Json = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}

GOOD: list[Json] = [
    section("x" * 3000),
    section("x", fields=[{"type": "mrkdwn", "text": "y" * 2000}] * 5),
    {"type": "header", "text": plain(150)},
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}, IMAGE]},
    actions(*[button(f"b{number}") for number in range(25)]),
    actions(select(100, placeholder=plain(150), initial_option=option("3"))),
    actions({"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(5)]}),
    actions(button("b") | {"confirm": CONFIRM, "style": "danger", "accessibility_label": "Go"}),
    section("x", accessory={"type": "datepicker", "action_id": "d", "initial_date": "2026-01-31"}),
    IMAGE,
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a", "title": PLAIN},
    {"type": "markdown", "text": "**x**"},
    chart(20),
    table(100, 20),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
]

BAD: dict[str, tuple[Json, str]] = {
    "unknown block": ({"type": "sparkles"}, "unsupported type: sparkles [json-pointer:/blocks/0]"),
    "empty text": (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "no text": ({"type": "section"}, "missing required field: text or fields [json-pointer:/blocks/0]"),
    "long field": (section("x", fields=[plain(2001)]), "must be less than 2001 characters"),
    "11 fields": (section("x", fields=[PLAIN] * 11), "no more than 10 items allowed"),
    "unknown property": (section("x", colour="red"), "invalid additional property: colour"),
    "long header": ({"type": "header", "text": plain(151)}, "must be less than 151 characters"),
    "mrkdwn header": (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "unsupported type: mrkdwn",
    ),
    "no actions": (actions(), "must have at least 1 items"),
    "26 actions": (actions(*[button(f"b{n}") for n in range(26)]), "no more than 25 items allowed"),
    "same action_id": (actions(button("a"), button("a")), "already exists in this block"),
    "11 in context": ({"type": "context", "elements": [PLAIN] * 11}, "no more than 10 items allowed"),
    "button in context": ({"type": "context", "elements": [button("a")]}, "unsupported type: button"),
    "input in actions": (
        actions({"type": "plain_text_input", "action_id": "a"}),
        "unsupported type: plain_text_input",
    ),
    "long button": (actions(button("a") | {"text": plain(76)}), "must be less than 76 characters"),
    "long value": (actions(button("a", "v" * 2001)), "must be less than 2001 characters"),
    "odd style": (actions(button("a") | {"style": "loud"}), "must be one of: primary, danger"),
    "long action_id": (actions(button("a" * 256)), "must be less than 256 characters"),
    "long block_id": (section("x", block_id="b" * 256), "must be less than 256 characters"),
    "6 in overflow": (
        actions({"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]}),
        "no more than 5 items allowed",
    ),
    "101 options": (actions(select(101)), "no more than 100 items allowed"),
    "no options": (actions({"type": "static_select", "action_id": "s"}), "exactly one of options"),
    "long option": (
        actions(select(0, options=[option(label=76)])),
        "must be less than 76 characters",
    ),
    "long option value": (actions(select(0, options=[option("v" * 151)])), "must be less than 151"),
    "foreign initial": (actions(select(2, initial_option=option("9"))), "initial option must exactly match"),
    "long confirm title": (
        actions(button("a") | {"confirm": CONFIRM | {"title": plain(101)}}),
        "must be less than 101 characters",
    ),
    "long confirm text": (
        actions(button("a") | {"confirm": CONFIRM | {"text": plain(301)}}),
        "must be less than 301 characters",
    ),
    "bad date": (
        actions({"type": "datepicker", "action_id": "d", "initial_date": "31.1.2026"}),
        "must be a date like 2026-01-31",
    ),
    "no alt text": ({"type": "image", "image_url": "https://x"}, "missing required field: alt_text"),
    "no picture": ({"type": "image", "alt_text": "a"}, "exactly one of image_url and slack_file"),
    "21 points": (chart(21), "no more than 20 items allowed"),
    "missing category": (chart(3, labels=["m0"]), "data must cover all categories"),
    "101 rows": (table(101, 1), "no more than 100 items allowed"),
    "21 columns": (table(1, 21), "no more than 20 items allowed"),
    "text as a string": ({"type": "section", "text": "x"}, "must be an object"),
}


def reasons(blocks: Any) -> list[str]:
    with pytest.raises(SlackRefusal) as caught:
        refuse_bad_blocks(blocks, unsupported=set())
    assert caught.value.error == "invalid_blocks"
    messages: list[str] = caught.value.extra["response_metadata"]["messages"]
    return messages


def test_what_slack_accepts_passes() -> None:
    for block in GOOD:
        refuse_bad_blocks([block], unsupported=set())


@pytest.mark.parametrize("name", BAD)
def test_a_broken_limit_is_named(name: str) -> None:
    block, reason = BAD[name]
    assert any(reason in message for message in reasons([block]))


def test_a_message_has_limits_as_a_whole() -> None:
    assert "no more than 50 items allowed" in reasons([{"type": "divider"}] * 51)[0]
    assert "already exists" in reasons([section("x", block_id="b"), section("y", block_id="b")])[0]
    assert "only one table" in reasons([table(1, 1), table(1, 1)])[0]
    assert "no more than 2 data_visualization" in reasons([chart()] * 3)[0]
    assert "must be an object" in reasons(["x"])[0]


def view_reasons(view: Any) -> list[str]:
    with pytest.raises(SlackRefusal) as caught:
        refuse_bad_modal(view)
    assert caught.value.error == "invalid_arguments"
    messages: list[str] = caught.value.extra["response_metadata"]["messages"]
    return messages


def test_modals_have_limits() -> None:
    assert refuse_bad_modal(modal(*[text_input(f"b{number}") for number in range(100)]))
    assert "no more than 100 items" in view_reasons(modal(*[{"type": "divider"}] * 101))[0]
    assert "must be less than 25" in view_reasons(modal() | {"title": plain(25)})[0]
    assert "must be less than 25" in view_reasons(modal() | {"submit": plain(25)})[0]
    assert "must be less than 25" in view_reasons(modal() | {"close": plain(25)})[0]
    assert "must be less than 3001" in view_reasons(modal(private_metadata="x" * 3001))[0]
    assert "missing required field: submit" in view_reasons(modal(text_input("b")) | {"submit": None})[0]
    assert "already exists" in view_reasons(modal(text_input("b"), text_input("b")))[0]
    assert "unsupported type: table" in view_reasons(modal(table(1, 1)))[0]
    assert "missing required field: title" in view_reasons({"type": "modal", "blocks": []})[0]
    assert "must be an object" in view_reasons("modal")[0]


def test_a_view_may_not_weigh_more_than_250_kilobytes() -> None:
    with pytest.raises(SlackRefusal, match="view_too_large"):
        refuse_bad_modal(modal(*[section("x" * 3000) for _ in range(90)]))


def test_a_home_tab_has_no_submit_button() -> None:
    assert refuse_bad_home({"type": "home", "blocks": [section("x")]})
    with pytest.raises(SlackRefusal, match="invalid_arguments"):
        refuse_bad_home({"type": "home", "blocks": [], "submit": PLAIN})
