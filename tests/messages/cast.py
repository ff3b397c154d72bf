"""The people and the case that the stories about messages are told with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.messages.blocks import Block, Message
from bot.messages.cards import card
from bot.messages.notes import note
from bot.messages.text import escape
from rules import occurrences
from rules.control_plan import EscalationPolicy, Rule, Severity
from rules.exception_threads import Change, ExceptionThread
from rules.suppressions import Matcher, in_plain_words

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

_DATE = re.compile(r"<!date\^(\d+)\^([^|]*)\|[^>]*>")

POLICY = EscalationPolicy.model_validate(
    {
        "tiers": [
            {"notify": ["owner"]},
            {"notify": ["shift_lead@area"]},
            {"notify": ["manager@area", "#plant-escalations"]},
        ],
        "clocks": {"respond": ["5m", "10m"], "contain": ["15m"], "resolve": ["4h"], "verify": ["24h"]},
        "at_top": {"repeat": "30m", "times": 2, "then": {"channel": "#plant"}},
    }
)

RULE = Rule.model_validate(
    {
        "key": "line-down",
        "on": "machine.state",
        "severity": "high",
        "title": "{{ event.subject }} down",
        "owner": "team_lead",
        "policy": "line-stop",
        "kpi": "oee-line-2",
        "done_when": ["root_cause", "countermeasure"],
    }
)


@dataclass(frozen=True)
class Crew:
    """Everybody in the stories; their Slack ids are their keys in capitals."""

    names: Mapping[str, str]

    def name(self, key: str | None) -> str:
        return escape(self.names.get(key or "", "nobody"))

    def mention(self, key: str | None) -> str:
        return f"<@U0{key.upper()}>" if key else "nobody"

    def matter(self, matcher: Matcher) -> str:
        return in_plain_words(matcher).replace("line-2", "Line 2")


CREW = Crew({"maria": "Maria Lopez", "ana": "Ana Silva", "bo": "Bo Lind"})

NEW = ExceptionThread(
    id=12,
    rule=RULE,
    policy=POLICY,
    plan_version=1,
    fingerprint="filler-2",
    title="Filler 2 down: jam at infeed",
    severity=Severity.HIGH,
    area="filling",
    equipment="filler-2",
    place="Filler 2 · Line 2",
    channel="#filling",
    owner="maria",
    opened_at=NOON,
    state_since=NOON,
    last_event_at=NOON,
)


def opened(**changed: Any) -> ExceptionThread:
    """The case as it stands at noon, its respond clock running."""
    return occurrences.opened(replace(NEW, **changed), NOON).thread


def at(minutes: int) -> datetime:
    """So many minutes past noon."""
    return NOON + timedelta(minutes=minutes)


def lines(message: Message) -> list[str]:
    """What a person reads, line by line; buttons in brackets."""
    return [line for block in message.blocks for line in _block_lines(block)]


def card_lines(thread: ExceptionThread, now: datetime = NOON, next_names: str = "") -> list[str]:
    return lines(card(thread, CREW, now=now, next_names=next_names))


def told(change: Change, now: datetime, *who: str, channels: tuple[str, ...] = ()) -> str:
    """The note of a change's last fact, as it is read."""
    message = note(change.facts[-1], change.thread, people=CREW, told=who, channels=channels, now=now)
    assert message is not None
    line: str = message.blocks[0]["text"]["text"]
    assert message.text.endswith(line)
    return readable(line)


def readable(text: str) -> str:
    """Text with its moments as somebody in the plant (UTC here) sees them."""
    return _DATE.sub(_moment, text)


def _moment(found: re.Match[str]) -> str:
    when = datetime.fromtimestamp(int(found[1]), UTC)
    day = "today" if when.date() == NOON.date() else f"{when:%b} {when.day}"
    return found[2].format(time=f"{when:%H:%M}", date_short_pretty=day)


def _block_lines(block: Block) -> list[str]:
    match block["type"]:
        case "section":
            return readable(block["text"]["text"]).split("\n")
        case "context":
            return readable(block["elements"][0]["text"]).split("\n")
        case "actions":
            return ["[" + "] [".join(_label(element) for element in block["elements"]) + "]"]
    return []


def _label(element: Block) -> str:
    if element["type"] == "overflow":
        return " ".join(option["text"]["text"] for option in element["options"])
    return str(element["text"]["text"])
