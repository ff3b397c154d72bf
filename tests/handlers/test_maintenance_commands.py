"""What is typed after /andon about maintenance windows, up to the value that is carried out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.commands import Command, CommandError, parse_command
from rules.commands.suppressions import EndSuppression, ListSuppressions, Maintenance
from rules.windows import WindowWords

FOUR_HOURS = Maintenance("line-2", WindowWords(span=timedelta(hours=4)), "planned lubrication")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("maintenance line-2 for 4h because planned lubrication", FOUR_HOURS),
        ("silence line-2 for 4h: planned lubrication", FOUR_HOURS),
        ("MUTE line-2 FOR 4h planned lubrication", FOUR_HOURS),
        ("maintenance", ListSuppressions()),
        ("suppressions", ListSuppressions()),
        ("silences", ListSuppressions()),
        ("maintenance end SU-3", EndSuppression(3)),
        ("silence stop 3", EndSuppression(3)),
    ],
)
def test_what_is_typed_is_understood(typed: str, meant: Command) -> None:
    assert parse_command(typed) == meant


@pytest.mark.parametrize(
    ("typed", "why", "suggestion"),
    [
        ("maintenance line-2 for 4h", "needs a reason", "maintenance line-2 for 4h because …"),
        ("silence line-2", "needs an end", "maintenance line-2 for 4h because planned lubrication"),
        ("maintenance end", "called SU-3", "suppressions"),
        ("maintenance end line-2", "“line-2” is not a maintenance window", "suppressions"),
        ("maintenence line-2 for 1h x", "I do not know", "maintenance line-2 for 1h x"),
    ],
)
def test_what_is_not_understood_is_answered_with_what_may_be_meant(
    typed: str, why: str, suggestion: str
) -> None:
    with pytest.raises(CommandError, match=why) as refusal:
        parse_command(typed)
    assert refusal.value.suggestion == suggestion
