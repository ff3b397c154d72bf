"""About Andon itself: `help`, `whoami`, `version`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Help:
    """What can be done, or how one thing is done."""

    topic: str = ""


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """Who the plan takes the asker for."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which plan and which software are running."""


AboutAndon = Help | WhoAmI | Version

READERS: Mapping[str, Callable[[str], AboutAndon]] = {
    "help": lambda rest: Help(rest.casefold()),
    "whoami": lambda _: WhoAmI(),
    "version": lambda _: Version(),
}

SYNONYMS: Mapping[str, str] = {"?": "help", "who": "whoami", "me": "whoami"}
