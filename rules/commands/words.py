"""What the families of commands share."""

from __future__ import annotations

MINE = "mine"
"""Whatever concerns whoever asks."""


class CommandError(ValueError):
    """Not understood. `suggestion` is a command that probably was meant, ready to be typed, or ""."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.suggestion = suggestion
