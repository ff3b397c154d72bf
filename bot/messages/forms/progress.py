"""Contain… and Resolve…: what was done."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.card_actions import CONTAIN, RESOLVE
from bot.messages.forms.parts import Sheet, View, text_field, thread_form
from bot.messages.words import readable

ACTION = "action"
NOTE = "note"

_ANSWER = "answer."
_HINTS: Mapping[str, str] = {
    "root_cause": "Why it happened, not what happened. Ask why once more.",
    "countermeasure": "What keeps it from happening again.",
    "verification": "How anybody can see that it holds.",
}


def contain(sheet: Sheet) -> View:
    """What holds the damage for now."""
    hint = "What holds the damage for now; the cause may still be unknown."
    field = text_field(ACTION, "What was done?", typed=sheet.typed, hint=hint)
    return thread_form(sheet, CONTAIN, verb="Contain", fields=[field])


def resolve(sheet: Sheet) -> View:
    """One answer for each item of the definition of done, and a note."""
    asked = [
        text_field(_ANSWER + item, readable(item), typed=sheet.typed, hint=_HINTS.get(item, ""))
        for item in sheet.thread.rule.done_when
    ]
    note = text_field(NOTE, "Note", typed=sheet.typed, optional=True)
    return thread_form(sheet, RESOLVE, verb="Resolve", fields=[*asked, note])


def resolution_answers(typed: Mapping[str, str]) -> dict[str, str]:
    """The answers as the definition of done names them; the note goes with them when there is one."""
    note = typed.get(NOTE, "").strip()
    answers = {name.removeprefix(_ANSWER): text for name, text in typed.items() if name.startswith(_ANSWER)}
    return {**answers, NOTE: note} if note and NOTE not in answers else answers


def answer_field(item: str) -> str:
    """The field in which an item of the definition of done is answered."""
    return _ANSWER + item
