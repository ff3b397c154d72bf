"""The first line of a pulled plan: the version it builds on, so that a stale one can be refused."""

from __future__ import annotations

import re

_BASE = re.compile(r"\A# andon: builds on version (\d+)[^\n]*\n?")


def read_base(text: str) -> int | None:
    """The version that the text says it builds on; None when it does not say."""
    noted = _BASE.match(text)
    return int(noted[1]) if noted else None


def with_base(text: str, version: int) -> str:
    """The text, saying that it builds on this version and no other."""
    note = f"# andon: builds on version {version}; `andon apply` looks at this line and renews it\n"
    return note + _BASE.sub("", text)
