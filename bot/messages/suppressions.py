"""Suppressions as people read them: what is silent, until when and why, and what was held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.messages.blocks import Block, Message, button, context, section, sentence
from bot.messages.text import DAY_AND_TIME, by, date, outside, quoted, since
from bot.messages.words import People, times
from rules.suppressions import Matcher, Suppression

END_NOW = "suppression_end"

MOST_SHOWN = 20
_MOST_TITLES = 8
_ON_HOME = 5


class Names(People, Protocol):
    """Who made a suppression, and what it is about."""

    def matter(self, matcher: Matcher) -> str:
        """By the names of the plan, not escaped."""
        ...


class Held(Protocol):
    """A signal that was held back."""

    @property
    def title(self) -> str: ...

    @property
    def since(self) -> datetime | None: ...

    @property
    def times(self) -> int: ...

    @property
    def stands(self) -> bool: ...


def made(suppression: Suppression, names: Names, now: datetime) -> Message:
    """The answer to whoever made it."""
    when = "from now" if suppression.begins <= now else f"from {date(suppression.begins, DAY_AND_TIME)}"
    return sentence(
        f"🔧 *{suppression.name}*: {_matter(suppression, names)} is silent {when} until "
        f"{date(suppression.ends, DAY_AND_TIME)}. What happens is recorded and opens no exception; what "
        "still stands at the end opens then. Exceptions that are open already are not touched: their owners "
        "can snooze them. Calls for help always come through. `/andon suppressions` ends it early."
    )


def begun(suppression: Suppression, names: Names, now: datetime) -> Message:
    """Told where it holds."""
    return sentence(
        f"🔧 *{suppression.name}* · maintenance: {_matter(suppression, names)} is silent until "
        f"{by(suppression.ends, now)}, by {names.name(suppression.author)}: {quoted(suppression.reason)}. "
        "Exceptions that are open already go on."
    )


def over(
    suppression: Suppression, held: Sequence[Held], names: Names, *, late: bool, others: bool = False
) -> Message:
    """Told where it held: what it held back, and what still stands and opens now.

    `others`: more windows are in force, and may cover the same.
    """
    ended = f", ended early by {names.name(suppression.ended_by)}" if suppression.ended_by else ""
    delay = f" (late: it was over at {date(suppression.over_at, DAY_AND_TIME)})" if late else ""
    head = f"▶️ *{suppression.name}* · maintenance of {_matter(suppression, names)} is over{ended}{delay}. "
    standing = [each for each in held if each.stands]
    blocks = [section(head + _account(held, standing, others))]
    if standing:
        blocks.append(context("\n".join(_titles(standing))))
    return Message(head + _account(held, standing, others), blocks)


def ended(suppression: Suppression) -> str:
    """The answer to whoever ended it."""
    return f"▶️ *{suppression.name}* is over now; what still stands opens."


def suppressions_list(
    found: Sequence[Suppression], *, held: Mapping[int, int], names: Names, now: datetime
) -> Message:
    """One line each; those that are not over have their button."""
    if not found:
        return sentence(
            "Nothing is silent and no maintenance window is planned. "
            "`/andon maintenance line-2 for 4h because planned lubrication` makes one."
        )
    title = "Maintenance windows"
    blocks: list[Block] = [section(f"*{title}* ({len(found)})")]
    blocks += [
        section(
            _line(each, held.get(each.id, 0), names, now),
            accessory=_end_button(each) if each.over_at > now else None,
        )
        for each in found[:MOST_SHOWN]
    ]
    if len(found) > MOST_SHOWN:
        blocks.append(context(f"… and {len(found) - MOST_SHOWN} more, which end later"))
    return Message(f"{title}: {len(found)}", blocks)


def on_home(in_force: Sequence[Suppression], names: Names) -> list[Block]:
    """What is silent now, for whom it may concern; no blocks when nothing is."""
    if not in_force:
        return []
    lines = [f"• {each.name} {_matter(each, names)} · until {since(each.over_at)}" for each in in_force]
    more = len(lines) - _ON_HOME
    rest = [f"… and {more} more: `/andon suppressions`"] if more > 0 else []
    return [section("\n".join(["🔧 *Silent for maintenance*", *lines[:_ON_HOME], *rest]))]


def _line(suppression: Suppression, held: int, names: Names, now: datetime) -> str:
    sign, window = _standing(suppression, names, now)
    count = f" · held back {times(held)}" if held else ""
    return (
        f"{sign} *{suppression.name}* {_matter(suppression, names)} · {window} · "
        f"{names.name(suppression.author)}: {quoted(suppression.reason, 150)}{count}"
    )


def _standing(suppression: Suppression, names: Names, now: datetime) -> tuple[str, str]:
    """A sign, and when it holds or held."""
    if suppression.over_at <= now:
        early = f", ended early by {names.name(suppression.ended_by)}" if suppression.ended_by else ""
        return "▫️", f"over since {date(suppression.over_at, DAY_AND_TIME)}{early}"
    if suppression.holds_at(now):
        return "🔧", f"until {by(suppression.ends, now)}"
    return "🗓️", f"{by(suppression.begins, now)} – {by(suppression.ends, suppression.begins)}"


def _end_button(suppression: Suppression) -> Block:
    element = button("End now", END_NOW, str(suppression.id), spoken=f"End {suppression.name} now")
    return element | {
        "confirm": {
            "title": {"type": "plain_text", "text": f"End {suppression.name} now?"},
            "text": {"type": "plain_text", "text": "What still stands opens at once and pages people."},
            "confirm": {"type": "plain_text", "text": "End it"},
            "deny": {"type": "plain_text", "text": "Keep it"},
        }
    }


def _matter(suppression: Suppression, names: Names) -> str:
    return outside(names.matter(suppression.matcher))


def _account(held: Sequence[Held], standing: Sequence[Held], others: bool) -> str:
    if not held:
        return "It held nothing back."
    total = times(sum(each.times for each in held))
    signals = "one signal" if len(held) == 1 else f"{len(held)} signals"
    if not standing:
        return f"It held back {signals}, {total}; all of it has cleared, so nothing opens."
    stand = "one still stands and opens" if len(standing) == 1 else f"{len(standing)} still stand and open"
    unless = ", unless another window covers it" if others else ""
    return f"It held back {signals}, {total}; {stand} now{unless}:"


def _titles(standing: Sequence[Held]) -> list[str]:
    shown = [
        f"• {outside(each.title)}{f', since {date(each.since, DAY_AND_TIME)}' if each.since else ''}"
        for each in standing[:_MOST_TITLES]
    ]
    more = len(standing) - len(shown)
    return [*shown, f"… and {more} more"] if more else shown
