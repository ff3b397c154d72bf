"""The digest of a session: what it must decide comes first, what is fine is one line.

The words are in templates/digest.j2; each of its blocks becomes a paragraph here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.messages import suppressions, text, words
from bot.messages.blocks import Block, Message, context, section
from bot.messages.cards import sign, state_words
from bot.messages.charts import in_bars
from rules.agenda import Agenda, Changes, Fine
from rules.control_plan import Kpi, Session, SessionKind
from rules.figures import measure, signed

_NEXT_PARAGRAPH = "\f"
"""No text from outside can hold it: control characters are dropped from that."""

MOST_COUNTED = 100
"""So many missed occurrences or more are not told apart."""

_LISTED = 8
_ON_HOME = 5

_INSTEAD: Mapping[SessionKind, str] = {
    SessionKind.TIER_MEETING: "walk the line together",
    SessionKind.WEEKLY_CONTROL: "check on the floor that earlier countermeasures still hold",
    SessionKind.MONTHLY: "choose a target to raise",
    SessionKind.QUARTERLY: "choose what the next quarter shall improve",
}


class Names(suppressions.Names, Protocol):
    """Who and what the plan knows by which name."""

    def kpi(self, key: str | None) -> Kpi | None:
        """The KPI of that key."""
        ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occurrence of a session.

    `facilitator` is a person's key, None when the plan's words mean nobody; `reachable`: Slack knows them.
    `owners` says whose each KPI is: a person's key by the KPI's.
    `late` is when the digest was due, if it is late; `missed`: so many earlier ones were never posted.
    """

    session: Session
    begins: datetime
    facilitator: str | None
    reachable: bool
    owners: Mapping[str, str | None]
    currency: str = ""
    late: datetime | None = None
    missed: int = 0


def digest(agenda: Agenda, occasion: Occasion, names: Names, drawn: Block | None = None) -> Message:
    """The whole digest, frozen: it is a record of what was known. `drawn`: a chart of the dearest drift."""
    head, decide, drifts, *others, fine = _paragraphs(agenda, occasion, names)
    summary = f"{occasion.session.name}: {text.plain(decide).replace('*', '')}"
    blocks = [section(words) for words in (head, decide, drifts) if words]
    blocks += [drawn] if drawn else []
    blocks += [section(words) for words in others if words]
    return Message(text.outside(summary, 300), [*blocks, *([context(fine)] if fine else [])])


def previewed(message: Message, occasion: Occasion) -> Message:
    """The digest as it would be now."""
    word = f"👀 Preview for {text.since(occasion.begins)}: posted nowhere, kept nowhere."
    return Message(message.text, [context(word), *message.blocks])


def earlier(message: Message, built_at: datetime) -> Message:
    """A digest that was posted before, as it was."""
    return Message(message.text, [context(f"🗄️ As posted {text.since(built_at)}"), *message.blocks])


def in_plain_words(message: Message) -> str:
    """The digest for a terminal."""
    return "\n\n".join(text.plain(_text_of(block)).replace("*", "") for block in in_bars(message).blocks)


def sessions_listing(rows: Sequence[tuple[Session, datetime | None]], names: Names) -> Message:
    """Every session with its next occurrence, soonest first."""
    if not rows:
        none = "The control plan declares no sessions yet. They go under `sessions:`."
        return Message(none, [section(none)])
    lines = [_session_line(session, at, names) for session, at in rows]
    return Message(_counted(len(lines), "session", "sessions"), [section("\n".join(lines))])


def sessions_on_home(rows: Sequence[tuple[Session, datetime]]) -> list[Block]:
    """The next sessions of somebody who takes part in them; no blocks when there are none."""
    lines = [f"• {text.outside(session.name)} · {text.since(at)}" for session, at in rows[:_ON_HOME]]
    return [section("\n".join(["*Your next sessions*", *lines]))] if lines else []


def _session_line(session: Session, at: datetime | None, names: Names) -> str:
    when = text.since(at) if at else "not scheduled"
    led = words.target(session.facilitator, names)
    return f"• *{text.outside(session.name)}* · {when} · {led} · `/andon digest {session.key}`"


