"""A hundred seeds keep every promise; a failing one prints how to see it again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.store.engine import create
from tests.house.repository import ROOT
from tests.simulation.ground import SqliteGround, sqlite_ground
from tests.simulation.simulating import simulate
from tests.simulation.telling import story_of
from tests.simulation.world import SHORT

SEEDS_ON_SQLITE = 100
SEEDS_ON_POSTGRESQL = 4
AT_ONCE = 10
_DIGEST = """
from tests.simulation.ground import sqlite_ground
from tests.simulation.simulating import simulate
from tests.simulation.world import SHORT
with sqlite_ground() as ground:
    print(simulate(7, ground.fresh(), SHORT).digest)
"""


@pytest.fixture(scope="module")
def ground() -> Iterator[SqliteGround]:
    with sqlite_ground() as laid:
        yield laid


@pytest.mark.parametrize("first", range(0, SEEDS_ON_SQLITE, AT_ONCE))
def test_every_promise_is_kept_whatever_goes_wrong(ground: SqliteGround, first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        outcome = simulate(seed, ground.fresh(), SHORT)
        assert not outcome.broken, story_of(outcome)


@pytest.mark.parametrize("seed", range(SEEDS_ON_POSTGRESQL))
def test_every_promise_is_kept_on_postgresql(migrated_postgres_url: str, seed: int) -> None:
    engine = create(migrated_postgres_url, pool_size=2)
    try:
        outcome = simulate(seed, engine, SHORT)
        assert not outcome.broken, story_of(outcome)
    finally:
        engine.dispose()


def test_the_same_seed_tells_the_same_story_in_any_process() -> None:
    assert _digest(hash_seed="1") == _digest(hash_seed="2")


def _digest(*, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", _DIGEST], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return told.stdout
