"""Slack's limits on what an app may show, written down from Slack's reference and nothing else.

The bot checks its own messages too; sharing code with it would let one mistake pass both.
"""
