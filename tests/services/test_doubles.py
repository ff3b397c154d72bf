"""A post that Slack lands long after it was sent again is found by its mark and deleted; nothing else is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.relay.doubles import LOOKS_AFTER, MOST_AT_A_TIME
from bot.relay.reconciling import Reconciler
from bot.services import delivery
from bot.services.delivery import Parcel
from rules.delivery import Purpose
from tests.cast import event
from tests.services.floor import Floor
from tests.services.relaying import reconciler_of, sender_of
from tests.services.test_lost_answers import Conversation, Said, answer_lost
from tests.services.test_standing_still import taken_over
from tests.services.test_undeliverable import refuses

HERE = 1_900_000_000.0
"""A ts of Slack's, after everything that the floor knows."""


class Workspace(Conversation):
    """One in which things may also be deleted, and which counts how often it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.deleted: list[str] = []
        self.closed_to_us = 0

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        if api_method == "chat.delete":
            self.deleted.append(options["params"]["ts"])
            return self._answer()
        self.reads += api_method in self._told
        if api_method in self._told and self.closed_to_us:
            self.closed_to_us -= 1
            refusal = {"ok": False, "error": "not_in_channel"}
            raise SlackApiError("refused", refusal)  # type: ignore[no-untyped-call]  # so in the SDK
        return super().api_call(api_method, **options)

    def lands(self, said: Said, *, in_thread: bool = False) -> None:
        """Slack shows a message from now on."""
        self._told["conversations.replies" if in_thread else "conversations.history"].append(said)


def sent_again(floor: Floor, slack: Workspace) -> tuple[Reconciler, Parcel]:
    """A card that was not found and therefore posted again."""
    floor.hears()
    (card,) = floor.claims()
    return _sent_again(floor, slack, card)


def _sent_again(floor: Floor, slack: Workspace, parcel: Parcel) -> tuple[Reconciler, Parcel]:
    reconciler = reconciler_of(floor, slack)
    reconciler.reconcile(answer_lost(floor, parcel))
    floor.now += timedelta(seconds=2)
    (again,) = floor.claims()
    floor.delivers(again, ts=f"{HERE:.6f}")
    slack.lands((again.row.mark, HERE), in_thread=again.row.purpose is Purpose.NOTE)
    return reconciler, again


def looks(floor: Floor, reconciler: Reconciler) -> None:
    for wait in LOOKS_AFTER:
        floor.now += wait
        reconciler.doubles.look()


def test_a_card_that_landed_after_all_is_deleted_and_the_one_that_is_kept_stays(floor: Floor) -> None:
    slack = Workspace()
    reconciler, card = sent_again(floor, slack)
    slack.lands((card.row.mark, HERE + 90))
    looks(floor, reconciler)
    assert set(slack.deleted) == {f"{HERE + 90:.6f}"}


def test_a_note_that_landed_after_all_is_deleted_in_its_thread(floor: Floor) -> None:
    slack = Workspace()
    floor.hears()
    (card,) = floor.claims()
    floor.delivers(card, ts="100.1")
    floor.now += timedelta(seconds=2)
    (note,) = floor.claims()
    reconciler, again = _sent_again(floor, slack, note)
    slack.lands((again.row.mark, HERE + 90), in_thread=True)
    looks(floor, reconciler)
    assert set(slack.deleted) == {f"{HERE + 90:.6f}"}


def test_a_late_bundle_is_deleted_only_if_all_that_it_tells_is_told_elsewhere(floor: Floor) -> None:
    slack = Workspace()
    reconciler, card = sent_again(floor, slack)
    other = floor.rows(Purpose.NOTE)[0].mark
    slack.lands((f"{card.row.mark}+{other}", HERE + 90))
    looks(floor, reconciler)
    assert slack.deleted == []


def test_what_is_still_on_its_way_is_left_alone_until_it_has_arrived(floor: Floor) -> None:
    slack = Workspace()
    floor.hears()
    (card,) = floor.claims()
    reconciler = reconciler_of(floor, slack)
    reconciler.reconcile(answer_lost(floor, card))
    slack.lands((card.row.mark, HERE))
    looks(floor, reconciler)
    assert slack.deleted == []

    (again,) = floor.claims()
    floor.delivers(again, ts=f"{HERE + 900:.6f}")
    looks(floor, reconciler)
    assert set(slack.deleted) == {f"{HERE:.6f}"}


def test_what_was_given_up_and_lands_after_all_is_deleted(floor: Floor) -> None:
    """Its channel was archived, and it went elsewhere; nobody could work with the card that comes late."""
    slack = Workspace()
    floor.hears()
    (card,) = floor.claims()
    reconciler = reconciler_of(floor, slack)
    reconciler.reconcile(answer_lost(floor, card))
    floor.now += timedelta(seconds=2)
    (again,) = floor.claims()
    refuses(floor, again)
    slack.lands((card.row.mark, HERE + 90))
    looks(floor, reconciler)
    assert set(slack.deleted) == {f"{HERE + 90:.6f}"}


def test_what_its_sender_told_after_its_lease_is_looked_for_beside_what_took_it_over(floor: Floor) -> None:
    """It stood still just before the call; whoever took over posted as well, and died before it heard."""
    slack = Workspace()
    floor.hears()
    late, _ = taken_over(floor)
    sender = sender_of(floor, slack)
    slack.lands((late.row.mark, HERE))
    slack.lands((late.row.mark, HERE + 1))
    sender.delivered(late, "C0FILLING", f"{HERE:.6f}", shown="hash")
    for wait in LOOKS_AFTER:
        floor.now += wait
        sender.doubles.look()
    assert set(slack.deleted) == {f"{HERE + 1:.6f}"}


def test_only_where_an_answer_was_lost_is_anything_read_and_only_for_a_while(floor: Floor) -> None:
    slack = Workspace()
    reconciler, _ = sent_again(floor, slack)
    before = slack.reads
    reconciler.doubles.look()
    assert slack.reads == before, "not at once"
    looks(floor, reconciler)
    after = slack.reads
    assert after > before
    looks(floor, reconciler)
    assert slack.reads == after, "never again"


def test_one_look_reads_few_places(floor: Floor) -> None:
    slack = Workspace()
    reconciler = reconciler_of(floor, slack)
    floor.takes([event(subject=f"robot-{number}") for number in range(3)])
    for _ in range(MOST_AT_A_TIME):
        for card in floor.claims(limit=3):
            lost = answer_lost(floor, card)
            reconciler.reconcile(lost)
        floor.now += timedelta(seconds=3)
    floor.now += LOOKS_AFTER[0]
    before = slack.reads
    reconciler.doubles.look()
    assert slack.reads - before <= MOST_AT_A_TIME


def test_the_second_sender_of_a_note_that_nobody_lost_deletes_nothing(floor: Floor) -> None:
    slack = Workspace()
    floor.hears()
    (card,) = floor.claims()
    delivery.not_found(floor.database, answer_lost(floor, card), now=floor.now)
    slack.lands((card.row.mark, HERE))
    looks(floor, reconciler_of(floor, slack))
    assert slack.deleted == []


def test_a_place_that_may_not_be_read_any_more_does_not_keep_the_others_from_being_read(floor: Floor) -> None:
    slack = Workspace()
    reconciler = reconciler_of(floor, slack)
    floor.takes([event(subject=subject) for subject in ("filler-2", "line-2")])
    parcels = [parcel for parcel in floor.claims() if parcel.row.purpose is Purpose.CARD]
    for parcel in parcels:
        reconciler.doubles.remember(parcel, "C0FILLING")
    floor.now += LOOKS_AFTER[0]
    slack.closed_to_us = 1
    reconciler.doubles.look()
    assert slack.reads == len(parcels) == 2
