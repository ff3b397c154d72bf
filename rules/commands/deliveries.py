"""What could not be told to Slack: `delivery`, `delivery retry 7B1R0W`, `delivery drop 7B1R0W`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.commands.words import CommandError

_REFERENCE = re.compile(r"[0-9A-Z]{4,26}")


@dataclass(frozen=True, slots=True)
class ListDeliveries:
    """What is dead or fails, and whether anything is sent at all."""


@dataclass(frozen=True, slots=True)
class RetryDelivery:
    """Try a dead one again; `reference` is how its mark ends."""

    reference: str


@dataclass(frozen=True, slots=True)
class DropDelivery:
    """Give one up for good; `reference` is how its mark ends."""

    reference: str


AboutDeliveries = ListDeliveries | RetryDelivery | DropDelivery


def read_delivery(text: str) -> AboutDeliveries:
    """Read what follows `delivery`; raises CommandError."""
    first, _, rest = text.partition(" ")
    match first.casefold():
        case "" | "list":
            return ListDeliveries()
        case "retry":
            return RetryDelivery(_reference(rest))
        case "drop":
            return DropDelivery(_reference(rest))
    raise CommandError(
        f"“{first}” is nothing that can be done with a delivery: list, retry or drop.", "delivery"
    )


def _reference(text: str) -> str:
    found = _REFERENCE.fullmatch(text.upper())
    if found is None:
        what = f"“{text}” names no delivery" if text else "It takes a delivery"
        raise CommandError(f"{what}; the list shows what each is called, such as 7B1R0W.", "delivery")
    return found[0]


READERS: Mapping[str, Callable[[str], AboutDeliveries]] = {"delivery": read_delivery}

SYNONYMS: Mapping[str, str] = {"deliveries": "delivery", "undelivered": "delivery"}
