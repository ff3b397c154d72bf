"""Reading a control plan: YAML in; out comes a plan proved consistent, or everything that is wrong."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from bot.control_plan.complaints import complaint, is_echo
from bot.control_plan.positions import key_spot, node_at, spot_inside
from bot.control_plan.problems import ControlPlanError, Problem
from bot.control_plan.salvage import salvage
from bot.control_plan.yaml_tree import Node, Scalar, Spot, YamlError, read_tree
from bot.control_plan.yaml_values import duplicate_keys, plain_value
from rules.control_plan import ControlPlan
from rules.coverage import Finding, Path, findings

LARGEST_FILE = 8_000_000


def load(text: str, *, file: str) -> ControlPlan:
    """The plan in the text; `file` only names it in messages. Raises `ControlPlanError` with all problems."""
    if len(text) > LARGEST_FILE:
        raise ControlPlanError([Problem(file, 1, 1, "", f"is larger than {LARGEST_FILE} characters")])
    sheet = _Sheet(text.removeprefix("\ufeff"), file)
    plan = sheet.read()
    if sheet.problems or plan is None:
        raise ControlPlanError(sheet.problems)
    return plan


@dataclass(slots=True)
class _Sheet:
    """One file while it is read, gathering what is wrong with it."""

    text: str
    file: str
    problems: list[Problem] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    def read(self) -> ControlPlan | None:
        self._lines = self.text.splitlines()
        try:
            tree = read_tree(self.text)
            value = plain_value(tree)
        except YamlError as error:
            self._add(error.spot, "", error.message + _hint(self._lines, error), excerpt=True)
            return None
        if tree is None or not isinstance(value, dict):
            self._add(Spot(1, 1), "", "holds no plan; `andon init` writes a first one")
            return None
        for key, first in duplicate_keys(tree):
            self._add(key.spot, key.text, f"is written twice; the first is on line {first.spot.line}")
        return self._validated(tree, value)

    def _validated(self, tree: Node, value: dict[str, Any]) -> ControlPlan | None:
        try:
            plan = ControlPlan.model_validate(value)
        except ValidationError as error:
            self._complain(tree, value, error)
            return None
        for finding in findings(plan):
            self._report(finding, finding.path, tree, value)
        return plan

    def _complain(self, tree: Node, value: dict[str, Any], error: ValidationError) -> None:
        """Says what is unreadable, and what can still be said about the rest."""
        broken: list[Path] = []
        for details in error.errors():
            if is_echo(details):
                continue
            path: Path = tuple(details["loc"])
            broken.append(path)
            spot = key_spot(tree, path) if details["type"] == "extra_forbidden" else node_at(tree, path).spot
            self._add(spot, path_in_words(path, value), complaint(details))
        rest = salvage(value, broken)
        if rest:
            for finding in findings(rest.plan, incomplete=rest.incomplete):
                original = rest.original(finding.path)
                if original:
                    self._report(finding, original, tree, value)

    def _report(self, finding: Finding, path: Path, tree: Node, value: dict[str, Any]) -> None:
        node = node_at(tree, path)
        words = path_in_words(path, value)
        if finding.line is None or not isinstance(node, Scalar):
            self._add(node.spot, words, finding.message)
        else:
            spot = spot_inside(node, line=finding.line, column=finding.column or 1, lines=self._lines)
            self._add(spot, words, finding.message, excerpt=True)

    def _add(self, spot: Spot, path: str, message: str, *, excerpt: bool = False) -> None:
        shown = _excerpt(self._lines, spot) if excerpt else None
        self.problems.append(Problem(self.file, spot.line, spot.column, path, message, shown))


def path_in_words(path: Path, value: object) -> str:
    """`rules[line-down].when`: entries of lists by their key where they have one."""
    words = ""
    for part in path:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
            name = value.get("key") if isinstance(value, dict) else None
            words += f"[{name if isinstance(name, str) else part}]"
        else:
            value = value.get(part) if isinstance(value, dict) else None
            words += f".{part}" if words else part
    return words


def _excerpt(lines: list[str], spot: Spot) -> str | None:
    if spot.line > len(lines):
        return None
    return f"    {lines[spot.line - 1]}\n    {' ' * (spot.column - 1)}^"


def _hint(lines: list[str], error: YamlError) -> str:
    """What most often lies behind YAML that cannot be read: a value that should have been in quotes."""
    near = " ".join(lines[min(error.begun, error.spot.line - 1) - 1 : error.spot.line])
    if "{{" in near:
        return '; a template must be in quotes, such as "{{ event.subject }}"'
    if " #" in near or "@" in near:
        return '; a value that begins with # or @ must be in quotes, such as "#filling" or "@maria"'
    return ""
