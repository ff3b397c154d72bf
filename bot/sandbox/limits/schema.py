"""A small language for saying what Slack accepts. A check yields every problem, in Slack's words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointer` is the JSON pointer that Slack puts behind the sentence."""

    text: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.text} [json-pointer:{self.pointer}]"


Problems = Iterator[Problem]
Check = Callable[[Any, str], Problems]


def string(most: int, *, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, str):
            yield Problem("must be a string", at)
        elif len(value) < least:
            yield Problem(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            yield Problem(f"must be less than {most + 1} characters", at)

    return check


def boolean(value: Any, at: str) -> Problems:
    if not isinstance(value, bool):
        yield Problem("must be a boolean", at)


def integer(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem("must be an integer", at)
        elif not least <= value <= most:
            yield Problem(f"must be between {least} and {most}", at)

    return check


def number(value: Any, at: str) -> Problems:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield Problem("must be a number", at)


def choice(*allowed: str) -> Check:
    def check(value: Any, at: str) -> Problems:
        if value not in allowed:
            yield Problem(f"must be one of: {', '.join(allowed)}", at)

    return check


def pattern(expression: str, saying: str) -> Check:
    compiled = re.compile(expression)

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Problem(saying, at)

    return check


def anything(value: Any, at: str) -> Problems:
    """For what this sandbox lets pass without looking inside."""
    del value, at
    return iter(())


def many(item: Check, *, most: int, least: int = 1) -> Check:
    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, list):
            yield Problem("must be an array", at)
            return
        if len(value) < least:
            yield Problem(f"must have at least {least} items", at)
        if len(value) > most:
            yield Problem(f"no more than {most} items allowed", at)
        for index, each in enumerate(value):
            yield from item(each, f"{at}/{index}")

    return check


def record(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """An object with exactly these fields beside `type`; null stands for an absent optional field."""
    fields = required | (optional or {})

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem("must be an object", at)
            return
        for name in required:
            if value.get(name) is None:
                yield Problem(f"missing required field: {name}", at)
        for name, each in value.items():
            if name in fields and each is not None:
                yield from fields[name](each, f"{at}/{name}")
            elif name not in fields and name != "type":
                yield Problem(f"invalid additional property: {name}", at)

    return check


def by_type(table: dict[str, Check]) -> Check:
    """Let the field `type` choose the check; a type that is not in the table is refused."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem("must be an object", at)
        elif value.get("type") not in table:
            yield Problem(f"unsupported type: {value.get('type')}", at)
        else:
            yield from table[value["type"]](value, at)

    return check


def both(*checks: Check) -> Check:
    def check(value: Any, at: str) -> Problems:
        for each in checks:
            yield from each(value, at)

    return check
