"""Whether the settings are there and have the right shape, before anybody is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import SecretStr

from bot.cli.doctor.findings import Finding, doubt, fault, fine
from bot.settings import Settings, SlackMode, environment_names

SHORTEST_TOKEN = 16
_OF_COMPOSE = frozenset({"ANDON_PUBLISH"})
_KINDS = {
    "xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxp-": "a user token",
    "xoxe": "a rotating token",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A setting for a Slack token: how such a token begins, and where Slack shows it."""

    name: str
    prefix: str
    found_at: str


BOT_TOKEN = Slot("SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions → Bot User OAuth Token")
APP_TOKEN = Slot("SLACK_APP_TOKEN", "xapp-", "Basic Information → App-Level Tokens, with connections:write")


def check(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Findings about every setting; none of them shows a secret."""
    yield _token(BOT_TOKEN, settings.slack_bot_token)
    if settings.slack_mode is SlackMode.SOCKET:
        yield _token(APP_TOKEN, settings.slack_app_token)
    else:
        yield _signing_secret(settings.slack_signing_secret)
    yield _intake_tokens(settings)
    yield from _unknown_names(environment)


def missing(settings: Settings) -> Iterator[Finding]:
    """What Slack cannot be reached without."""
    needed = [(BOT_TOKEN, settings.slack_bot_token)]
    if settings.slack_mode is SlackMode.SOCKET:
        needed.append((APP_TOKEN, settings.slack_app_token))
    elif not _text(settings.slack_signing_secret):
        yield _signing_secret(None)
    yield from (_token(slot, secret) for slot, secret in needed if _text(secret) in ("", slot.prefix))


def _token(slot: Slot, secret: SecretStr | None) -> Finding:
    text = _text(secret)
    remedy = f"Set it to what api.slack.com/apps shows under {slot.found_at}."
    if not text:
        return fault(slot.name, "is not set", remedy)
    if text == slot.prefix:
        return fault(slot.name, "is still the empty example", remedy)
    if not text.startswith(slot.prefix):
        kind = next((kind for prefix, kind in _KINDS.items() if text.startswith(prefix)), "something else")
        return fault(slot.name, f"begins with {slot.prefix}, but this is {kind}", remedy)
    return fine(slot.name, "has the right shape")


def _signing_secret(secret: SecretStr | None) -> Finding:
    name = "SLACK_SIGNING_SECRET"
    remedy = "Set it to what api.slack.com/apps shows under Basic Information → Signing Secret."
    text = _text(secret)
    if not text:
        return fault(name, "is not set, and in HTTP mode no request from Slack can be trusted", remedy)
    if text.startswith(("xox", "xapp-")):
        return fault(name, "holds a token, not the signing secret", remedy)
    return fine(name, "is set")


def _intake_tokens(settings: Settings) -> Finding:
    name = "ANDON_INTAKE_TOKENS"
    remedy = "Make one that can be rotated and revoked: andon token create NAME"
    tokens = settings.intake_tokens
    if not tokens:
        return fine(name, "has no token; `andon token list` shows those that were made")
    short = [token.name for token in tokens if len(token.secret.get_secret_value()) < SHORTEST_TOKEN]
    if short:
        return doubt(name, f"{', '.join(short)}: shorter than {SHORTEST_TOKEN} characters", remedy)
    return fine(name, f"{', '.join(token.name for token in tokens)} may send events")


def _unknown_names(environment: Mapping[str, str]) -> Iterator[Finding]:
    """A misspelt name is silently no setting at all."""
    known = environment_names()
    for name in sorted(environment):
        if name.startswith("ANDON_") and name not in known | _OF_COMPOSE:
            nearest = get_close_matches(name, known, n=1)
            remedy = f"Did you mean {nearest[0]}?" if nearest else f"Settings: {', '.join(sorted(known))}."
            yield doubt(name, "is set, but there is no such setting", remedy)


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value().strip() if secret else ""
