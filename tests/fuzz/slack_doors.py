"""Everything that Slack can send: what is typed, pressed and filled in, with values nobody wrote."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import strategies as st
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.messages import card_actions, decisions, home, suppressions
from bot.messages.answers import FAILED
from bot.messages.forms import FORMS, deciding
from bot.messages.forms.raising import RAISE
from bot.services.intake import take_in
from bot.services.judging import judge
from bot.store.database import Database
from bot.store.migrate import upgrade
from handlers.slack_app import slack_app
from tests.cast import event, plan_in_force
from tests.fuzz.target import Feed, Target
from tests.fuzz.words import json_values, texts
from tests.handlers.desk import desk_with
from tests.messages.slack_limits import assert_nobody_is_smuggled_in
from tests.messages.slack_limits import texts as texts_of
from tests.postgres import roomy_memory

MARIA = "U0MARIA01"
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

_FAMILIES = [
    "help", "list", "show", "ack", "contain", "resolve", "assign", "snooze", "escalate", "merge", "cancel",
    "raise", "decide", "decisions", "decision", "kpi", "kpis", "sessions", "digest", "maintenance", "audit",
    "suppressions", "end", "whoami", "version", "mine", "EX-1", "D-1", "delivery",
]  # fmt: skip
_PARTS = [
    "EX-1", "EX-2", "1", "99999999999999999999", "for", "4h", "because", "until", "22:00", "from", "tomorrow",
    "line-2", "filler-2", "everything", "oee", "71.5", "@maria", "<@U0MARIA01>", "open", "mine",
    "into", "last",
    "maintenance", "filling", "all", "due", "-", ":", "٣", "−5",
]  # fmt: skip
_commands = st.builds(
    " ".join, st.lists(st.sampled_from(_FAMILIES + _PARTS) | texts, min_size=1, max_size=6)
) | st.builds(
    lambda family, rest: f"{family} {' '.join(rest)}",
    st.sampled_from(_FAMILIES),
    st.lists(st.sampled_from(_PARTS) | texts, max_size=5),
)
_ACTIONS = [
    card_actions.ACKNOWLEDGE, card_actions.CONTAIN, card_actions.RESOLVE, card_actions.MORE,
    card_actions.DECIDE, decisions.MOVED, decisions.NOT_MOVED, decisions.AMEND, suppressions.END_NOW,
    home.SHOW, home.OPEN_RAISE_FORM, home.OPEN_DECISION_FORM,
]  # fmt: skip
_values = st.sampled_from(
    ["1:1", "2:1", "1:9", "1", "0", "snooze:1:1", "merge:1:1", "9" * 18, "9" * 400, "٣"]
)
_values |= texts
_actions = st.fixed_dictionaries(
    {"action_id": st.sampled_from(_ACTIONS) | texts, "type": st.just("button")},
    optional={"value": _values | json_values, "selected_option": st.builds(lambda v: {"value": v}, _values)},
)
_FIELDS = [
    "action", "reason", "note", "for", "to", "into", "call_type", "where", "text", "decision",
    "kpi", "change",
    "by_when", "owner", "said", "answer.root_cause", "answer.countermeasure",
]  # fmt: skip
_entered = st.one_of(
    st.builds(lambda v: {"type": "plain_text_input", "value": v}, texts | st.none()),
    st.builds(lambda v: {"type": "static_select", "selected_option": {"value": v}}, _values),
    st.builds(
        lambda v: {"type": "users_select", "selected_user": v}, st.sampled_from([MARIA, "U0X"]) | texts
    ),
    st.builds(lambda v: {"type": "datepicker", "selected_date": v}, st.just("2027-01-01") | texts),
)
_states = st.dictionaries(st.sampled_from(_FIELDS), _entered, max_size=8).map(
    lambda fields: {"values": {name: {name: element} for name, element in fields.items()}}
)
_numbers = st.sampled_from([0, 1, 2, 10**18, 10**30, -1]) | json_values
_tickets = st.fixed_dictionaries(
    {"form": st.just(ULID) | texts, "thread": _numbers, "revision": _numbers},
    optional={"decision": _numbers, "permalink": texts},
).map(json.dumps)
_views = st.fixed_dictionaries(
    {
        "type": st.just("modal"),
        "callback_id": st.sampled_from([*FORMS, RAISE, deciding.LOG, deciding.REVIEW]) | texts,
        "private_metadata": _tickets | texts,
        "state": _states,
        "blocks": st.just([{"type": "input", "block_id": "reason"}]) | st.just([]),
    }
)


class SilentSlack:
    """A Slack that takes whatever it is told and remembers what that was."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        self.told.append(arguments.get("json") or arguments.get("params") or {})
        known = {
            "ok": True,
            "user_id": "UBOT00001",
            "bot_id": "B1",
            "team_id": "T1",
            "url": "https://p.slack.com/",
        }
        return SlackResponse(
            client=None,
            http_verb="POST",
            api_url=api_method,
            req_args={},
            data=known,
            headers={},
            status_code=200,
        )


