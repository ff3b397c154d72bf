"""Settings come from the environment or `.env`; wrong ones are told in words, and secrets never are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, SlackMode, environment_names, read_settings

EXAMPLE = Path(__file__).parents[1] / ".env.example"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without `.env`, and an environment without our names."""
    for name in list(os.environ):
        if name.startswith(("ANDON_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def tokens(settings: Settings) -> list[tuple[str, str]]:
    return [(token.name, token.secret.get_secret_value()) for token in settings.intake_tokens]


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()
    assert settings.slack_mode is SlackMode.SOCKET
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.database_url, settings.host, settings.port) == ("sqlite:///andon.db", "127.0.0.1", 8321)
    assert (settings.slack_bot_token, settings.control_plan, settings.intake_tokens) == (None, None, ())


def test_the_environment_wins_over_the_file(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / ".env").write_text("ANDON_PORT=9000\nANDON_SLACK_MODE=http\n")
    monkeypatch.setenv("ANDON_PORT", "9001")
    settings = read_settings()
    assert (settings.port, settings.slack_mode) == (9001, SlackMode.HTTP)


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDON_PORT", "")
    assert read_settings().port == 8321


def test_names_of_other_programs_are_not_taken_for_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("HOST", "elsewhere")
    monkeypatch.setenv("DATABASE_URL", "mysql://elsewhere")
    assert read_settings().host == "127.0.0.1"


def test_the_example_names_only_settings_that_exist(nowhere: Path) -> None:
    lines = EXAMPLE.read_text().replace("#ANDON_", "ANDON_").replace("#SLACK_", "SLACK_").splitlines()
    named = {line.partition("=")[0] for line in lines if line.startswith(("ANDON_", "SLACK_"))}
    assert named - {"ANDON_PUBLISH"} == environment_names()
    (nowhere / ".env").write_text(EXAMPLE.read_text())
    assert read_settings().intake_tokens == ()


def test_tokens_may_have_names_and_base64_endings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDON_INTAKE_TOKENS", "mes=s3cret==, cGFkZGVk==, bare")
    assert tokens(read_settings()) == [("mes", "s3cret=="), ("token-2", "cGFkZGVk=="), ("token-3", "bare")]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ANDON_PORT", "eighty", "a free port from 1 to 65535"),
        ("ANDON_PORT", "70000", "less than or equal to 65535"),
        ("ANDON_SLACK_MODE", "pigeon", "'socket' or 'http'"),
        ("ANDON_DATABASE_URL", "postgresql://u:hunter2@h:port/d", "cannot be read as an address"),
        ("ANDON_DATABASE_URL", "mysql://u:hunter2@h/d", "mysql where sqlite:/// or postgresql://"),
        ("ANDON_DATABASE_URL", "sqlite:///:memory:", "forgotten with each restart"),
        ("ANDON_DATABASE_URL", "hunter2", "no scheme"),
        ("SLACK_API_URL", "slack.com/api", "https://"),
        ("ANDON_INTAKE_TOKENS", "good,hunter2 bad", "token 2 has a space"),
        ("ANDON_INTAKE_TOKENS", "mes=hunter2,mes=other", "'mes' stands there twice"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name}: .*{said}") as refused:
        read_settings()
    assert "hunter2" not in str(refused.value)


def test_every_wrong_value_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDON_PORT", "x")
    monkeypatch.setenv("ANDON_SLACK_MODE", "x")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert len(str(refused.value).splitlines()) == 2


def test_a_file_that_is_no_text_is_told(nowhere: Path) -> None:
    (nowhere / ".env").write_bytes(b"ANDON_HOST=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        read_settings()


def test_secrets_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv("ANDON_INTAKE_TOKENS", "mes=hunter2")
    monkeypatch.setenv("ANDON_DATABASE_URL", "postgresql://andon:hunter2@db/andon")
    assert "hunter2" not in repr(read_settings())
    assert "hunter2" not in str(read_settings())
