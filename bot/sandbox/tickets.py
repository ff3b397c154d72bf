"""Short-lived permissions: trigger ids, response URLs and Socket Mode tickets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from secrets import token_hex

from bot.sandbox.refusals import SlackRefusal

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5
SOCKET_TICKET_LIFE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Trigger:
    user: str
    issued: datetime
    exchanged: bool = False


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """Where an app may answer an interaction; `message_ts` is the message that was pressed, if any."""

    user: str
    channel: str
    issued: datetime
    message_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class Tickets:
    """Not locked by itself: callers hold the workspace's lock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.trigger_life = TRIGGER_LIFE
        self._numbers = count(1)
        self._triggers: dict[str, Trigger] = {}
        self._response_urls: dict[str, ResponseUrl] = {}
        self._sockets: dict[str, datetime] = {}

    def trigger(self, user: str) -> str:
        trigger_id = f"{next(self._numbers)}.1000000001.{token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, self._now())
        return trigger_id

    def valid_trigger(self, trigger_id: str) -> Trigger:
        """Look, without using it up: a view that Slack refuses does not cost the trigger."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.exchanged:
            raise SlackRefusal("exchanged_trigger_id")
        if self._now() - trigger.issued > self.trigger_life:
            raise SlackRefusal("expired_trigger_id")
        return trigger

    def exchange(self, trigger_id: str) -> None:
        self._triggers[trigger_id] = replace(self._triggers[trigger_id], exchanged=True)

    def response_url(
        self, *, user: str, channel: str, message_ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """The last part of the URL; the server knows the part before it."""
        key = token_hex(12)
        self._response_urls[key] = ResponseUrl(user, channel, self._now(), message_ts, thread_ts)
        return key

    def use_response_url(self, key: str) -> ResponseUrl:
        found = self._response_urls.get(key)
        if found is None:
            raise SlackRefusal("invalid_url")
        if self._now() - found.issued > RESPONSE_URL_LIFE:
            raise SlackRefusal("expired_url")
        if found.uses >= RESPONSE_URL_USES:
            raise SlackRefusal("used_url")
        self._response_urls[key] = replace(found, uses=found.uses + 1)
        return found

    def socket(self) -> str:
        ticket = token_hex(16)
        self._sockets[ticket] = self._now()
        return ticket

    def use_socket(self, ticket: str) -> bool:
        """Whether the ticket opens a socket: each does once, and soon."""
        issued = self._sockets.pop(ticket, None)
        return issued is not None and self._now() - issued <= SOCKET_TICKET_LIFE
