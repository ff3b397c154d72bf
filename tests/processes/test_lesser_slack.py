"""A Slack server that knows only the core methods and keeps no metadata: all works, and once it is said."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.messages.card_actions import ACKNOWLEDGE, RESOLVE
from bot.sandbox.server import SandboxServer
from rules.exception_threads import State
from tests.processes.bot_process import BotProcess, eventually, machine_state
from tests.processes.records import Records
from tests.processes.workspace import workspace

CORE = (
    "auth.test",
    "apps.connections.open",
    "chat.*",
    "conversations.*",
    "users.*",
    "views.*",
    "reactions.*",
)


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with workspace(ack_seconds=60.0, only_methods=CORE, drop_metadata=True) as sandbox:
        yield sandbox


@pytest.fixture
def database_url(migrated_sqlite_url: str) -> str:
    """The database plays no part here."""
    return migrated_sqlite_url


def test_the_whole_story_happens(bot: BotProcess, sandbox: SandboxServer, records: Records) -> None:
    bot.start()
    slack, maria = sandbox.workspace, sandbox.person("maria")
    assert bot.post(machine_state("1", "filler", "DOWN")).json()["counts"] == {"opened": 1}
    sandbox.wait_until(lambda: slack.messages("filling"), timeout=60)
    [card] = slack.messages("filling")
    sandbox.wait_until(lambda: any(note.mentions(maria.id) for note in slack.thread("filling", card.ts)))

    assert maria.presses(card, ACKNOWLEDGE).ok
    sandbox.wait_until(lambda: "acknowledged" in slack.messages("filling")[0].text, timeout=60)
    assert "EX-1" in json.dumps(maria.types("filling", "/andon mine").blocks)

    maria.presses(slack.messages("filling")[0], RESOLVE)
    sandbox.wait_until(lambda: maria.open_view)
    assert maria.open_view is not None
    answers = {"answer.root_cause": {"answer.root_cause": "A cap was upside down."}}
    assert maria.submits(maria.open_view, answers).closed
    sandbox.wait_until(lambda: "resolved" in slack.messages("filling")[0].text, timeout=60)
    assert [thread.state for thread in records.threads()] == [State.RESOLVED]

    eventually(lambda: not records.undelivered(), "all is delivered")
    assert bot.terminate() == 0
    assert len(bot.logged("slack.metadata_dropped")) == 1
    assert {call.error for call in sandbox.calls} == {None}
