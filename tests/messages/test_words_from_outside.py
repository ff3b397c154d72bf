"""What came from outside mentions nobody, links nowhere and formats nothing, in whatever shows it.

Every builder of messages has its place in `SHOWN`; a new one that has none fails here.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

import bot.messages
from bot.messages import (
    answers,
    audit,
    bundles,
    charts,
    decisions,
    deliveries,
    digests,
    home,
    kpis,
    lists,
    notes,
    suppressions,
)
from bot.messages.absentees import Absentee, absent
from bot.messages.blocks import Block, Message
from bot.messages.cards import card
from bot.messages.forms import FORMS
from bot.messages.forms.deciding import decision_form, review_form
from bot.messages.forms.parts import Sheet
from bot.messages.forms.raising import raise_form, raised_notice
from bot.messages.forms.ticket import Ticket
from bot.messages.happened import in_short
from bot.messages.help import help_message
from bot.messages.lists import Line
from bot.messages.text import outside, unescape
from rules.agenda import draw_up
from rules.audit_entries import Someone, Told
from rules.commands import CommandError
from rules.control_plan import ControlPlan, Person
from rules.decisions import Outcome, Review
from rules.delivery import DeliveryState, OutboxRow, Purpose
from rules.exception_threads import Fact
from rules.lifecycle import LifecycleError
from rules.quarantine import Quarantine
from rules.suppressions import Matcher
from tests.kpi_stories import kpi, reading
from tests.messages.cast import CREW, NOON, at, opened
from tests.messages.slack_limits import assert_nobody_is_smuggled_in, texts
from tests.messages.test_decisions import DECISION, TERMS
from tests.messages.test_digests import IN_TROUBLE, OCCASION
from tests.messages.test_digests import PLAN as DIGEST_PLAN
from tests.messages.test_hostile_input import changes
from tests.messages.test_kpis import ASKED, shown, stands
from tests.messages.test_suppressions import LUBRICATION, Held
from tests.rules.plant import PLANT

Shown = Message | Block | list[Block] | str | None

FORBIDDEN: Mapping[str, str] = {
    "<!channel>": r"<!channel",
    "<@U0EVE>": r"<@U0EVE",
    "<https://evil.example|zq>": r"<https://evil",
    "&lt;!here&gt;": r"&lt;!here",
    "*zq*": r"\*zq|zq\*",
    "_zq_": r"_zq|zq_",
    "~zq~": r"~zq|zq~",
    "`zq`": r"`zq|zq`",
    "```zq```": r"`zq|zq`",
    "x *zq* _zq_": r"\*zq|zq\*|_zq|zq_",
    ">zq": r"^ *(?:>|&gt;)zq",
    "x\n>zq\n*zq*": r"^ *(?:>|&gt;)zq|\*zq",
    "\u202ezq": "\u202e",
}
"""What somebody may write, and what then must not reach Slack."""

PLAN = ControlPlan.model_validate(PLANT)
TICKET = Ticket("01ARZ3NDEKTSV4RRFFQ69G5FAV", 12, 1)
SHOWN: dict[str, Callable[[str], list[Shown]]] = {}
HOLDS_NO_WORDS = {
    "blocks", "card_actions", "forms.parts", "help.mention_help", "digests.sessions_listing",
    "digests.sessions_on_home", "charts.charts_of", "charts.blocks_in_bars", "decisions.decision_buttons",
}  # fmt: skip
"""What builders are made of, what shows the plan alone, or what others of them are shown through."""


def shows(*builders: str) -> Callable[[Callable[[str], list[Shown]]], Callable[[str], list[Shown]]]:
    """These builders of bot.messages are shown by the function, in words from outside."""

    def add(tells: Callable[[str], list[Shown]]) -> Callable[[str], list[Shown]]:
        SHOWN.update(dict.fromkeys(builders, tells))
        return tells

    return add


def facts_of(words: str) -> list[Fact]:
    return [fact for change in changes(words) for fact in change.facts]


@shows("cards.card", "lists.in_full")
def cards(words: str) -> list[Shown]:
    found = [card(each.thread, CREW, now=at(5), next_names="", kpi=words) for each in changes(words)]
    return [*found, lists.in_full(found[0], Line(opened(title=words)), facts_of(words), CREW)]


@shows("notes.note", "notes.catch_up", "notes.undeliverable")
def told_notes(words: str) -> list[Shown]:
    told = [
        notes.note(fact, each.thread, people=CREW, told=(), channels=(), now=NOON)
        for each in changes(words)
        for fact in each.facts
    ]
    late = [(each.thread, fact) for each in changes(words) for fact in each.facts]
    return [*told, notes.catch_up(late, CREW), notes.undeliverable(words, "#filling", "gone")]


@shows("bundles.bundle")
def bundled(words: str) -> list[Shown]:
    told = [
        (fact, notes.note(fact, each.thread, people=CREW, told=(), channels=(), now=NOON))
        for each in changes(words)
        for fact in each.facts
    ]
    lines = [
        bundles.Line(f"{number:026}", fact.kind, fact.at, in_short(fact, CREW), message)
        for number, (fact, message) in enumerate(told)
        if message is not None
    ]
    return [bundles.bundle(lines)]


@shows("deliveries.deliveries_list", "deliveries.retried", "deliveries.dropped")
def undelivered(words: str) -> list[Shown]:
    row = OutboxRow(
        seq=1,
        mark="01JD3ZX5V8Q4T2M6K9B7C1R0WA",
        purpose=Purpose.CARD,
        thread_id=12,
        target=words,
        lane="",
        priority=0,
        body=None,
        state=DeliveryState.DEAD,
        attempts=3,
        due=NOON,
        created_at=NOON,
        error=words,
    )
    listed = deliveries.deliveries_list([row], Quarantine(NOON, words, words), CREW, most=1)
    return [listed, deliveries.retried(row, CREW), deliveries.dropped(row, CREW)]


@shows("lists.listing", "home.home")
def listed(words: str) -> list[Shown]:
    rows = [Line(opened(title=words, place=words))]
    listing = lists.listing(rows, total=1, title="Open", empty="None", people=CREW, now=NOON)
    return [listing, home.home(rows, total=1, people=CREW, now=NOON)]


@shows(*(f"decisions.{name}" for name in ("logged", "made_owner", "question", "overdue", "reviewed")))
@shows("decisions.decisions_list", "decisions.due_on_home", "decisions.decision_in_full")
@shows("forms.deciding.review_form", "forms.deciding.decision_form")
def decided(words: str) -> list[Shown]:
    review = Review(Outcome.NOT_MOVED, words, 71.0, "ana", at(60))
    logged = replace(DECISION, text=words)
    moved = replace(logged, review=review)
    everything = [logged, moved, replace(logged, kpi=None, by_when=None)]
    listed = decisions.decisions_list(
        everything, total=3, title="Decisions", empty="None", terms=TERMS, now=NOON
    )
    return [
        *(builder(logged, TERMS) for builder in (decisions.logged, decisions.made_owner, decisions.overdue)),
        decisions.question(logged, TERMS, 71.0, late=NOON),
        decisions.reviewed(moved, TERMS),
        listed,
        decisions.due_on_home(everything[:1], total=1, terms=TERMS, now=NOON),
        decisions.decision_in_full(everything, moved, TERMS, NOON),
        review_form("D-7", decisions.decision_line(logged, TERMS, NOON), TICKET),
        decision_form(PLAN, TICKET, typed={"decision": words}, about=outside(words)),
    ]


@shows("digests.digest", "digests.previewed", "digests.earlier")
def told_digests(words: str) -> list[Shown]:
    matter = replace(
        IN_TROUBLE,
        threads=[replace(each, title=words, place=words) for each in IN_TROUBLE.threads],
        decisions=[replace(each, text=words) for each in IN_TROUBLE.decisions],
        unmoved=[replace(each, text=words) for each in IN_TROUBLE.unmoved],
        suppressions=[replace(LUBRICATION, reason=words, matcher=Matcher(fingerprints=(words,)))],
    )
    message = digests.digest(draw_up(matter, until=OCCASION.begins), OCCASION, DIGEST_PLAN)
    return [message, digests.previewed(message, OCCASION), digests.earlier(message, NOON)]


@shows("kpis.kpi_card", "kpis.kpi_board", "kpis.recorded", "home.off_target")
@shows("charts.in_bars", "charts.picture")
def measured(words: str) -> list[Shown]:
    latest = reading(61.4, source=words, entered_by=None)
    typed = reading(61.4, source="slack:kpi", entered_by=words)
    standing = stands(61.4)
    told = shown(
        standing,
        reading(75),
        typed,
        latest,
        open_ones=[Line(opened(title=words))],
        total_open=1,
        decisions=[replace(DECISION, text=words)],
    )
    return [
        told,
        charts.in_bars(told),
        *(charts.picture(each, "F1") for each in charts.charts_of(told)),
        kpis.kpi_board([kpis.Owned(standing, "maria")], ASKED),
        kpis.recorded(standing, words),
        home.off_target([standing], "EUR"),
    ]


@shows("suppressions.made", "suppressions.begun", "suppressions.over")
@shows("suppressions.suppressions_list", "suppressions.on_home")
def suppressed(words: str) -> list[Shown]:
    silent = replace(LUBRICATION, reason=words, matcher=Matcher(fingerprints=(words,)))
    return [
        suppressions.made(silent, CREW, NOON),
        suppressions.begun(silent, CREW, NOON),
        suppressions.over(silent, [Held(title=words)], CREW, late=True),
        suppressions.suppressions_list([silent], held={3: 2}, names=CREW, now=NOON),
        suppressions.on_home([silent], CREW),
    ]


@shows("audit.audit_list")
def audited(words: str) -> list[Shown]:
    changed = {"old": {"reason": words}, "new": {"reason": f"{words} {words}"}}
    entry = Told(3, at(5), Someone("maria"), "slack", f"exception.{words}", words, words, **changed)
    return [audit.audit_list([entry], words, CREW, most=1), audit.audit_list([], words, CREW, most=1)]


@shows("absentees.absent")
def gone(words: str) -> list[Shown]:
    person = Person.model_validate(
        {"key": "bo", "name": "Bo", "roles": {"operator": ["*"]}, "slack": "U0BOLIND1"}
    )
    return [absent([Absentee(person, words)])]


@shows(*(f"forms.{module}" for module in ("handing_on.reassign", "handing_on.escalate")))
@shows(*(f"forms.progress.{name}" for name in ("contain", "resolve")))
@shows(*(f"forms.setting_aside.{name}" for name in ("snooze", "merge", "cancel")))
@shows("forms.raising.raise_form", "forms.raising.raised_notice")
def forms(words: str) -> list[Shown]:
    thread = opened(title=words, place=words)
    sheet = Sheet(thread, TICKET.form, {"reason": words}, others=(opened(id=9, title=words),))
    return [
        *(draw(sheet) for draw in FORMS.values()),
        raise_form(PLAN, TICKET.form, typed={"text": words}),
        raised_notice(words, words),
    ]


@shows("answers.not_understood", "home.stranger_home", "help.help_message")
def answered(words: str) -> list[Shown]:
    """To one person, about what they have just typed: mentions and links are what must not come back."""
    told = answers.not_understood(CommandError("I did not understand that.", suggestion=words))
    refused = [
        answers.refusal(LifecycleError(each.thread, "It is so."), seen=99, history=each.facts, people=CREW)
        for each in changes(words)
    ]
    return [told, home.stranger_home(outside(words)), help_message(words), *refused]


@pytest.mark.parametrize("words", FORBIDDEN)
@pytest.mark.parametrize("tells", dict.fromkeys(SHOWN.values()), ids=lambda tells: str(tells.__name__))
def test_words_from_outside_stay_words(tells: Callable[[str], list[Shown]], words: str) -> None:
    for told in tells(words):
        for text in all_texts(told):
            assert_nobody_is_smuggled_in(text)
            assert not re.search(FORBIDDEN[words], text, re.MULTILINE), text


@pytest.mark.parametrize("words", ["zq", "filler_2 in work_center_1", "3*4", "a > b & c", "12~13"])
def test_ordinary_words_are_shown_as_they_were_written(words: str) -> None:
    told = notes.note(facts_of(words)[1], opened(), people=CREW, told=(), channels=(), now=NOON)
    assert told is not None
    assert words in unescape(told.text)


def test_every_builder_of_messages_is_asked() -> None:
    strangers = [
        name for name in builders() if name not in SHOWN and not {name, module_of(name)} & HOLDS_NO_WORDS
    ]
    assert not strangers, "give each a place in SHOWN"


def builders() -> list[str]:
    """Every public function of bot.messages that makes something to show."""
    wanted = ("Message", "Block", "View", "list[Block]", "Message | None")
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(bot.messages.__path__, "bot.messages.")
    ]
    return [
        f"{module.__name__.removeprefix('bot.messages.')}.{name}"
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__
        if not name.startswith("_") and inspect.signature(function).return_annotation in wanted
    ]


def module_of(name: str) -> str:
    return name.rpartition(".")[0]


def all_texts(told: Shown) -> list[str]:
    """Everything in which Slack looks for markup: blocks, and the plain-text fallback."""
    if told is None:
        return []
    if isinstance(told, Message):
        return [told.text, *texts(told.blocks)]
    return texts(told)


def test_names_of_the_plan_mention_nobody_either() -> None:
    """Whoever writes the plan may page people by its rules, not by what things are called."""
    evil: Any = "<!channel>"
    named = kpi(name=evil, unit=evil)
    standing = replace(stands(61.4), kpi=named)
    told = shown(standing, reading(75), reading(61.4))
    board = kpis.kpi_board([kpis.Owned(standing, "maria")], ASKED)
    matter = replace(IN_TROUBLE, standings=[replace(each, kpi=named) for each in IN_TROUBLE.standings])
    digest = digests.digest(draw_up(matter, until=OCCASION.begins), OCCASION, DIGEST_PLAN)
    for message in (told, charts.in_bars(told), board, kpis.recorded(standing, "nothing"), digest):
        for text in all_texts(message):
            assert_nobody_is_smuggled_in(text)
