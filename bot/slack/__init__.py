"""Slack's Web API as the relay uses it: two clients, failures by kind, names turned into ids."""
