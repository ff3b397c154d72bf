"""The whole schema: every floor's tables on one metadata. What migrates or compares starts here."""

from bot.store import (
    audit_tables,
    decision_tables,
    home_tables,
    kpi_tables,
    pruning_tables,
    quarantine_tables,
    session_tables,
    suppression_tables,
    token_tables,
)
from bot.store.tables import metadata

__all__ = [
    "audit_tables",
    "decision_tables",
    "home_tables",
    "kpi_tables",
    "metadata",
    "pruning_tables",
    "quarantine_tables",
    "session_tables",
    "suppression_tables",
    "token_tables",
]
