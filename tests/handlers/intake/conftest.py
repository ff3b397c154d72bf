from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.handlers.intake.door import Door, open_door


@pytest.fixture
def door(database_url: str) -> Iterator[Door]:
    """The way in, on each of the two databases."""
    with open_door(database_url) as door:
        yield door


@pytest.fixture
def sqlite_door(migrated_sqlite_url: str) -> Iterator[Door]:
    """The way in, for stories in which the database plays no part."""
    with open_door(migrated_sqlite_url) as door:
        yield door
