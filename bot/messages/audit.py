"""The audit in words: who changed what, when, and why. Answers to one person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.messages.blocks import Message, context, section, sentence
from bot.messages.text import escape, outside, quoted, since, unescape
from bot.messages.words import People
from rules.audit_entries import AT_TERMINAL, Someone, Told, is_pseudonym

Naming = Callable[[str], str]
"""The name of a person, by their key or pseudonym."""

_LINES_IN_A_BLOCK = 3
_LONGEST_VALUE = 60
_ERASED = "(erased)"


def audit_list(entries: Sequence[Told], about: str | None, people: People, *, most: int) -> Message:
    """The newest first. `about` is what was asked for, None for everything."""
    of_what = f" of {outside(about)}" if about else ""
    if not entries:
        return sentence(
            f"Nobody has changed anything{of_what} as far as the audit goes. It knows exceptions, decisions, "
            "maintenance windows, KPIs and the plan: `/andon audit EX-12`, `/andon audit plan`."
        )
    lines = [_line(each, people) for each in entries]
    blocks = [section(f"*Audit{of_what}*, newest first")]
    blocks += [
        section("\n".join(lines[start : start + _LINES_IN_A_BLOCK]))
        for start in range(0, len(lines), _LINES_IN_A_BLOCK)
    ]
    if len(entries) >= most:
        blocks.append(
            context(f"The newest {most}. `andon audit list --limit 200` on the bot's machine shows more.")
        )
    return Message(f"Audit{of_what}: {len(entries)}", blocks)


def deed(entry: Told) -> str:
    """`EX-12 reassigned`: what happened to what; not escaped."""
    return f"{entry.about} {entry.what.rpartition('.')[2]}"


def changes(entry: Told, name: Naming) -> str:
    """`owner Ana → Bo, tier 2`: what is different, not escaped; of what was nothing only the new is shown."""
    told = [
        each
        for each in {**entry.old, **entry.new}
        if _says(entry.old.get(each)) or _says(entry.new.get(each))
    ]
    return ", ".join(_change(each, entry.old, entry.new, name) for each in told)


def called(key: str, name: Naming) -> str:
    """Somebody in an entry; not everybody there is in the plan, or known any more."""
    if is_pseudonym(key):
        return f"{key} (forgotten)"
    user = key.removeprefix(AT_TERMINAL)
    return name(key) if user == key else f"{user} (terminal)"


def reason(entry: Told) -> str:
    """Why, or that it was erased; not escaped."""
    return _ERASED if entry.why is None else entry.why


def _line(entry: Told, people: People) -> str:
    def naming(key: str) -> str:
        return unescape(people.name(key))

    who = escape(called(entry.who.key, naming)) if entry.who else "Andon"
    parts = [f"{since(entry.at)} *{outside(deed(entry))}* by {who}"]
    different = changes(entry, naming)
    if different:
        parts.append(outside(different, 400))
    if entry.why != "":
        parts.append(_ERASED if entry.why is None else quoted(entry.why))
    return " · ".join(parts)


def _change(field: str, old: Mapping[str, object], new: Mapping[str, object], name: Naming) -> str:
    label = field.replace("_", " ")
    before, after = old.get(field), new.get(field)
    if field not in new:
        return f"{label} {_value(before, name)}"
    if before is None:
        return f"{label} {_value(after, name)}"
    return f"{label} {_value(before, name)} → {_value(after, name)}"


def _value(value: object, name: Naming) -> str:
    match value:
        case None:
            return "nothing"
        case Someone():
            return called(value.key, name)
        case list():
            return " + ".join(str(each) for each in value)
        case str():
            return _moment(value) or (f"{value[:12]}…" if len(value) > _LONGEST_VALUE else value)
    return str(value)


def _says(value: object) -> bool:
    """Nought and no are something to say; nothing and an empty list are not."""
    return value is not None and value != []


def _moment(text: str) -> str:
    """A time that stands in an entry; other text is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return f"{found:%Y-%m-%d %H:%M} UTC" if found.tzinfo else ""
