"""The plan loader: any text, nearly YAML, and a real plan with one thing wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bot.control_plan import ControlPlanError, load
from tests.fuzz.target import Feed, Target
from tests.fuzz.words import NASTY, texts

SOUND = (Path(__file__).parents[1] / "control_plan" / "sound.yaml").read_text(encoding="utf-8")
_LINES = SOUND.splitlines()
_SYNTAX = st.sampled_from([
    "&a", "*a", "<<: *a", "!!python/object/apply:os.system [ls]",
    "!!binary x", "? :", "|", ">-", "[[[[", "{{",
    "---", "...", "%YAML 9.9", "\t", "- - -", "key: key: key", "!", "@", "`", "{a: [b}", "'", '"', "~",
    "1e999", "{{ event.data.x | join(event.data.x) }}", "event.data.l.all(x, x)", "(" * 200,
    "0" * 5000, "2026-99-99",
])  # fmt: skip
_words = _SYNTAX | st.sampled_from(NASTY) | texts


@st.composite
def _changed_plans(draw: st.DrawFn) -> str:
    """A sound plan in which a line or a value is another."""
    lines = list(_LINES)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        word = draw(_words)
        before, colon, _ = lines[at].partition(": ")
        lines[at] = draw(
            st.sampled_from([f"{before}{colon}{word}", word, lines[at] + word, f"  {lines[at]}", ""])
        )
    return "\n".join(lines)


_texts = st.one_of(
    _changed_plans(), _changed_plans(), st.lists(_words, max_size=20).map("\n".join), st.text(max_size=100)
)


@contextmanager
def _loader() -> Iterator[Feed]:
    def feed(text: Any) -> str:
        try:
            load(text, file="plan.yaml")
        except ControlPlanError as error:
            assert error.problems, "refused without a reason"
            for problem in error.problems:
                assert problem.line >= 1 and problem.column >= 1 and str(problem), problem
            return "refused"
        return "read"

    yield feed


PLANS = Target("plan loader", _texts, _loader, weight=2)
