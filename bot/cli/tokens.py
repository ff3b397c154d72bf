"""Intake tokens on the terminal: made, listed, rotated and revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.terminal import (
    USAGE,
    examples,
    fail,
    moment,
    opened_database,
    present,
    settings_in_force,
    table,
    user_name,
)
from rules.intake_tokens import Scope

if TYPE_CHECKING:
    from bot.store.database import Database

T = TypeVar("T")

app = typer.Typer(help="Decide who may send events and readings over HTTP.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Who sends, such as mes.")]
Expires = Annotated[
    str | None, typer.Option(metavar="DURATION", help="Let it end after so long, such as 90d.")
]


@app.command(
    epilog=examples(
        "andon token create mes",
        "andon token create historian --scope readings --expires 365d",
        'andon token create line-2 --scope events --source "/plc/line-2/*"',
        "andon token create grafana --scope events > /etc/grafana/andon-token",
    )
)
def create(
    name: Name,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may send; repeat for both. Both if left out.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="A source that it may speak for; repeat. Any if left out."),
    ] = None,
    expires: Expires = None,
) -> None:
    """Make a token and print its secret, this once.

    Only a digest of the secret is kept: whoever loses it rotates the token. What is sent without a source
    counts as said by the token's only source, or by its name. A running bot knows it within seconds.
    """
    from bot.services.intake_tokens import Secret, create
    from rules.intake_tokens import EVERYTHING, Grant

    if name in _declared():
        fail(f"{name} stands in ANDON_INTAKE_TOKENS already; give this token another name.", code=USAGE)
    secret, now = Secret.fresh(), present()
    grant = Grant(name, frozenset(scope) if scope else EVERYTHING, tuple(source or ()))
    until = _end(now, expires)
    _settle(lambda db: create(db, grant, secret=secret, expires_at=until, by=user_name(), now=now))
    may = " and ".join(sorted(grant.scopes))
    whose = f" of {', '.join(grant.sources)}" if grant.sources else ""
    end = f" until {moment(until)}" if until else ""
    typer.echo(f"{name} may send {may}{whose}{end}. Its secret, shown only now:", err=True)
    typer.echo(secret.text)


@app.command("list", epilog=examples("andon token list", "andon token list --all"))
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also those that work no more.")] = False,
) -> None:
    """List the tokens, never their secrets.

    The prefix tells which secret it is. When a token was last used is known to the hour.
    """
    from bot.cli.token_text import HEADINGS, declared_row, row, works
    from bot.services.intake_tokens import every_token

    now = present()
    with opened_database() as database:
        found = [each for each in every_token(database) if everything or works(each, now)]
    rows = [declared_row(name) for name in _declared()] + [row(each, now) for each in found]
    if not rows:
        typer.echo("Nobody may send anything over HTTP. Make a token: andon token create NAME")
        return
    typer.echo(table([HEADINGS, *rows]))


@app.command(epilog=examples("andon token rotate mes", "andon token rotate mes --overlap 0s --expires 90d"))
def rotate(
    name: Name,
    overlap: Annotated[
        str, typer.Option(metavar="DURATION", help="How long the former secret works on; 0s ends it now.")
    ] = "24h",
    expires: Expires = None,
) -> None:
    """Make a new secret for a token and print it, this once.

    The former secret works on for the overlap, 24 hours unless said otherwise, so that the sender can be
    changed over in peace. Has somebody seen it who should not have? Then --overlap 0s.
    """
    from bot.services.intake_tokens import Secret, rotate

    _refuse_declared(name)
    secret, now = Secret.fresh(), present()
    length = _duration(overlap)
    until = _end(now, expires)
    rotated = _settle(
        lambda db: rotate(db, name, secret=secret, overlap=length, expires_at=until, by=user_name(), now=now)
    )
    for prefix in rotated.former:
        when = f"works until {moment(rotated.former_end)}" if length else "works no more"
        typer.echo(f"The former secret of {name} ({prefix}…) {when}.", err=True)
    typer.echo(f"The new secret of {name}, shown only now:", err=True)
    typer.echo(secret.text)


@app.command(epilog=examples("andon token revoke mes"))
def revoke(name: Name) -> None:
    """Make a token worthless, on every replica within seconds.

    Its name is free again afterwards; `andon token list --all` still shows it.
    """
    from bot.services.intake_tokens import revoke

    _refuse_declared(name)
    _settle(lambda db: revoke(db, name, by=user_name(), now=present()))
    typer.echo(f"{name} is revoked. A running bot refuses it within seconds.")


def _settle(act: Callable[[Database], T]) -> T:
    from rules.intake_tokens import TokenError

    with opened_database() as database:
        try:
            return act(database)
        except TokenError as error:
            fail(str(error))


def _declared() -> list[str]:
    return [token.name for token in settings_in_force().intake_tokens]


def _refuse_declared(name: str) -> None:
    if name in _declared():
        fail(
            f"{name} stands in ANDON_INTAKE_TOKENS: change it there and start Andon again. "
            "`andon token create` makes tokens that can be rotated and revoked while it runs.",
            code=USAGE,
        )


def _end(now: datetime, lasting: str | None) -> datetime | None:
    try:
        return None if lasting is None else now + _duration(lasting)
    except OverflowError:
        fail(f"{lasting} is longer than any calendar.", code=USAGE)


def _duration(text: str) -> timedelta:
    from rules.durations import DurationError, parse_duration

    try:
        return parse_duration(text)
    except DurationError as error:
        fail(f"{error}.", code=USAGE)
