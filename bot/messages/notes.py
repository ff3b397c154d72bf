"""Notes: the Slack thread of an exception is its log, one short line for each thing that happened.

Whoever is paged is mentioned here, once for each step; in shadow they are only named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.messages.blocks import Message, sentence
from bot.messages.happened import in_short
from bot.messages.note_lines import LINES, Telling
from bot.messages.text import one_line, ours, outside, printable
from bot.messages.words import People
from rules.exception_threads import ExceptionThread, Fact

MAX_CATCH_UP = 15

_LATE = " _Late: this fell due while I was not running._"


def note(
    fact: Fact,
    thread: ExceptionThread,
    *,
    people: People,
    told: Sequence[str],
    channels: Sequence[str],
    now: datetime,
) -> Message | None:
    """The line that tells a fact, or None for a quiet one.

    `thread` is how it stands after the fact. `told`: the person keys to page, each mentioned exactly once;
    `channels`: where else the card is shown because of it.
    """
    if fact.quiet or fact.kind not in LINES:
        return None
    telling = Telling(fact, thread, people, tuple(dict.fromkeys(told)), tuple(channels), now)
    line = sentence(LINES[fact.kind](telling) + (_LATE if fact.late else ""))
    # A phone shows the summary and no card above it: it must say what this is about by itself.
    return replace(line, text=f"{thread.name} {outside(one_line(thread.title, 120))} · {line.text}")


def catch_up(lines: Sequence[tuple[ExceptionThread, Fact]], people: People) -> Message:
    """One direct message for everything that concerned a person while the bot was down."""
    shown = [
        f"• {thread.name} {outside(thread.title)}: {in_short(fact, people)}"
        for thread, fact in lines[:MAX_CATCH_UP]
    ]
    more = len(lines) - len(shown)
    rest = [f"• … and {more} more: `/andon mine`"] if more else []
    head = "🕐 *Late*: I was not running for a while. This concerns you; the clocks run again from now."
    return sentence("\n".join([head, *shown, *rest]))


def undeliverable(subject: str, target: str, reason: str) -> Message:
    """Told to the operators when Slack refuses something for good. `subject` names it: `EX-12`."""
    return sentence(
        f"⚠️ {outside(subject)} could not be shown in {outside(target)}: {ours(printable(reason))} "
        "Nothing is lost and its clocks run on. Once that is mended, `andon delivery list` shows what to "
        "send again."
    )
