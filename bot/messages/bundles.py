"""A bundle: what happened in a thread while Slack could not be told, oldest first, in one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.messages.blocks import MAX_SUMMARY, Block, Message, section
from bot.messages.text import clip, date
from bot.messages.words import upper_first
from rules.exception_threads import FactKind

BETWEEN_MARKS = "+"
MARKS_IN_A_BLOCK = 9
"""A block_id has 255 characters, a mark 26."""

_COMES_AND_GOES = (FactKind.CLEARED, FactKind.RETURNED)


@dataclass(frozen=True, slots=True)
class Line:
    """One note of a bundle: its mark, what it tells in short and when that happened, and its own message."""

    mark: str
    kind: FactKind
    at: datetime
    short: str
    message: Message


def bundle(lines: Sequence[Line]) -> Message:
    """The newest in full, because it says what is asked for now; the others in a line each."""
    *earlier, newest = lines
    head = f"🕐 *{len(lines)} updates since {date(lines[0].at)}*, told late, oldest first:"
    told = [(_marks(run), _told(run)) for run in _runs(earlier)]
    (marks, text), *rest = told
    blocks = [_block(marks, f"{head}\n{text}"), *(_block(marks, text) for marks, text in rest)]
    blocks += [{**block} for block in newest.message.blocks]
    blocks[len(told)]["block_id"] = newest.mark
    summary = f"{len(lines)} updates told late. The last: {newest.message.text}"
    return Message(clip(summary, MAX_SUMMARY), blocks)


def marks_of(block_id: str) -> list[str]:
    """The marks of all notes that a block tells."""
    return block_id.split(BETWEEN_MARKS)


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    """What only comes and goes is counted, everything else told one by one."""
    runs: list[list[Line]] = []
    for is_flapping, together in groupby(lines, key=lambda line: line.kind in _COMES_AND_GOES):
        many = list(together)
        size = MARKS_IN_A_BLOCK if is_flapping else 1
        runs += [many[start : start + size] for start in range(0, len(many), size)]
    return runs


def _told(run: Sequence[Line]) -> str:
    returned = sum(line.kind is FactKind.RETURNED for line in run)
    if returned > 1:
        until = f", the last at {date(run[-1].at)}"
        return f"🔁 {returned} more occurrences since {date(run[0].at)}{until if len(run) > 1 else ''}"
    return "\n".join(f"{date(line.at)} · {upper_first(line.short)}" for line in run)


def _marks(run: Sequence[Line]) -> str:
    return BETWEEN_MARKS.join(line.mark for line in run)


def _block(marks: str, text: str) -> Block:
    return {**section(text), "block_id": marks}
