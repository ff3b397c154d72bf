"""What may be written where, asked of the plan's own JSON Schema."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from rules.control_plan import ControlPlan

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The JSON Schema of a control plan, for editors that complete and check while one types."""
    return {
        "$schema": _DIALECT,
        **ControlPlan.model_json_schema(by_alias=True),
        "title": "Andon control plan",
    }


def allowed_keys(path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that the table at a path of the plan may have; none where any key goes."""
    return tuple(_schema_at(path).get("properties", ()))


def description(path: Sequence[str | int]) -> str:
    """What the plan's schema says about the value at a path, or nothing."""
    return str(_schema_at(path).get("description", ""))


@cache
def _schema() -> dict[str, Any]:
    return ControlPlan.model_json_schema(by_alias=True)


def _schema_at(path: Sequence[str | int]) -> Mapping[str, Any]:
    place: Mapping[str, Any] = _schema()
    for part in path:
        place = _resolved(_step(place, part))
    return place


def _step(place: Mapping[str, Any], part: str | int) -> Mapping[str, Any]:
    if isinstance(part, int):
        found = place.get("items", {})
    else:
        by_name = place.get("properties", {}).get(part)
        by_pattern = next(iter(place.get("patternProperties", {}).values()), None)
        found = by_name or by_pattern or place.get("additionalProperties", {})
    return found if isinstance(found, Mapping) else {}


def _resolved(place: Mapping[str, Any]) -> Mapping[str, Any]:
    """Through references and optional values to what is meant, keeping what was said about it on the way."""
    options = [option for option in place.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        return _resolved({**options[0], **{key: value for key, value in place.items() if key != "anyOf"}})
    if "$ref" not in place:
        return place
    target = _schema()["$defs"][place["$ref"].rpartition("/")[2]]
    said = {key: value for key, value in place.items() if key != "$ref"}
    return _resolved({**target, **said})
