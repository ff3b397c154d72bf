"""Conditions and templates that do not compile, and rules that contradict themselves."""

from collections.abc import Iterator
from datetime import timedelta

from rules.conditions import Condition, ConditionSyntaxError
from rules.control_plan import ControlPlan, Rule
from rules.coverage.finding import Finding, Path, suggestion
from rules.plan_index import PlanIndex
from rules.templates import Template, TemplateSyntaxError


def conditions(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for index, rule in enumerate(plan.rules):
        yield from _condition(("rules", index, "when"), rule.when)
        if rule.clear_when is not None:
            yield from _condition(("rules", index, "clear_when"), rule.clear_when)


def templates(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for index, rule in enumerate(plan.rules):
        for path, source in _template_sources(rule):
            yield from _template(("rules", index, *path), source)


def contradictions(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for index, rule in enumerate(plan.rules):
        path = ("rules", index)
        if not rule.on:
            yield Finding((*path, "on"), "names no event type, so nothing ever matches it; name one or more")
        if not rule.fingerprint:
            yield Finding((*path, "fingerprint"), "has no part; name what makes two events one exception")
        if rule.clear_when is None and rule.resolve_on_clear:
            yield Finding((*path, "resolve_on_clear"), "never happens without clear_when; add clear_when")
        if rule.clear_when is None and rule.clear_for > timedelta():
            yield Finding((*path, "clear_for"), "never happens without clear_when; add clear_when")


def fixed_places(plan: ControlPlan, index: PlanIndex) -> Iterator[Finding]:
    """A rule that names its equipment outright names some that exists."""
    for number, rule in enumerate(plan.rules):
        if is_fixed(rule.at) and not index.place(rule.at).mapped:
            known = index.known_places()
            yield Finding(
                ("rules", number, "at"), f"there is no place {rule.at!r}; {suggestion(rule.at, known)}"
            )


def is_fixed(template: str) -> bool:
    """Whether a template says the same for every event."""
    return "{{" not in template and "{%" not in template


def _template_sources(rule: Rule) -> Iterator[tuple[Path, str]]:
    yield ("title",), rule.title
    yield ("at",), rule.at
    yield ("severity",), rule.severity
    yield from ((("fingerprint", index), source) for index, source in enumerate(rule.fingerprint))


def _condition(path: Path, source: str) -> Iterator[Finding]:
    try:
        Condition.compile(source)
    except ConditionSyntaxError as error:
        yield Finding(path, error.message, line=error.line, column=error.column)


def _template(path: Path, source: str) -> Iterator[Finding]:
    try:
        Template.compile(source)
    except TemplateSyntaxError as error:
        yield Finding(path, error.message, line=error.line)
