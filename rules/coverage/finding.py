"""One thing that is wrong with a plan, and where."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

Path = tuple[str | int, ...]

_LISTED_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a path of the plan. `line` and `column`, from 1, are places inside the text there."""

    path: Path
    message: str
    line: int | None = None
    column: int | None = None


def suggestion(word: str, known: Collection[str]) -> str:
    """How to go on from an unknown word: the nearest known one, or else all of them."""
    nearest = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    if nearest:
        return f"did you mean {nearest[0]!r}?"
    if not known:
        return "the plan has none yet"
    listed = sorted(known)[:_LISTED_AT_MOST]
    return f"known: {', '.join(listed)}" + (", …" if len(known) > len(listed) else "")
