"""Titles, places and fingerprints written as small Jinja templates over an event.

A template may fill in values, filter them and choose with `if`. Loops, assignments and calls are refused when
it is compiled: what rendering costs is then bounded by the event, and no template can hang or swell the bot.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import jinja2
from jinja2 import nodes

from rules.events import Event
from rules.placeholders import Placeholders
from rules.template_sandbox import ALLOWED, TemplateSandbox

LONGEST = 4000

MOST_STEPS = 250
"""Parts of a template: the engine nests them in brackets, and Python's parser has its limits."""

_SANDBOX = TemplateSandbox()
_MISSING = re.compile(r"^'dict object' has no attribute '(.*)'$", re.DOTALL)


class TemplateSyntaxError(ValueError):
    """The text is no template. `line` counts from 1."""

    def __init__(self, message: str, *, line: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class TemplateFailedError(Exception):
    """The template cannot be filled in for this event, for example because it lacks a field."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template; any number of threads may render it at once."""

    source: str
    program: jinja2.Template
    plain: Placeholders | None = None

    @classmethod
    def compile(cls, source: str) -> "Template":
        """Raises `TemplateSyntaxError` with the line; equal texts are compiled once."""
        return _compile(source)

    def render(self, event: Event) -> str:
        """The text for this event, cut to `LONGEST` characters. Raises `TemplateFailedError`."""
        if self.plain is None:
            return self._run(event)
        try:
            return _cut(self.plain.fill(event))
        except Exception:  # whatever it is, the engine meets it too and says what is wrong
            return self._run(event)

    def _run(self, event: Event) -> str:
        try:
            text = self.program.render(event=_shown(event))
        except jinja2.UndefinedError as error:
            raise TemplateFailedError(_missing(str(error))) from None
        except Exception as error:  # a filter may raise anything at all, given the wrong value
            raise TemplateFailedError(str(error)) from None
        return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _shown(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "data": event.data,
    }


@lru_cache(maxsize=20_000)
def _compile(source: str) -> Template:
    try:
        tree = _SANDBOX.parse(source)
        _refuse_programs(tree)
        return Template(source, _SANDBOX.from_string(source), Placeholders.of(tree))
    except jinja2.TemplateSyntaxError as error:
        raise TemplateSyntaxError(error.message or "is no template", line=error.lineno) from None


def _refuse_programs(tree: nodes.Template) -> None:
    if sum(1 for _ in tree.find_all(nodes.Node)) > MOST_STEPS:
        raise TemplateSyntaxError("has too many steps; write it in fewer")
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            word = type(node).__name__.lower()
            raise TemplateSyntaxError(
                f"uses {word!r}; a template may fill in values, filter them with | and choose with if",
                line=node.lineno,
            )
        if isinstance(node, nodes.Name) and node.name != "event":
            raise TemplateSyntaxError(
                f"knows no {node.name!r}; a template knows only event", line=node.lineno
            )


def _missing(complaint: str) -> str:
    found = _MISSING.match(complaint)
    if not found:
        return complaint
    return f"the event has no {found[1]!r}; add | default(…) where it may be missing"
