"""Whether every channel and every person of the plan can be reached in Slack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk import WebClient

from bot.cli.doctor.findings import Finding, fault, fine
from bot.slack.failures import CALL_FAILURES, CHANNEL_ADVICE, failure_of
from rules.channels import channels_of
from rules.control_plan import ControlPlan, Person

PAGE = 500

Account = Mapping[str, Any]


def channels(client: WebClient, plan: ControlPlan) -> Iterator[Finding]:
    """Every channel: found, joined, not archived."""
    try:
        pages = client.conversations_list(types="public_channel,private_channel", limit=PAGE)
        known = {name: each for page in pages for each in page["channels"] for name in _names(each)}
    except CALL_FAILURES as error:
        failure = failure_of(error)
        yield fault("channels", f"conversations.list: {failure.code}", failure.advice)
        return
    wanted = channels_of(plan)
    troubles = [finding for name in wanted if (finding := _channel(name, known.get(name.lstrip("#"))))]
    yield from troubles or [fine("channels", f"Andon is in all {len(wanted)}")]


def people(client: WebClient, plan: ControlPlan) -> Iterator[Finding]:
    """Every person: found by Slack id or e-mail, and not deactivated."""
    try:
        accounts = [each for page in client.users_list(limit=PAGE) for each in page["members"]]
    except CALL_FAILURES as error:
        failure = failure_of(error)
        yield fault("people", f"users.list: {failure.code}", failure.advice)
        return
    by_id = {str(each["id"]): each for each in accounts}
    by_email = {_email(each): each for each in accounts}
    troubles = [finding for person in plan.people if (finding := _person(person, by_id, by_email))]
    yield from troubles or [fine("people", f"all {len(plan.people)} have a Slack account")]


def _names(channel: Mapping[str, Any]) -> tuple[str, str]:
    return str(channel["id"]), str(channel["name"])


def _channel(name: str, found: Mapping[str, Any] | None) -> Finding | None:
    if found is None:
        return fault(
            name, "is not there, or is private and Andon is not in it", CHANNEL_ADVICE["channel_not_found"]
        )
    if found.get("is_archived"):
        return fault(name, "is archived", CHANNEL_ADVICE["is_archived"])
    if not found.get("is_member"):
        return fault(name, "Andon is not in it", CHANNEL_ADVICE["not_in_channel"])
    return None


def _person(person: Person, by_id: Mapping[str, Account], by_email: Mapping[str, Account]) -> Finding | None:
    account = by_id.get(person.slack) if person.slack else by_email.get((person.email or "").casefold())
    sought = person.slack or person.email
    if account is None:
        return fault(person.name, f"{sought} is not in the workspace", CHANNEL_ADVICE["user_not_found"])
    if account.get("deleted"):
        return fault(person.name, f"the account {sought} is deactivated", CHANNEL_ADVICE["user_disabled"])
    if account.get("is_bot"):
        return fault(person.name, f"{sought} is a bot", CHANNEL_ADVICE["cannot_dm_bot"])
    return None


def _email(account: Account) -> str:
    return str((account.get("profile") or {}).get("email") or "").casefold()
