"""The people: they press what Slack shows them, or what it showed them a while ago."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack, BoltContext, BoltResponse

from bot.messages.answers import UNSURE
from bot.messages.card_actions import ACKNOWLEDGE, DECIDE
from handlers import actions, views
from handlers.context import DESK
from tests.simulation.filling_in import filled_in
from tests.simulation.plan import PEOPLE
from tests.simulation.replica import Replica

if TYPE_CHECKING:
    from tests.simulation.world import World

Json = dict[str, Any]

STALE, TWICE = 0.2, 0.15
"""How often somebody presses what they saw a while ago, and how often the finger slips."""


class HeardAck(Ack):
    """Slack's side of the acknowledgement: `said` is its payload, None while nothing came."""

    def __init__(self) -> None:
        self.response: BoltResponse | None = None
        self.said: Json | None = None

    def __call__(self, *args: Any, **said: Any) -> Any:
        """The bot answers the press."""
        self.said = said
        return super().__call__(*args, **said)


class People:
    """Everybody with a Slack account."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random
        self._presses = 0
        self._remembered: list[tuple[str, Json]] = []

    def somebody_presses(self) -> None:
        """One press on a card: as it is shown now, or as somebody remembers it."""
        cards = [
            (message.channel, element)
            for message in self._world.slack.messages()
            for block in message.blocks
            if block["type"] == "actions"
            for element in block["elements"]
            if element["action_id"] != DECIDE
        ]
        if cards:
            self._remembered = [*self._remembered[-20:], copy.deepcopy(self._random.choice(cards))]
        if not self._remembered:
            return
        user = f"U0{self._random.choice(PEOPLE).upper()}"
        is_stale = self._random.random() < STALE
        channel, element = self._random.choice(self._remembered) if is_stale else self._remembered[-1]
        for _ in range(2 if self._random.random() < TWICE else 1):
            self._press(channel, element, user)

    def _press(self, channel: str, element: Json, user: str) -> None:
        self._presses += 1
        action = dict(element)
        if "options" in action:
            action["selected_option"] = self._random.choice(action["options"])
        body = {
            "user": {"id": user},
            "trigger_id": f"T{self._presses}",
            "container": {"channel_id": channel},
            "actions": [action],
        }
        work = self._acknowledge if action["action_id"] == ACKNOWLEDGE else self._open_form
        self._let_somebody_take(lambda replica: work(replica, body))

    def _acknowledge(self, replica: Replica, body: Json) -> None:
        ack = HeardAck()
        actions.acknowledge(ack, body, replica.client, _context(replica))
        self._judge(replica, body, "acknowledge", ack, told=replica.effects.told())

    def _open_form(self, replica: Replica, body: Json) -> None:
        actions.open_form(HeardAck(), body, replica.client, _context(replica))
        view = self._world.slack.views.pop(body["trigger_id"], None)
        if view is not None and "callback_id" in view:
            self._fill_in(view, body["user"])

    def _fill_in(self, view: Json, user: Json) -> None:
        form = filled_in(view, self._random)
        wait = self._random.uniform(1, 60)
        for _ in range(2 if self._random.random() < TWICE else 1):
            self._world.scheduler.after(
                wait, lambda: self._let_somebody_take(lambda replica: self._submit(replica, form, user))
            )

    def _submit(self, replica: Replica, form: Json, user: Json) -> None:
        ack = HeardAck()
        views.submit(ack, {"user": user}, form, _context(replica))
        self._judge(
            replica, {"user": user}, form["callback_id"], ack, told=json.dumps(ack.said) if ack.said else ""
        )
        again = (ack.said or {}).get("view") or {}
        if "callback_id" in again:
            self._fill_in(again, user)

    def _judge(self, replica: Replica, body: Json, what: str, ack: HeardAck, *, told: str) -> None:
        """It took effect and says so, or says why not."""
        saved = replica.effects.has_saved()
        outcome = "saved" if saved else "refused"
        self._world.trace.say(body["user"]["id"], f"{what}: {outcome} by {replica.process.name}")
        assert ack.said is not None, f"{what} was never acknowledged"
        is_unsure = UNSURE in told
        assert is_unsure == replica.effects.is_unanswered(), f"{what} was {outcome}, and {told!r} was told"
        assert is_unsure or saved != bool(told), f"{what} was {outcome}, and the person was told otherwise"

    def _let_somebody_take(self, work: Any) -> None:
        """Slack hands it to one of the connections; with none, the person sees a warning sign."""
        replica = self._world.any_replica()
        if replica is not None:
            self._world.scheduler.spawn(lambda: work(replica), replica.process)


def _context(replica: Replica) -> BoltContext:
    return BoltContext({DESK: replica.desk})
