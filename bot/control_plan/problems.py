"""Everything wrong with a control plan file, in the form that people and editors read."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` and `column` count from 1; `excerpt` is the line with a caret below."""

    file: str
    line: int
    column: int
    path: str
    message: str
    excerpt: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        said = ": ".join(part for part in (where, self.path, self.message) if part)
        return f"{said}\n{self.excerpt}" if self.excerpt else said


class ControlPlanError(Exception):
    """The file is no usable control plan; `problems` lists all that is wrong with it, top to bottom."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
