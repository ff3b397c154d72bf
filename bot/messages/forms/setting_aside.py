"""Snooze…, Merge… and Cancel…: not now, not here, not at all."""

from __future__ import annotations

from datetime import timedelta

from bot.messages.blocks import Block, option, section
from bot.messages.card_actions import CANCEL, MERGE, SNOOZE
from bot.messages.cards import state_words
from bot.messages.forms.handing_on import REASON
from bot.messages.forms.parts import Sheet, View, choice_field, text_field, thread_form
from bot.messages.text import one_line
from bot.messages.words import duration
from rules.durations import format_duration
from rules.exception_threads import ExceptionThread

FOR = "for"
INTO = "into"

_SNOOZES = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 480, 1440, 4320))


def snooze(sheet: Sheet) -> View:
    """Until when, and why."""
    times = [option(duration(each), format_duration(each)) for each in _SNOOZES]
    return thread_form(
        sheet,
        SNOOZE,
        verb="Snooze",
        fields=[
            choice_field(FOR, "For how long?", times, typed=sheet.typed),
            text_field(REASON, "What are you waiting for?", typed=sheet.typed, lines=False),
        ],
    )


def merge(sheet: Sheet) -> View:
    """Which other case it is part of. Needs at least one other thread to choose."""
    threads = [_other(each) for each in sheet.others]
    what = section("Its occurrences count there from now on, and its own clocks stop.")
    field = choice_field(INTO, "Part of which exception?", threads, typed=sheet.typed)
    return thread_form(sheet, MERGE, verb="Merge", fields=[what, field])


def cancel(sheet: Sheet) -> View:
    """Not a case after all."""
    what = section("This cannot be undone. The reason stays on record.")
    reason = text_field(REASON, "Why is this not an exception?", typed=sheet.typed)
    return thread_form(sheet, CANCEL, verb="Cancel", fields=[what, reason], submit="Cancel for good")


def _other(thread: ExceptionThread) -> Block:
    return option(f"{thread.name} {one_line(thread.title, 40)} · {state_words(thread)}", str(thread.id))
