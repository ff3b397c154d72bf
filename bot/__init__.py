"""Andon: operational escalation by exception, in Slack."""

__version__ = "0.1.0"
