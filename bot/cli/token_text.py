"""How tokens are written on the terminal: never with their secrets."""

from __future__ import annotations

from datetime import datetime

from bot.cli.terminal import moment
from bot.store.intake_tokens import StoredToken

HEADINGS = ("NAME", "PREFIX", "MAY SEND", "SOURCES", "MADE", "BY", "EXPIRES", "LAST USED", "STATE")


def row(token: StoredToken, now: datetime) -> tuple[str, ...]:
    """One line of the list."""
    working = [key for key in token.keys if key.trouble(now) is None]
    return (
        token.grant.name,
        ", ".join(key.prefix for key in working or token.keys[-1:]),
        ", ".join(sorted(token.grant.scopes)),
        ", ".join(token.grant.sources) or "any",
        moment(token.made_at),
        token.made_by,
        moment(token.expires_at),
        moment(token.last_used_at),
        _state(token, now),
    )


def declared_row(name: str) -> tuple[str, ...]:
    """A token of the settings, of which nothing else is known."""
    return (name, "–", "events, readings", "any", "–", "–", "–", "–", "in ANDON_INTAKE_TOKENS")


def works(token: StoredToken, now: datetime) -> bool:
    """Whether any of its secrets opens anything."""
    return any(key.trouble(now) is None for key in token.keys)


def _state(token: StoredToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return f"revoked {moment(token.revoked_at)} by {token.revoked_by}"
    if token.expires_at is not None and token.expires_at <= now:
        return "expired"
    ending = [key.ends_at for key in token.keys if key.ends_at is not None and key.ends_at > now]
    return f"former secret until {moment(max(ending))}" if ending else "in force"
