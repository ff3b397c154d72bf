"""Before every listener the desk is laid."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import BoltContext, BoltResponse

from handlers.context import DESK, Desk

Middleware = Callable[..., BoltResponse]
"""Bolt hands over what its parameters are named after."""


def lay_desk(desk: Desk) -> Middleware:
    """Every listener finds the desk in its context."""

    def lay(context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
        context[DESK] = desk
        return next_()

    return lay
