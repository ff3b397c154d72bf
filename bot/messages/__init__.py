"""What the bot says in Slack: builders of plain dicts, with no client, clock or database."""
