"""The state of the workspace, and what a test or the demo says about it. Thread-safe by one lock."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from bot.sandbox.changes import Change, Changes
from bot.sandbox.directory import Directory
from bot.sandbox.file_shelf import FileShelf
from bot.sandbox.installation import (
    BOT_USER_ID,
    Installation,
    command_from,
    install_manifest,
    shortcut_from,
)
from bot.sandbox.screens import Screens
from bot.sandbox.tickets import Tickets
from bot.sandbox.transcript import Transcript
from bot.sandbox.values import Channel, Json, Message, Narration, User, UserGroup

EventSink = Callable[[str, Json], None]
MICROSECONDS = 1_000_000


def _nobody_listens(subscription: str, event: Json) -> None:
    """Before a server is there to deliver events."""
    del subscription, event


class Workspace:
    """`now` is where every ts, expiry and log time comes from. `drop_metadata` plays a lesser server.

    Its parts (`directory`, `transcript`, `screens`, `tickets`, `shelf`) are touched under `lock` only.
    """

    def __init__(self, *, now: Callable[[], datetime], drop_metadata: bool = False) -> None:
        self.lock = threading.RLock()
        self.now = now
        self.url = ""
        self.drop_metadata = drop_metadata
        self.app = Installation()
        self.changes = Changes()
        self.directory = Directory()
        self.transcript = Transcript()
        self.screens = Screens()
        self.tickets = Tickets(now)
        self.shelf = FileShelf()
        self.narration: list[Narration] = []
        self.pins: dict[str, list[str]] = {}
        self.bookmarks: dict[str, list[Json]] = {}
        self.event_sink: EventSink = _nobody_listens
        self._last_stamp = 0
        self._numbers = count(1)
        self.directory.add_user(User(BOT_USER_ID, "andon", "andon", "Andon", is_bot=True, color="d9541e"))

    # -- telling what the workspace is ---------------------------------------------------------------

    def add_user(
        self,
        key: str,
        *,
        real_name: str,
        email: str,
        id: str | None = None,
        title: str = "",
        deactivated: bool = False,
    ) -> User:
        with self.lock:
            user_id = id or f"U0{next(self._numbers):06d}SB"
            color = self.directory.next_color()
            return self.directory.add_user(
                User(
                    user_id,
                    key,
                    key,
                    real_name,
                    email=email,
                    title=title,
                    color=color,
                    deactivated=deactivated,
                )
            )

    def add_channel(
        self,
        name: str,
        *,
        private: bool = False,
        members: Iterable[User | str] | None = None,
        bot_is_member: bool = True,
        topic: str = "",
    ) -> Channel:
        """Without `members` everybody who is in the workspace now is in the channel."""
        with self.lock:
            people = self._ids(members) if members is not None else self._everybody()
            inside = people | {BOT_USER_ID} if bot_is_member else people
            created = int(self.now().timestamp())
            kind = self.directory.add_channel(name, "private" if private else "public", inside, created)
            channel = self.directory.change_channel(replace(kind, topic=topic))
        self.changes.tell(Change("channels"))
        return channel

    def _ids(self, people: Iterable[User | str]) -> frozenset[str]:
        return frozenset(
            person.id if isinstance(person, User) else self.directory.user(person).id for person in people
        )

    def _everybody(self) -> frozenset[str]:
        return frozenset(user.id for user in self.directory.users.values() if not user.is_bot)

    def archive(self, channel: Channel | str) -> Channel:
        with self.lock:
            archived = self.directory.change_channel(replace(self.channel(channel), is_archived=True))
        self.changes.tell(Change("channels"))
        return archived

    def deactivate(self, user: User | str) -> User:
        """The person leaves the company: the account stays, switched off."""
        with self.lock:
            gone = replace(self.user(user), deactivated=True)
            self.directory.users[gone.id] = gone
            return gone

    def add_usergroup(self, handle: str, *, name: str, members: Iterable[User | str] = ()) -> UserGroup:
        with self.lock:
            group = UserGroup(f"S0{next(self._numbers):06d}SB", handle, name, tuple(self._ids(members)))
            self.directory.usergroups[group.id] = group
            return group

    def install(
        self,
        *,
        commands: Iterable[str | Json] = (),
        shortcuts: Iterable[Json] = (),
        manifest: Json | None = None,
    ) -> None:
        """Declare what people are offered. A manifest also sets the scopes and event subscriptions."""
        with self.lock:
            if manifest is not None:
                install_manifest(self.app, manifest)
            self.app.commands += tuple(command_from(each) for each in commands)
            self.app.shortcuts += tuple(shortcut_from(each) for each in shortcuts)
        self.changes.tell(Change("channels"))

    def narrate(self, text: str) -> None:
        """Add a line to the plant's story beside the channels."""
        with self.lock:
            self.narration.append(Narration(self.now(), text))
        self.changes.tell(Change("narration"))

    # -- reading -------------------------------------------------------------------------------------

    @property
    def bot_token(self) -> str:
        return self.app.bot_token

    @property
    def app_token(self) -> str:
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.app.signing_secret

    @property
    def scopes(self) -> set[str]:
        return self.app.scopes

    def channel(self, channel: Channel | str) -> Channel:
        with self.lock:
            return self.directory.channel(channel.id if isinstance(channel, Channel) else channel)

    def user(self, user: User | str) -> User:
        with self.lock:
            return self.directory.user(user.id if isinstance(user, User) else user)

    def direct_channel(self, user: User | str) -> Channel:
        """The direct messages between this person and the bot."""
        with self.lock:
            created = int(self.now().timestamp())
            return self.directory.direct(frozenset({self.user(user).id, BOT_USER_ID}), created)

    def messages(self, channel: Channel | str) -> list[Message]:
        """Top-level messages, oldest first, without deleted ones."""
        with self.lock:
            found = self.transcript.top_level(self.channel(channel).id)
            return [message for message in found if not message.deleted]

    def thread(self, channel: Channel | str, ts: str) -> list[Message]:
        """The replies of a thread, oldest first, without the parent."""
        with self.lock:
            return self.transcript.replies(self.channel(channel).id, ts)

    def message(self, channel: Channel | str, ts: str) -> Message | None:
        with self.lock:
            return self.transcript.find(self.channel(channel).id, ts)

    # -- time ----------------------------------------------------------------------------------------

    def timestamp(self) -> str:
        """A ts no other message of the workspace has, later than all before, even if the clock stands."""
        with self.lock:
            elapsed = self.now() - datetime.fromtimestamp(0, UTC)
            whole = elapsed.days * 86_400 + elapsed.seconds
            stamp = max(whole * MICROSECONDS + elapsed.microseconds, self._last_stamp + 1)
            self._last_stamp = stamp
            return f"{stamp // MICROSECONDS}.{stamp % MICROSECONDS:06d}"
