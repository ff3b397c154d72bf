"""The database: whether it is there, and what in it waits for a human."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection

from bot.cli.doctor.findings import Finding, doubt, fault, fine
from bot.store import intake_tokens, outbox, quarantines, replicas, wakeups
from bot.store.database import Database, DatabaseUnavailableError
from bot.store.migrate import is_current
from bot.telemetry import redacted
from rules.delivery import DeliveryState

RECENT = timedelta(hours=1)
SOON = timedelta(days=7)
"""How long before a token expires somebody should know."""


def absent(url: str) -> Finding:
    """An SQLite file that nobody has made yet."""
    return fault("database", f"{url} is not there yet", "Run `andon db upgrade`, or start `andon run` once.")


def reachable(database: Database, where: str) -> Finding:
    """Whether the database answers and has the schema of this code."""
    try:
        current = is_current(database)
    except DatabaseUnavailableError as error:
        return fault(
            "database", f"{where}: {redacted(str(error))}", "Start it, or correct ANDON_DATABASE_URL."
        )
    if not current:
        return fault("database", f"{where} has another schema than this Andon", "Run `andon db upgrade`.")
    return fine("database", f"{where} has the newest schema")


def check(database: Database, now: datetime, *, declared: int) -> Iterator[Finding]:
    """What lies in a database that is reachable and migrated; `declared`: tokens in the settings."""
    with database.reading() as tx:
        yield from _quarantine(tx)
        yield _deliveries(tx)
        yield _wakeups(tx)
        yield _tokens(tx, now, declared=declared)
        if database.is_sqlite:
            yield _replicas(tx, now)


def _deliveries(tx: Connection) -> Finding:
    counts = outbox.counts(tx)
    dead = counts.get(DeliveryState.DEAD, 0)
    if dead:
        remedy = "`andon delivery list` says why; then `andon delivery retry` or `andon delivery drop`."
        return fault("deliveries", f"{dead} could not be delivered to Slack", remedy)
    waiting = counts.get(DeliveryState.PENDING, 0)
    return fine("deliveries", f"none failed for good, {waiting} waiting")


def _quarantine(tx: Connection) -> Iterator[Finding]:
    there = quarantines.standing(tx)
    if there is not None:
        said = (
            f"nothing is sent to Slack and no clock rings since {there.since:%Y-%m-%d %H:%M} UTC, "
            f"by {there.by}: {there.reason}"
        )
        yield fault("quarantine", said, "`andon delivery release` shows what waits, asks, and lets it go.")


def _wakeups(tx: Connection) -> Finding:
    parked = wakeups.parked(tx)
    if not parked:
        return fine("clocks", "every one can be looked at")
    kind, ref, _, trouble = parked[0]
    subject = f"EX-{ref}" if kind == wakeups.Subject.THREAD else f"{kind} {ref}"
    said = f"{len(parked)} set aside after an error, the first is {subject}: {trouble}"
    return fault("clocks", said, "They are tried again by themselves; report the error if it stays.")


def _tokens(tx: Connection, now: datetime, *, declared: int) -> Finding:
    working = [each for each in intake_tokens.every(tx) if any(not key.trouble(now) for key in each.keys)]
    if not working and not declared:
        remedy = "Make a token: andon token create NAME"
        return doubt("tokens", "there is none, so nobody can send events over HTTP", remedy)
    ends = [each for each in working if each.expires_at is not None and each.expires_at <= now + SOON]
    if ends:
        first = min(ends, key=lambda each: each.expires_at or now)
        remedy = f"Give it a new secret and a later end: andon token rotate {first.grant.name} --expires 90d"
        return doubt("tokens", f"{first.grant.name} expires on {first.expires_at:%Y-%m-%d}", remedy)
    return fine("tokens", f"{declared + len(working)} may send events or readings")


def _replicas(tx: Connection, now: datetime) -> Finding:
    """Two processes whose times of sending overlap run at once; a restart comes after what it follows."""
    recent = replicas.senders(tx, now - RECENT)
    for (one, _, ended), (other, begun, _) in pairwise(recent):
        if begun < ended:
            remedy = "Stop one of them, or move to PostgreSQL with ANDON_DATABASE_URL."
            return doubt("replicas", f"{one} and {other} run at once on one SQLite file", remedy)
    return fine("replicas", "one process uses this SQLite file")
