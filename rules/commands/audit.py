"""The audit: `audit`, `audit EX-12`, `audit plan`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Audit:
    """Who changed what and why; `about` is a subject such as EX-12 and plan, or "" for everything."""

    about: str = ""


READERS: Mapping[str, Callable[[str], Audit]] = {"audit": Audit}

SYNONYMS: Mapping[str, str] = {"log": "audit"}
