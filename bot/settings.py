"""Settings of a running bot: read from the environment, and from `.env` where the environment is silent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

_NAMED_TOKEN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)=(?P<secret>[^=].*)", re.DOTALL)
SHORTEST_KEPT_DAYS = 7

_DATABASES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")


class SettingsError(Exception):
    """The settings cannot be used; the message has a line for each that is wrong, and no secret in it."""


class SlackMode(StrEnum):
    """Who calls whom: in socket mode the bot calls Slack, so that nothing needs a public address."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class IntakeToken:
    """A bearer token and the name of whoever holds it, so that the log can tell senders apart."""

    name: str
    secret: SecretStr


def _intake_tokens(text: object) -> object:
    """`name=token` or bare tokens, separated by commas. Bare ones may end in base64's padding."""
    if not isinstance(text, str):
        return text
    parts = [part.strip() for part in text.split(",")]
    tokens = tuple(_intake_token(number, part) for number, part in enumerate(parts, 1) if part)
    names = [token.name for token in tokens]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"the name {repeated[0]!r} stands there twice; give each sender a name of its own")
    return tokens


def _intake_token(number: int, text: str) -> IntakeToken:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(f"token {number} has a space or a special character, which no header can carry")
    named = _NAMED_TOKEN.fullmatch(text)
    if named:
        return IntakeToken(named["name"], SecretStr(named["secret"]))
    return IntakeToken(f"token-{number}", SecretStr(text))


def _known_database(url: str) -> str:
    if not url.startswith(_DATABASES):
        scheme = url.partition("://")[0] if "://" in url else "no scheme"
        raise ValueError(f"it has {scheme} where sqlite:/// or postgresql:// is wanted")
    if url in ("sqlite:///", "sqlite:///:memory:"):
        raise ValueError("a database in memory is forgotten with each restart; name a file")
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        hint = "in a password, %40 stands for @ and %2F for /"
        raise ValueError(f"it cannot be read as an address; {hint}") from None
    return url


def _days(days: int) -> int:
    if days and days < SHORTEST_KEPT_DAYS:
        raise ValueError(f"{days} is too short: what is sent again within a week must be known again")
    return days


def _api_root(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("it does not begin with https:// or http://")
    return url.rstrip("/") + "/"


def _http_address(url: SecretStr | None) -> SecretStr | None:
    if url is not None and not url.get_secret_value().startswith(("https://", "http://")):
        raise ValueError("it does not begin with https:// or http://")
    return url


class Settings(BaseSettings):
    """Everything an installation may decide; what is engineered about the plant is in the control plan."""

    model_config = SettingsConfigDict(
        env_prefix="ANDON_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
    )

    slack_bot_token: Annotated[SecretStr | None, Field(validation_alias="SLACK_BOT_TOKEN")] = None
    slack_app_token: Annotated[SecretStr | None, Field(validation_alias="SLACK_APP_TOKEN")] = None
    slack_signing_secret: Annotated[SecretStr | None, Field(validation_alias="SLACK_SIGNING_SECRET")] = None
    slack_api_url: Annotated[
        str,
        AfterValidator(_api_root),
        Field(validation_alias="SLACK_API_URL", description="an address such as https://slack.com/api/"),
    ] = "https://slack.com/api/"
    slack_mode: Annotated[SlackMode, Field(description="socket or http")] = SlackMode.SOCKET
    database_url: Annotated[
        str,
        AfterValidator(_known_database),
        Field(repr=False, description="sqlite:///andon.db, or postgresql://user:password@host:5432/name"),
    ] = "sqlite:///andon.db"
    control_plan: Annotated[Path | None, Field(description="the path of a YAML file")] = None
    heartbeat_url: Annotated[
        SecretStr | None,
        AfterValidator(_http_address),
        Field(
            description="what a dead-man's switch wants to be called at, such as https://hc.example/ping/…"
        ),
    ] = None
    keep_events_days: Annotated[
        int, Field(ge=0, le=36500, description="0 for ever, or at least 7 days"), AfterValidator(_days)
    ] = 400
    keep_deliveries_days: Annotated[
        int, Field(ge=0, le=36500, description="0 for ever, or at least 7 days"), AfterValidator(_days)
    ] = 90
    host: Annotated[str, Field(description="an address of this machine, such as 127.0.0.1 or 0.0.0.0")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=0, le=65535, description="a free port from 1 to 65535; 0 takes any")] = 8321
    intake_tokens: Annotated[
        tuple[IntakeToken, ...],
        NoDecode,
        BeforeValidator(_intake_tokens),
        Field(description="tokens or name=token, separated by commas"),
    ] = ()


def read_settings(**overrides: Any) -> Settings:
    """The settings in force here; `overrides` by field name win over the environment.

    Raises SettingsError.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError("\n".join(_lines(error.errors(include_url=False)))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read: {error}. Mend or remove the file.") from error


def environment_name(field: str) -> str:
    """The name of a field in the environment: `port` is ANDON_PORT."""
    return field.upper() if field.startswith("slack_") and field != "slack_mode" else f"ANDON_{field.upper()}"


def environment_names() -> frozenset[str]:
    """The names of all settings."""
    return frozenset(environment_name(field) for field in Settings.model_fields)


def _lines(errors: Iterable[ErrorDetails]) -> Iterable[str]:
    for error in errors:
        place = str(error["loc"][0])
        field = next(
            (name for name in Settings.model_fields if place in (name, environment_name(name))), place
        )
        allowed = Settings.model_fields[field].description if field in Settings.model_fields else None
        said = error["msg"].removeprefix("Value error, ")
        yield f"{environment_name(field)}: {said}. Write {allowed}." if allowed else f"{place}: {said}."
