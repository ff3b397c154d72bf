"""Reassign… and Escalate now…: somebody else must know."""

from __future__ import annotations

from bot.messages.blocks import section
from bot.messages.card_actions import ESCALATE, REASSIGN
from bot.messages.forms.parts import Sheet, View, person_field, text_field, thread_form

TO = "to"
REASON = "reason"


def reassign(sheet: Sheet) -> View:
    """Another owner."""
    hint = "They are told at once. The clocks run on."
    field = person_field(TO, "Who takes it?", typed=sheet.typed, hint=hint)
    return thread_form(sheet, REASSIGN, verb="Reassign", fields=[field])


def escalate(sheet: Sheet) -> View:
    """Do not wait for the clock."""
    tier = sheet.thread.tier + 2
    told = sheet.next_names or "whoever the plan names there"
    what = section(f"*Tier {tier}* is told now: {told}. They cannot be un-told.")
    reason = text_field(REASON, "Why now?", typed=sheet.typed, optional=True)
    return thread_form(sheet, ESCALATE, verb="Escalate", fields=[what, reason], submit="Tell them now")
