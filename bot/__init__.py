"""Andon, the Slack bot: what touches the world. Everything that decides lives in rules."""
