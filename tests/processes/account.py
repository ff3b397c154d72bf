"""The account afterwards: what was answered, what the database holds, and what Slack's history shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.messages.answers import FAILED, NOT_SAVED, UNSURE
from bot.sandbox.server import SandboxServer
from rules.clocks import ClockKind
from rules.exception_threads import ExceptionThread, Fact, FactKind, State
from tests.processes.records import Records, differences, marks_in
from tests.processes.traffic import MACHINES, Feeder, Presser

EVERY_CLOCK = timedelta(seconds=1)
"""All clocks of a stoppage run so long, each from the fact before it."""

_FIRED = (FactKind.ESCALATED, FactKind.REMINDED, FactKind.EXHAUSTED)
_STARTS_CLOCK = (FactKind.OPENED, FactKind.ACKNOWLEDGED, *_FIRED)


@dataclass(frozen=True, slots=True)
class Account:
    """Figures, and everything that is not as promised, in words."""

    answered: int
    unanswered: int
    refused: int
    stored: int
    lost: int
    presses: int
    presses_answered: int
    idle: int
    posts: int
    shown: int
    doubled: int
    twice_for_a_moment: int
    clocks_fired: int
    clocks_late: int
    clocks_missed: int
    troubles: tuple[str, ...]

    def lines(self) -> list[str]:
        """To be read by people."""
        due = self.clocks_fired + self.clocks_missed
        return [
            f"events: {self.answered:,} answered 2xx, {self.stored:,} stored, {self.lost} lost",
            f"events sent again: after {self.unanswered:,} without an answer, {self.refused:,} refusals",
            f"Slack: {self.posts:,} posts due, {self.shown:,} shown, {self.doubled} doubled in the end",
            f"Slack: {self.twice_for_a_moment} shown twice for a moment",
            f"clocks: {due:,} due, {self.clocks_fired:,} fired, {self.clocks_missed} missed",
            f"clocks: {self.clocks_late:,} a second late or more, when nobody was running",
            f"presses: {self.presses:,}, {self.presses_answered:,} answered, {self.idle} of them idle",
        ]


def settle_up(
    records: Records, sandbox: SandboxServer, feeders: Iterable[Feeder], pressers: Iterable[Presser]
) -> Account:
    """Compare the three; everything must have come to rest before."""
    feeders, pressers = list(feeders), list(pressers)
    answered = [event_id for feeder in feeders for event_id in feeder.answered]
    stored, shown, posts = records.event_ids(), _shown(sandbox), records.posts()
    threads = records.threads()
    facts = {thread.id: records.facts(thread) for thread in threads}
    clocks = [trouble for thread in threads for trouble in _clocks_missed(thread, facts[thread.id])]
    idle = list(_without_effect(threads, pressers))
    lost, doubled = set(answered) - set(stored), [mark for mark, times in shown.items() if times > 1]
    return Account(
        answered=len(answered),
        unanswered=sum(feeder.unanswered for feeder in feeders),
        refused=sum(len(feeder.refused) for feeder in feeders),
        stored=len(stored),
        lost=len(lost),
        presses=sum(len(presser.presses) for presser in pressers),
        presses_answered=sum(press.error is None for presser in pressers for press in presser.presses),
        idle=len(idle),
        posts=len(posts),
        shown=len(shown),
        doubled=len(doubled),
        twice_for_a_moment=sum(times > 1 for times in _posted(sandbox).values()),
        clocks_fired=sum(fact.kind in _FIRED for history in facts.values() for fact in history),
        clocks_late=sum(_late(history) for history in facts.values()),
        clocks_missed=len(clocks),
        troubles=(
            *(f"the event {event_id} was answered 2xx and is not stored" for event_id in sorted(lost)),
            *_not_answered(stored, answered),
            *(f"the post {mark} is shown {shown[mark]} times" for mark in doubled),
            *(
                f"the post {mark} ({posts[mark]}) is not shown"
                for mark in sorted(posts.keys() - shown.keys())
            ),
            *(f"the post {mark} is shown and not known" for mark in sorted(shown.keys() - posts.keys())),
            *differences(records, sandbox),
            *clocks,
            *_wrongly_answered(idle, sandbox, pressers),
        ),
    )


def _not_answered(stored: list[str], answered: list[str]) -> Iterator[str]:
    for event_id, times in Counter(stored).items():
        if times > 1 or event_id not in answered:
            yield f"the event {event_id} is stored {times} times; it was answered: {event_id in answered}"


def _shown(sandbox: SandboxServer) -> Counter[str]:
    """How often each mark is to be seen anywhere: in channels, threads and direct messages."""
    workspace = sandbox.workspace
    with workspace.lock:
        return Counter(
            mark
            for channel in workspace.directory.channels.values()
            for message in workspace.transcript.everything(channel.id)
            if message.is_bot
            for mark in marks_in(message.blocks)
        )


def _posted(sandbox: SandboxServer) -> Counter[str]:
    """How often each mark was posted, whatever became of it later."""
    posts = [call for call in sandbox.calls if call.method == "chat.postMessage" and call.ok]
    blocks = [call.arguments.get("blocks") or "[]" for call in posts]
    parsed = [json.loads(each) if isinstance(each, str) else each for each in blocks]
    return Counter(mark for each in parsed for mark in marks_in(each))


def _late(facts: Iterable[Fact]) -> int:
    """How many clocks were noticed more than a second after they had run out."""
    late, anchor = 0, None
    for fact in facts:
        if fact.kind in _FIRED and anchor is not None:
            late += fact.at - anchor > EVERY_CLOCK + timedelta(seconds=1)
        anchor = fact.at if fact.kind in _STARTS_CLOCK else anchor
    return late


def _clocks_missed(thread: ExceptionThread, facts: Iterable[Fact]) -> Iterator[str]:
    """Nobody finished the work, so every tier was told once, reminded once, and then nobody was left."""
    facts = list(facts)
    tiers = [fact.detail["tier"] for fact in facts if fact.kind is FactKind.ESCALATED]
    kind = ClockKind.RESPOND if thread.state is State.OPEN else ClockKind.CONTAIN
    for tier in (1, 2):
        if tiers.count(tier) != 1:
            yield f"{thread.name}: tier {tier} was told {tiers.count(tier)} times"
    for wanted in (FactKind.REMINDED, FactKind.EXHAUSTED):
        told = sum(fact.kind is wanted and fact.detail["clock"] == kind for fact in facts)
        if told != 1:
            yield f"{thread.name}: {wanted} {told} times by the {kind} clock"


def _told(sandbox: SandboxServer, *wordings: str) -> int:
    """How often Maria was told one of them, after a press of hers had been acked."""
    maria = sandbox.person("maria")
    told = [message.text for hall in MACHINES.values() for message in maria.ephemerals(hall)]
    return sum(text in wordings for text in told)


def _wrongly_answered(idle: list[str], sandbox: SandboxServer, pressers: Iterable[Presser]) -> Iterator[str]:
    """Answered as done without effect, or told that it was not saved when it was."""
    not_saved, unsure = _told(sandbox, NOT_SAVED, FAILED), _told(sandbox, UNSURE)
    failed = sum(press.error is not None for presser in pressers for press in presser.presses)
    if len(idle) > not_saved + unsure:
        yield from idle
    # Whoever sees a press fail may be told the same once more, by words that came too late.
    if len(idle) < not_saved - failed:
        yield f"{not_saved} presses were told that they were not saved, and only {len(idle)} were not"


def _without_effect(threads: Iterable[ExceptionThread], pressers: Iterable[Presser]) -> Iterator[str]:
    acknowledged = {thread.name for thread in threads if thread.state is State.ACKNOWLEDGED}
    for presser in pressers:
        for name in sorted(presser.answered - acknowledged):
            yield f"the press on {name} was answered and had no effect"
