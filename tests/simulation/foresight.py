"""Foresight: when the relay's tables next allow anything that they do not allow now.

The relay looks ten times a second while something waits that may not leave yet. Looks before that moment find
what the last one found, so the simulation leaves them out.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, func, select

from bot.store.tables import outbox, pace
from rules.delivery import DeliveryState
from rules.pace import allowance_of

_WAITING = (DeliveryState.PENDING, DeliveryState.UNKNOWN)


def next_chance(engine: Engine, now: datetime) -> datetime | None:
    """The first moment after `now` at which a row is due, a lease ends, or a budget opens."""
    due = select(func.min(outbox.c.due)).where(outbox.c.state.in_(_WAITING), outbox.c.due > now)
    leased = (outbox.c.state == DeliveryState.SENDING) & (outbox.c.lease_until > now)
    with engine.connect() as tx:
        moments = [
            tx.execute(due).scalar(),
            tx.execute(select(func.min(outbox.c.lease_until)).where(leased)).scalar(),
        ]
        spent = tx.execute(select(pace.c.key, pace.c.free_at).where(pace.c.free_at > now)).all()
    moments += [allowance_of(row.key).opens_at(row.free_at, now) for row in spent]
    return min((moment for moment in moments if moment is not None and moment > now), default=None)
