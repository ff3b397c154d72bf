"""What could not be told to Slack, in words. Answers to one person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.blocks import Message, context, section, sentence
from bot.messages.text import outside, since
from bot.messages.words import People
from rules.delivery import DeliveryState, OutboxRow, Purpose
from rules.quarantine import Quarantine

REFERENCE_LENGTH = 6
"""So many last characters of a mark tell it from others."""

_LONGEST_REASON = 200
_WHAT = {
    Purpose.CARD: "card",
    Purpose.NOTE: "note",
    Purpose.DIRECT: "message",
    Purpose.HOME: "Home tab",
}


def deliveries_list(
    rows: Sequence[OutboxRow], quarantine: Quarantine | None, people: People, *, most: int
) -> Message:
    """The newest first, and how to settle each."""
    blocks = [section(_held(quarantine))] if quarantine else []
    if not rows:
        return Message(_FINE, [*blocks, section(_FINE)])
    blocks += [section("*What Slack was not told*, newest first")]
    blocks += [section(_line(row, people)) for row in rows]
    dead = next((row for row in rows if row.state is DeliveryState.DEAD), rows[0])
    blocks.append(
        context(
            f"Once the cause is mended: `/andon delivery retry {reference(dead)}`. To give it up for good: "
            f"`/andon delivery drop {reference(dead)}`."
        )
    )
    if len(rows) >= most:
        blocks.append(context(f"The newest {most}. `andon delivery list` on the bot's machine shows more."))
    return Message(f"What Slack was not told: {len(rows)}", blocks)


def retried(row: OutboxRow, people: People) -> Message:
    """It waits for its turn again."""
    return sentence(f"On its way again: {_what(row, people)}. If Slack still refuses, it is listed anew.")


def dropped(row: OutboxRow, people: People) -> Message:
    """It is never shown."""
    return sentence(f"Given up: {_what(row, people)}. Slack will not be told.")


def reference(row: OutboxRow) -> str:
    """What people call it."""
    return row.mark[-REFERENCE_LENGTH:]


_FINE = "Everything was delivered, or is on its way without trouble."


def _held(quarantine: Quarantine) -> str:
    return (
        f"⛔ *Nothing is sent*, since {since(quarantine.since)}: {outside(quarantine.reason)}. Whoever runs "
        "Andon releases it by `andon delivery release`."
    )


def _line(row: OutboxRow, people: People) -> str:
    state = "dead" if row.state is DeliveryState.DEAD else "tried again by itself"
    tries = f"{row.attempts} tries" if row.attempts != 1 else "one try"
    head = f"`{reference(row)}` {_what(row, people)} · {state}, {tries} · {since(row.created_at)}"
    return f"{head}\n{outside(row.error or 'no reason given', _LONGEST_REASON)}"


def _what(row: OutboxRow, people: People) -> str:
    of_thread = f" of EX-{row.thread_id}" if row.thread_id else ""
    is_person = row.target.startswith("@")
    whom = people.name(row.target.removeprefix("@")) if is_person else outside(row.target)
    return f"{_WHAT[row.purpose]}{of_thread} for {whom}"
