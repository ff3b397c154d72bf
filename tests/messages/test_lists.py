"""Lists, help, Home and the manifest."""

from __future__ import annotations

import pytest

from bot.messages.cards import card
from bot.messages.happened import timeline_line
from bot.messages.help import help_message
from bot.messages.home import home, stranger_home
from bot.messages.lists import Line, in_full, listing, permalink
from bot.messages.manifest import manifest
from bot.messages.text import plain
from rules import lifecycle
from rules.commands import about, changes, decisions, exceptions, kpis, sessions, suppressions
from tests.messages.cast import CREW, NOON, at, lines, opened, readable
from tests.messages.slack_limits import assert_message_is_accepted, assert_view_is_accepted

LINK = "https://riverside.slack.com/archives/C012/p1772452800000100"


def test_a_line_says_everything_that_matters_and_leads_to_the_card() -> None:
    message = listing([Line(opened(), LINK)], total=1, title="Open", empty="", people=CREW, now=NOON)
    assert lines(message) == [
        "*Open* (1)",
        f"🟠 <{LINK}|EX-12> Filler 2 down: jam at infeed · open · Maria Lopez · ⏱ 12:05",
    ]


def test_an_empty_list_is_good_news() -> None:
    message = listing([], total=0, title="Open", empty="Nothing is open.", people=CREW, now=NOON)
    assert lines(message) == ["Nothing is open."]


def test_a_long_list_says_what_it_leaves_out() -> None:
    rows = [Line(opened(id=number)) for number in range(1, 21)]
    message = listing(rows, total=33, title="Open", empty="", people=CREW, now=NOON)
    assert_message_is_accepted(message.text, message.blocks)
    assert len(lines(message)) == 22
    assert lines(message)[-1].startswith("… and 13 more.")


def test_one_exception_in_full_is_its_card_and_its_timeline() -> None:
    taken = lifecycle.acknowledge(opened(), by="ana", seen=1, now=at(3))
    shown = card(taken.thread, CREW, now=at(4), next_names="")
    told = lines(in_full(shown, Line(taken.thread, LINK), taken.facts, CREW))
    assert told[-2:] == ["today 12:03 · Ana Silva acknowledged it", f"<{LINK}|Open the thread>"]


def test_a_permalink_is_what_slack_makes_of_channel_and_ts() -> None:
    assert permalink("https://riverside.slack.com/", "C012", "1772452800.000100") == LINK


def test_help_knows_every_command_and_explains_one() -> None:
    everything = help_message()
    assert_message_is_accepted(everything.text, everything.blocks)
    assert help_message("ack").text == "`/andon ack EX-12` – you have it: its clock stops and you own it"
    assert help_message("nonsense") == everything


def test_every_command_has_its_help() -> None:
    families = (about, exceptions, changes, decisions, kpis, sessions, suppressions)
    commands = {command for family in families for command in family.READERS}
    explained_with_list = {"mine", "open"}
    silent = {command for command in commands if help_message(command) == help_message()}
    assert silent == {"help"} | explained_with_list


def test_home_shows_what_waits_and_how_to_call_for_help() -> None:
    view = home([Line(opened(), LINK)], total=4, people=CREW, now=NOON)
    assert_view_is_accepted(view)
    assert view["blocks"][1]["accessory"]["value"] == "12"
    assert view["blocks"][2]["elements"][0]["text"] == "… and 3 more: `/andon list`"


def test_an_empty_home_says_so() -> None:
    view = home([], total=0, people=CREW, now=NOON)
    assert view["blocks"][0]["text"]["text"] == "*Nothing is waiting for you.* Well done."


def test_a_stranger_reads_what_to_do() -> None:
    view = stranger_home("Ask whoever keeps the plan.")
    assert_view_is_accepted(view)
    assert view["blocks"][0]["text"]["text"] == "Ask whoever keeps the plan."


def test_a_slack_message_becomes_plain_words() -> None:
    said = (
        "<@U012|maria> see <https://x.example|the log> in <#C1|filling>, p &lt; 3 <!here> <!subteam^S1|@crew>"
    )
    assert plain(said) == "@maria see the log in #filling, p < 3 @here @crew"


def test_the_timeline_reads_as_sentences() -> None:
    fact = lifecycle.cancel(opened(), by="ana", seen=1, reason="test run", now=at(3)).facts[0]
    assert readable(timeline_line(fact, CREW)) == "today 12:03 · Ana Silva cancelled it: “test run”"


def test_the_manifest_asks_for_no_address_in_socket_mode() -> None:
    made = manifest(socket_mode=True, request_url=None)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in str(made)
    assert made["features"]["slash_commands"][0]["should_escape"] is True
    assert made["features"]["shortcuts"][0]["callback_id"] == "raise_exception"


def test_the_manifest_names_the_address_everywhere_in_http_mode() -> None:
    made = manifest(socket_mode=False, request_url="https://andon.example/slack/events")
    assert str(made).count("https://andon.example/slack/events") == 3


def test_http_mode_without_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="public address"):
        manifest(socket_mode=False, request_url=None)
