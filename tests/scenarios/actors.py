"""The people of the stories, acting in the sandbox as they would in Slack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import ViewResponse
from bot.sandbox.people import Person
from bot.sandbox.values import Json, Message, View
from tests.deadlines import eventually

ANSWER_SECONDS = 60.0
MENU = "more"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a Slack account. What they do fails the story when the bot does not answer."""

    person: Person

    @property
    def id(self) -> str:
        """Their Slack id."""
        return self.person.id

    def presses(self, shown: Message | View, action_id: str, **chosen: Any) -> None:
        """Press a button as it was shown, which may be out of date by now."""
        outcome = self.person.presses(shown, action_id, **chosen)
        assert outcome.ok, f"{self.person.user.key} pressed {action_id} and saw {outcome.error}"

    def opens(self, shown: Message, action_id: str) -> View:
        """Press a button whose label ends in …, and see its form."""
        before = self.person.open_view
        self.presses(shown, action_id)
        return self.sees_a_form(instead_of=before)

    def chooses(self, shown: Message, action: str) -> View:
        """Choose an entry of a card's menu, and see its form."""
        before = self.person.open_view
        self.presses(shown, MENU, selected_option=menu(shown)[action])
        return self.sees_a_form(instead_of=before)

    def sees_a_form(self, *, instead_of: View | None = None) -> View:
        """The form on top, which comes a moment after the press; what was open before is no answer."""
        seen: list[View] = []

        def opened() -> bool:
            view = self.person.open_view
            if view is not None and (instead_of is None or view.id != instead_of.id):
                seen.append(view)
            return bool(seen)

        eventually(opened, within=ANSWER_SECONDS, what=f"{self.id} sees a form")
        return seen[-1]

    def submits(self, form: View, **typed: Any) -> ViewResponse:
        """Fill in fields by their names (two underscores for a dot) and send the form."""
        fields = {name.replace("__", "."): value for name, value in typed.items()}
        response = self.person.submits(form, {name: {name: value} for name, value in fields.items()})
        assert response.error is None, f"{self.id} sent {form.callback_id} and saw {response.error}"
        return response

    def sends(self, form: View, **typed: Any) -> None:
        """Fill in and send a form that is taken without complaint."""
        response = self.submits(form, **typed)
        assert response.closed, f"the form stayed open: {response.errors or response.view}"

    def closes_all(self) -> None:
        """Close every dialog that is open."""
        for view in reversed(self.person.views):
            self.person.closes(view)

    def types(self, line: str, channel: str = "#filling") -> str:
        """Type a slash command and read its answer."""
        return self.person.types(channel, line).text

    def is_told(self, words: str, channel: str = "#filling") -> str:
        """Wait for an answer that only they see, and return it."""
        found: list[str] = []

        def seen() -> bool:
            found[:] = [each.text for each in self.person.ephemerals(channel) if words in each.text]
            return bool(found)

        eventually(seen, within=ANSWER_SECONDS, what=f"{self.person.user.key} is told {words!r}")
        return found[-1]


def menu(card: Message) -> dict[str, str]:
    """The entries of a card's menu: what each does, and the value it carries."""
    for block in card.blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == MENU:
                values = [str(option["value"]) for option in element["options"]]
                return {value.partition(":")[0]: value for value in values}
    return {}


def buttons(card: Message) -> list[str]:
    """What a card's buttons do, from left to right, without the menu."""
    rows = [block["elements"] for block in card.blocks if block["type"] == "actions"]
    return [each["action_id"] for row in rows for each in row if each["action_id"] != MENU]


def words_of(shown: Message | View | Json) -> str:
    """Everything that can be read in the blocks of a message or view."""
    blocks = shown["blocks"] if isinstance(shown, dict) else shown.blocks
    return "\n".join(_texts(blocks))


def _texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for each in node for text in _texts(each)]
    if not isinstance(node, dict):
        return []
    here = [node["text"]] if isinstance(node.get("text"), str) else []
    return here + [text for each in node.values() for text in _texts(each)]
