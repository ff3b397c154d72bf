"""From a path in the plan to the line and column where it is written."""

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
    written. Escapes in double quotes shift the result by as many characters as they are longer.
    """
    offset = sum(len(before) + 1 for before in scalar.text.splitlines()[: line - 1]) + column - 1
    row, indent = _beginning(scalar, lines)
    while row < len(lines) - 1 and offset > len(lines[row]) - indent:
        offset -= len(lines[row].rstrip()) - indent + 1
        row += 1
        indent = len(lines[row]) - len(lines[row].lstrip())
    return Spot(row + 1, indent + max(offset, 0) + 1)


def _beginning(scalar: Scalar, lines: Items[str]) -> tuple[int, int]:
    """Row and indentation, from 0, of the first character of the text itself."""
    if scalar.style in ("|", ">"):
        first = next(
            (row for row in range(scalar.spot.line, len(lines)) if lines[row].strip()), scalar.spot.line - 1
        )
        return first, len(lines[first]) - len(lines[first].lstrip())
    return scalar.spot.line - 1, scalar.spot.column - 1 + len(scalar.style)


def _inner(node: Node, part: str | int) -> Node | None:
    if isinstance(node, Mapping):
        return next((value for key, value in reversed(node.entries) if key.text == str(part)), None)
    if isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None
