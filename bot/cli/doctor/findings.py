"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How it looks: a doubt can wait, a fault cannot."""

    FINE = "ok"
    DOUBT = "warn"
    FAULT = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `andon doctor`. `remedy` says what to do; it is empty when all is well."""

    mark: Mark
    subject: str
    said: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{self.mark:<5} {self.subject}: {self.said}"
        return f"{line}\n      → {self.remedy}" if self.remedy else line


def fine(subject: str, said: str) -> Finding:
    """All is well."""
    return Finding(Mark.FINE, subject, said)


def doubt(subject: str, said: str, remedy: str) -> Finding:
    """It works, but not as it should."""
    return Finding(Mark.DOUBT, subject, said, remedy)


def fault(subject: str, said: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(Mark.FAULT, subject, said, remedy)
