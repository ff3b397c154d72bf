"""Andon's intake over HTTP and nothing else: `python -m bench.served DATABASE_URL PORT TOKEN`."""

from __future__ import annotations

import sys

import uvicorn
from pydantic import SecretStr

from bench.plant import PLAN, START
from bot.clock import SystemClock
from bot.intake_queue import IntakeQueue
from bot.services.admission import Admission
from bot.settings import IntakeToken
from bot.store.database import Database
from bot.telemetry import configure
from bot.web import web
from handlers.intake.http import Intake
from handlers.intake.tokens import Doorkeeper


def main() -> None:
    """Serve until killed."""
    url, port, token = sys.argv[1:]
    configure(level="ERROR")
    queue = IntakeQueue(Database(url), plan=lambda: PLAN, now=lambda: START)
    queue.start()
    admission = Admission([IntakeToken(name="/bench", secret=SecretStr(token))])
    tokens = Doorkeeper(admission, now=SystemClock().now)
    intake = Intake(queue, tokens, plan=lambda: PLAN, now=lambda: START)
    uvicorn.run(web(intake=intake, checks={}), port=int(port), log_level="error")


if __name__ == "__main__":
    main()
