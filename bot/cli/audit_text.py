"""The audit on the terminal: entries as a table and as JSON, verdicts and goodbyes in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.cli.terminal import moment, table
from bot.messages.audit import called, changes, deed, reason
from bot.services.audit_log import Examined
from bot.services.forgetting import Forgotten
from bot.services.plan_in_force import PlanInForce
from rules.audit_entries import Someone, Told

HEADINGS = ("NO", "WHEN", "WHO", "THROUGH", "WHAT", "CHANGE", "WHY")


def as_table(entries: Sequence[Told], people: PlanInForce) -> str:
    """One line each; a dash for what is not sealed yet."""

    def name(key: str) -> str:
        person = people.index.person(key)
        return person.name if person else key

    def line(entry: Told) -> tuple[object, ...]:
        who = called(entry.who.key, name) if entry.who else "Andon"
        told = (deed(entry), changes(entry, name), " ".join(reason(entry).split()))
        return (entry.number or "–", moment(entry.at), who, entry.through, *told)

    return table([HEADINGS, *map(line, entries)])


def as_json(entries: Sequence[Told]) -> str:
    """All that is known of each; `why` is null once it was erased."""
    return json.dumps([_fields(each) for each in entries], indent=2, ensure_ascii=False)


def verdict_in_words(examined: Examined) -> str:
    """Whether it holds, where not, and what to do."""
    verdict, base = examined.verdict, examined.base
    if verdict.broken is not None:
        broken = verdict.broken
        when = f" ({moment(broken.at)})" if broken.at else ""
        return (
            f"The audit is broken: entry {broken.number}{when} {broken.flaw}.\n"
            f"Before it hold {_entries(verdict.checked)}. Somebody changed the database by hand: keep a "
            "copy of it as it is, and compare with a backup."
        )
    since = f" since checkpoint {base.number}" if base.number else ""
    lines = [f"The audit is whole: {_entries(verdict.checked)}{since}, each as it was sealed."]
    if examined.waiting:
        lines.append(f"Not sealed yet: {_entries(examined.waiting)}; a running bot does that within seconds.")
    if verdict.erased:
        lines.append(f"{verdict.erased:,} have lost their reason, because somebody was forgotten.")
    return "\n".join([*lines, f"Its end: {verdict.last}"])


def names_of(person: str, people: PlanInForce) -> tuple[str, ...]:
    """How reasons may call somebody, as far as the plan in force knows."""
    found = people.index.person(person)
    if found is None:
        return ()
    return tuple(each for each in (found.name, found.email, found.slack) if each)


def forgotten_in_words(person: str, done: Forgotten) -> str:
    """What was done, and what only a human can judge."""
    said = (
        f"{person} is forgotten: what they did ({_entries(done.entries)}) stays under {done.pseudonym}, and "
        f"nobody can say who it was. {_reasons(done.erased)} erased."
    )
    if not done.reasons:
        return said
    return (
        f"{said}\nLeft are reasons that they gave and that do not name them ({done.reasons:,}). Read them "
        f"with `andon audit list --by {done.pseudonym}`, and erase them with "
        f"`andon audit forget {done.pseudonym} --with-reasons`."
    )


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _reasons(count: int) -> str:
    return "One reason was" if count == 1 else f"{count:,} reasons were"


def _fields(entry: Told) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "who": entry.who.key if entry.who else None,
        "through": entry.through,
        "what": entry.what,
        "about": entry.about,
        "why": entry.why,
        "old": _plain(entry.old),
        "new": _plain(entry.new),
    }


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.key if isinstance(value, Someone) else value for name, value in values.items()}
