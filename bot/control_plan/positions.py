"""From a path in the plan to the line and column where it is written."""

from collections.abc import Iterator
from collections.abc import Sequence as Items

from bot.control_plan.yaml_tree import Mapping, Node, Scalar, Sequence, Spot

PathLike = Items[str | int]


def node_at(tree: Node, path: PathLike) -> Node:
    """The node that the path leads to, or the last one on the way where the file says no more."""
    node = tree
    for part in path:
        inner = _inner(node, part)
        if inner is None:
            return node
        node = inner
    return node


def key_spot(tree: Node, path: PathLike) -> Spot:
    """Where the key that ends the path is written, or else where its value or its table begins."""
    table = node_at(tree, path[:-1])
    if isinstance(table, Mapping):
        for key, _ in table.entries:
            if key.text == path[-1]:
                return key.spot
    return node_at(tree, path).spot


def spot_inside(scalar: Scalar, *, line: int, column: int, lines: Items[str]) -> Spot:
    """Where the `line`:`column` of a scalar's text stands in the file whose lines are given.

    A folded text is one line of which the file shows several: the characters are counted off the lines as
    written. Escapes in quotes and blank lines in a folded text shift the result by a few characters.
    """
    offset = sum(len(before) + 1 for before in scalar.text.splitlines()[: line - 1]) + column - 1
    for row, start, length in _rows(scalar, lines):
        if offset <= length:
            return Spot(row + 1, start + offset + 1)
        offset -= length + 1
    return scalar.spot


def _rows(scalar: Scalar, lines: Items[str]) -> Iterator[tuple[int, int, int]]:
    """Row and column, from 0, at which each written line of the text begins, and how long it is."""
    first = scalar.spot.line - 1
    if scalar.style in ("|", ">"):
        indent = next((_indent(line) for line in lines[first + 1 :] if line.strip()), 0)
        for row in range(first + 1, len(lines)):
            yield row, indent, max(len(lines[row]) - indent, 0)
        return
    start = scalar.spot.column - 1 + len(scalar.style)
    yield first, start, len(lines[first].rstrip()) - start
    for row in range(first + 1, len(lines)):
        yield row, _indent(lines[row]), len(lines[row].strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _inner(node: Node, part: str | int) -> Node | None:
    if isinstance(node, Mapping):
        return next((value for key, value in reversed(node.entries) if key.text == str(part)), None)
    if isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None
