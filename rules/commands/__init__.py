"""The slash command: what somebody typed after `/andon`, as a value or as an error that says what was meant.

One file for each family. Nothing here knows the plan: whether a call type, a place or a person exists is
asked elsewhere.
"""

from rules.commands.parsing import Command, parse_command
from rules.commands.words import CommandError

__all__ = ["Command", "CommandError", "parse_command"]
