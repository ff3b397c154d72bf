"""What a condition may know of an event, in the form that CEL takes.

CEL's evaluator knows JSON kinds and no more: a date, a Decimal or a whole number beyond 64 bits anywhere
in the data would fail conditions that never look at it, and data nested some ten thousand deep would crash
the process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cel_expr_python import cel

from rules.events import Event

DEEPEST = 64

LONGEST_TEXT = 4_000
"""Characters of a text that a condition sees, as many as templates show. Looking for one long text within
another costs their product, and a condition may do so for each of ten thousand list entries."""

_LARGEST = 2**63

ENVIRONMENT = cel.NewEnv(
    variables={
        "event.id": cel.Type.STRING,
        "event.source": cel.Type.STRING,
        "event.type": cel.Type.STRING,
        "event.subject": cel.Type.STRING,
        "event.time": cel.Type.TIMESTAMP,
        "event.data": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    }
)


class FactsError(ValueError):
    """The event's data cannot be shown to a condition; the message says why."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One event made ready for any number of conditions. Building it is most of the cost of the first."""

    activation: cel.Activation

    @classmethod
    def of(cls, event: Event) -> "Facts":
        """Raises `FactsError` for data that no condition could be asked about."""
        return cls(
            ENVIRONMENT.Activation(
                {
                    "event.id": _clean(event.id),
                    "event.source": _clean(event.source),
                    "event.type": _clean(event.type),
                    "event.subject": _clean(event.subject),
                    "event.time": event.time,
                    "event.data": _plain(event.data, depth=0),
                }
            )
        )


def _plain(value: Any, *, depth: int) -> Any:
    if isinstance(value, str):
        return _clean(value[:LONGEST_TEXT])
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if -_LARGEST <= value < _LARGEST else _as_double(value)
    if depth >= DEEPEST:
        raise FactsError(f"the event's data is nested deeper than {DEEPEST} levels")
    if isinstance(value, Mapping):
        return {_clean(str(key)): _plain(inner, depth=depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, depth=depth + 1) for inner in value]
    raise FactsError(f"the event's data holds a {type(value).__name__}, which is not JSON")


def _as_double(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _clean(text: str) -> str:
    """JSON may carry half a surrogate pair, which is no text at all to CEL."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
