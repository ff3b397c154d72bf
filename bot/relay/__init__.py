"""The relay: from the outbox to Slack, each message exactly once in the end."""

from bot.relay.loop import Relay

__all__ = ["Relay"]
