"""What a workspace refuses is tried again after an hour, and said when it is news."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.optional import OptionalFeature
from tests.cast import after


class Refused:
    """One feature, and the minutes that pass."""

    def __init__(self) -> None:
        self.minute = 0
        self.feature = OptionalFeature("files", instead="bars", now=lambda: after(self.minute))


@pytest.fixture
def told() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries


def test_it_is_worth_trying_until_it_is_refused_and_again_after_an_hour() -> None:
    story = Refused()
    assert story.feature.is_worth_trying()
    story.feature.refused("missing_scope")
    assert not story.feature.is_worth_trying()
    story.minute = 59
    assert not story.feature.is_worth_trying()
    story.minute = 60
    assert story.feature.is_worth_trying()


def test_a_refusal_that_lasts_is_said_once_and_another_reason_is_news(told: list[Any]) -> None:
    story = Refused()
    for reason in ("missing_scope", "missing_scope", "unknown_method"):
        story.feature.refused(reason)
    assert [entry["reason"] for entry in told] == ["missing_scope", "unknown_method"]
    assert told[0]["instead"] == "bars"


def test_what_works_again_is_news_when_it_is_refused_again(told: list[Any]) -> None:
    story = Refused()
    story.feature.refused("missing_scope")
    story.feature.works()
    assert story.feature.is_worth_trying()
    story.feature.refused("missing_scope")
    assert len(told) == 2
