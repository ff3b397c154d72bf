"""The address book: what the plan's channels and people are called in Slack, remembered in the database."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from bot.slack.failures import CALL_FAILURES, failure_of
from bot.store import directory
from bot.store.database import Database
from bot.store.directory import Entry, EntryKind
from bot.store.writer_gate import Priority
from rules.control_plan import Person
from rules.delivery import Failure, FailureKind

PAGE = 999
"""Channels in one answer: the most that Slack gives, because it takes only twenty such questions a minute."""

_CHANNEL_ID = re.compile(r"^[CGD][A-Z0-9]{2,}$")


class NoAddressError(Exception):
    """A target that Slack cannot be told to reach; `failure` says why and what to do."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.advice)
        self.failure = failure


class AddressBook:
    """Turns targets (`#channel`, a channel id, `@person`) into channel ids; asks Slack once for each."""

    def __init__(self, database: Database, client: WebClient, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._client = client
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[tuple[EntryKind, str], Entry] = {}

    def load(self) -> None:
        """Read what earlier runs and other replicas found out."""
        with self._database.reading() as tx:
            entries = directory.all_entries(tx)
        with self._lock:
            self._known = {(entry.kind, entry.name): entry for entry in entries}

    def channel_id(self, target: str, *, slack_user: str | None = None) -> str:
        """The channel id of a target; `slack_user` is the Slack id behind an `@person`.

        Raises NoAddressError, also when Slack cannot be asked now.
        """
        if _CHANNEL_ID.match(target):
            return target
        if target.startswith("@"):
            return self._direct(target, slack_user)
        name = target.removeprefix("#")
        if (EntryKind.CHANNEL, name) not in self._known:
            self.refresh_channels([target])
        entry = self._known.get((EntryKind.CHANNEL, name))
        if entry is None or entry.slack_id is None:
            raise NoAddressError(_not_found("channel_not_found", f"There is no channel {target} in Slack"))
        return entry.slack_id

    def forget_channel(self, target: str) -> None:
        """Ask Slack again the next time: the channel was renamed, archived or made private."""
        with self._lock:
            self._known.pop((EntryKind.CHANNEL, target.removeprefix("#")), None)

    def refresh_channels(self, targets: Iterable[str]) -> list[Entry]:
        """Look the plan's channels up in Slack; returns what is known of each now."""
        wanted = {target.removeprefix("#") for target in targets if target.startswith("#")}
        found = self._find(wanted)
        return self._save(
            [
                Entry(
                    EntryKind.CHANNEL,
                    name,
                    found.get(name),
                    None if name in found else f"no channel #{name} that Andon can see",
                    self._now(),
                )
                for name in sorted(wanted)
            ]
        )

    def look_up_people(self, people: Iterable[Person]) -> list[Entry]:
        """Ask Slack who has an active account, by id or e-mail; whoever keeps the answers calls `load` after.

        Whom it was asked about longest ago comes first: when Slack asks for a pause, the others follow the
        next time. Raises NoAddressError when it answers for nobody.
        """
        entries: list[Entry] = []
        for person in sorted(people, key=self._asked_before):
            try:
                entries += [self._person(person)] if person.slack or person.email else []
            except NoAddressError:
                if not entries:
                    raise
                break
        return entries

    def lacks(self, people: Iterable[Person]) -> bool:
        """Whether Slack could tell us about somebody of these, and was never asked."""
        return any(
            (person.slack or person.email) and (EntryKind.PERSON, person.key) not in self._known
            for person in people
        )

    def _asked_before(self, person: Person) -> tuple[bool, float]:
        known = self._known.get((EntryKind.PERSON, person.key))
        return (known is not None, known.checked_at.timestamp() if known else 0.0)

    def _person(self, person: Person) -> Entry:
        sought = person.slack or person.email or ""
        try:
            user = self._account(person)
        except CALL_FAILURES as error:
            failure = failure_of(error)
            if failure.kind is not FailureKind.REFUSED:
                raise NoAddressError(failure) from error
            return Entry(EntryKind.PERSON, person.key, None, f"{sought}: {failure.code}", self._now())
        if user.get("deleted"):
            return Entry(EntryKind.PERSON, person.key, None, f"{sought}: deactivated", self._now())
        return Entry(EntryKind.PERSON, person.key, str(user["id"]), None, self._now())

    def _account(self, person: Person) -> Mapping[str, Any]:
        if person.slack:
            answer = self._client.users_info(user=person.slack)
        else:
            answer = self._client.users_lookupByEmail(email=person.email or "")
        found: Mapping[str, Any] = answer["user"]
        return found

    def _direct(self, target: str, slack_user: str | None) -> str:
        known = self._known.get((EntryKind.DIRECT, target))
        if known is not None and known.slack_id is not None:
            return known.slack_id
        if slack_user is None:
            raise NoAddressError(_not_found("user_not_found", f"{target} has no Slack account in the plan"))
        try:
            channel_id = str(self._client.conversations_open(users=slack_user)["channel"]["id"])
        except CALL_FAILURES as error:
            raise NoAddressError(failure_of(error)) from error
        self._save([Entry(EntryKind.DIRECT, target, channel_id, None, self._now())])
        return channel_id

    def _find(self, wanted: set[str]) -> dict[str, str]:
        """Channel ids by name. No page more than it takes: a large workspace has more than we may ask for."""
        found: dict[str, str] = {}
        pages = self._channels() if wanted else iter(())
        for name, channel_id in pages:
            if name in wanted:
                found[name] = channel_id
            if len(found) == len(wanted):
                break
        return found

    def _channels(self) -> Iterator[tuple[str, str]]:
        cursor = ""
        while True:
            try:
                page = self._client.conversations_list(
                    types="public_channel,private_channel", exclude_archived=False, limit=PAGE, cursor=cursor
                )
            except CALL_FAILURES as error:
                raise NoAddressError(failure_of(error)) from error
            yield from ((channel["name"], channel["id"]) for channel in page["channels"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _save(self, entries: list[Entry]) -> list[Entry]:
        if entries:
            self._database.write(lambda tx: directory.save(tx, entries), Priority.HOUSEKEEPING)
        with self._lock:
            self._known |= {(entry.kind, entry.name): entry for entry in entries}
        return entries


def _not_found(code: str, what: str) -> Failure:
    return Failure(FailureKind.REFUSED, code, f"{what}. Create or invite, or correct the control plan.")
