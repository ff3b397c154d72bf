"""Alembic's entry: migrate, or compare, on the connection that is handed over in `attributes`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import BigInteger

from bot.store.schema import metadata
from bot.store.types import Json, Utc


def in_plain_types(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """How a new migration writes our types: what they are today, so that it never imports the bot."""
    if kind != "type":
        return False
    if isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Json):
        return "sa.Text()"
    return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")' if isinstance(item, BigInteger) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_server_default=True,
    render_as_batch=True,
    render_item=in_plain_types,
    # SQLite's DDL is transactional too, now that BEGIN is ours and not the driver's.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
