"""From Slack somebody looks at what could not be told, sends it again or gives it up."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bot.messages.deliveries import deliveries_list
from bot.services import quarantine, settling
from bot.services.undeliverable import UnknownDeliveryError
from bot.store.tables import outbox
from rules.delivery import DeliveryState, OutboxRow, Purpose
from tests.cast import JONAS
from tests.messages.cast import lines
from tests.services.floor import Floor


def dead_card(floor: Floor) -> OutboxRow:
    """EX-1 is open, and Slack refused its card."""
    floor.hears()
    (card,) = floor.rows(Purpose.CARD)
    refused = {"state": DeliveryState.DEAD, "attempts": 1, "error": "channel_not_found: Create #filling."}
    with floor.database.engine.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.seq == card.seq).values(refused))
    return card


def who(floor: Floor) -> dict[str, Any]:
    return {"by": JONAS, "plan": floor.plan, "now": floor.now}


def listed(floor: Floor) -> list[str]:
    rows, held = settling.troubles(floor.database, asked_by=JONAS, plan=floor.plan)
    return lines(deliveries_list(rows, held, floor.plan, most=settling.MOST_SHOWN))


def test_nothing_to_settle_is_said(floor: Floor) -> None:
    floor.hears()
    assert listed(floor) == ["Everything was delivered, or is on its way without trouble."]


def test_the_list_says_what_why_and_what_to_do(floor: Floor) -> None:
    reference = dead_card(floor).mark[-6:]
    heading, what, why, how = listed(floor)
    assert heading == "*What Slack was not told*, newest first"
    assert what.startswith(f"`{reference}` card of EX-1 for #filling · dead, one try · ")
    assert why == "channel_not_found: Create #filling."
    assert f"/andon delivery retry {reference}" in how


def test_in_quarantine_it_says_first_that_nothing_is_sent(floor: Floor) -> None:
    quarantine.begin(floor.database, by="ana", reason="restored", now=floor.now)
    assert listed(floor)[0].startswith("⛔ *Nothing is sent*")


def test_once_the_cause_is_mended_it_is_sent_again(floor: Floor) -> None:
    card = dead_card(floor)
    settling.retry(floor.database, card.mark[-6:], **who(floor))
    (again,) = floor.rows(Purpose.CARD)
    assert (again.seq, again.state) == (card.seq, DeliveryState.PENDING)


def test_what_is_given_up_is_listed_no_more(floor: Floor) -> None:
    settling.drop(floor.database, dead_card(floor).mark[-6:], **who(floor))
    (card,) = floor.rows(Purpose.CARD)
    assert card.state is DeliveryState.DROPPED
    assert listed(floor) == ["Everything was delivered, or is on its way without trouble."]


def test_what_is_in_no_trouble_cannot_be_settled_by_mistake(floor: Floor) -> None:
    floor.hears()
    reference = floor.rows(Purpose.CARD)[0].mark[-6:]
    with pytest.raises(UnknownDeliveryError, match=r"nothing was changed\. `/andon delivery` lists them"):
        settling.drop(floor.database, reference, **who(floor))


def test_of_two_that_end_alike_neither_is_taken(floor: Floor) -> None:
    dead_card(floor)
    floor.hears(subject="filler-2")
    with floor.database.engine.begin() as tx:
        for number, seq in enumerate(row.seq for row in floor.rows()):
            mark = f"{number:020}7B1R0W"
            tx.execute(update(outbox).where(outbox.c.seq == seq).values(mark=mark, state=DeliveryState.DEAD))
    with pytest.raises(UnknownDeliveryError, match=r"deliveries end in 7B1R0W; nothing was changed"):
        settling.retry(floor.database, "7B1R0W", **who(floor))
