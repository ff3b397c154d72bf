"""The doctor names what is wrong and what to do, against a Slack that can be anything but well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import insert

from bot.cli.doctor import workspace
from bot.sandbox.server import SandboxServer
from bot.services.planning import apply_plan
from bot.store.database import Database
from bot.store.tables import outbox, wakeups
from tests.cli.conftest import Andon

NOW = datetime.now(UTC)

PLAN = """
site: {key: riverside, name: Riverside, timezone: Europe/Berlin}
areas: [{key: filling, name: Filling, channel: "#filling"}]
people:
  - {key: maria, name: Maria Jansen, email: Maria@plant.example, roles: {team_lead: ["*"]}}
  - {key: tom, name: Tom de Vries, slack: U000000TOM, roles: {fitter: ["*"]}}
catch_all: {channel: "#filling", owner: team_lead, policy: standard}
escalation_policies:
  standard: {tiers: [{notify: [owner]}], clocks: {respond: [5m]}}
"""


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    """A workspace in which all is well, and the settings for it."""
    server = SandboxServer()
    server.workspace.add_user("maria", real_name="Maria Jansen", email="maria@plant.example")
    server.workspace.add_user("tom", real_name="Tom de Vries", email="tom@plant.example", id="U000000TOM")
    server.workspace.add_channel("filling")
    server.start()
    monkeypatch.setenv("SLACK_API_URL", f"{server.url}/api/")
    monkeypatch.setenv("SLACK_BOT_TOKEN", server.workspace.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", server.workspace.app_token)
    monkeypatch.setenv("ANDON_INTAKE_TOKENS", "mes=a-token-that-is-long-enough")
    yield server
    server.stop()


@pytest.fixture
def database(migrated: str) -> Iterator[Database]:
    database = Database(migrated, pool_size=1)
    apply(database, PLAN)
    yield database
    database.close()


def apply(database: Database, text: str) -> None:
    apply_plan(database, text=text, file="p", base=None, by="ana", reason="because", now=NOW)


def wrong(andon: Andon) -> str:
    said = andon("doctor")
    assert said.exit_code == 1, said.output
    return said.output


def test_all_is_well(andon: Andon, sandbox: SandboxServer, database: Database) -> None:
    said = andon("doctor")
    assert said.exit_code == 0, said.output
    assert "FAIL" not in said.output
    assert "warn" not in said.output
    assert said.output.endswith("\nReady.\n")


def test_on_a_new_machine_it_says_what_to_begin_with(andon: Andon) -> None:
    said = wrong(andon)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        assert f"FAIL  {name}: is not set\n      → Set it to what api.slack.com/apps shows" in said
    assert "FAIL  database: sqlite:///andon.db is not there yet\n      → Run `andon db upgrade`" in said


def test_tokens_in_each_others_place_are_recognized(
    andon: Andon, sandbox: SandboxServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", sandbox.workspace.app_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", sandbox.workspace.bot_token)
    said = wrong(andon)
    assert "SLACK_BOT_TOKEN: begins with xoxb-, but this is an app-level token" in said
    assert "SLACK_APP_TOKEN: begins with xapp-, but this is a bot token" in said
    assert sandbox.workspace.app_token not in said


def test_whether_anybody_may_send_is_told_and_what_ends_soon(
    andon: Andon, sandbox: SandboxServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANDON_INTAKE_TOKENS")
    assert "warn  tokens: there is none, so nobody can send events over HTTP" in andon("doctor").output
    andon("token", "create", "mes", "--expires", "5d")
    assert "warn  tokens: mes expires on 20" in andon("doctor").output
    andon("token", "rotate", "mes", "--expires", "90d")
    assert "tokens: 1 may send events or readings" in andon("doctor").output


def test_a_misspelt_setting_is_no_setting(
    andon: Andon, sandbox: SandboxServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANDON_DATABSE_URL", "x")
    said = andon("doctor").output
    assert "warn  ANDON_DATABSE_URL: is set, but there is no such setting" in said
    assert "Did you mean ANDON_DATABASE_URL?" in said


def test_a_revoked_token_is_told(andon: Andon, sandbox: SandboxServer, database: Database) -> None:
    sandbox.workspace.app.token_revoked = True
    assert "auth.test: token_revoked\n      → The token was revoked." in wrong(andon)


def test_missing_scopes_are_named_and_lesser_ones_are_no_fault(
    andon: Andon, sandbox: SandboxServer, database: Database
) -> None:
    sandbox.workspace.app.scopes -= workspace.OPTIONAL_SCOPES
    said = andon("doctor")
    assert (said.exit_code, "warn  scopes: missing files:read" in said.output) == (0, True)
    sandbox.workspace.app.scopes.discard("chat:write")
    assert "FAIL  scopes: missing chat:write\n" in wrong(andon)


def test_channels_are_looked_for(andon: Andon, sandbox: SandboxServer, database: Database) -> None:
    sandbox.workspace.add_channel("escalations", bot_is_member=False)
    tier = '{notify: [owner]}, {notify: ["#escalations", "#nowhere"]}'
    apply(database, PLAN.replace("{notify: [owner]}", tier))
    said = wrong(andon)
    assert "FAIL  #escalations: Andon is not in it\n      → Andon is not in the channel. Type /invite" in said
    assert "FAIL  #nowhere: is not there, or is private" in said
    assert "#filling:" not in said


def test_people_are_looked_for(andon: Andon, sandbox: SandboxServer, database: Database) -> None:
    sandbox.workspace.deactivate("tom")
    apply(database, PLAN.replace("Maria@", "mario@"))
    said = wrong(andon)
    assert "FAIL  Tom de Vries: the account U000000TOM is deactivated" in said
    assert "FAIL  Maria Jansen: mario@plant.example is not in the workspace" in said


@pytest.mark.parametrize(("minutes", "mark"), [(0, "ok"), (1, "warn"), (-9, "FAIL")])
def test_a_clock_that_is_wrong_is_told(sandbox: SandboxServer, minutes: int, mark: str) -> None:
    answer = WebClient(sandbox.workspace.bot_token, base_url=f"{sandbox.url}/api/").auth_test()
    assert workspace.clock(answer, datetime.now(UTC) + timedelta(minutes=minutes)).mark == mark


def test_in_http_mode_the_signing_secret_counts(
    andon: Andon, sandbox: SandboxServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANDON_SLACK_MODE", "http")
    monkeypatch.delenv("SLACK_APP_TOKEN")
    said = wrong(andon)
    assert "FAIL  SLACK_SIGNING_SECRET: is not set" in said
    assert "SLACK_APP_TOKEN" not in said


def test_when_slack_cannot_be_reached_everything_else_is_still_told(
    andon: Andon, database: Database, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    said = wrong(andon)
    assert "FAIL  Slack: auth.test: unreachable\n      → Nothing answered." in said
    assert "ok    control plan" in said


def test_what_waits_for_a_human_is_counted(andon: Andon, sandbox: SandboxServer, database: Database) -> None:
    with database.engine.begin() as tx:
        tx.execute(insert(outbox).values(**delivery(1, "desk:1", NOW)))
        trouble = {"kind": "thread", "ref": 7, "due": NOW, "failures": 3, "trouble": "KeyError: tier"}
        tx.execute(insert(wakeups).values(**trouble))
    said = wrong(andon)
    assert "FAIL  deliveries: 1 could not be delivered to Slack\n      → `andon delivery list`" in said
    assert "FAIL  clocks: 1 set aside after an error, the first is EX-7: KeyError: tier" in said


def test_two_processes_on_one_file_are_noticed_and_a_restart_is_not(
    andon: Andon, sandbox: SandboxServer, database: Database
) -> None:
    with database.engine.begin() as tx:
        tx.execute(insert(outbox).values(**delivery(1, "desk:1", NOW - timedelta(minutes=9), "sent")))
        tx.execute(insert(outbox).values(**delivery(2, "desk:2", NOW - timedelta(minutes=8), "sent")))
    assert "one process uses this SQLite file" in andon("doctor").output
    with database.engine.begin() as tx:
        tx.execute(insert(outbox).values(**delivery(3, "desk:1", NOW - timedelta(minutes=7), "sent")))
    assert "warn  replicas: desk:1 and desk:2 run at once" in andon("doctor").output


def test_a_plan_that_cannot_be_read_is_told(
    andon: Andon, sandbox: SandboxServer, migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "none was applied yet, so nothing can become an exception" in wrong(andon)
    monkeypatch.setenv("ANDON_CONTROL_PLAN", "not-there.yaml")
    assert "not-there.yaml of ANDON_CONTROL_PLAN" in wrong(andon)


def test_the_manifest_grants_what_the_doctor_asks_for(
    andon: Andon, sandbox: SandboxServer, database: Database
) -> None:
    sandbox.workspace.install(manifest=json.loads(andon("manifest").output))
    assert "ok    scopes: all" in andon("doctor").output


def test_in_http_mode_the_manifest_names_one_address(andon: Andon) -> None:
    told = json.loads(andon("manifest", "--http", "https://andon.plant.example").output)
    address = "https://andon.plant.example/slack/events"
    assert told["settings"]["interactivity"]["request_url"] == address
    assert told["settings"]["socket_mode_enabled"] is False
    assert andon("manifest", "--http", "http://andon.plant.example").exit_code == 2


def delivery(seq: int, sender: str, claimed: datetime, state: str = "dead") -> dict[str, object]:
    return {
        "seq": seq, "mark": f"mark-{seq}", "purpose": "note", "target": "#filling", "lane": "l",
        "priority": 1, "state": state, "attempts": 1, "due": NOW, "created_at": NOW,
        "claimed_by": sender, "claimed_at": claimed,
    }  # fmt: skip
