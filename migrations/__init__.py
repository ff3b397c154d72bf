"""The database schema, version by version: one Alembic tree for SQLite and PostgreSQL."""
