"""The slash command: what people type, in a hurry, with gloves on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.commands import Command, CommandError, parse_command
from rules.commands.about import Help, Version, WhoAmI
from rules.commands.changes import Acknowledge, Assign, Cancel, Contain, Escalate, Merge, Resolve, SnoozeFor
from rules.commands.decisions import Decide, ListDecisions, ShowDecision
from rules.commands.deliveries import DropDelivery, ListDeliveries, RetryDelivery
from rules.commands.exceptions import ListThreads, Raise, Show
from rules.commands.kpis import AboutKpi, ListKpis


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", Help()),
        ("  help  ", Help()),
        ("help Snooze", Help("snooze")),
        ("list", ListThreads("mine")),
        ("list open", ListThreads("open")),
        ("LIST Filling Hall", ListThreads("filling hall")),
        ("mine", ListThreads("mine")),
        ("show EX-12", Show(12)),
        ("show ex12", Show(12)),
        ("show ex 12", Show(12)),
        ("12", Show(12)),
        ("ex-12", Show(12)),
        ("ex 12", Show(12)),
        ("#12", Show(12)),
        ("raise maintenance filler-2 jam at infeed", Raise("maintenance filler-2 jam at infeed")),
        ("raise", Raise("")),
        ("ack 12", Acknowledge(12)),
        ("acknowledge EX-12", Acknowledge(12)),
        ("contain EX-12 switched to\nfiller 1", Contain(12, "switched to filler 1")),
        ("contain EX-12", Contain(12, "")),
        ("assign EX-12 <@U012AB3CD|maria>", Assign(12, "U012AB3CD", mentioned=True)),
        ("assign EX-12 <@W012AB3CD>", Assign(12, "W012AB3CD", mentioned=True)),
        ("assign ex 12 @Maria Lopez", Assign(12, "Maria Lopez", mentioned=False)),
        ("snooze EX-12 1h30m waiting for parts", SnoozeFor(12, timedelta(minutes=90), "waiting for parts")),
        ("kpis", ListKpis()),
        ("kpi oee  61.4", AboutKpi("oee 61.4")),
        ("decide", Decide("")),
        ("decide oee run two shifts", Decide("oee run two shifts")),
        ("decisions", ListDecisions("")),
        ("decisions OEE of line 1", ListDecisions("oee of line 1")),
        ("decision D-7", ShowDecision(7)),
        ("decision 7", ShowDecision(7)),
        ("d-7", ShowDecision(7)),
        ("resolve 12", Resolve(12)),
        ("close 12", Resolve(12)),
        ("escalate 12", Escalate(12, "")),
        ("escalate 12 customer waits", Escalate(12, "customer waits")),
        ("cancel 12 test run", Cancel(12, "test run")),
        ("merge EX-12 EX-9", Merge(12, 9)),
        ("merge 12 into 9", Merge(12, 9)),
        ("delivery", ListDeliveries()),
        ("deliveries list", ListDeliveries()),
        ("delivery retry 7b1r0w", RetryDelivery("7B1R0W")),
        ("delivery drop 01JD3ZX5V8Q4T2M6K9B7C1R0WA", DropDelivery("01JD3ZX5V8Q4T2M6K9B7C1R0WA")),
        ("whoami", WhoAmI()),
        ("version", Version()),
    ],
)
def test_it_is_understood(typed: str, meant: Command) -> None:
    assert parse_command(typed) == meant


@pytest.mark.parametrize(
    ("typed", "message", "suggestion"),
    [
        ("lsit", "I do not know “lsit”.", "list"),
        ("acknowlege 12", "I do not know “acknowlege”.", "ack 12"),
        ("frobnicate", "I do not know “frobnicate”.", ""),
        ("ack", "`ack` needs an exception; they are called EX-12, or 12 for short.", "ack EX-12"),
        ("ack twelve", "“twelve” is not an exception; they are called EX-12, or 12 for short.", "ack EX-12"),
        ("ack 0", "“0” is not an exception; they are called EX-12, or 12 for short.", "ack EX-12"),
        ("ack 12 now", "`ack` takes one exception and nothing else.", "ack EX-12"),
        (
            "delivery drop",
            "It takes a delivery; the list shows what each is called, such as 7B1R0W.",
            "delivery",
        ),
        (
            "delivery retry all!",
            "“all!” names no delivery; the list shows what each is called, such as 7B1R0W.",
            "delivery",
        ),
        ("assign 12", "`assign` needs a person.", "assign EX-12 @Maria"),
        ("snooze 12 30m", "Snoozing needs a reason.", "snooze EX-12 30m waiting for parts"),
        ("cancel 12", "`cancel` needs a reason.", "cancel EX-12 test run"),
        ("merge 12 that one", "“that one” is not an exception.", "merge EX-12 EX-9"),
    ],
)
def test_what_is_not_understood_gets_a_way_out(typed: str, message: str, suggestion: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse_command(typed)
    assert str(refused.value) == message
    assert refused.value.suggestion == suggestion


def test_a_snooze_without_a_unit_is_explained() -> None:
    with pytest.raises(CommandError, match="write a number with a unit") as refused:
        parse_command("snooze 12 30 waiting")
    assert refused.value.suggestion == "snooze EX-12 30m waiting"


_WORDS = st.sampled_from(
    [
        "ack",
        "show",
        "snooze",
        "merge",
        "assign",
        "ex",
        "EX-12",
        "0",
        "9" * 30,
        "30m",
        "9" * 400 + "w",
        "<@U1>",
    ]
)


@given(st.one_of(st.text(), st.lists(st.one_of(_WORDS, st.text(max_size=5))).map(" ".join)))
def test_no_text_breaks_it(text: str) -> None:
    try:
        command = parse_command(text)
    except CommandError as error:
        assert str(error)
    else:
        assert isinstance(command, Command)


@given(
    st.integers(min_value=1, max_value=10**18 - 1), st.sampled_from(["EX-{}", "ex{}", "{}", "Ex {}", "#{}"])
)
def test_every_way_to_write_a_number_means_the_same(number: int, form: str) -> None:
    assert parse_command(f"ack {form.format(number)}") == Acknowledge(number)
