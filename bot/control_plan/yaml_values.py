"""Plain values out of a YAML tree, by the rules of YAML 1.2's core: `on`, `yes` and `no` are words."""

import re
from typing import Any

from bot.control_plan.yaml_tree import Mapping, Node, Scalar, Sequence, YamlError

MOST_VALUES = 1_000_000

_WORDS: dict[str, bool | None] = (
    dict.fromkeys(("", "~", "null", "Null", "NULL"))
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
)
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def plain_value(tree: Node | None) -> Any:
    """Dicts, lists and scalars. Of a key that is written twice the last wins: `duplicate_keys` tells of it.

    Raises `YamlError` when anchors multiply into more than `MOST_VALUES` values.
    """
    return _Reader().value(tree) if tree else None


def duplicate_keys(node: Node | None) -> list[tuple[Scalar, Scalar]]:
    """Every key that its table already has, with the first one."""
    found: list[tuple[Scalar, Scalar]] = []
    pending, seen = [node], set()
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, Sequence):
            pending.extend(current.items)
        elif isinstance(current, Mapping):
            pending.extend(value for _, value in current.entries)
            found.extend(_repeated(current))
    return found


def _repeated(table: Mapping) -> list[tuple[Scalar, Scalar]]:
    first: dict[str, Scalar] = {}
    return [(key, first[key.text]) for key, _ in table.entries if first.setdefault(key.text, key) is not key]


class _Reader:
    """Counts what it hands out: through anchors a small file can mean a very large one."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def value(self, node: Node) -> Any:
        self._left -= 1
        if self._left < 0:
            raise YamlError(f"its anchors multiply into more than {MOST_VALUES} values", node.spot)
        match node:
            case Sequence():
                return [self.value(item) for item in node.items]
            case Mapping():
                return {key.text: self.value(value) for key, value in node.entries}
            case Scalar():
                return node.text if node.style else _scalar(node.text)


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _DECIMAL.fullmatch(text):
        return int(text)
    if _OCTAL_OR_HEX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
