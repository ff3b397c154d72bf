"""What a person has open: the stack of modals, the Home tab, and what was entered in them."""

from collections import defaultdict
from dataclasses import replace
from itertools import count

from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.values import Json, View

MAX_STACK = 3


class Screens:
    """Not locked by itself: callers hold the workspace's lock."""

    def __init__(self) -> None:
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = defaultdict(list)
        self._homes: dict[str, str] = {}
        self._entered_in_messages: dict[tuple[str, str], Json] = {}
        self._numbers = count(1)

    def _new_id(self) -> str:
        return f"V0SB{next(self._numbers):06d}"

    def open(self, user: str, content: Json, view_hash: str) -> View:
        """Show a modal on its own; whatever modal was open before is gone, as in Slack."""
        self._stacks[user].clear()
        return self._add(user, content, view_hash, below=None)

    def push(self, user: str, content: Json, view_hash: str) -> View:
        stack = self.stack(user)
        if not stack:
            raise SlackRefusal("not_found")
        if len(stack) >= MAX_STACK:
            raise SlackRefusal("push_limit_reached")
        return self._add(user, content, view_hash, below=stack[-1])

    def _add(self, user: str, content: Json, view_hash: str, *, below: View | None) -> View:
        view_id = self._new_id()
        root_id = below.root_id if below else view_id
        view = View(view_id, user, content, view_hash, root_id, below.id if below else None)
        self._views[view_id] = view
        self._stacks[user].append(view_id)
        return view

    def publish(self, user: str, content: Json, view_hash: str) -> View:
        view_id = self._homes.setdefault(user, self._new_id())
        self._views[view_id] = View(view_id, user, content, view_hash, root_id=view_id)
        return self._views[view_id]

    def update(self, view_id: str, content: Json, view_hash: str) -> View:
        """Replace what a view shows; what was entered stays where block and action keep their ids."""
        view = self.get(view_id)
        self._views[view_id] = replace(
            view, content=content, hash=view_hash, values=_kept(view.values, content["blocks"])
        )
        return self._views[view_id]

    def enter(self, view_id: str, values: Json) -> View:
        self._views[view_id] = replace(self.get(view_id), values=values)
        return self._views[view_id]

    def get(self, view_id: str) -> View:
        """Only what is on somebody's screen can be found."""
        view = self._views.get(view_id)
        if view is None or (view_id not in self._stacks[view.user] and view_id != self._homes.get(view.user)):
            raise SlackRefusal("not_found")
        return view

    def by_external_id(self, external_id: str) -> View:
        for view_id in [view_id for stack in self._stacks.values() for view_id in stack]:
            if self._views[view_id].content.get("external_id") == external_id:
                return self._views[view_id]
        raise SlackRefusal("not_found")

    def stack(self, user: str) -> list[View]:
        return [self._views[view_id] for view_id in self._stacks[user]]

    def home(self, user: str) -> View | None:
        view_id = self._homes.get(user)
        return self._views[view_id] if view_id else None

    def close(self, view: View) -> None:
        """Take a view and whatever lies on it off the stack."""
        stack = self._stacks[view.user]
        if view.id in stack:
            del stack[stack.index(view.id) :]

    def clear(self, user: str) -> list[View]:
        cleared = self.stack(user)
        self._stacks[user].clear()
        return cleared

    def entered_in_message(self, user: str, ts: str) -> Json:
        return self._entered_in_messages.get((user, ts), {})

    def enter_in_message(self, user: str, ts: str, values: Json) -> None:
        self._entered_in_messages[user, ts] = values


def _kept(values: Json, blocks: list[Json]) -> Json:
    present = {block.get("block_id") for block in blocks}
    return {block_id: entered for block_id, entered in values.items() if block_id in present}
