"""Who and where: users, channels and user groups, found by id, by name or by the key a test gave."""

from dataclasses import replace

from bot.sandbox.installation import BOT_USER_ID
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.values import Channel, ChannelKind, User, UserGroup

COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "684b6c", "5b89d5", "d1707d")
ID_PREFIX: dict[ChannelKind, str] = {"public": "C", "private": "C", "im": "D", "mpim": "G"}


class Directory:
    """Not locked by itself: callers hold the workspace's lock."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, UserGroup] = {}

    def add_user(self, user: User) -> User:
        if user.id in self.users:
            raise ValueError(f"User id {user.id} is already taken in this workspace; give another one.")
        self.users[user.id] = user
        return user

    def next_color(self) -> str:
        return COLORS[len(self.users) % len(COLORS)]

    def user(self, id_or_key: str) -> User:
        found = self.users.get(id_or_key) or next(
            (user for user in self.users.values() if id_or_key in (user.key, user.name)), None
        )
        if found is None:
            raise SlackRefusal("user_not_found")
        return found

    def user_by_email(self, email: str) -> User:
        for user in self.users.values():
            if user.email == email and not user.deactivated:
                return user
        raise SlackRefusal("users_not_found")

    def add_channel(self, name: str, kind: ChannelKind, members: frozenset[str], created: int) -> Channel:
        channel_id = f"{ID_PREFIX[kind]}0{len(self.channels) + 1:06d}SB"
        self.channels[channel_id] = Channel(channel_id, name, kind, members, created)
        return self.channels[channel_id]

    def change_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def channel(self, id_or_name: str) -> Channel:
        """Find a channel whoever asks; `#name`, name and id are all accepted."""
        found = self.channels.get(id_or_name) or self.channel_named(id_or_name)
        if found is None:
            raise SlackRefusal("channel_not_found")
        return found

    def channel_named(self, name: str) -> Channel | None:
        bare = name.removeprefix("#")
        named = (each for each in self.channels.values() if each.kind in ("public", "private"))
        return next((each for each in named if each.name == bare), None)

    def channel_seen_by_bot(self, channel_id: str) -> Channel:
        """Find a channel by id as the bot may: a private one it is not in does not exist for it."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel.kind != "public" and BOT_USER_ID not in channel.members):
            raise SlackRefusal("channel_not_found")
        return channel

    def direct(self, members: frozenset[str], created: int) -> Channel:
        """The conversation of exactly these people, opened when it did not exist yet."""
        for channel in self.channels.values():
            if channel.kind in ("im", "mpim") and channel.members == members:
                return channel
        kind: ChannelKind = "im" if len(members) == 2 else "mpim"
        name = "mpdm-" + "--".join(sorted(self.users[each].name for each in members)) + "-1"
        return self.add_channel("" if kind == "im" else name, kind, members, created)

    def join(self, channel: Channel, user_id: str) -> Channel:
        return self.change_channel(replace(channel, members=channel.members | {user_id}))

    def partner(self, channel: Channel, user_id: str) -> str:
        """The other person of a direct message, or the same person alone with himself."""
        return next((each for each in channel.members if each != user_id), user_id)
