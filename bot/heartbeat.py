"""The heartbeat: a dead-man's switch outside is told that all is well, and raises the alarm when it is not.

It needs such a switch to know that Andon has died: Healthchecks, Dead Man's Snitch, or Alertmanager's own.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

import structlog

TIMEOUT_SECONDS = 10

log = structlog.get_logger(__name__)


class Heartbeat:
    """Calls `url` while no check has anything to say. The address is a secret: whoever has it can lie."""

    def __init__(self, url: str, checks: Mapping[str, Callable[[], str | None]]) -> None:
        self._url = url
        self._checks = checks

    def beat(self) -> bool:
        """Beat once; False when it was withheld or did not get through. Never raises for either."""
        trouble = {name: words for name, check in self._checks.items() if (words := check())}
        if trouble:
            log.warning("heartbeat.withheld", **trouble)
            return False
        try:
            with urllib.request.urlopen(self._url, timeout=TIMEOUT_SECONDS):  # noqa: S310 - settings allow http(s) only
                return True
        except urllib.error.HTTPError as error:
            log.warning("heartbeat.refused", status=error.code)
        except (OSError, ValueError, http.client.HTTPException) as error:
            log.warning("heartbeat.not_heard", error=type(error).__name__)
        return False
