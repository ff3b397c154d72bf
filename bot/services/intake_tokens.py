"""Intake tokens: made, rotated and revoked by whoever runs Andon. Their secrets are shown once, kept nowhere.

All that changes something raises TokenError and DatabaseUnavailableError; then nothing was changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection

from bot.services.audit_notes import at_terminal, note
from bot.store import intake_tokens
from bot.store.database import Database, writes
from bot.store.intake_tokens import StoredToken
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, Values, What
from rules.intake_tokens import Grant, Key, TokenError, checked_name, checked_sources

LONGEST_OVERLAP = timedelta(days=30)
"""For how long two secrets of one token may work side by side."""

_SECRET_BYTES = 32
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Secret:
    """A fresh secret. `prefix` is public: by it people and Andon recognize which one it is."""

    text: str = field(repr=False)

    @classmethod
    def fresh(cls) -> Secret:
        """256 bits of chance behind six characters that name it."""
        named = "".join(secrets.choice(_ALPHABET) for _ in range(6))
        return cls(f"andon_{named}_{secrets.token_hex(_SECRET_BYTES)}")

    @property
    def prefix(self) -> str:
        """Everything before the secret part."""
        return prefix_of(self.text)


@dataclass(frozen=True, slots=True)
class Rotated:
    """A token has a new secret; `former` work until `former_end`."""

    former: Sequence[str]
    former_end: datetime
    expires_at: datetime | None


def prefix_of(text: str) -> str:
    """The public part of a secret of ours; of any other text something that names none of ours."""
    return text.rpartition("_")[0]


def digest_of(text: str) -> bytes:
    """What is stored and compared instead of a secret."""
    return sha256(text.encode("utf-8", "surrogateescape")).digest()


@writes(Priority.PRESS)
def create(
    tx: Connection, grant: Grant, *, secret: Secret, expires_at: datetime | None, by: str, now: datetime
) -> None:
    """Make a token whose only secret is this one."""
    if not grant.scopes:
        raise TokenError("A token without a scope opens nothing; give it events, readings or both.")
    wanted = Grant(checked_name(grant.name), grant.scopes, checked_sources(grant.sources))
    _check_expiry(expires_at, now)
    number = intake_tokens.add(tx, wanted, by=by, made_at=now, expires_at=expires_at)
    if number is None:
        raise TokenError(
            f"There is a token {grant.name} already. Give this one another name, let `andon token rotate "
            f"{grant.name}` make a new secret for it, or revoke it first."
        )
    _add(tx, number, secret, by, now)
    _note(tx, What.TOKEN_CREATED, wanted.name, by, now, new=_governed(wanted, expires_at))


@writes(Priority.PRESS)
def rotate(
    tx: Connection,
    name: str,
    *,
    secret: Secret,
    overlap: timedelta,
    expires_at: datetime | None,
    by: str,
    now: datetime,
) -> Rotated:
    """Give a token another secret; those it had work for `overlap` more, so that nobody is cut off.

    `expires_at` moves the end of the token; None leaves it where it is.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise TokenError(f"The overlap must be from 0s to {LONGEST_OVERLAP.days}d; nothing was changed.")
    _check_expiry(expires_at, now)
    token = _known(tx, name)
    until = expires_at or token.expires_at
    if until is not None and until <= now:
        raise TokenError(
            f"The token {name} has expired, so a new secret would open nothing. Move its end too: "
            f"andon token rotate {name} --expires 90d"
        )
    intake_tokens.end_secrets(tx, token.id, now + overlap)
    intake_tokens.set_expiry(tx, token.id, until)
    _add(tx, token.id, secret, by, now)
    _note(tx, What.TOKEN_ROTATED, name, by, now, new=_governed(token.grant, until))
    former = [key.prefix for key in token.keys if key.trouble(now) is None]
    return Rotated(former, now + overlap, until)


@writes(Priority.PRESS)
def revoke(tx: Connection, name: str, *, by: str, now: datetime) -> StoredToken:
    """Make every secret of a token worthless, on all replicas within seconds."""
    token = _known(tx, name)
    intake_tokens.revoke(tx, token.id, by=by, now=now)
    _note(tx, What.TOKEN_REVOKED, name, by, now, old=_governed(token.grant, token.expires_at))
    return token


@writes(Priority.HOUSEKEEPING, is_news=lambda _: False)
def note_use(tx: Connection, token_ids: Sequence[int], now: datetime, *, coarse: timedelta) -> None:
    """Write when tokens were last used, to within `coarse`."""
    intake_tokens.used(tx, token_ids, now, coarse=coarse)


def every_token(database: Database) -> list[StoredToken]:
    """All tokens that there are or were, oldest first."""
    with database.reading() as tx:
        return intake_tokens.every(tx)


def every_key(database: Database) -> list[Key]:
    """All secrets that there are or were, by their digests."""
    return [key for token in every_token(database) for key in token.keys]


def _known(tx: Connection, name: str) -> StoredToken:
    token = intake_tokens.held(tx, name)
    if token is None:
        raise TokenError(
            f"There is no token {name!r} in force. `andon token list --all` shows all there were."
        )
    return token


def _note(
    tx: Connection,
    what: What,
    name: str,
    by: str,
    now: datetime,
    *,
    old: Values | None = None,
    new: Values | None = None,
) -> None:
    about, who = f"token {name}", at_terminal(by)
    note(tx, what, about, by=who, through=Through.CLI, now=now, old=old, new=new)


def _governed(grant: Grant, expires_at: datetime | None) -> Values:
    return {
        "scopes": tuple(sorted(scope.value for scope in grant.scopes)),
        "sources": tuple(grant.sources),
        "expires": expires_at.isoformat() if expires_at else None,
    }


def _add(tx: Connection, token_id: int, secret: Secret, by: str, now: datetime) -> None:
    digest = digest_of(secret.text)
    intake_tokens.add_secret(tx, token_id, prefix=secret.prefix, digest=digest, by=by, now=now)


def _check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise TokenError("A token that has expired already opens nothing; let it end later.")
