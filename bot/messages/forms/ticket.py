"""What a form carries in its private_metadata.

It says what the form is about; its ULID makes sending it twice harmless.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

_LARGEST = 2**63 - 1


class GarbledFormError(ValueError):
    """The form carries something this version does not write; it was opened before an update."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """`form` is the ULID. Thread and revision are 0 on a form that is about no thread.

    `decision_id` is the decision that a form amends or reviews, 0 for none; `permalink` leads to the message
    that it was opened from, "" for none.
    """

    form: str
    thread_id: int = 0
    revision: int = 0
    decision_id: int = 0
    permalink: str = ""

    @classmethod
    def parse(cls, text: str) -> Ticket:
        """Read it back; raises GarbledFormError."""
        try:
            fields = json.loads(text)
            return cls(
                _ulid(fields["form"]),
                _number(fields["thread"]),
                _number(fields["revision"]),
                _number(fields.get("decision", 0)),
                str(fields.get("permalink", "")),
            )
        except (ArithmeticError, AttributeError, ValueError, KeyError, TypeError) as error:
            raise GarbledFormError(
                "This form was opened before I was updated; nothing was saved. Please open it again."
            ) from error

    def __str__(self) -> str:
        carried = {"form": self.form, "thread": self.thread_id, "revision": self.revision}
        return json.dumps(carried | {"decision": self.decision_id, "permalink": self.permalink})


def _ulid(given: object) -> str:
    """The name of a form; raises ValueError."""
    if not isinstance(given, str) or not given.isascii() or not given.isprintable() or len(given) > 64:
        raise ValueError("names no form")
    return given


def _number(given: object) -> int:
    """A number that a database can hold; raises ValueError."""
    if not isinstance(given, int) or not 0 <= given <= _LARGEST:
        raise ValueError(f"{given!r} numbers nothing")
    return given
