"""Who of the plan has an account in Slack: kept, and the operators are told of whoever has none any more."""

from __future__ import annotations

from bot.services.accounts import keep
from bot.services.plan_in_force import slack_ids_of
from bot.store.directory import Entry, EntryKind
from rules.delivery import Purpose
from tests.cast import MARIA, minutes
from tests.services.floor import Floor


def says(floor: Floor, **accounts: str | None) -> None:
    """Slack answers: an id, or None for a deactivated account."""
    entries = [
        Entry(EntryKind.PERSON, key, found, None if found else f"U0{key}: deactivated", floor.now)
        for key, found in accounts.items()
    ]
    keep(floor.database, entries, plan=floor.plan, now=floor.now)


def told(floor: Floor) -> list[str]:
    rows = floor.rows(Purpose.DIRECT, target="#control-room")
    return [row.body["blocks"][0]["text"]["text"] for row in rows if row.body]


def test_the_operators_are_told_once_of_everybody_who_left(floor: Floor) -> None:
    says(floor, maria=None, fatima=None, claire="U0CLAIRE1")
    floor.shows_everything()
    floor.now += minutes(10)
    says(floor, maria=None, fatima=None, claire="U0CLAIRE1")
    (message,) = told(floor)
    assert "*Maria* (U0maria: deactivated) · is team lead" in message
    assert "*Fatima* (U0fatima: deactivated) · is shift lead" in message
    assert "Claire" not in message


def test_somebody_who_came_back_and_leaves_again_is_news_again(floor: Floor) -> None:
    for found in (None, "U0MARIA01", None):
        says(floor, maria=found)
        floor.shows_everything()
    assert len(told(floor)) == 2


def test_somebody_who_left_the_plan_is_nobodys_news(floor: Floor) -> None:
    says(floor, robert=None)
    assert told(floor) == []


def test_an_account_counts_until_slack_says_that_it_is_gone(floor: Floor) -> None:
    plan = floor.plan.index.plan
    assert slack_ids_of(plan, {})[MARIA] == "U0MARIA01"
    assert MARIA not in slack_ids_of(plan, {MARIA: None})
    assert slack_ids_of(plan, {"jonas": "U0JONAS99"})["jonas"] == "U0JONAS99"
    assert slack_ids_of(plan, {MARIA: "U0OTHER99"})[MARIA] == "U0MARIA01", "the plan's word on which account"
