"""The plain part of templates: fixed text and paths into the event, filled in without a template engine.

Most fingerprints and titles are no more than that, and intake fills in several for every event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from rules.events import Event
from rules.template_sandbox import LONGEST_TEXT

Path = tuple[str, ...]
"""The names of fields from the event inwards: ("data", "reason")."""

_FIELDS = frozenset({"id", "source", "type", "subject", "time", "data"})


@dataclass(frozen=True, slots=True)
class Placeholders:
    """Text and paths in the order in which they are written."""

    parts: tuple[str | Path, ...]

    @classmethod
    def of(cls, tree: nodes.Template) -> Placeholders | None:
        """What the template consists of; None if it does anything beyond filling in values."""
        parts: list[str | Path] = []
        for output in tree.body:
            if not isinstance(output, nodes.Output):
                return None
            for node in output.nodes:
                part = node.data if isinstance(node, nodes.TemplateData) else _path(node)
                if part is None:
                    return None
                parts.append(part)
        return cls(tuple(parts))

    def fill(self, event: Event) -> str:
        """The text for this event, as the template engine would write it.

        Raises KeyError where the event has no such field, which the engine can explain.
        """
        return "".join(
            part if isinstance(part, str) else str(_value(event, part))[:LONGEST_TEXT] for part in self.parts
        )


def _path(node: nodes.Node) -> Path | None:
    names: list[str] = []
    while isinstance(node, nodes.Getattr):
        names.append(node.attr)
        node = node.node
    path = tuple(reversed(names))
    is_in_event = isinstance(node, nodes.Name) and node.name == "event"
    return path if is_in_event and path and path[0] in _FIELDS else None


def _value(event: Event, path: Path) -> Any:
    value = getattr(event, path[0])
    for name in path[1:]:
        if not isinstance(value, Mapping):
            raise KeyError(name)
        value = value[name]
    return value