def _paragraphs(agenda: Agenda, occasion: Occasion, names: Names) -> list[str]:
    """Every paragraph of the template; what there is nothing to say about is empty."""
    rendered = _template().render(
        **{field.name: getattr(occasion, field.name) for field in fields(occasion)},
        agenda=agenda,
        instead=_INSTEAD[occasion.session.kind],
        missed_ones=_missed(occasion.missed),
        changed=list(_changed(agenda.changes, names)) if agenda.changes else [],
        fine=_fine(agenda.fine),
        next_paragraph=_NEXT_PARAGRAPH,
        money=lambda amount: f"{amount:,.0f} {text.outside(occasion.currency)}".rstrip(),
        name=names.name,
        matter=names.matter,
        kpi_name=partial(_kpi_name, names),
        unit=partial(_unit, names),
        target=partial(words.target, people=names),
    )
    return [_compact(paragraph) for paragraph in rendered.split(_NEXT_PARAGRAPH)]


def _compact(paragraph: str) -> str:
    """Without the empty lines that a readable template leaves behind."""
    return "\n".join(line for line in map(str.strip, paragraph.split("\n")) if line)


def _changed(changes: Changes, names: Names) -> Iterator[tuple[str, str]]:
    parts: tuple[tuple[str, Sequence[str]], ...] = (
        ("new", [f"EX-{number}" for number in changes.opened]),
        ("escalated", [f"EX-{number}" for number in changes.worse]),
        ("settled", [f"EX-{number}" for number in changes.settled]),
        ("newly off", [_kpi_name(names, key) for key in changes.off]),
        ("back on target", [_kpi_name(names, key) for key in changes.back]),
    )
    for word, told in parts:
        if told:
            more = [f"{len(told) - _LISTED} more"] if len(told) > _LISTED else []
            yield word, words.joined([*told[:_LISTED], *more])


def _fine(fine: Fine) -> str:
    well = [
        _counted(fine.kpis, "KPI within its limits", "KPIs within their limits"),
        _counted(fine.cases, "exception in hand and in time", "exceptions in hand and in time"),
        _counted(fine.decisions, "decision not due yet", "decisions not due yet"),
    ]
    told = [part for part in well if part]
    unread = _counted(fine.unread, "KPI has no reading yet.", "KPIs have no reading yet.")
    return " ".join(part for part in (f"Fine: {words.joined(told)}." if told else "", unread) if part)


def _missed(number: int) -> str:
    """How many digests nobody ever got, as a sentence; empty for none."""
    if number >= MOST_COUNTED:
        return f"{MOST_COUNTED} or more earlier ones were missed while Andon was down."
    told = _counted(number, "earlier one was", "earlier ones were")
    return f"{told} missed while Andon was down." if told else ""


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def _text_of(block: Block) -> str:
    return str(block["text"]["text"] if "text" in block else block["elements"][0]["text"])


def _tiers(number: int) -> str:
    return _counted(number, "tier above", "tiers above")


def _kpi_name(names: Names, key: str | None) -> str:
    kpi = names.kpi(key)
    return text.outside(kpi.name if kpi else key or "", 60)


def _unit(names: Names, key: str | None) -> str:
    kpi = names.kpi(key)
    return kpi.unit if kpi else ""


@cache
def _template() -> Template:
    folder = Path(__file__).with_name("templates")
    environment = Environment(  # noqa: S701 - Slack's markup is not HTML: filters escape for Slack
        loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "day": partial(text.date, form="{date_short_pretty}"),
        "measure": lambda value, unit: text.outside(measure(value, unit)),
        "outside": text.outside,
        "quoted": text.quoted,
        "sign": sign,
        "signed": lambda value, unit: text.outside(signed(value, unit)),
        "since": text.since,
        "state": state_words,
        "tiers": _tiers,
        "times": words.times,
    }
    return environment.get_template("digest.j2")
