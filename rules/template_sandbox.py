"""The corner of Jinja that templates of the control plan live in."""

from collections.abc import Iterable, Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.filters import FILTERS
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Pos,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Concat,
    nodes.List,
    nodes.Tuple,
    nodes.Keyword,
)
_FILTERS = (
    "abs",
    "capitalize",
    "count",
    "d",
    "default",
    "first",
    "float",
    "int",
    "last",
    "length",
    "lower",
    "max",
    "min",
    "round",
    "string",
    "sum",
    "title",
    "trim",
    "truncate",
    "upper",
)
LONGEST_TEXT = 4_001
"""Characters of a text that a template sees: one more than is shown, so that cutting shows."""

_LONGEST_MADE = 100_000
"""Characters of a text that a filter may make of others."""


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """Strict about what is missing, free of globals, and with filters that neither grow nor surprise.

    Fields win over methods, so that `event.data.items` is the field called items.
    """

    intercepted_binops = frozenset({"*", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=False)
        self.globals.clear()
        self.filters = {name: FILTERS[name] for name in _FILTERS} | _OWN_FILTERS

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return _bounded(obj[attribute]) if attribute in obj else self.undefined(obj=obj, name=attribute)
        found = super().getattr(obj, attribute)
        if callable(found) and not isinstance(found, jinja2.Undefined):
            return self.undefined(obj=obj, name=attribute)
        return found

    def getitem(self, obj: Any, argument: Any) -> Any:
        return _bounded(super().getitem(obj, argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise jinja2.TemplateRuntimeError(f"{operator} works on numbers only")
        return super().call_binop(context, operator, left, right)


def _bounded(value: Any) -> Any:
    """No more of a text than could be shown: a template may name a megabyte three hundred times."""
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _replace(text: object, old: str, new: str) -> str:
    """Jinja's own lets two long texts multiply."""
    before = str(text)
    if len(before) + before.count(old) * len(new) > _LONGEST_MADE:
        raise jinja2.TemplateRuntimeError("replace would make the text too long")
    return before.replace(old, new)


def _join(
    values: Iterable[object],
    d: str = "",
    attribute: str | None = None,  # Named as Jinja's own names them.
) -> str:
    """Jinja's own lets many short texts multiply one long separator."""
    texts = [str(_picked(value, attribute)) for value in values]
    if sum(map(len, texts)) + len(texts) * len(d) > _LONGEST_MADE:
        raise jinja2.TemplateRuntimeError("join would make the text too long")
    return d.join(texts)


def _picked(value: object, attribute: str | None) -> object:
    if attribute is None:
        return value
    if not isinstance(value, Mapping) or attribute not in value:
        raise jinja2.UndefinedError(f"'dict object' has no attribute '{attribute}'")
    return value[attribute]


@jinja2.pass_eval_context
def _tojson(context: EvalContext, value: object) -> str:
    """Jinja's own indents as far as it is told to."""
    return str(FILTERS["tojson"](context, value))


_OWN_FILTERS = {"join": _join, "replace": _replace, "tojson": _tojson}
