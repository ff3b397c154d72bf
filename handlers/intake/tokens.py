"""Who may send events: bearer tokens, each with the name of its sender."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256

from bot.settings import IntakeToken
from handlers.intake.problems import Problem, ProblemError


class IntakeTokens:
    """Tokens by their digests: comparing takes the same time whichever is sent, right or wrong."""

    def __init__(self, tokens: Iterable[IntakeToken]) -> None:
        self._known = [(token.name, _digest(token.secret.get_secret_value().encode())) for token in tokens]

    def sender(self, authorization: str | None) -> str:
        """The name that belongs to an Authorization header; raises ProblemError (401)."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            what = "The Authorization header is no bearer token" if scheme else "The request has no token"
            raise ProblemError(self._unauthorized(what, 'Bearer realm="andon intake"'))
        given = _digest(token.strip().encode("latin-1", "replace"))
        found = [name for name, known in self._known if hmac.compare_digest(known, given)]
        if not found:
            challenge = 'Bearer realm="andon intake", error="invalid_token"'
            raise ProblemError(self._unauthorized("The bearer token is not one of ours", challenge))
        return found[0]

    def _unauthorized(self, what: str, challenge: str) -> Problem:
        advice = "Send 'Authorization: Bearer <token>' with one of the tokens in ANDON_INTAKE_TOKENS."
        if not self._known:
            advice = "No token is set up, so nobody may send: set ANDON_INTAKE_TOKENS and start Andon again."
        detail = f"{what}, so nothing was taken. {advice}"
        headers = {"WWW-Authenticate": challenge}
        return Problem("unauthorized", 401, "Not authorized", detail, headers=headers)


def _digest(token: bytes) -> bytes:
    return sha256(token).digest()
