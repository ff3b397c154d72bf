"""Tokens: only digests are kept, every replica knows within one look, and use costs next to nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import event, select

from bot.services import intake_tokens
from bot.services.admission import Admission, NotAdmittedError, NotAllowedError
from bot.services.intake_tokens import Secret, digest_of
from bot.settings import IntakeToken
from bot.store.database import Database
from bot.store.token_tables import intake_secrets
from bot.store.token_tables import intake_tokens as tokens_table
from rules.intake_tokens import EVERYTHING, Grant, Scope, TokenError
from tests.cast import NOON, after
from tests.services.floor import Floor

DAY = timedelta(days=1)


def make(database: Database, name: str = "mes", *, expires_in: timedelta | None = None) -> str:
    """A token made at noon; its secret."""
    secret, until = Secret.fresh(), None if expires_in is None else NOON + expires_in
    intake_tokens.create(database, Grant(name), secret=secret, expires_at=until, by="ana", now=NOON)
    return secret.text


def rotate(database: Database, *, overlap: timedelta, now: datetime) -> None:
    intake_tokens.rotate(
        database, "mes", secret=Secret.fresh(), overlap=overlap, expires_at=None, by="ana", now=now
    )


def replica(database: Database) -> Admission:
    """A bot that has looked once."""
    admission = Admission([IntakeToken("first", SecretStr("s3cret"))], database)
    admission.refresh()
    return admission


def refusal(admission: Admission, secret: str, minutes: float = 0) -> str:
    with pytest.raises(NotAdmittedError) as refused:
        admission.admit(secret, Scope.EVENTS, after(minutes))
    return str(refused.value)


def test_the_database_holds_no_secret(floor: Floor) -> None:
    secret = make(floor.database)
    with floor.database.reading() as tx:
        kept = [repr(row) for table in (tokens_table, intake_secrets) for row in tx.execute(select(table))]
    assert secret.rpartition("_")[2] not in "".join(kept)
    assert digest_of(secret).hex() in kept[1]
    assert len(secret.rpartition("_")[2]) * 4 == 256


def test_a_revoked_token_stops_working_on_every_replica_with_their_next_look(floor: Floor) -> None:
    secret = make(floor.database)
    first, second = replica(floor.database), replica(floor.database)
    assert first.admit(secret, Scope.EVENTS, NOON) == second.admit(secret, Scope.EVENTS, NOON)
    intake_tokens.revoke(floor.database, "mes", by="ana", now=NOON)
    for each in (first, second):
        each.refresh()
        assert "was revoked on 20" in refusal(each, secret)


def test_admitting_asks_no_database(floor: Floor) -> None:
    admission = replica(floor.database)
    asked: list[object] = []
    event.listen(floor.database.engine, "checkout", lambda *_: asked.append(_))
    assert admission.admit("s3cret", Scope.EVENTS, NOON).scopes == EVERYTHING
    assert "not one of ours" in refusal(admission, Secret.fresh().text)
    assert asked == []
    admission.refresh()
    assert len(asked) == 1


def test_an_expired_token_says_so(floor: Floor) -> None:
    secret = make(floor.database, expires_in=DAY)
    admission = replica(floor.database)
    assert admission.admit(secret, Scope.EVENTS, NOON + DAY - timedelta(seconds=1)).name == "mes"
    assert "expired on" in refusal(admission, secret, minutes=24 * 60)
    with pytest.raises(TokenError, match="--expires 90d"):
        rotate(floor.database, overlap=DAY, now=NOON + DAY)


def test_rotating_twice_never_lengthens_what_ends_already(floor: Floor) -> None:
    secret = make(floor.database)
    for overlap in (timedelta(hours=1), timedelta(hours=24)):
        rotate(floor.database, overlap=overlap, now=NOON)
    admission = replica(floor.database)
    assert admission.admit(secret, Scope.EVENTS, after(59)).name == "mes"
    assert "was rotated, and this secret ended" in refusal(admission, secret, minutes=60)


def test_the_beginning_of_a_secret_or_its_digest_opens_nothing(floor: Floor) -> None:
    secret = make(floor.database)
    admission = replica(floor.database)
    prefix = secret.rpartition("_")[0]
    for guess in (prefix, f"{prefix}_", secret[:-1], f"{secret}0", digest_of(secret).hex(), "", "\udcff"):
        assert "not one of ours" in refusal(admission, guess)


def test_a_scope_that_is_missing_is_named(floor: Floor) -> None:
    secret = Secret.fresh()
    grant = Grant("kpis", frozenset({Scope.READINGS}))
    intake_tokens.create(floor.database, grant, secret=secret, expires_at=None, by="ana", now=NOON)
    with pytest.raises(NotAllowedError, match=r"has no scope events \(it has readings\)"):
        replica(floor.database).admit(secret.text, Scope.EVENTS, NOON)


def test_when_a_token_was_last_used_is_written_once_an_hour(floor: Floor) -> None:
    secret = make(floor.database)
    admission = replica(floor.database)
    for minutes, known in ((0, None), (1, 1), (30, 1), (62, 62)):
        if known is not None:
            admission.admit(secret, Scope.EVENTS, after(minutes))
        admission.note_uses(after(minutes))
        [token] = intake_tokens.every_token(floor.database)
        assert token.last_used_at == (None if known is None else after(known))


def test_two_cannot_have_one_name_at_once(floor: Floor) -> None:
    make(floor.database)
    with pytest.raises(TokenError, match="There is a token mes already"):
        make(floor.database)
    intake_tokens.revoke(floor.database, "mes", by="ana", now=NOON)
    make(floor.database)
    assert [each.revoked_by for each in intake_tokens.every_token(floor.database)] == ["ana", None]


def test_while_the_database_is_away_the_last_look_counts(floor: Floor, sqlite_url: str) -> None:
    secret = make(floor.database)
    admission = replica(floor.database)
    admission._database = Database(sqlite_url)  # Never migrated: as good as away.
    admission.admit(secret, Scope.EVENTS, NOON)
    admission.refresh()
    admission.note_uses(NOON)
    assert admission.admit(secret, Scope.EVENTS, NOON).name == "mes"
