"""CEL conditions over events, such as `event.data.state == "DOWN" && event.data.minutes > 5`."""

import re
from dataclasses import dataclass
from functools import lru_cache

from cel_expr_python import cel

from rules.events import Event
from rules.facts import ENVIRONMENT, Facts, FactsError

KNOWN_NAMES = "event.id, event.source, event.type, event.subject, event.time and event.data"

_COMPLAINT = re.compile(r"ERROR: [^:]*:(-?\d+):(-?\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
_NO_OVERLOAD = re.compile(
    r"(?i)no matching overloads? *(?:found)? *:? *(?:for)? *'?([^'(]+?)'?(?: applied to)? *'?\((.*?)\)"
)
_MISSING_KEY = re.compile(r"Key not found in map : (.*)")
_UNREADABLE = re.compile(
    r"^(?:token recognition error at: |\w+ (?:input|alternative at input) )('.*?')(?: expecting .*)?$"
)
_STATUS = re.compile(r"^[A-Z_]+: | \[[A-Z_]+\]$")


class ConditionSyntaxError(ValueError):
    """The text is no condition. `line` and `column` count from 1 and say where in the text."""

    def __init__(self, message: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class ConditionFailedError(Exception):
    """The condition cannot be decided for this event, for example because it lacks a field."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. Any number of threads may ask it at once: it keeps nothing between questions."""

    source: str
    program: cel.Expression

    @classmethod
    def compile(cls, source: str) -> "Condition":
        """Raises `ConditionSyntaxError` with the place; equal texts are compiled once."""
        return _compile(source)

    def holds(self, event: Event) -> bool:
        """Whether the event satisfies it. Raises `ConditionFailedError` where that cannot be said."""
        try:
            return self.holds_for(Facts.of(event))
        except FactsError as error:
            raise ConditionFailedError(str(error)) from None

    def holds_for(self, facts: Facts) -> bool:
        """As `holds`, for facts that were built once for many conditions."""
        try:
            outcome = self.program.eval(facts.activation)
        except RuntimeError as error:
            raise ConditionFailedError(_reason(str(error))) from None
        if outcome.type() == cel.Type.ERROR:
            raise ConditionFailedError(_reason(str(outcome.value())))
        if outcome.type() != cel.Type.BOOL:
            raise ConditionFailedError(f"it gives a value of kind {_kind(outcome.type())}, not true or false")
        return bool(outcome.value())


@lru_cache(maxsize=20_000)
def _compile(source: str) -> Condition:
    try:
        program = ENVIRONMENT.compile(source)
    except RuntimeError as error:
        raise _syntax_error(source, str(error)) from None
    if program.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
        kind = _kind(program.return_type())
        raise ConditionSyntaxError(f"gives a value of kind {kind}; a condition must be true or false")
    return Condition(source, program)


def _syntax_error(source: str, complaint: str) -> ConditionSyntaxError:
    found = _COMPLAINT.search(complaint)
    if not found or int(found[1]) < 1:
        return ConditionSyntaxError("is nested too deeply or too long; write it in fewer steps")
    line, column, message = int(found[1]), int(found[2]), found[3].removesuffix(" [INVALID_ARGUMENT]")
    undeclared = _UNDECLARED.search(message)
    if undeclared:
        column = _start_of(undeclared[1], _line(source, line), before=column)
        message = (
            f"{undeclared[1]!r} is not known here; a condition knows {KNOWN_NAMES}, and CEL's own functions"
        )
    return ConditionSyntaxError(_hint(_in_words(message), source, line, column), line=line, column=column)


def _line(source: str, number: int) -> str:
    """As CEL counts them: it knows no other end of a line than a line feed."""
    lines = source.split("\n")
    return lines[number - 1] if number <= len(lines) else ""


def _start_of(name: str, line: str, *, before: int) -> int:
    """CEL points at the last dot or the bracket of an unknown name; people look at its first letter."""
    found = line.rfind(name, 0, before - 1 + len(name))
    return found + 1 if found >= 0 else before


_SLIPS = {"=": "==", "and": "&&", "or": "||", "not": "!", "is": "==", "&": "&&", "|": "||"}


def _hint(message: str, source: str, line: int, column: int) -> str:
    rest = _line(source, line)[column - 1 :]
    written = re.match(r"[a-z]+|[=&|]", rest)
    meant = _SLIPS.get(written[0]) if written else None
    return f"{message}; CEL writes {meant} for {written[0]!r}" if written and meant else message


def _reason(complaint: str) -> str:
    message = _STATUS.sub("", complaint)
    missing = _MISSING_KEY.search(message)
    if missing:
        return f"the event has no {missing[1]}; ask has(…) first where it may be missing"
    if "Applying SELECT" in message:
        return "it looks for a field inside a value that has no fields"
    if message.endswith(": @in"):
        return "'in' needs a list or a table on its right"
    if "<jump_condition>" in message:
        return "a test in it is neither true nor false"
    return _in_words(message)


def _in_words(message: str) -> str:
    overload = _NO_OVERLOAD.search(message)
    if not overload:
        words = _UNREADABLE.sub(r"did not expect \1 here", message.removeprefix("Syntax error: "))
        return words.replace("did not expect '<EOF>' here", "ends too early: something is missing here")
    operation, kinds = overload[1].strip("_@ "), overload[2].replace("int64", "int")
    hint = "; write double(…) around the whole number" if {"int", "double"} <= set(kinds.split(", ")) else ""
    return f"{operation!r} does not work on ({kinds}){hint}"


def _kind(kind: cel.Type) -> str:
    return str(kind.name()).lower().partition("<")[0]
