"""Slack's building blocks, kept within Slack's limits by construction.

The first block of a message gets no block_id here: whoever sends it puts a mark there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.messages.text import clip, date, escape
from bot.messages.words import People

__all__ = [
    "Block",
    "Message",
    "People",
    "actions",
    "button",
    "clip",
    "context",
    "date",
    "escape",
    "option",
    "overflow",
    "plain_text",
    "section",
    "sentence",
]

Block = dict[str, Any]

MAX_SECTION = 3000
MAX_SUMMARY = 3000
MAX_BLOCKS = 50


@dataclass(frozen=True, slots=True)
class Message:
    """`text` always sums up what `blocks` show: it is what a notification and a screen reader say."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def sentence(text: str) -> Message:
    """A message of a single paragraph of mrkdwn."""
    return Message(clip(text, MAX_SUMMARY), [section(text)])


def section(text: str, *, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn; what came from outside must be escaped already."""
    block: Block = {"type": "section", "text": mrkdwn(clip(text, MAX_SECTION))}
    return block | {"accessory": accessory} if accessory else block


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(clip(text, MAX_SECTION))]}


def actions(elements: Sequence[Block]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(label: str, action_id: str, value: str, *, primary: bool = False, spoken: str = "") -> Block:
    """A button; `spoken` is what a screen reader says instead of the label."""
    element: Block = {"type": "button", "text": plain_text(label), "action_id": action_id, "value": value}
    if primary:
        element["style"] = "primary"
    return element | {"accessibility_label": clip(spoken, 75)} if spoken else element


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """The … menu; Slack allows five options."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def option(label: str, value: str) -> Block:
    """One choice of a menu."""
    return {"text": plain_text(label), "value": clip(value, 150)}


def mrkdwn(text: str) -> Block:
    """Formatted text. Verbatim: Slack must not find mentions or channels in words nobody marked up."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str, limit: int = 75) -> Block:
    """Unformatted text, which Slack never takes for markup."""
    return {"type": "plain_text", "text": clip(text, limit), "emoji": True}
