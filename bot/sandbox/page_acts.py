"""What the page lets a person do: the same acts a test has, called with JSON."""

from bot.sandbox.outcomes import Outcome
from bot.sandbox.people import Person
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.values import Json, Message, View

WORDS = {
    "operation_timeout": "This app didn't respond in time. (operation_timeout)",
    "dispatch_failed": "This app could not be reached. (dispatch_failed)",
    "message_not_found": "This message is gone.",
}
NOT_CHOSEN = ("type", "action_id", "block_id")


def send_message(person: Person, body: Json) -> Json:
    """A message, or a slash command when it begins with one."""
    text, thread_ts = body["text"], body.get("thread_ts")
    if not text.startswith("/"):
        person.says(body["channel"], text, thread_ts=thread_ts)
        return {"ok": True}
    if thread_ts:
        command = text.partition(" ")[0]
        return {"ok": False, "error": f"{command} is not supported in threads. Sorry!"}
    response = person.types(body["channel"], text)
    return {"ok": True} if response.ok else {"ok": False, "error": response.error}


def act_on_element(person: Person, body: Json) -> Json:
    """The page sends the action as Slack would; only what was chosen is taken from it."""
    action = body["action"]
    chosen = {name: value for name, value in action.items() if name not in NOT_CHOSEN and value is not None}
    outcome = person.presses(
        _target(person, body), action["action_id"], block_id=action.get("block_id"), **chosen
    )
    return _told(outcome)


def _target(person: Person, body: Json) -> Message | View:
    with person.workspace.lock:
        if body.get("view_id"):
            return person.workspace.screens.get(body["view_id"])
        found = person.workspace.transcript.find_for(person.id, body["channel"], body["message_ts"])
        if found is None:
            raise SlackRefusal("message_not_found")
        return found


def toggle_reaction(person: Person, body: Json) -> Json:
    """Give a reaction, or take one's own back."""
    with person.workspace.lock:
        message = person.workspace.transcript.get(body["channel"], body["message_ts"])
        given = any(each.name == body["name"] and person.id in each.users for each in message.reactions)
        (person.takes_back if given else person.reacts)(message, body["name"])
    return {"ok": True}


def use_shortcut(person: Person, body: Json) -> Json:
    """Without a message it is a global shortcut."""
    message_ts = body.get("message_ts")
    message = person.workspace.message(body["channel"], message_ts) if message_ts else None
    return _told(person.uses_shortcut(body["callback_id"], message))


def submit_view(person: Person, body: Json) -> Json:
    with person.workspace.lock:
        view = person.workspace.screens.get(body["view"])
    response = person.submits(view, body.get("values") or {})
    answer: Json = {"ok": response.error is None, "response_action": response.action}
    return answer | {"errors": response.errors, "error": response.error}


def close_view(person: Person, body: Json) -> Json:
    with person.workspace.lock:
        view = person.workspace.screens.get(body["view"])
    person.closes(view)
    return {"ok": True}


def _told(outcome: Outcome) -> Json:
    if outcome.error is None:
        return {"ok": True}
    return {"ok": False, "error": WORDS.get(outcome.error, outcome.error)}
