"""The Home tab of one person, as things stand, and that they have looked at it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import Connection

from bot.messages.blocks import Block
from bot.messages.decisions import due_on_home
from bot.messages.digests import sessions_on_home
from bot.messages.home import home, off_target
from bot.messages.suppressions import on_home
from bot.services import boards, decision_log, digests, kpis, suppressions
from bot.services.home_rows import kpi_owner, redraw
from bot.services.plan_in_force import PlanInForce
from bot.store import homes
from bot.store.database import Database, writes
from bot.store.writer_gate import Priority


def home_of(
    database: Database, person: str, *, plan: PlanInForce, now: datetime, workspace_url: str
) -> Block:
    """The view of somebody of the plan; raises DatabaseUnavailableError."""
    mine = boards.open_threads(database, owner=person)
    return home(
        boards.linked(database, mine.threads, workspace_url=workspace_url),
        total=mine.total,
        people=plan,
        now=now,
        sections=[
            _decisions(database, person, plan, now),
            _kpis(database, person, plan, now),
            on_home(suppressions.in_force(database, now), plan),
            sessions_on_home(digests.upcoming_for(database, plan, person)),
        ],
    )


@writes(Priority.PRESS)
def opened(tx: Connection, person: str, view: Block | None, *, plan: PlanInForce, now: datetime) -> None:
    """Somebody looks at their Home tab, and `view` was drawn at once, or None if that failed.

    From now on it is kept up to date. What changed while it was being drawn is caught by drawing it once more
    through the outbox, which sends nothing if it shows the same.
    """
    homes.opened(tx, person, fingerprint(view) if view else None, plan_version=plan.version)
    redraw(tx, (person,), now)


def fingerprint(view: Block) -> str:
    """The same for views that show the same."""
    return hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()


def _decisions(database: Database, person: str, plan: PlanInForce, now: datetime) -> list[Block]:
    waiting = decision_log.awaiting(database, person)
    return due_on_home(waiting.decisions, total=waiting.total, terms=plan, now=now)


def _kpis(database: Database, person: str, plan: PlanInForce, now: datetime) -> list[Block]:
    mine = [each for each in kpis.board(database, plan, now) if kpi_owner(each.kpi, plan) == person]
    return off_target(mine, plan.index.plan.site.currency or "")