class AtOnce(Executor):
    """Listeners are done when the answer is there, so that what they say and raise can be looked at."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def _workspace() -> Iterator[tuple[App, SilentSlack]]:
    """The bot's listeners, with two exceptions open."""
    with tempfile.TemporaryDirectory(dir=roomy_memory()) as folder:
        url = f"sqlite:///{folder}/andon.db"
        upgrade(url)
        database = Database(url)
        plan = plan_in_force()
        opened = judge([event(subject="filler-1"), event(subject="filler-2")], plan)
        with capture_logs():
            take_in(database, opened, plan=plan, now=SystemClock().now())
        slack = SilentSlack()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WebClient, "api_call", lambda _, method, **told: slack.api_call(method, **told))
            yield slack_app(desk_with(database), client=WebClient("xoxb-test"), executor=AtOnce()), slack
        database.close()


def _answered(app: App, slack: SilentSlack, body: dict[str, Any]) -> str:
    """What became of a payload; raises AssertionError for a failure of ours and for what smuggles."""
    slack.told.clear()
    envelope = {"team": {"id": "T1"}, "team_id": "T1", "trigger_id": "1.2", "api_app_id": "A1", **body}
    with capture_logs() as logs:
        answer = app.dispatch(BoltRequest(body=envelope, mode="socket_mode"))
    failures = [line for line in logs if line["log_level"] in ("error", "critical")]
    assert not failures, failures
    assert answer.status == 200, (answer.status, answer.body)
    said = json.loads(answer.body) if answer.body else {}
    for shown in (said, *slack.told):
        assert FAILED not in json.dumps(shown, default=str), shown
        _assert_harmless(shown)
    if not answer.body:
        return "dialog" if any("view" in each for each in slack.told) else "told" if slack.told else "done"
    return str(said.get("response_action") or "answered") if isinstance(said, dict) else "answered"


def _assert_harmless(shown: Any) -> None:
    parts = shown if isinstance(shown, dict) else {}
    for name in ("blocks", "view"):
        part = parts.get(name)
        part = json.loads(part) if isinstance(part, str) else part
        if part:
            for text in texts_of(part):
                assert_nobody_is_smuggled_in(text)
    if isinstance(parts.get("text"), str):
        assert_nobody_is_smuggled_in(parts["text"])


@contextmanager
def _typing() -> Iterator[Feed]:
    with _workspace() as (app, slack):
        yield lambda text: _answered(
            app,
            slack,
            {
                "type": "slash_command", "command": "/andon", "text": text, "user_id": MARIA,
                "channel_id": "C1", "channel_name": "filling", "response_url": "http://127.0.0.1:9/none",
            },
        )  # fmt: skip


@contextmanager
def _pressing() -> Iterator[Feed]:
    with _workspace() as (app, slack):
        yield lambda action: _answered(
            app,
            slack,
            {
                "type": "block_actions", "user": {"id": MARIA}, "actions": [{"block_id": "b", **action}],
                "channel": {"id": "C1"}, "container": {"type": "message", "channel_id": "C1"},
            },
        )  # fmt: skip


@contextmanager
def _filling_in() -> Iterator[Feed]:
    with _workspace() as (app, slack):
        yield lambda view: _answered(
            app, slack, {"type": "view_submission", "user": {"id": MARIA}, "view": {"id": "V1", **view}}
        )


COMMANDS = Target("slash commands", _commands, _typing, weight=2)
BUTTONS = Target("buttons", _actions, _pressing, weight=1)
FORM_VALUES = Target("forms", _views, _filling_in, weight=1)
