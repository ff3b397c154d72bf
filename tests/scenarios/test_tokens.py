"""A token that is made and revoked while the bot runs, by somebody at another keyboard."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bot.services import intake_tokens
from bot.services.intake_tokens import Secret
from bot.store.database import Database
from rules.intake_tokens import Grant
from tests.deadlines import eventually
from tests.scenarios.stage import Stage

PATIENCE = 60.0


def status(stage: Stage, secret: str) -> int:
    """What a sender with this secret is answered."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    body = json.dumps({"id": "1", "type": "nothing.special"}).encode()
    try:
        with urlopen(Request(f"{stage.url}/v1/events", body, headers), timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_a_running_bot_follows_within_seconds(stage: Stage) -> None:
    secret = Secret.fresh()
    elsewhere = Database(stage.settings.database_url, pool_size=1)
    now = stage.clock.now()
    intake_tokens.create(elsewhere, Grant("mes"), secret=secret, expires_at=None, by="ana", now=now)
    eventually(lambda: status(stage, secret.text) == 200, within=PATIENCE, what="the token is known")
    intake_tokens.revoke(elsewhere, "mes", by="ana", now=now)
    eventually(lambda: status(stage, secret.text) == 401, within=PATIENCE, what="the token is refused")
    elsewhere.close()
