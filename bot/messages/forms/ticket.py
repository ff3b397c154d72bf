"""What a form carries in its private_metadata.

It says what the form is about; its ULID makes sending it twice harmless.
"""

from __future__ import annotations

import json
from dataclasses import dataclass


class GarbledFormError(ValueError):
    """The form carries something this version does not write; it was opened before an update."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """`form` is the ULID. Thread and revision are 0 on a form that opens a new thread."""

    form: str
    thread_id: int = 0
    revision: int = 0

    @classmethod
    def parse(cls, text: str) -> Ticket:
        """Read it back; raises GarbledFormError."""
        try:
            fields = json.loads(text)
            return cls(str(fields["form"]), int(fields["thread"]), int(fields["revision"]))
        except (ValueError, KeyError, TypeError) as error:
            raise GarbledFormError(
                "This form was opened before I was updated; nothing was saved. Please open it again."
            ) from error

    def __str__(self) -> str:
        return json.dumps({"form": self.form, "thread": self.thread_id, "revision": self.revision})
