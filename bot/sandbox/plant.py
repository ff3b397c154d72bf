"""The simulated plant: a bottling hall that tells its story through the bot's intake, like a real one."""

from __future__ import annotations

import json
import random
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.sandbox.plant_story import OPENING, READING, Beat, scenes

PAUSE_BETWEEN_SCENES = (14.0, 26.0)
"""Seconds: long enough to read what happened, short enough not to wait."""

SOURCE = "/plc/riverside"
MES = "/mes/riverside"


class Plant:
    """Plays the opening, then scene after scene until it is stopped.

    `url` and `token` are the bot's intake. `narrate` shows a line of what happens in the plant. What the
    intake does not take is sent again with the same id, as a machine gateway would.
    """

    def __init__(self, url: str, token: str, *, narrate: Callable[[str], object], seed: int = 7) -> None:
        self._url = url
        self._token = token
        self._narrate = narrate
        self._random = random.Random(seed)  # noqa: S311 - variety for a demo, nothing secret
        self._stopping = threading.Event()
        self._sent = 0
        self._thread = threading.Thread(target=self._run, name="plant", daemon=True)

    def start(self) -> None:
        """Begin the shift."""
        self._thread.start()

    def stop(self) -> None:
        """End the shift."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        self._play(OPENING)
        for turn in count(1):
            for scene in self._random.sample(scenes(turn), len(scenes(turn))):
                self._play(scene)
                if self._stopping.wait(self._random.uniform(*PAUSE_BETWEEN_SCENES)):
                    return

    def _play(self, scene: Iterable[Beat]) -> None:
        for beat in scene:
            if self._stopping.wait(beat.after):
                return
            if beat.says:
                self._narrate(beat.says)
            if beat.type:
                self._send(beat)

    def _send(self, beat: Beat) -> None:
        self._sent += 1
        path, body = _reading(beat) if beat.type == READING else _event(beat, self._sent)
        while not self._post(path, body) and not self._stopping.wait(1):
            pass

    def _post(self, path: str, body: Mapping[str, object]) -> bool:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers)  # noqa: S310 - our own http URL
        try:
            with urllib.request.urlopen(request, timeout=5):  # noqa: S310 - our own http URL
                return True
        except urllib.error.HTTPError as refusal:
            return refusal.code < 500
        except OSError:
            return False


def _event(beat: Beat, number: int) -> tuple[str, Mapping[str, object]]:
    happened = datetime.now(UTC).isoformat()
    return "/v1/events", {
        "id": f"{happened}-{number}",
        "source": SOURCE,
        "type": beat.type,
        "subject": beat.subject,
        "time": happened,
        "data": dict(beat.data),
    }


def _reading(beat: Beat) -> tuple[str, Mapping[str, object]]:
    measured = datetime.now(UTC) - timedelta(hours=beat.data["hours_ago"])
    return "/v1/readings", {
        "kpi": beat.subject,
        "value": beat.data["value"],
        "time": measured.isoformat(),
        "source": MES,
    }
