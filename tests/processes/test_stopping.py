"""SIGTERM drains: what is begun is finished, and what waits is taken up by the next start."""

from __future__ import annotations

from bot.sandbox.faults import Fault
from bot.sandbox.server import SandboxServer
from rules.delivery import DeliveryState
from tests.processes.bot_process import BotProcess, alert, eventually
from tests.processes.records import Records, differences

WARM_PARTS = "abcdef"
"""Of one machine, so their cards wait for each other: one channel takes one post a second."""


def test_sigterm_finishes_what_is_being_sent_and_the_next_start_does_the_rest(
    bot: BotProcess, sandbox: SandboxServer, records: Records
) -> None:
    bot.start()
    sandbox.faults.add(Fault("slow", method="chat.postMessage", seconds=1))
    for part in WARM_PARTS:
        assert bot.post(alert("filler", part)).status_code == 200
    eventually(lambda: records.in_state(DeliveryState.SENDING), "a card is on its way")

    assert bot.terminate() == 0
    assert records.in_state(DeliveryState.SENDING) == 0
    assert records.in_state(DeliveryState.UNKNOWN) == 0
    assert records.undelivered() > 0

    bot.start()
    eventually(lambda: not records.undelivered(), "all is delivered")
    assert differences(records, sandbox) == []
