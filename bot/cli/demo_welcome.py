"""What a visitor of the demo reads first, in the channel where the first exception is about to appear."""

from __future__ import annotations

from bot.cli.demo_plan import QUICKER
from bot.sandbox import posting
from bot.sandbox.values import Message, User
from bot.sandbox.workspace import Workspace

GUIDE = User("U0GUIDE", "guide", "guide", "Guide", color="8a5a00", is_bot=True)
"""A bot, so that nobody can act as it and no role reaches it."""

WORDS = f"""\
*Welcome to Riverside bottling.* You are Maria Santos and lead the team of this hall. Filler 2 stops in a \
few seconds: its card appears below.
• Press *Acknowledge* on it, and it is yours. Or wait, and read in its thread who is called next.
• Type `/andon` to see what you can do; `/andon raise` calls for help.
• `/andon kpi oee-line-2` shows how a figure stands. Log what you decide: with `/andon decide`, with \
*Decide…* on a card that somebody has, or under ⋯ beside any message.
• Before each meeting #tier-meetings says what it must decide.
• Henrik Lund, the area manager, takes the case of line 2's OEE, decides something, and is soon asked what \
became of it: read its thread.
• Colleagues work in the other channels. Choose *Acting as* to become one of them.
Clocks run {QUICKER} times faster than in a real plant: 5 minutes are {5 * 60 // QUICKER} seconds."""


def welcome(workspace: Workspace, channel: str) -> None:
    """Let the guide speak first in the channel, before the bot is connected."""
    with workspace.lock:
        workspace.directory.add_user(GUIDE)
        place = workspace.channel(channel)
        posting.post(workspace, Message(workspace.timestamp(), place.id, GUIDE.id, WORDS))
