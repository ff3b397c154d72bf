"""A real Alertmanager whose webhook points at the running bot: fire, repeat, resolve, fire again."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from bot.messages.card_actions import RESOLVE
from bot.sandbox.server import SandboxServer
from rules.exception_threads import ExceptionThread, State
from tests.processes.bot_process import TOKEN, BotProcess, eventually, free_port
from tests.processes.records import Records

SERVER = shutil.which("prometheus-alertmanager") or ""
AMTOOL = shutil.which("amtool") or ""
MUCH_REPETITION = 2

pytestmark = pytest.mark.skipif(
    not (SERVER and AMTOOL), reason="Debian's prometheus-alertmanager is not installed (apt-get install it)"
)


@dataclass
class Alertmanager:
    """One server, and whoever fires alerts at it."""

    url: str
    client: httpx2.Client

    def fires(self, *when: str) -> None:
        """The boiler is hot. `when` is what amtool takes as --start and --end."""
        labels = ["alertname=BoilerHot", "machine=boiler"]
        command = [AMTOOL, f"--alertmanager.url={self.url}", "alert", "add", *labels]
        subprocess.run([*command, "--annotation=summary=The boiler is hot", *when], check=True, timeout=60)

    def ends(self) -> None:
        """It is not hot any more."""
        self.fires(f"--end={datetime.now(UTC).isoformat()}")

    def notifications(self) -> int:
        """How often it has called the webhook with success."""
        metrics = self.client.get(f"{self.url}/metrics").text
        sent = re.search(r'^alertmanager_notifications_total{integration="webhook"} (\d+)', metrics, re.M)
        failed = re.search(r"^alertmanager_notifications_failed_total{.*webhook.*} (\d+)", metrics, re.M)
        return int(sent[1] if sent else 0) - int(failed[1] if failed else 0)

    def is_ready(self) -> bool:
        try:
            return self.client.get(f"{self.url}/-/ready").is_success
        except httpx2.HTTPError:
            return False


@pytest.fixture
def ack_seconds() -> float:
    return 60.0


@contextmanager
def alertmanager(webhook: str, folder: Path) -> Iterator[Alertmanager]:
    """Much more impatient than any real one."""
    config = folder / "alertmanager.yml"
    config.write_text(f"""
route:
  {{receiver: andon, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1s}}
receivers:
  - name: andon
    webhook_configs:
      - url: {webhook}
        http_config: {{authorization: {{credentials: {TOKEN}}}}}
""")
    port = free_port()
    command = [SERVER, f"--config.file={config}", f"--storage.path={folder}", "--cluster.listen-address="]
    with (folder / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log
        )
    try:
        with httpx2.Client(verify=False, trust_env=False) as client:
            server = Alertmanager(f"http://127.0.0.1:{port}", client)
            eventually(server.is_ready, "Alertmanager is ready")
            yield server
    finally:
        process.kill()
        process.wait(30)


@pytest.fixture
def database_url(migrated_sqlite_url: str) -> str:
    """The database plays no part here."""
    return migrated_sqlite_url


def test_fire_repeat_resolve_fire_again(
    bot: BotProcess, sandbox: SandboxServer, records: Records, tmp_path: Path
) -> None:
    bot.start()
    with alertmanager(f"{bot.url}/v1/integrations/alertmanager", tmp_path) as alerts:
        alerts.fires()
        eventually(records.threads, "it opened an exception")
        eventually(lambda: alerts.notifications() > MUCH_REPETITION, "it was repeated")
        assert (len(records.event_ids()), _only(records).occurrences) == (1, 1)
        assert (_only(records).title, _only(records).channel) == ("The boiler is hot", "#utilities")

        alerts.ends()
        eventually(lambda: _only(records).cleared_at, "it cleared")
        alerts.fires()
        eventually(lambda: _only(records).occurrences == 2, "it came back")
        assert (_only(records).state, _only(records).cleared_at) == (State.OPEN, None)

        alerts.ends()
        eventually(lambda: _only(records).cleared_at, "it cleared again")
        _resolve(sandbox)
        alerts.fires()
        eventually(lambda: _only(records).reopened == 1, "it was reopened")
        assert (_only(records).state, _only(records).occurrences) == (State.OPEN, 3)
    assert len(records.event_ids()) == 5


def _only(records: Records) -> ExceptionThread:
    [thread] = records.threads()
    return thread


def _resolve(sandbox: SandboxServer) -> None:
    maria = sandbox.person("maria")
    [card] = sandbox.workspace.messages("utilities")
    maria.presses(card, RESOLVE)
    sandbox.wait_until(lambda: maria.open_view)
    assert maria.open_view is not None
    assert maria.submits(maria.open_view).closed
