"""The Slack workspace of the plan's people and channels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bot.messages.manifest import manifest
from bot.sandbox.server import SandboxServer

CHANNELS = ("filling", "packaging", "utilities", "dispatch", "control-room", "escalations")
PEOPLE = {"maria": "Maria Jansen", "fatima": "Fatima Haddad", "claire": "Claire Dubois"}


@contextmanager
def workspace(**limits: Any) -> Iterator[SandboxServer]:
    """A Slack workspace with the people and channels of the plan; `limits` make it a lesser one."""
    sandbox = SandboxServer(**limits)
    sandbox.workspace.tickets.trigger_life = timedelta(minutes=1)
    for key, name in PEOPLE.items():
        sandbox.workspace.add_user(key, real_name=name, email=f"{key}@plant.example")
    for channel in CHANNELS:
        sandbox.workspace.add_channel(channel)
    sandbox.workspace.install(manifest=manifest(socket_mode=True, request_url=None))
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()
