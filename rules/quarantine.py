"""Quarantine: a time in which nothing is sent to Slack, until somebody releases what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.delivery import Purpose


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Since when, by whom and why. It ends by a human's word alone."""

    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many messages of one purpose wait for one target; `oldest` is when the first was written."""

    target: str
    purpose: Purpose
    total: int
    oldest: datetime


WORDS = (Purpose.NOTE, Purpose.DIRECT)
"""What may be dropped at a release. Cards and Home tabs show how things stand then, and call nobody."""
