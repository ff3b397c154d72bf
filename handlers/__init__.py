"""Where requests arrive, from Slack and from event sources: parse, call one service, answer."""
