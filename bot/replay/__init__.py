"""Replay: a recorded log through production rules, signals and clocks in recorded time, without Slack."""
