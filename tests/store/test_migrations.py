"""The migrations build exactly the schema that bot.store.tables describes, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.exc import DBAPIError

from bot.store.database import Database
from bot.store.migrate import alembic_config, is_current, upgrade
from bot.store.schema import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """A database that nobody has migrated."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url, pool_size=1)
    try:
        yield database
    finally:
        database.close()


def described(tx: Connection) -> dict[str, object]:
    """Also what Alembic does not compare: primary keys, defaults, what numbers itself."""
    inspector = inspect(tx)
    return {
        name: (
            [{**column, "type": str(column["type"])} for column in inspector.get_columns(name)],
            inspector.get_pk_constraint(name),
            sorted(inspector.get_unique_constraints(name), key=str),
            sorted(inspector.get_foreign_keys(name), key=str),
            sorted(map(in_words, inspector.get_indexes(name)), key=str),
        )
        for name in metadata.tables
    }


def in_words(index: ReflectedIndex) -> dict[str, object]:
    """The condition of a partial index is a clause, and no two clauses are equal."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def test_the_migrations_build_the_tables_that_the_store_uses(empty_url: str) -> None:
    upgrade(empty_url)
    with opened(empty_url) as database, database.reading() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


def test_migrated_tables_look_as_if_the_store_had_created_them(empty_url: str) -> None:
    upgrade(empty_url)
    with opened(empty_url) as database, database.engine.begin() as tx:
        migrated = described(tx)
        metadata.drop_all(tx)
        metadata.create_all(tx)
        assert migrated == described(tx)


def test_a_database_is_current_once_it_is_upgraded(empty_url: str) -> None:
    with opened(empty_url) as database:
        assert not is_current(database)
        upgrade(empty_url)
        assert is_current(database)


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    upgrade(empty_url)
    with opened(empty_url) as database:
        assert is_current(database)


def test_a_database_of_a_newer_andon_is_not_current(database_url: str) -> None:
    with opened(database_url) as database:
        with database.engine.begin() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert not is_current(database)


def test_a_migration_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    with opened(empty_url) as database:
        with database.engine.begin() as tx:
            tx.execute(text("CREATE TABLE timeline (id INTEGER)"))
        with pytest.raises(DBAPIError, match="timeline"):
            upgrade(empty_url)
        with database.reading() as tx:
            assert inspect(tx).get_table_names() == ["timeline"]


def test_there_is_one_line_of_versions() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1
