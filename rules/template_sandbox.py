"""The corner of Jinja that templates of the control plan live in."""

from collections.abc import Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.filters import FILTERS
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
    "join",
    "last",
    "length",
    "lower",
    "max",
    "min",
    "round",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "truncate",
    "upper",
)
_LONGEST_REPLACED = 100_000


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """Strict about what is missing, free of globals, and with filters that neither grow nor surprise.

    Fields win over methods, so that `event.data.items` is the field called items.
    """

    intercepted_binops = frozenset({"*", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=False)
        self.globals.clear()
        self.filters = {name: FILTERS[name] for name in _FILTERS} | {"replace": _replace}

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        found = super().getattr(obj, attribute)
        if callable(found) and not isinstance(found, jinja2.Undefined):
            return self.undefined(obj=obj, name=attribute)
        return found

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise jinja2.TemplateRuntimeError(f"{operator} works on numbers only")
        return super().call_binop(context, operator, left, right)


def _replace(text: object, old: str, new: str) -> str:
    """Jinja's own lets two long texts multiply."""
    before = str(text)
    if len(before) + before.count(old) * len(new) > _LONGEST_REPLACED:
        raise jinja2.TemplateRuntimeError("replace would make the text too long")
    return before.replace(old, new)
