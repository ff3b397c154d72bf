"""From what somebody typed to the command of one family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from rules.commands import (
    about,
    audit,
    changes,
    decisions,
    deliveries,
    exceptions,
    kpis,
    sessions,
    suppressions,
)
from rules.commands.numbers import begins_with_thread
from rules.commands.words import CommandError

Command = (
    about.AboutAndon
    | audit.Audit
    | exceptions.AboutExceptions
    | changes.ThreadChange
    | decisions.AboutDecisions
    | deliveries.AboutDeliveries
    | kpis.AboutKpis
    | sessions.AboutSessions
    | suppressions.AboutSuppressions
)

_READERS: Mapping[str, Callable[[str], Command]] = {
    **about.READERS,
    **audit.READERS,
    **exceptions.READERS,
    **changes.READERS,
    **decisions.READERS,
    **deliveries.READERS,
    **kpis.READERS,
    **sessions.READERS,
    **suppressions.READERS,
}

_SYNONYMS: Mapping[str, str] = {
    **about.SYNONYMS,
    **audit.SYNONYMS,
    **exceptions.SYNONYMS,
    **changes.SYNONYMS,
    **deliveries.SYNONYMS,
    **sessions.SYNONYMS,
    **suppressions.SYNONYMS,
}


def parse_command(text: str) -> Command:
    """Read what follows `/andon`; nothing at all asks for help. Raises CommandError and nothing else."""
    words = text.split(maxsplit=1)
    if not words:
        return about.Help()
    name, rest = words[0].casefold(), " ".join("".join(words[1:]).split())
    read = _READERS.get(_SYNONYMS.get(name, name))
    if read is not None:
        return read(rest)
    if decisions.is_decision(name):
        return decisions.read_decision(name)
    if begins_with_thread(text.strip()):
        return exceptions.read_show(" ".join(text.split()))
    raise _unknown(words[0], rest)


def _unknown(word: str, rest: str) -> CommandError:
    near = get_close_matches(word.casefold(), [*_READERS, *_SYNONYMS], n=1, cutoff=0.5)
    suggestion = f"{_SYNONYMS.get(near[0], near[0])} {rest}".strip() if near else ""
    return CommandError(f"I do not know “{word}”.", suggestion)
