"""Who may send, decided on the terminal."""

from __future__ import annotations

import pytest

from bot.clock import SystemClock
from bot.services.admission import Admission, NotAdmittedError, NotAllowedError
from bot.services.intake_tokens import prefix_of
from bot.store.database import Database
from rules.intake_tokens import Scope
from tests.cli.conftest import Andon
from tests.cli.test_exceptions import database

__all__ = ["database"]


def made(andon: Andon, *words: str) -> str:
    """The secret of a new token: all that standard output has."""
    said = andon("token", "create", *words)
    assert said.exit_code == 0, said.output
    return said.stdout.strip()


def opens(database: Database, secret: str, scope: Scope = Scope.EVENTS) -> bool:
    admission = Admission([], database)
    admission.refresh()
    try:
        return bool(admission.admit(secret, scope, SystemClock().now()))
    except (NotAdmittedError, NotAllowedError):
        return False


def test_a_token_is_made_and_its_secret_is_shown_once(andon: Andon, database: Database) -> None:
    secret = made(andon, "mes", "--scope", "events", "--source", "/mes/*")
    assert opens(database, secret)
    assert not opens(database, secret, Scope.READINGS)
    for words in (("list",), ("list", "--all"), ("revoke", "mes"), ("list", "--all")):
        said = andon("token", *words).output
        assert secret not in said
        assert secret.removeprefix(prefix_of(secret)) not in said


def test_the_list_says_which_secret_it_is_what_it_may_and_who_made_it(
    andon: Andon, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert andon("token", "list").output.startswith("Nobody may send anything")
    monkeypatch.setenv("ANDON_INTAKE_TOKENS", "first=s3cret")
    monkeypatch.setenv("LOGNAME", "ana")
    secret = made(andon, "mes", "--scope", "events", "--source", "/mes/*", "--source", "/erp")
    headings, first, mes = andon("token", "list").output.splitlines()
    assert headings.split()[:3] == ["NAME", "PREFIX", "MAY"]
    assert "s3cret" not in first and first.startswith("first ") and "ANDON_INTAKE_TOKENS" in first
    assert mes.split()[:5] == ["mes", prefix_of(secret), "events", "/mes/*,", "/erp"]
    assert " ana " in mes and mes.endswith("in force")


def test_after_a_rotation_both_secrets_work_until_the_overlap_is_over(
    andon: Andon, database: Database
) -> None:
    former = made(andon, "mes")
    said = andon("token", "rotate", "mes")
    assert f"The former secret of mes ({prefix_of(former)}…) works until 20" in said.stderr
    assert opens(database, former) and opens(database, said.stdout.strip())
    assert "former secret until" in andon("token", "list").output


def test_a_secret_that_was_seen_ends_at_once(andon: Andon, database: Database) -> None:
    first = made(andon, "mes")
    second = andon("token", "rotate", "mes", "--overlap", "0s")
    assert "works no more" in second.stderr
    third = andon("token", "rotate", "mes").stdout.strip()
    assert [opens(database, each) for each in (first, second.stdout.strip(), third)] == [False, True, True]


def test_a_revoked_token_opens_nothing_and_its_name_is_free(andon: Andon, database: Database) -> None:
    former = made(andon, "mes")
    assert andon("token", "revoke", "mes").exit_code == 0
    assert not opens(database, former)
    assert opens(database, made(andon, "mes"))
    assert len(andon("token", "list").output.splitlines()) == 2
    assert "revoked 20" in andon("token", "list", "--all").output


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (("create", "mes"), 1, "There is a token mes already. Give this one another name"),
        (("create", "two words"), 1, "'two words' cannot name a token"),
        (("create", "x", "--source", "andon:auditor"), 1, "is Andon itself; no token can speak for it"),
        (("create", "x", "--source", ""), 1, "cannot be a source"),
        (("create", "x", "--scope", "all"), 2, "'all' is not one of 'events', 'readings'"),
        (("create", "x", "--expires", "soon"), 2, "'soon' is not a duration"),
        (("create", "x", "--expires", "0s"), 1, "opens nothing; let it end later"),
        (("create", "x", "--expires", "999999999d"), 2, "is longer than any calendar"),
        (("create", "first"), 2, "first stands in ANDON_INTAKE_TOKENS already"),
        (("rotate", "first"), 2, "change it there and start Andon again"),
        (("revoke", "first"), 2, "change it there and start Andon again"),
        (("rotate", "nobody"), 1, "There is no token 'nobody' in force"),
        (("rotate", "mes", "--overlap", "31d"), 1, "The overlap must be from 0s to 30d"),
        (("revoke", "nobody"), 1, "`andon token list --all` shows all there were"),
    ],
)
def test_what_cannot_be_is_said_in_words(
    andon: Andon,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    what: str,
) -> None:
    monkeypatch.setenv("ANDON_INTAKE_TOKENS", "first=s3cret")
    made(andon, "mes")
    said = andon("token", *words)
    assert (said.exit_code, said.stdout) == (code, "")
    assert what in said.output
    assert "Traceback" not in said.output
