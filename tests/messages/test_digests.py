"""Digests read aloud, for three states of a plant: in trouble, in hand, and well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from bot.messages.blocks import Message
from bot.messages.charts import chart
from bot.messages.digests import (
    Occasion,
    digest,
    earlier,
    in_plain_words,
    previewed,
    sessions_listing,
    sessions_on_home,
)
from rules.agenda import Before, Matter, draw_up
from rules.clocks import Clock, ClockKind
from rules.control_plan import Kpi, Session
from rules.decisions import Decision, Outcome, Review
from rules.exception_threads import ExceptionThread, State
from rules.kpis import Reading, Standing, standing
from rules.suppressions import Matcher, Suppression
from tests.cast import NOON, after, new_thread, plan_in_force
from tests.messages.cast import lines
from tests.messages.slack_limits import assert_message_is_accepted, assert_nobody_is_smuggled_in

TIER_2 = Session.model_validate(
    {
        "key": "tier-2",
        "name": "Tier 2 filling",
        "kind": "tier-meeting",
        "schedule": "30 12 * * *",
        "facilitator": "shift_lead",
        "channel": "#filling",
    }
)


def kpi(key: str, name: str, unit: str, direction: str, target: float, **more: Any) -> Kpi:
    owned = {"owner": "team_lead@filling", **more}
    return Kpi.model_validate(
        {"key": key, "name": name, "unit": unit, "direction": direction, "target": target, **owned}
    )


OEE = kpi("oee", "OEE line 2", "%", "higher", 74, money_per_unit=500)
CHANGEOVER = kpi("changeover", "Changeover time", "min", "lower", 45, money_per_unit=40)
CO2 = kpi("co2", "CO₂ loss", "%", "lower", 6)
FIRST_TIME = kpi("rft", "Right first time", "%", "higher", 99.2, stale_after="4h")
KPIS = (OEE, CHANGEOVER, CO2, FIRST_TIME)
PLAN = plan_in_force(kpis=[each.model_dump(mode="json", by_alias=True) for each in KPIS])

OCCASION = Occasion(
    TIER_2,
    after(30),
    "fatima",
    reachable=True,
    owners=dict.fromkeys((each.key for each in KPIS), "maria"),
    currency="EUR",
)
SECOND_OPERATOR = Decision(
    7,
    "Second operator at changeovers",
    "changeover",
    -5,
    after(30),
    "fatima",
    "claire",
    after(-9000),
    baseline=55,
)
NOZZLES = Decision(9, "New nozzles on valves 3 to 8", "co2", -1, after(9000), "maria", "claire", after(-3000))
CLEANING = Decision(
    3,
    "Cleaning on Mondays",
    "rft",
    0.3,
    after(-60),
    "maria",
    "claire",
    after(-20_000),
    review=Review(Outcome.NOT_MOVED, "Still 98.7: it was the caps", 98.7, "maria", NOON),
)
LUBRICATION = Suppression(
    3, Matcher(places=("line-2",)), NOON, after(120), "planned lubrication", "maria", NOON
)


def stands(which: Kpi, value: float, minutes: float = 0) -> Standing:
    return standing(which, Reading(which.key, after(minutes), value, "mes"), NOON)


def exhausted(**changes: Any) -> ExceptionThread:
    """Everybody was told and reminded, and no clock runs any more."""
    return new_thread(tier=2, clocks=(Clock(ClockKind.RESPOND, 2, NOON, None),), **changes)


IN_TROUBLE = Matter(
    standings=[stands(CHANGEOVER, 52), stands(CO2, 5), stands(OEE, 63), stands(FIRST_TIME, 99.3, -300)],
    threads=[
        new_thread(id=5, state=State.ACKNOWLEDGED),
        new_thread(id=4, title="Syrup low"),
        new_thread(id=3, title="Labels skewed", tier=2, state=State.CONTAINED),
        new_thread(id=2, title="Caps missing", tier=1),
        exhausted(),
        new_thread(id=6, shadow=True, tier=2),
    ],
    decisions=[SECOND_OPERATOR, NOZZLES],
    unmoved=[CLEANING],
    suppressions=[
        LUBRICATION,
        Suppression(4, Matcher(rules=("kpi:co2:*",)), after(20), after(1200), "recalibration", "maria", NOON),
        Suppression(5, Matcher(places=("*",)), after(600), after(700), "holiday", "maria", NOON),
    ],
    before=Before(after(-480), {"threads": [1, 9], "needs": {"1": "patience"}, "off": ["co2"], "silent": []}),
)


def read(matter: Matter, occasion: Occasion = OCCASION) -> list[str]:
    message = digest(draw_up(matter, until=occasion.begins), occasion, PLAN)
    assert_message_is_accepted(message.text, message.blocks)
    assert_nobody_is_smuggled_in(message.blocks)
    return lines(message)


def story(name: str) -> list[str]:
    """What the digest must say, line by line."""
    path = Path(__file__).with_name("digest_stories") / f"{name}.txt"
    return path.read_text(encoding="utf-8").splitlines()


def test_a_plant_in_trouble_hears_first_what_it_must_decide() -> None:
    assert read(IN_TROUBLE) == story("in_trouble")


def test_a_plant_that_has_its_troubles_in_hand_hears_that_there_is_nothing_to_decide() -> None:
    in_hand = Matter([stands(CO2, 7), stands(OEE, 75)], [new_thread(id=4)], [NOZZLES])
    assert read(in_hand) == story("in_hand")


def test_a_plant_that_is_well_may_cancel_its_meeting() -> None:
    well = Matter([stands(CO2, 5), stands(OEE, 75), standing(CHANGEOVER, None, NOON)], decisions=[NOZZLES])
    assert read(well) == story("well")


LATE = (
    "⚠️ Late: this was due today 12:00, and Andon could not post it then. "
    "2 earlier ones were missed while Andon was down."
)


def test_a_late_digest_says_so_and_who_is_missing() -> None:
    late = replace(OCCASION, late=NOON, missed=2, facilitator=None)
    head = read(Matter(), late)[:3]
    assert head == [
        "*Tier 2 filling* · today 12:30",
        LATE,
        "⚠️ Led by the shift lead, and the plan has nobody who is that now. Who leads?",
    ]
    gone = read(Matter(), replace(OCCASION, reachable=False))
    assert gone[1] == "⚠️ Fatima should lead it, but has no active account in Slack. Who leads?"


def test_the_notification_asks_the_first_question() -> None:
    message = digest(draw_up(IN_TROUBLE, until=after(30)), OCCASION, PLAN)
    assert message.text.startswith("Tier 2 filling: To decide: 1. Who takes EX-1? 🟠 Filler 2 down")


def test_a_terminal_shows_the_same_in_plain_words() -> None:
    message = digest(draw_up(IN_TROUBLE, until=after(30)), OCCASION, PLAN)
    words = in_plain_words(message)
    assert "1. Who takes EX-1? 🟠 Filler 2 down, since 2026-03-02 12:00 UTC: everybody was told" in words
    assert "<" not in words
    assert "*" not in words


def test_the_dearest_drift_is_drawn_below_its_figures_and_in_bars_on_a_terminal() -> None:
    readings = [Reading("oee", after(minutes), value, "mes") for minutes, value in ((-20, 70), (-10, 63))]
    message = digest(draw_up(IN_TROUBLE, until=after(30)), OCCASION, PLAN, chart(OEE, readings, UTC))
    assert_message_is_accepted(message.text, message.blocks)
    kinds = [block["type"] for block in message.blocks]
    drawn = kinds.index("data_visualization")
    assert "*Off target, dearest first*\n• OEE line 2" in message.blocks[drawn - 1]["text"]["text"]
    assert "█▁ OEE line 2" in in_plain_words(message).replace("`", "")


def test_what_people_typed_cannot_break_the_message() -> None:
    evil = "<!channel> *bold* \f\n & <@U0MARIA01>" * 20
    hostile = Matter(
        [stands(OEE, 60)],
        [exhausted(title=evil, place=evil)],
        [replace(SECOND_OPERATOR, text=evil)],
        [replace(CLEANING, text=evil)],
        suppressions=[replace(LUBRICATION, matcher=Matcher(fingerprints=(evil,)))],
    )
    read(hostile, replace(OCCASION, session=TIER_2.model_copy(update={"name": evil[:120]})))


def test_a_very_bad_day_still_fits_into_one_message() -> None:
    many = range(1, 300)
    long = "x" * 200
    bad_day = Matter(
        [stands(OEE, 60)] * 50,
        [new_thread(id=number, title=long, place=long, tier=1) for number in many],
        [replace(SECOND_OPERATOR, id=number, text=long) for number in many],
        [replace(CLEANING, id=number, text=long) for number in many],
        Before(NOON - timedelta(hours=8), {"threads": [], "needs": {}, "off": [], "silent": []}),
        [replace(LUBRICATION, id=number, matcher=Matcher(fingerprints=(long,))) for number in many],
    )
    told = read(bad_day)
    assert "… and 291 more: `/andon list open`" in told
    assert any("EX-8 and 291 more" in line for line in told)


def test_a_preview_and_an_earlier_digest_say_what_they_are() -> None:
    message = digest(draw_up(Matter(), until=after(30)), OCCASION, PLAN)
    assert lines(previewed(message, OCCASION))[0].startswith("👀 Preview for today 12:30")
    assert lines(earlier(message, NOON))[0] == "🗄️ As posted today 12:00"


def test_sessions_are_listed_with_their_next_time() -> None:
    assert lines(sessions_listing([(TIER_2, after(30))], PLAN)) == [
        "• *Tier 2 filling* · today 12:30 · the shift lead · `/andon digest tier-2`"
    ]
    assert "no sessions yet" in sessions_listing([], PLAN).text


def test_home_shows_the_next_five() -> None:
    (block,) = sessions_on_home([(TIER_2, after(30))] * 9)
    assert lines(Message("", [block])) == ["*Your next sessions*", *["• Tier 2 filling · today 12:30"] * 5]
    assert sessions_on_home([]) == []
