"""YAML as a tree that remembers where everything was written.

Built from the parser's events and not by PyYAML's own composer, because that one recurses in C without a
bound: a file of nothing but opening dashes would take the process down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import yaml

DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A single value as written; `style` is YAML's: plain (""), ', ", | or >."""

    spot: Spot
    text: str
    style: str


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A list."""

    spot: Spot
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A table of keys and values, in order, double keys included."""

    spot: Spot
    entries: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Sequence | Mapping


class _Mark(Protocol):
    """A mark of PyYAML, whether its parser is the one in C or the one in Python; both count from 0."""

    line: int
    column: int


class YamlError(ValueError):
    """The text is no YAML, or YAML of a sort that no plan needs. `begun` is the line that it became so on."""

    def __init__(self, message: str, spot: Spot, *, begun: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.spot = spot
        self.begun = begun or spot.line


def read_tree(text: str) -> Node | None:
    """The one document in the text; None when it holds nothing. Raises `YamlError`."""
    try:
        return _Builder(yaml.parse(text, Loader=yaml.CSafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        begun = _spot(error.context_mark or error.problem_mark).line
        raise YamlError(_said(error, begun), _spot(error.problem_mark), begun=begun) from None
    except yaml.YAMLError as error:
        raise YamlError(str(error).splitlines()[0], Spot(1, 1)) from None
    except UnicodeEncodeError as error:
        before = text[: error.start]
        spot = Spot(before.count("\n") + 1, error.start - before.rfind("\n"))
        raise YamlError("half a character (a lone surrogate) is no text", spot) from None


_HINTS = {
    "found character that cannot start any token": (
        "indent with spaces, never with tabs, and put what begins with @, % or ` in quotes"
    ),
}
"""What to do about the parser's darker words."""


class _Builder:
    """Takes the parser's events one by one, at most `DEEPEST` levels down."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._anchors: dict[str, Node] = {}

    def document(self) -> Node | None:
        root = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise YamlError("holds a second document; a plan is one", _spot(event.start_mark))
                root = self._node(next(self._events), depth=0)
        return root

    def _node(self, event: yaml.Event, *, depth: int) -> Node:
        spot = _spot(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            return self._anchored(str(event.anchor), spot)
        if depth > DEEPEST:
            raise YamlError(f"is nested deeper than {DEEPEST} levels; no plan is", spot)
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            raise YamlError("is not finished", spot)
        if event.tag not in (None, "!"):
            raise YamlError(f"uses the tag {event.tag}; a plan needs none", spot)
        node = self._built(event, spot, depth)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _built(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, spot: Spot, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(spot, event.value, event.style or "")
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(spot, tuple(self._until(yaml.SequenceEndEvent, depth)))
        parts = list(self._until(yaml.MappingEndEvent, depth))
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return Mapping(spot, tuple((_key(key), value) for key, value in pairs))

    def _until(self, end: type[yaml.Event], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), end):
            yield self._node(event, depth=depth + 1)

    def _anchored(self, name: str, spot: Spot) -> Node:
        """An anchor is known once it is complete: one that contains itself never is."""
        if name not in self._anchors:
            raise YamlError(f"*{name} refers to an anchor that is not written before it", spot)
        return self._anchors[name]


def _key(node: Node) -> Scalar:
    if isinstance(node, Scalar):
        return node
    raise YamlError("has a list or a table as a key", node.spot)


def _spot(mark: _Mark | None) -> Spot:
    return Spot(mark.line + 1, mark.column + 1) if mark else Spot(1, 1)


def _said(error: yaml.MarkedYAMLError, begun: int) -> str:
    context = f"{error.context} begun on line {begun}" if error.context else None
    hint = _HINTS.get(str(error.problem))
    return "; ".join(filter(None, [": ".join(filter(None, [context, error.problem])), hint]))
