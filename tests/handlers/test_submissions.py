"""What Slack sends back of a form, and what becomes of it."""

from __future__ import annotations

import pytest

from bot.messages.forms import FORMS
from handlers.context import slack_user
from handlers.submissions import SUBMISSIONS, FieldError, call_in, typed_in


def test_every_kind_of_field_is_read() -> None:
    values = {
        "reason": {"reason": {"type": "plain_text_input", "value": "no parts"}},
        "for": {"for": {"type": "static_select", "selected_option": {"value": "30m"}}},
        "to": {"to": {"type": "users_select", "selected_user": "U012AB3CD"}},
        "note": {"note": {"type": "plain_text_input", "value": None}},
        "into": {"into": {"type": "static_select", "selected_option": None}},
    }
    assert typed_in({"state": {"values": values}}) == {"reason": "no parts", "for": "30m", "to": "U012AB3CD"}


def test_blanks_alone_are_asked_for_again() -> None:
    with pytest.raises(FieldError, match="blanks alone") as refused:
        call_in({"call_type": "quality", "where": "line-1", "text": "  \n "})
    assert refused.value.field == "text"


def test_every_form_that_can_be_opened_can_be_sent() -> None:
    assert set(SUBMISSIONS) == set(FORMS)


def test_slack_names_its_user_in_three_ways() -> None:
    assert slack_user({"user": {"id": "U1"}}) == "U1"
    assert slack_user({"user": "U1", "type": "app_home_opened"}) == "U1"
    assert slack_user({"user_id": "U1", "command": "/andon"}) == "U1"
