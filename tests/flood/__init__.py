"""Floods in virtual time: thousands of messages at Slack's pace, after an outage or all at once."""
