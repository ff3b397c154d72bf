"""Write the next migration: `python -m migrations "what changes"` compares the tree with bot.store.tables.

The new file is a draft. Read it, shorten it, and let tests/store/test_migrations.py judge it.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from bot.store.engine import create
from bot.store.migrate import alembic_config, upgrade


def draft(message: str, number: str) -> None:
    """Compare in a throw-away SQLite database and write versions/<number>_<message>.py."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'draft.db'}"
        upgrade(url)
        engine = create(url, pool_size=1)
        with engine.connect() as connection:
            command.revision(alembic_config(connection), message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    existing = len(list((Path(__file__).parent / "versions").glob("[0-9]*.py")))
    draft(" ".join(sys.argv[1:]), f"{existing + 1:04}")
