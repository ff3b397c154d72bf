"""The way to the simulated Slack: the real SDK's client, with the network taken out of it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from tests.simulation.effects import Effects
from tests.simulation.faults import Fault
from tests.simulation.simulated_slack import Answer, RefusedError, SimulatedSlack

TIME_OUT_SECONDS = 10.0
LATEST_LANDING_SECONDS = 2.5
"""So long after its answer was given up a message may still appear; Andon waits longer before it looks."""

MUCH_LATER_SECONDS = 480.0
"""A post that appears so late was sent again meanwhile; Andon looks for such for ten minutes."""


class SimulatedClient(WebClient):
    """Takes calls to the simulated Slack, and makes of them what networks and Slack make of calls."""

    def __init__(self, slack: SimulatedSlack, effects: Effects, random: Random) -> None:
        super().__init__("xoxb-simulated")
        self._slack = slack
        self._effects = effects
        self._random = random

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        """One call, from its first byte to its last."""
        effects, weather = self._effects, self._effects.weather
        said = options.get("json") or options.get("params") or {}
        if api_method == "chat.postEphemeral":
            effects.tell(str(said.get("text")))
        # Microseconds after a look at its lease. Who stands still just there posts what another has posted.
        effects.boundary(f"before {api_method}", may_freeze=self._is_remembered(api_method))
        if weather.lasts(Fault.SLACK_OUTAGE, effects.now()) or weather.strikes(Fault.REFUSED_CONNECTION):
            raise URLError(ConnectionRefusedError("the simulated Slack is away"))
        if weather.strikes(Fault.REQUEST_LOST):
            return self._gives_up(api_method, "never arrived")
        if weather.strikes(Fault.LANDS_LATE):
            self._send(api_method, said, TIME_OUT_SECONDS + self._random.uniform(0, LATEST_LANDING_SECONDS))
            return self._gives_up(api_method, "may arrive later")
        if self._is_remembered(api_method) and weather.strikes(Fault.LANDS_MUCH_LATER):
            self._send(api_method, said, TIME_OUT_SECONDS + self._random.uniform(0, MUCH_LATER_SECONDS))
            return self._gives_up(api_method, "may arrive in minutes")
        arrives = self._random.uniform(0.02, 0.3)
        answers = self._send(api_method, said, arrives)
        effects.pause(arrives + self._random.uniform(0.02, 0.3))
        (status, answer) = answers[0]
        if answer["ok"] and weather.strikes(Fault.ANSWER_LOST):
            return self._gives_up(api_method, "done, answer lost")
        effects.say(f"{api_method} to {said.get('channel', '–')} → {answer.get('error', 'ok')}")
        effects.boundary(f"{api_method} answered")
        return self._response(api_method, status, answer)

    def _is_remembered(self, method: str) -> bool:
        """Whether a copy will be looked for: who dies forgets that, which docs/guarantees.md says."""
        return method == "chat.postMessage" and not self._effects.weather.knows(Fault.CRASH)

    def _send(self, method: str, said: dict[str, Any], arrives: float) -> list[tuple[int, Answer]]:
        """What is on its way arrives whatever becomes of its sender; then the answer is in the list."""
        answers: list[tuple[int, Answer]] = []
        self._effects.scheduler.after(arrives, lambda: answers.append(self._carried_out(method, said)))
        return answers

    def _carried_out(self, method: str, said: dict[str, Any]) -> tuple[int, Answer]:
        weather = self._effects.weather
        if weather.lasts(Fault.RATE_STORM, self._effects.now()) or weather.strikes(Fault.RATE_LIMITED):
            return 429, {"ok": False, "error": "ratelimited"}
        if weather.strikes(Fault.SERVER_ERROR):
            return 503, {"ok": False, "error": "service_unavailable"}
        try:
            answer = self._slack.perform(method, said)
        except RefusedError as error:
            return 200, {"ok": False, "error": str(error)}
        if weather.strikes(Fault.SERVER_ERROR_DONE):
            return 500, {"ok": False, "error": "internal_error"}
        return 200, answer

    def _gives_up(self, method: str, why: str) -> SlackResponse:
        self._effects.say(f"{method} times out: {why}")
        self._effects.pause(TIME_OUT_SECONDS)
        raise URLError(TimeoutError(why))

    def _response(self, method: str, status: int, answer: Answer) -> SlackResponse:
        headers = {"Retry-After": str(self._random.randint(1, 30))} if status == 429 else {}
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=method,
            req_args={},
            data=answer,
            headers=headers,
            status_code=status,
        )
        if not answer["ok"]:
            refused = f"{method} was refused"
            raise SlackApiError(refused, response)  # type: ignore[no-untyped-call]  # the SDK leaves it so
        return response


Connect = Callable[[Effects], SimulatedClient]
"""How a replica comes by a client of its own."""
