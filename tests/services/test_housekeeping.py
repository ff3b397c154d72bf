"""Housekeeping after an outage: what merely waited for its turn is no fault."""

from __future__ import annotations

from datetime import timedelta

from bot.housekeeping import Housekeeping
from bot.services.audit_log import examine
from rules.auditing import PATIENCE
from tests.services.floor import Floor
from tests.services.test_audit import note_some


def test_what_could_not_be_sealed_while_nobody_ran_is_sealed_and_not_told_to_the_operators(
    floor: Floor,
) -> None:
    note_some(floor, 2)
    floor.now += PATIENCE + timedelta(minutes=5)
    house = Housekeeping(
        floor.database, plan=lambda: floor.plan, now=lambda: floor.now, look_for_doubles=lambda: None
    )
    house.audit()
    assert floor.rows() == []
    assert examine(floor.database).waiting == 0
