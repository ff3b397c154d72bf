"""The log has a line for people, one for machines, and no secrets in either."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import telemetry
from bot.services.intake_tokens import Secret
from bot.telemetry import SaidOnce


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Logging belongs to the whole process: give it back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(params=[True, False], ids=["human", "json"])
def written(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    telemetry.configure(stream=stream, human=request.param)
    return stream


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1000000001-2000000002-hunter2",
        "xapp-1-A0ANDON01-3000000003-hunter2",
        "xoxe.xoxp-1-hunter2",
        "Authorization: Bearer hunter2hunter2",
        "postgresql+psycopg://andon:hunter2@db/andon",
        "https://u:p@hunter2@db/andon",
        "postgresql://andon:of/base64/hunter2+/@db/andon",
        "wss://wss-primary.slack.com/link/?ticket=hunter2&app_id=A1",
        "https://hooks.slack.com/actions/T1/1/hunter2",
    ],
)
def test_secrets_are_written_nowhere(written: io.StringIO, secret: str) -> None:
    log = structlog.get_logger("bot.relay")
    log.info(f"said {secret} aloud", url=secret, nested={"list": [secret]}, error=ValueError(secret))
    logging.getLogger("slack_sdk").warning("%s", secret)
    log.error("refused", exc_info=ValueError(secret))
    assert "hunter2" not in written.getvalue()
    assert written.getvalue().count("[redacted]") >= 6


def test_the_secret_of_an_intake_token_is_written_nowhere_but_which_one_it_was_is(
    written: io.StringIO,
) -> None:
    secret = Secret.fresh()
    structlog.get_logger().info(f"said {secret.text} aloud", value=[secret.text], token=secret.text)
    structlog.get_logger().info("repr", secret=repr(secret), it=secret)
    assert secret.text.removeprefix(secret.prefix) not in written.getvalue()
    assert f"{secret.prefix}_[redacted]" in written.getvalue()


def test_values_named_as_secrets_are_not_written(written: io.StringIO) -> None:
    structlog.get_logger().info("set", slack_bot_token="hunter2", headers={"Authorization": "hunter2"})
    assert "hunter2" not in written.getvalue()


def test_machines_get_json_with_the_moment_the_level_and_the_source() -> None:
    stream = io.StringIO()
    telemetry.configure(stream=stream)
    structlog.get_logger("bot.relay").warning("Slack asks for a pause", seconds=3)
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "Slack asks for a pause",
        "level": "warning",
        "logger": "bot.relay",
        "seconds": 3,
    }


def test_the_progress_of_libraries_is_not_news(written: io.StringIO) -> None:
    bolts_own = logging.getLogger("slack_bolt.App")
    bolts_own.setLevel(logging.INFO)
    bolts_own.info("starting")
    logging.getLogger("alembic.runtime.migration").info("upgrading")
    assert written.getvalue() == ""


def test_what_lasts_is_said_once_until_it_is_over() -> None:
    said = SaidOnce()
    assert [said.first_time("files.upload") for _ in range(3)] == [True, False, False]
    assert said.forget("files.upload")
    assert not said.forget("files.upload")
    assert said.first_time("files.upload")
