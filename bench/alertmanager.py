"""Alertmanager as a second baseline: the same alerts over HTTP, 95 % of them repeats, a hundred a request.

It keeps alerts in memory and writes them down every few minutes; Andon answers after a commit. What the ratio
says is what durability, timeline and clocks cost where the network and JSON are paid for on both sides.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from bench.databases import SQLITE
from bench.measuring import Figure, Seconds, rates, seconds
from bench.plant import repeats
from bot.store.migrate import upgrade
from rules.events import Event

SERVER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
REQUESTS = 20
SIZE = 100
PATIENCE_SECONDS = 30
_TOKEN = "bench"  # noqa: S105 - of a server that lives for seconds
_CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


def against_alertmanager(rounds: int) -> Iterator[Figure]:
    """Nothing where it is not installed."""
    if SERVER is None:
        return
    with (
        TemporaryDirectory(prefix="andon-bench-") as folder,
        httpx2.Client(trust_env=False) as client,
        _alertmanager(Path(folder), client) as theirs,
        _andon(Path(folder), client) as ours,
    ):
        yield rates(
            f"HTTP requests of {SIZE} alerts, bare loop: Alertmanager",
            SQLITE,
            unit="events/s",
            amount=REQUESTS * SIZE,
            rounds=rounds,
            bare=lambda: _send_all(client, f"{theirs}/api/v2/alerts", _as_alert),
            andon=lambda: _send_all(client, f"{ours}/v1/events", _as_event),
        )


def _send_all(client: httpx2.Client, url: str, written: Callable[[Event], dict[str, Any]]) -> Seconds:
    requests = [[written(event) for event in repeats(SIZE)] for _ in range(REQUESTS)]
    return seconds(lambda: [_send(client, url, body) for body in requests])


def _send(client: httpx2.Client, url: str, body: list[dict[str, Any]]) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {_TOKEN}"}
    return client.post(url, json=body, headers=headers, timeout=PATIENCE_SECONDS).raise_for_status()


def _as_alert(event: Event) -> dict[str, Any]:
    labels = {"alertname": event.type, "instance": event.subject, "state": str(event.data["state"])}
    return {"labels": labels, "annotations": {"reason": str(event.data["reason"])}}


def _as_event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "time": event.time.isoformat(),
        "data": dict(event.data),
    }


@contextmanager
def _alertmanager(folder: Path, client: httpx2.Client) -> Iterator[str]:
    config = folder / "alertmanager.yml"
    config.write_text(_CONFIG)
    url = f"http://127.0.0.1:{(port := _free_port())}"
    flags = [f"--config.file={config}", f"--storage.path={folder}", "--cluster.listen-address="]
    with _running([str(SERVER), *flags, f"--web.listen-address=127.0.0.1:{port}"], f"{url}/-/ready", client):
        yield url


@contextmanager
def _andon(folder: Path, client: httpx2.Client) -> Iterator[str]:
    database = f"sqlite:///{folder / 'andon.db'}"
    upgrade(database)
    url = f"http://127.0.0.1:{(port := _free_port())}"
    command = [sys.executable, "-m", "bench.served", database, str(port), _TOKEN]
    with _running(command, f"{url}/healthz", client):
        yield url


@contextmanager
def _running(command: list[str], ready: str, client: httpx2.Client) -> Iterator[None]:
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=silent, stderr=silent)  # noqa: S603 - our own commands
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _answers(client, ready):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


def _answers(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(url).is_success
    except httpx2.HTTPError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
