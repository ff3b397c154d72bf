"""Help: what can be typed, pressed and raised."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.blocks import Message, section, sentence
from bot.messages.text import outside

USAGE_HINT = "list · show EX-12 · ack EX-12 · raise maintenance filler-2 … · help"

_TOPICS: Mapping[str, tuple[str, str]] = {
    "list": ("list [mine | open | area]", "your exceptions, all open ones, or those of an area"),
    "show": ("show EX-12", "one exception with its timeline and buttons"),
    "raise": ("raise [call type] [where] [what is wrong]", "call for help; asks for what you leave out"),
    "ack": ("ack EX-12", "you have it: its clock stops and you own it"),
    "contain": ("contain EX-12 what was done", "the damage is held for now"),
    "resolve": ("resolve EX-12", "it is done; asks for what its rule requires"),
    "assign": ("assign EX-12 @person", "somebody else takes it and is told"),
    "snooze": ("snooze EX-12 30m reason", "its clocks stand still until then"),
    "escalate": ("escalate EX-12 [reason]", "the next tier is told now"),
    "merge": ("merge EX-12 EX-9", "EX-12 is part of EX-9"),
    "cancel": ("cancel EX-12 reason", "not an exception after all; cannot be undone"),
    "decide": ("decide [KPI] [what]", "log a decision; asks for change, day and owner"),
    "decisions": ("decisions [due | mine | KPI]", "what was decided, and whether it moved"),
    "decision": ("decision D-7", "one decision, what came before and after it, and its buttons"),
    "kpis": ("kpis", "which KPIs are off target or no longer read"),
    "kpi": ("kpi KPI [value]", "how one KPI stands, or a value that you read"),
    "sessions": ("sessions", "which sessions there are, and when each is next"),
    "digest": ("digest SESSION [last]", "what the session must decide now, or what it was told last"),
    "maintenance": (
        "maintenance line-2 for 4h because reason",
        "nothing new opens there meanwhile; also `from 22:00 until 06:00`, a KPI, `rule KEY`, `everything`",
    ),
    "suppressions": (
        "suppressions [all]",
        "what is silent now or will be, with a button to end it; `maintenance end SU-3` does the same",
    ),
    "audit": ("audit [EX-12 | D-3 | plan | kpi KPI]", "who changed what, when and why"),
    "delivery": (
        "delivery [retry 7B1R0W | drop 7B1R0W]",
        "what Slack was not told and why; sends it again, or gives it up for good",
    ),
    "whoami": ("whoami", "who the control plan takes you for, and your roles"),
    "version": ("version", "which plan and which version are running"),
}

_INTRODUCTION = (
    "*Andon* turns what goes wrong into a thread that somebody owns. A card shows how it stands, its thread "
    "is the log, and when nobody acts in time the next people are told."
)


def help_message(topic: str = "") -> Message:
    """Everything, or one command; a topic that does not exist gets everything."""
    if topic in _TOPICS:
        return sentence(_usage(topic))
    lines = "\n".join(_usage(each) for each in _TOPICS)
    by_hand = (
        "From a message: ⋮ → *Raise exception* or *Log decision*. Numbers may be written EX-12, ex12 or 12."
    )
    return Message("What /andon can do", [section(_INTRODUCTION), section(lines), section(by_hand)])


def mention_help(bot_thread: bool) -> Message:
    """Answer to somebody who mentions the bot: short, because everybody in the channel reads it."""
    here = "Use the buttons on the card above" if bot_thread else "Call for help with `/andon raise`"
    return sentence(f"{here}, or type `/andon help` anywhere outside a thread to see everything I can do.")


def _usage(topic: str) -> str:
    usage, meaning = _TOPICS[topic]
    return f"`/andon {outside(usage)}` – {meaning}"
