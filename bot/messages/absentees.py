"""What the operators are told of people of the plan whom Slack does not know any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages.blocks import Message, section, sentence
from bot.messages.text import bold, outside
from bot.messages.words import joined, readable
from rules.control_plan import Person

_MOST = 10
_DUTIES = 5


@dataclass(frozen=True, slots=True)
class Absentee:
    """Somebody without an account: why, and what the plan leaves to them by name or by role."""

    person: Person
    trouble: str
    leads: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()


def absent(gone: Sequence[Absentee]) -> Message:
    """Whom to replace, and where."""
    lines = [_line(each) for each in gone[:_MOST]]
    more = f"\n… and {len(gone) - _MOST} more: `andon doctor`" if len(gone) > _MOST else ""
    head = (
        "⚠️ Slack knows no active account of these people, so nobody can page them. Replace them in the "
        "control plan, or correct their `slack:` or `email:`."
    )
    return Message(sentence(head).text, [section("\n".join([head, *lines]) + more)])


def _line(gone: Absentee) -> str:
    roles = [readable(role).lower() for role in gone.person.roles]
    parts = [
        f"{bold(gone.person.name)} ({outside(gone.trouble)})",
        _listed("is ", roles),
        _listed("leads ", gone.leads),
        _listed("owns ", gone.owns),
    ]
    return "• " + " · ".join(part for part in parts if part)


def _listed(verb: str, names: Sequence[str]) -> str:
    shown = [outside(name, 60) for name in names[:_DUTIES]]
    more = [f"{len(names) - _DUTIES} more"] if len(names) > _DUTIES else []
    return f"{verb}{joined([*shown, *more])}" if shown else ""
