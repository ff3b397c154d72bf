"""Bringing a database to the newest schema, and asking whether it has it.

Alembic's tree stands beside this package, in a checkout as in an installed wheel. It is found by its path:
migrations may import the tables, so nothing here imports migrations.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text

from bot.store.database import Database
from bot.store.engine import create

TREE = Path(__file__).parents[2] / "migrations"

_ONE_AT_A_TIME = 0x414E444F4E
"""Key of PostgreSQL's advisory lock: replicas that start together migrate one after the other."""


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest schema, creating an SQLite file that is not there yet.

    All of it happens in one transaction or not at all. A database that is already there is left as it is.
    Raises SQLAlchemy's OperationalError when the database cannot be reached.
    """
    engine = create(url, pool_size=1)
    try:
        with engine.connect().execution_options(writes=True) as connection:
            _let_tables_be_rebuilt(connection)
            with connection.begin():
                _upgrade_inside(connection)
    finally:
        engine.dispose()


def is_there(url: str) -> bool:
    """Whether there is a database to look at. SQLite would make the file merely by opening it."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()


def is_current(database: Database) -> bool:
    """Whether the schema is exactly the one this code was written for; raises DatabaseUnavailableError."""
    newest = set(ScriptDirectory.from_config(alembic_config()).get_heads())
    with database.reading() as tx:
        return set(MigrationContext.configure(tx).get_current_heads()) == newest


def is_known(database: Database) -> bool:
    """Whether the schema is this code's or an older one of Andon's; raises DatabaseUnavailableError."""
    revisions = {each.revision for each in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    with database.reading() as tx:
        heads = set(MigrationContext.configure(tx).get_current_heads())
    return bool(heads) and heads <= revisions


def alembic_config(connection: Connection | None = None) -> Config:
    """How Alembic is called: no file, no logging, and on this connection."""
    config = Config()
    config.set_main_option("script_location", str(TREE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _let_tables_be_rebuilt(connection: Connection) -> None:
    """SQLite alters a table by copying it, which foreign keys would forbid; outside of any transaction."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")


def _upgrade_inside(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    command.upgrade(alembic_config(connection), "head")
