"""What Slack refuses, checked from its documentation and from nothing of ours."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

_SAFE_REFERENCE = re.compile(r"<(?:@[UW][A-Z0-9]+|!date\^\d+\^[^|<>]+\|[^|<>]+|https?://[^|<>]+\|[^|<>]+)>")


def assert_message_is_accepted(text: str, blocks: list[dict[str, Any]]) -> None:
    """Raises AssertionError for what chat.postMessage would answer with invalid_blocks."""
    assert 0 < len(text) <= 4000
    assert 0 < len(blocks) <= 50
    assert "block_id" not in blocks[0], "the relay puts its mark there"
    assert sum(len(each) for each in texts(blocks)) <= 13_200
    assert sum(block["type"] == "data_visualization" for block in blocks) <= 2
    _assert_blocks(blocks)


def assert_view_is_accepted(view: dict[str, Any]) -> None:
    """The same for views.open and views.publish."""
    assert 0 < len(view["blocks"]) <= 100
    assert len(json.dumps(view)) <= 250_000
    assert len(view.get("private_metadata", "")) <= 3000
    for part in ("title", "submit", "close"):
        if part in view:
            assert 0 < len(view[part]["text"]) <= 24
    has_input = any(block["type"] == "input" for block in view["blocks"])
    assert not has_input or "submit" in view
    named = [block["block_id"] for block in view["blocks"] if "block_id" in block]
    assert len(named) == len(set(named))
    _assert_blocks(view["blocks"])


def assert_nobody_is_smuggled_in(value: object) -> None:
    """No markup but mentions of people, moments and links of our own making: no <!channel>, no <@…|…>."""
    for text in texts(value):
        rest = _SAFE_REFERENCE.sub("", text)
        assert "<" not in rest, text
        assert ">" not in rest, text
    for text_object in _objects(value, "mrkdwn"):
        assert text_object["verbatim"] is True, "@here and #names must stay words"


def mentions(value: object) -> list[str]:
    """Everybody who is notified by it, as often as they are."""
    return [found for text in texts(value) for found in re.findall(r"<@([UW][A-Z0-9]+)>", text)]


def _assert_blocks(blocks: list[dict[str, Any]]) -> None:
    for block in blocks:
        _CHECKS[block["type"]](block)
        assert len(block.get("block_id", "")) <= 255


def _section(block: Mapping[str, Any]) -> None:
    assert 0 < len(block["text"]["text"]) <= 3000
    if "accessory" in block:
        _element(block["accessory"])


def _context(block: Mapping[str, Any]) -> None:
    assert 0 < len(block["elements"]) <= 10
    assert all(0 < len(each["text"]) <= 3000 for each in block["elements"])


def _actions(block: Mapping[str, Any]) -> None:
    assert 0 < len(block["elements"]) <= 25
    for element in block["elements"]:
        _element(element)
    names = [element["action_id"] for element in block["elements"]]
    assert len(names) == len(set(names))


def _divider(block: Mapping[str, Any]) -> None:
    assert set(block) == {"type"}


def _input(block: Mapping[str, Any]) -> None:
    assert 0 < len(block["label"]["text"]) <= 2000
    _element(block["element"])


def _image(block: Mapping[str, Any]) -> None:
    assert 0 < len(block["alt_text"]) <= 2000
    assert set(block["slack_file"]) == {"id"}


def _line_chart(block: Mapping[str, Any]) -> None:
    assert 0 < len(block["title"]) <= 50
    chart = block["chart"]
    assert chart["type"] == "line"
    categories = chart["axis_config"]["categories"]
    assert 1 < len(categories) <= 20
    assert len(set(categories)) == len(categories)
    assert all(0 < len(category) <= 20 for category in categories)
    assert all(
        0 < len(chart["axis_config"][name]) <= 50 for name in set(chart["axis_config"]) - {"categories"}
    )
    assert 0 < len(chart["series"]) <= 6
    assert len({line["name"] for line in chart["series"]}) == len(chart["series"])
    for line in chart["series"]:
        assert 0 < len(line["name"]) <= 20
        assert [point["label"] for point in line["data"]] == categories
        assert all(math.isfinite(point["value"]) for point in line["data"])


def _element(element: Mapping[str, Any]) -> None:
    assert 0 < len(element["action_id"]) <= 255
    match element["type"]:
        case "button":
            assert 0 < len(element["text"]["text"]) <= 75
            assert len(element["value"]) <= 2000
            assert len(element.get("accessibility_label", "")) <= 75
        case "overflow":
            _options(element["options"], most=5)
        case "static_select":
            _select(element)
        case "plain_text_input":
            assert element["max_length"] <= 3000
            assert len(element.get("initial_value", "")) <= element["max_length"]
        case "users_select":
            assert set(element) <= {"type", "action_id", "initial_user"}
        case "datepicker":
            assert set(element) <= {"type", "action_id", "initial_date"}
        case other:
            raise AssertionError(f"no check for {other}")


def _select(element: Mapping[str, Any]) -> None:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    assert 0 < len(groups) <= 100
    for group in groups:
        _options(group["options"], most=100)
        assert len(group.get("label", {"text": ""})["text"]) <= 75
    offered = [option for group in groups for option in group["options"]]
    assert element.get("initial_option", offered[0]) in offered


def _options(options: list[Mapping[str, Any]], *, most: int) -> None:
    assert 0 < len(options) <= most
    for option in options:
        assert 0 < len(option["text"]["text"]) <= 75
        assert 0 < len(option["value"]) <= 150
    assert len({option["value"] for option in options}) == len(options)


def _objects(value: object, kind: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if value.get("type") == kind:
            yield value
        for inner in value.values():
            yield from _objects(inner, kind)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, kind)


def texts(value: object) -> list[str]:
    """Every formatted text; plain_text needs no escaping, Slack never takes it for markup."""
    if isinstance(value, str):
        return [value]
    return [str(found["text"]) for found in _objects(value, "mrkdwn")]


_CHECKS = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": _divider,
    "image": _image,
    "data_visualization": _line_chart,
}
