"""Decisions, read aloud: lines, answers, questions and forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.messages import decisions
from bot.messages.blocks import Block, Message
from bot.messages.forms.deciding import decision_form, review_form
from bot.messages.forms.ticket import Ticket
from rules.control_plan import ControlPlan, Kpi
from rules.decisions import Decision, Outcome, Review
from tests.messages.cast import CREW, NOON, Crew, at, lines, readable
from tests.messages.slack_limits import assert_message_is_accepted, assert_view_is_accepted, mentions
from tests.rules.plant import PLANT

FORM = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PLAN = ControlPlan.model_validate(PLANT)
DECISION = Decision(
    id=7,
    text="run <two> shifts",
    kpi="oee",
    change=2.0,
    by_when=at(60 * 24 * 4),
    owner="ana",
    decided_by="maria",
    decided_at=NOON,
    baseline=71.5,
)
CONVERSATION = replace(DECISION, kpi=None, by_when=None)
NOT_MOVED = Review(Outcome.NOT_MOVED, "no fitter", 71.0, "ana", at(60))


class Plant(Crew):
    """The crew, and the plan's KPIs."""

    def kpi(self, key: str | None) -> Kpi | None:
        return next((kpi for kpi in PLAN.kpis if kpi.key == key), None)


TERMS = Plant(CREW.names)


def read(message: Message) -> str:
    return "\n".join(lines(message))


def test_a_line_says_what_is_expected_of_whom_by_when() -> None:
    line = readable(decisions.decision_line(DECISION, TERMS, NOON))
    assert line == "📌 *D-7* “run &lt;two&gt; shifts” · OEE +2 % · Ana Silva · review Mar 6"


@pytest.mark.parametrize(
    ("changed", "sign", "status"),
    [
        ({"by_when": at(-1)}, "⏰", "due since today"),
        ({"review": NOT_MOVED}, "❌", "did not move"),
        ({"review": replace(NOT_MOVED, outcome=Outcome.MOVED)}, "✅", "moved"),
        ({"amended_by": 9}, "↪️", "amended by D-9"),
        ({"owner": None}, "💬", "a conversation, not counted"),
    ],
)
def test_a_line_says_how_it_stands(changed: dict[str, Any], sign: str, status: str) -> None:
    line = readable(decisions.decision_line(replace(DECISION, **changed), TERMS, NOON))
    assert line.startswith(sign)
    assert line.endswith(status)


def test_whoever_logs_a_decision_hears_its_name_and_what_happens_next() -> None:
    assert read(decisions.logged(DECISION, TERMS)) == (
        "📌 *D-7* is logged: OEE +2 % by Mar 6. That day Ana Silva is asked whether it moved. "
        "`/andon decision D-7` shows it."
    )


def test_a_conversation_is_said_to_be_one_and_what_it_lacks() -> None:
    assert read(decisions.logged(CONVERSATION, TERMS)) == (
        "💬 *D-7* is kept as a conversation and not counted: it lacks a KPI and a date. "
        "`/andon decision D-7` lets you complete it."
    )


def test_the_question_says_what_was_expected_what_the_kpi_read_and_reads_now() -> None:
    asked = decisions.question(replace(DECISION, asked=2), TERMS, 73.0)
    assert lines(asked) == [
        (
            "📌 *D-7* is due: “run &lt;two&gt; shifts”. Expected: OEE +2 %; it read 71.5 when it was "
            "decided, it reads 73 now. Did it move? I asked 1× before."
        ),
        "[Moved] [Not moved…] [Amend…]",
    ]
    assert_message_is_accepted(asked.text, asked.blocks)


def test_an_overdue_decision_mentions_its_owner_and_says_who_can_answer() -> None:
    told = decisions.overdue(DECISION, TERMS)
    assert mentions(told.blocks) == ["U0ANA"]
    assert "They or Maria Lopez can say so" in read(told)


