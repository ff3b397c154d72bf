"""Lists of exceptions, and one exception told in full: answers to one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messages.blocks import Message, context, section
from bot.messages.cards import sign, state_words
from bot.messages.happened import timeline_line
from bot.messages.text import by, outside
from bot.messages.words import People, times
from rules.exception_threads import ExceptionThread, Fact

MAX_TIMELINE = 15
_LINES_IN_A_BLOCK = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One exception of a list. `link` leads to its card in Slack, "" before it is there."""

    thread: ExceptionThread
    link: str = ""


def listing(
    lines: Sequence[Line], *, total: int, title: str, empty: str, people: People, now: datetime
) -> Message:
    """A bounded list; says how many more there are. `title` and `empty` are escaped."""
    if not lines:
        return Message(empty, [section(empty)])
    chunks = _chunks([list_line(line, people, now) for line in lines])
    more = total - len(lines)
    narrower = f"… and {more} more. Narrow it down with `/andon list` and the name of an area."
    rest = [context(narrower)] if more > 0 else []
    return Message(f"{title}: {total}", [section(f"*{title}* ({total})"), *map(section, chunks), *rest])


def list_line(line: Line, people: People, now: datetime) -> str:
    """Severity, name, title, state, owner, tier, next clock: on one line."""
    thread = line.thread
    parts = [f"{outside(thread.title, 60)}", state_words(thread), people.name(thread.owner)]
    if thread.tier:
        parts.append(f"escalated {times(thread.tier)}")
    if thread.due is not None:
        parts.append(f"⏱ {by(thread.due, now)}")
    return f"{sign(thread)} {name_link(thread, line.link)} {' · '.join(parts)}"


def name_link(thread: ExceptionThread, link: str) -> str:
    """EX-12, leading to its card."""
    return f"<{link}|{thread.name}>" if link else f"*{thread.name}*"


def in_full(card: Message, line: Line, history: Sequence[Fact], people: People) -> Message:
    """The card with its timeline; `history` oldest first."""
    shown = history[-MAX_TIMELINE:]
    earlier = [f"… {len(history) - len(shown)} earlier entries"] if len(history) > len(shown) else []
    told = [one_line_of(fact, people) for fact in shown]
    link = [context(f"<{line.link}|Open the thread>")] if line.link else []
    return Message(card.text, [*card.blocks, *map(context, _chunks([*earlier, *told])), *link])


def one_line_of(fact: Fact, people: People) -> str:
    """One entry of the timeline."""
    return timeline_line(fact, people) + (" _(late)_" if fact.late else "")


def permalink(workspace_url: str, channel_id: str, ts: str) -> str:
    """Where a message is, in a browser and in Slack's apps; `workspace_url` is what auth.test calls `url`."""
    return f"{workspace_url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"


def _chunks(lines: Sequence[str]) -> list[str]:
    starts = range(0, len(lines), _LINES_IN_A_BLOCK)
    return ["\n".join(lines[start : start + _LINES_IN_A_BLOCK]) for start in starts]
