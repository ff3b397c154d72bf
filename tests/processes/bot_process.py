"""The bot as an operating system sees it: a child process with settings in its environment."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from bot.sandbox.server import SandboxServer
from tests.processes.warm_start import ROOT, Running, WarmStarter

TOKEN = "right"
DEADLINE_SECONDS = 60


def eventually(condition: Callable[[], object], what: str, *, timeout: float = DEADLINE_SECONDS) -> None:
    """Wait until it holds; fails in words."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not so within {timeout:g} s"
        time.sleep(0.05)  # between two looks at another process, which cannot tell us


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class BotProcess:
    """`andon run`, as often as it is started; its log goes to one file.

    With a `starter` each start takes a tenth of the time. `settings` are added to its environment.
    """

    sandbox: SandboxServer
    database_url: str
    folder: Path
    port: int = field(default_factory=free_port)
    starter: WarmStarter | None = None
    name: str = "andon"
    settings: dict[str, str] = field(default_factory=dict)
    process: Running | None = None
    # One client for all requests: making one reads every certificate of the machine.
    client: httpx2.Client = field(default_factory=lambda: httpx2.Client(verify=False, trust_env=False))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start it, and wait until it says that it can do its work."""
        self.spawn()
        eventually(self.is_ready, f"the bot is ready; its log:\n{self._last_words()}")

    def spawn(self) -> None:
        """Start it, and do not wait."""
        environment = self._environment()
        if self.starter is not None:
            self.process = self.starter.start(environment, folder=self.folder, log=self.log)
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def _environment(self) -> dict[str, str]:
        workspace = self.sandbox.workspace
        inherited = {
            name: text for name, text in os.environ.items() if not name.startswith(("SLACK_", "ANDON_"))
        }
        return inherited | {
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": f"{self.sandbox.url}/api/",
            "ANDON_DATABASE_URL": self.database_url,
            "ANDON_PORT": str(self.port),
            "ANDON_INTAKE_TOKENS": f"plant={TOKEN}",
            **self.settings,
        }

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the bot ended by itself; its log:\n{self._last_words()}"
        try:
            return self.client.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    def kill(self) -> None:
        """SIGKILL: it gets no chance to do anything any more."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(DEADLINE_SECONDS)

    def terminate(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE_SECONDS)

    def stop(self) -> None:
        """At the end of a test, whatever happened in it."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.client.close()

    def post(self, event: object, *, timeout: float = 30) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return self.client.post(f"{self.url}/v1/events", json=event, headers=headers, timeout=timeout)

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The entries of the log with that name."""
        lines = (line for line in self.log.read_text(errors="replace").splitlines() if line.startswith("{"))
        return [entry for entry in map(json.loads, lines) if entry.get("event") == event]

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else "(nothing)"


def alert(machine: str, part: str = "") -> dict[str, Any]:
    """Something at a machine, or at a part of it, that may wait for an hour."""
    name = machine + part
    summary = {"summary": f"{machine} is warm"}
    data = {
        "status": "firing",
        "fingerprint": name,
        "labels": {"machine": machine},
        "annotations": summary,
    }
    return {"id": name, "source": "/it", "type": "alertmanager.alert", "data": data}


def machine_state(event_id: str, machine: str, state: str, reason: str = "jam") -> dict[str, Any]:
    """A machine says how it is. Nobody may wait long when it is down."""
    data = {"state": state, "reason": reason}
    return {"id": event_id, "source": "/mes", "type": "machine.state", "subject": machine, "data": data}
