"""A person acting in the workspace, as a test or the page makes them act."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.sandbox import payloads, posting
from bot.sandbox.answers import ViewResponse, answer_command, apply_submission
from bot.sandbox.changes import Change
from bot.sandbox.delivery import Ack, Courier, Delivery
from bot.sandbox.entered import FIELD, STATELESS, state
from bot.sandbox.outcomes import Outcome, Response
from bot.sandbox.presses import action_on, find_element
from bot.sandbox.reading import unread
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.shapes import view_json
from bot.sandbox.submissions import client_errors, filled_in
from bot.sandbox.typing_text import as_command_text, as_message
from bot.sandbox.values import Channel, Command, Json, Message, User, View
from bot.sandbox.workspace import Workspace

THE_BOT = "@andon"


@dataclass(frozen=True, slots=True)
class Person:
    """Every act blocks until the app has acked it or three seconds are over."""

    id: str
    workspace: Workspace
    courier: Courier

    @property
    def user(self) -> User:
        return self.workspace.user(self.id)

    # -- talking -------------------------------------------------------------------------------------

    def says(self, channel: Channel | str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message; a public channel is joined on the way. Raises SlackRefusal as Slack would."""
        with self.workspace.lock:
            place = self._writable(channel)
            message = Message(
                ts=self.workspace.timestamp(),
                channel=place.id,
                user=self.id,
                text=as_message(self.workspace, text),
                thread_ts=thread_ts,
            )
            return posting.post(self.workspace, message)

    def _channel(self, channel: Channel | str) -> Channel:
        return (
            self.workspace.direct_channel(self.id) if channel == THE_BOT else self.workspace.channel(channel)
        )

    def _writable(self, channel: Channel | str) -> Channel:
        place = self._channel(channel)
        if place.is_archived:
            raise SlackRefusal("is_archived")
        if self.id in place.members:
            return place
        if place.kind != "public":
            raise SlackRefusal("channel_not_found")
        return self.workspace.directory.join(place, self.id)

    def reacts(self, message: Message, name: str) -> None:
        with self.workspace.lock:
            current = self.workspace.transcript.get(message.channel, message.ts)
            posting.react(self.workspace, current, name=name, user=self.id)

    def takes_back(self, message: Message, name: str) -> None:
        """Remove one's own reaction."""
        with self.workspace.lock:
            current = self.workspace.transcript.get(message.channel, message.ts)
            posting.unreact(self.workspace, current, name=name, user=self.id)

    def types(self, channel: Channel | str, line: str) -> Response:
        """Type a slash command, `/command and its text`."""
        place = self._channel(channel)
        look = partial(self.ephemerals, place)
        name, _, rest = line.partition(" ")
        command = self.workspace.app.command(name)
        if command is None:
            return Response(look, self.workspace.timestamp(), f"{name} is not a valid command.")
        with self.workspace.lock:
            since = self.workspace.timestamp()
            delivery = self._command(place, command, rest.strip())
        ack = self.courier.ask(delivery)
        return Response(look, since, self._show_answer(ack, place, name))

    def _command(self, channel: Channel, command: Command, typed: str) -> Delivery:
        text = as_command_text(self.workspace, typed, should_escape=command.should_escape)
        payload = payloads.slash_command(
            self.workspace, user=self.user, channel=channel, command=command, text=text
        )
        return Delivery("slash_commands", payload)

    def _show_answer(self, ack: Ack, channel: Channel, command: str) -> str | None:
        error: str | None = ack.error
        if error is None:
            try:
                answer_command(self.workspace, ack, user=self.id, channel=channel.id)
            except SlackRefusal as refusal:
                error = refusal.error
        return f'{command} failed with the error "{error}"' if error else None

    # -- using what the app shows --------------------------------------------------------------------

    def presses(
        self, target: Message | View, action_id: str, *, block_id: str | None = None, **chosen: Any
    ) -> Outcome:
        """Use a button, menu or picker as `target` showed it, which may be out of date.

        `chosen` is `value=` to tell buttons apart, or what is picked: `selected_option="x"` and so on.
        """
        block, element = find_element(target.blocks, action_id, block_id=block_id, value=chosen.get("value"))
        picked = next(iter(chosen.values()), None)
        with self.workspace.lock:
            stamp = self.workspace.timestamp()
            action = action_on(block, element, picked, action_ts=stamp)
            if isinstance(target, Message):
                payload = self._press_on_message(target, block, element, action)
            else:
                payload = self._press_in_view(target, block, element, action)
        return Outcome(self.courier.ask(Delivery("interactive", payload)).error)

    def _press_on_message(self, target: Message, block: Json, element: Json, action: Json) -> Json:
        current = self.workspace.transcript.find_for(self.id, target.channel, target.ts)
        if current is None:
            raise SlackRefusal("message_not_found")
        screens = self.workspace.screens
        entered = _with_entry(
            state(current.blocks, screens.entered_in_message(self.id, target.ts)), block, element, action
        )
        screens.enter_in_message(self.id, target.ts, entered)
        return payloads.message_pressed(
            self.workspace, user=self.user, message=current, action=action, state=entered
        )

    def _press_in_view(self, target: View, block: Json, element: Json, action: Json) -> Json:
        current = self.workspace.screens.get(target.id)
        entered = _with_entry(state(current.blocks, current.values), block, element, action)
        view = self.workspace.screens.enter(current.id, entered)
        return payloads.view_pressed(self.workspace, user=self.user, view=view, action=action)

    def uses_shortcut(self, callback_id: str, message: Message | None = None) -> Outcome:
        """Choose a shortcut from a message's menu, or a global one when there is no message."""
        if self.workspace.app.shortcut(callback_id) is None:
            raise LookupError(f"No shortcut {callback_id} is installed; pass it to Workspace.install.")
        with self.workspace.lock:
            if message is None:
                payload = payloads.global_shortcut(self.workspace, user=self.user, callback_id=callback_id)
            else:
                current = self.workspace.transcript.get(message.channel, message.ts)
                payload = payloads.message_shortcut(
                    self.workspace, user=self.user, message=current, callback_id=callback_id
                )
        return Outcome(self.courier.ask(Delivery("interactive", payload)).error)

    # -- modals and Home -----------------------------------------------------------------------------

    @property
    def views(self) -> list[View]:
        """The stack of open modals, top last."""
        with self.workspace.lock:
            return self.workspace.screens.stack(self.id)

    @property
    def open_view(self) -> View | None:
        stack = self.views
        return stack[-1] if stack else None

    def submits(self, view: View, values: Json | None = None) -> ViewResponse:
        """Fill in `{block_id: {action_id: value}}` and submit. Plain values are typed by their element."""
        with self.workspace.lock:
            current = self.workspace.screens.get(view.id)
            entered = filled_in(current, values or {})
            current = self.workspace.screens.enter(current.id, entered)
            errors = client_errors(current, entered)
            if errors:
                return ViewResponse(errors=errors, view=current, action="errors")
            payload = payloads.view_submission(self.workspace, user=self.user, view=current)
        ack = self.courier.ask(Delivery("interactive", payload))
        return apply_submission(self.workspace, current, ack)

    def closes(self, view: View) -> None:
        """Press Cancel. The app hears of it only if the view asked for that."""
        with self.workspace.lock:
            current = self.workspace.screens.get(view.id)
            cleared = bool(current.content.get("clear_on_close"))
            gone = self.workspace.screens.clear(self.id) if cleared else [current]
            self.workspace.screens.close(current)
            heard = [each for each in gone if each.content.get("notify_on_close")]
            told = [
                payloads.view_closed(self.workspace, user=self.user, view=each, is_cleared=cleared)
                for each in heard
            ]
        self.workspace.changes.tell(Change("view", audience=self.id))
        for payload in told:
            self.courier.ask(Delivery("interactive", payload))

    def opens_home(self) -> None:
        """Open the app's Home tab; what the app publishes then arrives in the background."""
        with self.workspace.lock:
            self.workspace.event_sink("app_home_opened", payloads.home_opened(self.workspace, user=self.user))

    @property
    def home_view(self) -> View | None:
        with self.workspace.lock:
            return self.workspace.screens.home(self.id)

    @property
    def home(self) -> Json | None:
        view = self.home_view
        return view_json(view) if view else None

    # -- looking -------------------------------------------------------------------------------------

    def ephemerals(self, channel: Channel | str) -> list[Message]:
        with self.workspace.lock:
            return self.workspace.transcript.ephemerals(self.id, self._channel(channel).id)

    def unread(self, channel: Channel | str) -> int:
        with self.workspace.lock:
            return unread(self.workspace, user=self.id, channel=self._channel(channel).id).messages

    def reads(self, channel: Channel | str) -> None:
        """Look at the channel: everything in it counts as seen."""
        with self.workspace.lock:
            place = self._channel(channel)
            self.workspace.transcript.read(self.id, place.id)
        self.workspace.changes.tell(Change("channels", audience=self.id))


def _with_entry(values: Json, block: Json, element: Json, action: Json) -> Json:
    """The state after this action: buttons and overflow menus leave none behind."""
    if element["type"] not in FIELD or element["type"] in STATELESS:
        return values
    field = FIELD[element["type"]]
    entry = {"type": element["type"], field: action[field]}
    block_values = values.get(block["block_id"], {}) | {element["action_id"]: entry}
    return values | {block["block_id"]: block_values}
