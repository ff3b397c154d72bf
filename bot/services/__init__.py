"""Use cases: one function, one transaction. State, timeline, wake-ups and outbox commit together."""