def test_a_decision_in_full_tells_its_trail_and_offers_only_what_is_possible() -> None:
    former = replace(DECISION, id=3, amended_by=7)
    shown = replace(DECISION, review=NOT_MOVED, thread_id=12, permalink="https://slack.example/p1", asked=4)
    message = decisions.decision_in_full((former, shown), shown, TERMS, NOON)
    told = read(message)
    assert "Logged by Maria Lopez today 12:00 · EX-12 · <https://slack.example/p1|the message>" in told
    assert "Ana Silva says it did not move (KPI 71): “no fitter”" in told
    assert "↪️ *D-3*" in told
    assert lines(message)[-1] == "[Amend…]"
    assert_message_is_accepted(message.text, message.blocks)


def test_home_asks_only_about_days_that_have_come_and_counts_the_rest() -> None:
    found = [replace(DECISION, id=1, by_when=at(-1)), *(replace(DECISION, id=each) for each in range(2, 9))]
    shown = lines(Message("", decisions.due_on_home(found, total=8, terms=TERMS, now=NOON)))
    assert shown[0] == "*Your decisions to review* (8)"
    assert [line for line in shown if line.startswith("[")] == ["[Moved] [Not moved…] [Amend…]"]
    assert shown[-1] == "… and 3 more: `/andon decisions due`"
    assert decisions.due_on_home([], total=0, terms=TERMS, now=NOON) == []


def test_a_kpi_that_left_the_plan_is_shown_by_its_key() -> None:
    assert decisions.expected(replace(DECISION, kpi="scrap", change=-1.5), TERMS) == "scrap −1.5"


def test_a_long_list_says_how_many_more_there_are() -> None:
    found = [replace(DECISION, id=number, text="x" * 500) for number in range(1, 21)]
    message = decisions.decisions_list(found, total=33, title="Decisions", empty="", terms=TERMS, now=NOON)
    assert lines(message)[0] == "*Decisions* (33)"
    assert lines(message)[-1] == "… and 13 earlier ones"
    assert_message_is_accepted(message.text, message.blocks)


def test_only_the_words_are_required_and_the_form_says_what_the_rest_is_for() -> None:
    typed = {"decision": "run", "kpi": "oee", "change": "2", "by_when": "2026-03-06", "owner": "U0ANA"}
    view = decision_form(PLAN, Ticket(FORM, 12), typed=typed)
    assert_view_is_accepted(view)
    assert [field["optional"] for field in _fields(view)] == [False, True, True, True, True]
    elements = [field["element"] for field in _fields(view)]
    assert elements[1]["initial_option"]["value"] == "oee"
    assert (elements[3]["initial_date"], elements[4]["initial_user"]) == ("2026-03-06", "U0ANA")
    assert "kept as a conversation" in view["blocks"][1]["elements"][0]["text"]


def test_an_amendment_says_what_it_amends() -> None:
    ticket = Ticket(FORM, decision_id=7, permalink="https://slack.example/p1")
    view = decision_form(PLAN, ticket, typed={}, about="D-7")
    assert view["title"]["text"] == "Amend D-7"
    assert Ticket.parse(view["private_metadata"]) == ticket
    assert_view_is_accepted(view)


def test_a_plan_without_kpis_still_takes_conversations_and_one_with_very_many_asks_by_name() -> None:
    none = PLAN.model_copy(update={"kpis": ()})
    many = PLAN.model_copy(update={"kpis": PLAN.kpis * 101})
    assert "kpi" not in {field["block_id"] for field in _fields(decision_form(none, Ticket(FORM), typed={}))}
    assert _fields(decision_form(many, Ticket(FORM), typed={}))[1]["element"]["type"] == "plain_text_input"


def test_what_did_not_move_asks_what_happened_instead() -> None:
    view = review_form("D-7", "*D-7* “run”", Ticket(FORM, decision_id=7))
    assert_view_is_accepted(view)
    assert [field["block_id"] for field in _fields(view)] == ["said"]


def _fields(view: Block) -> list[Block]:
    return [block for block in view["blocks"] if block["type"] == "input"]
