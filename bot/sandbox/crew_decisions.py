"""The one of the crew who decides: takes the case of a figure off its target, logs what to do, answers later.

Everything is done in the channel's own thread, through card, form and direct message, and told in the
narration, so that a visitor sees a decision from its first word to its review.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Json, Message, View

PATIENCE = 8.0
"""Seconds between two steps: long enough to read what happened."""

TAKE, DECIDE, MOVED = "acknowledge", "decide", "decision_moved"


@dataclass(frozen=True, slots=True)
class Intent:
    """What will be decided: on the card whose text holds `about`, with `entries` in the form."""

    about: str
    entries: Mapping[str, str]


class Decider:
    """Somebody who decides once. `look` is called every few seconds with the seconds since the beginning."""

    def __init__(self, sandbox: SandboxServer, *, person: str, intent: Intent) -> None:
        self._workspace = sandbox.workspace
        self._person = sandbox.person(person)
        self._intent = intent
        self._steps = [
            (TAKE, f"takes the case of {intent.about}."),
            (DECIDE, f"logs a decision: {intent.entries['decision']}."),
            (MOVED, "is asked what became of the decision, and says that it moved."),
        ]
        self._noticed: float | None = None

    def look(self, elapsed: float) -> None:
        """Do the next step when its button has been there for a while."""
        if not self._steps:
            return
        step, says = self._steps[0]
        shown = self._showing(step)
        if shown is None:
            # Somebody else took the case: what comes after taking it is there already.
            if step == TAKE and self._showing(DECIDE) is not None:
                del self._steps[0]
            return
        if self._noticed is None:
            self._noticed = elapsed
        elif elapsed - self._noticed >= PATIENCE and self._do(step, shown):
            self._workspace.narrate(f"{self._person.user.real_name} {says}")
            self._noticed = None
            del self._steps[0]

    def _showing(self, action: str) -> Message | None:
        """The newest message that offers it: a card of the case, or what the bot asks in private."""
        words = self._intent.entries["decision"] if action == MOVED else self._intent.about
        offered = [each for each in self._messages(action) if words in each.text and action in _actions(each)]
        return offered[-1] if offered else None

    def _messages(self, action: str) -> Iterator[Message]:
        if action == MOVED:
            yield from self._workspace.messages(self._workspace.direct_channel(self._person.user.key))
            return
        with self._workspace.lock:
            channels = [each for each in self._workspace.directory.channels.values() if each.kind == "public"]
        for channel in channels:
            yield from self._workspace.messages(channel)

    def _do(self, action: str, shown: Message) -> bool:
        form = self._person.open_view if action == DECIDE else None
        try:
            if form is not None:
                return self._sends(form)
            self._person.presses(shown, action)
        except (SlackRefusal, LookupError):
            # It changed under the finger; the next look finds it as it is then.
            return False
        # The form comes a moment after the press: it is filled in at the next look.
        return action != DECIDE

    def _sends(self, form: View) -> bool:
        entries = {name: {name: value} for name, value in self._intent.entries.items()}
        answer = self._person.submits(form, entries)
        self._close_everything()
        return not answer.errors

    def _close_everything(self) -> None:
        for view in reversed(self._person.views):
            self._person.closes(view)


def _actions(message: Message) -> set[str]:
    elements: list[Json] = [each for block in message.blocks for each in block.get("elements", ())]
    return {str(each.get("action_id")) for each in elements}
