"""The arguments of a Web API call, whether they came as a form, a query or JSON."""

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from typing import Any, TypeVar

from bot.sandbox.refusals import SlackRefusal, invalid_arguments
from bot.sandbox.values import Json

Item = TypeVar("Item")
CURSOR = "offset:"


class Arguments:
    """Reads what the SDK sends: numbers and booleans as text, nested values as JSON in text."""

    def __init__(self, values: Json) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """The text of an argument, empty when it was not given."""
        return str(self.values.get(name, ""))

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, *, usual: int, most: int) -> int:
        try:
            value = int(self.values.get(name, usual))
        except (TypeError, ValueError):
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None
        return max(1, min(value, most))

    def names(self, name: str, *, usual: str = "") -> list[str]:
        """A comma-separated list, or a JSON array."""
        value = self.values.get(name, usual)
        parts = value if isinstance(value, list) else str(value).split(",")
        return [str(part).strip() for part in parts if str(part).strip()]

    def nested(self, name: str, *, malformed: str = "invalid_arguments") -> Any:
        """A value that a form carries as JSON text; `malformed` is the refusal when it is none."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackRefusal(malformed) from None

    def page(self, items: Sequence[Item], *, usual: int, most: int) -> tuple[list[Item], Json]:
        """One page of `items` by `cursor` and `limit`, and the `response_metadata` that leads on."""
        limit = self.number("limit", usual=usual, most=most)
        start = self._offset()
        following = start + limit
        cursor = b64encode(f"{CURSOR}{following}".encode()).decode() if following < len(items) else ""
        return list(items[start:following]), {"next_cursor": cursor}

    def _offset(self) -> int:
        cursor = self.text("cursor")
        if not cursor:
            return 0
        try:
            return int(b64decode(cursor, validate=True).decode().removeprefix(CURSOR))
        except (Base64Error, ValueError):
            raise SlackRefusal("invalid_cursor") from None
