"""The chain of the audit: whatever is done to a sealed entry, verifying names the place and what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.audit_chain import BEGINNING, Checkpoint, Flaw, Sealed, Verdict, canonical, seal, verify
from rules.audit_entries import Entry, Reason, What
from tests.cast import NOON

CHAIN_OF = st.integers(3, 12)


def entry(number: int, *, why: str = "no parts") -> Entry:
    """Somebody snoozes something, a minute after the one before."""
    at = NOON + timedelta(minutes=number)
    reason = Reason.given(why, salt=f"salt-{number}")
    return Entry(at, "p-1", "slack", What.EXCEPTION_SNOOZED, f"EX-{number}", reason, '{"new":{"tier":1}}')


def chain(length: int) -> list[Sealed]:
    return list(seal([entry(number) for number in range(1, length + 1)], onto=BEGINNING))


def renumbered(rows: Sequence[Sealed]) -> list[Sealed]:
    """Somebody takes the trouble to close the gaps."""
    return [replace(row, number=number) for number, row in enumerate(rows, 1)]


def blame(verdict: Verdict) -> tuple[int, Flaw] | None:
    return (verdict.broken.number, verdict.broken.flaw) if verdict.broken else None


def within(length: int) -> st.SearchStrategy[int]:
    """A place in the chain that has one before it and one after it."""
    return st.integers(1, length - 2)


def test_the_canonical_form_never_changes_for_what_was_sealed_before() -> None:
    told = entry(1)
    assert canonical(told) == (
        b'[1,"2026-03-02T12:01:00.000000+00:00","p-1","slack","exception.snoozed","EX-1",'
        b'"' + (told.why.digest if told.why else "").encode() + b'","{\\"new\\":{\\"tier\\":1}}"]'
    )
    assert chain(1)[0].link == "e4507109476232d90f837e2222998765f768bd1141b9375f363ed4c38fd872c8"


@given(st.integers(0, 12))
def test_a_chain_that_nobody_touched_holds_to_its_end(length: int) -> None:
    rows = chain(length)
    verdict = verify(rows, checkpoints=[Checkpoint(row.number, row.link) for row in rows])
    assert (verdict.broken, verdict.checked, verdict.last.number) == (None, length, length)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda e: replace(e, at=e.at + timedelta(microseconds=1)),
        lambda e: replace(e, who="p-2"),
        lambda e: replace(e, through="cli"),
        lambda e: replace(e, what="exception.resolved"),
        lambda e: replace(e, about="EX-99"),
        lambda e: replace(e, change=""),
        lambda e: replace(e, why=None),
        lambda e: replace(e, why=replace(e.why, text="lunch")),
        lambda e: replace(e, why=replace(e.why, digest="0" * 64)),
        lambda e: replace(e, why=Reason.given("lunch", salt="other")),
    ],
    ids=["when", "who", "through", "what", "about", "values", "no why", "why", "digest", "another why"],
)
def test_whatever_is_changed_in_an_entry_names_that_entry(tamper: Callable[[Entry], Entry]) -> None:
    rows = chain(3)
    for place in range(3):
        changed = [*rows]
        changed[place] = replace(rows[place], entry=tamper(rows[place].entry))
        verdict = verify(changed)
        assert blame(verdict) == (place + 1, Flaw.CHANGED)
        assert verdict.broken is not None
        assert verdict.broken.at == changed[place].entry.at


@given(st.data(), CHAIN_OF)
def test_an_entry_that_was_deleted_is_missing(data: st.DataObject, length: int) -> None:
    rows, place = chain(length), data.draw(within(length))
    assert blame(verify(rows[:place] + rows[place + 1 :])) == (place + 1, Flaw.MISSING)


def test_the_first_entry_is_missed_too() -> None:
    assert blame(verify(chain(3)[1:])) == (1, Flaw.MISSING)


@given(st.data(), CHAIN_OF)
def test_closing_the_gap_does_not_hide_it(data: st.DataObject, length: int) -> None:
    rows, place = chain(length), data.draw(within(length))
    assert blame(verify(renumbered(rows[:place] + rows[place + 1 :]))) == (place, Flaw.REPLACED)


@given(st.data(), CHAIN_OF)
def test_an_entry_sealed_anew_by_itself_is_named_by_the_one_that_stood_on_it(
    data: st.DataObject, length: int
) -> None:
    rows, place = chain(length), data.draw(within(length))
    before = Checkpoint(place, rows[place - 1].link)
    rows[place] = next(seal([entry(99)], onto=before))
    assert blame(verify(rows)) == (place + 1, Flaw.REPLACED)


@given(st.data(), CHAIN_OF, st.booleans())
def test_an_entry_that_was_put_in_between_is_named(
    data: st.DataObject, length: int, sealed_rightly: bool
) -> None:
    rows, place = chain(length), data.draw(within(length))
    forged = next(seal([entry(99)], onto=Checkpoint(place, rows[place - 1].link)))
    if not sealed_rightly:
        forged = replace(forged, link="f" * 64)
    verdict = verify(renumbered([*rows[:place], forged, *rows[place:]]))
    assert blame(verdict) == (place + 1, Flaw.INSERTED)


@given(st.data(), CHAIN_OF)
def test_an_entry_that_stands_twice_is_named(data: st.DataObject, length: int) -> None:
    rows, place = chain(length), data.draw(within(length))
    assert blame(verify([*rows[: place + 1], *rows[place:]])) == (place + 1, Flaw.INSERTED)


@given(st.data(), CHAIN_OF)
def test_entries_in_another_order_are_named(data: st.DataObject, length: int) -> None:
    rows = chain(length)
    first, second = sorted(
        data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True))
    )
    rows[first], rows[second] = rows[second], rows[first]
    assert blame(verify(renumbered(rows))) == (first + 1, Flaw.REORDERED)


@given(st.data(), CHAIN_OF)
def test_a_tail_that_was_cut_off_is_missed_by_a_checkpoint_and_by_nothing_else(
    data: st.DataObject, length: int
) -> None:
    rows, place = chain(length), data.draw(st.integers(0, length - 1))
    end = Checkpoint(length, rows[-1].link)
    assert blame(verify(rows[:place])) is None
    assert blame(verify(rows[:place], checkpoints=[end])) == (place + 1, Flaw.CUT_OFF)


@given(st.data(), CHAIN_OF)
def test_a_chain_that_was_sealed_anew_does_not_meet_its_checkpoint(data: st.DataObject, length: int) -> None:
    rows, place = chain(length), data.draw(st.integers(0, length - 1))
    end = Checkpoint(length, rows[-1].link)
    entries = [row.entry for row in rows]
    entries[place] = entry(99)
    forged = list(seal(entries, onto=BEGINNING))
    assert blame(verify(forged)) is None
    assert blame(verify(forged, checkpoints=[end])) == (length, Flaw.REWRITTEN)


@given(st.data(), CHAIN_OF)
def test_what_was_pruned_up_to_a_checkpoint_is_not_missed(data: st.DataObject, length: int) -> None:
    rows, place = chain(length), data.draw(st.integers(1, length))
    pinned = [Checkpoint(row.number, row.link) for row in rows]
    verdict = verify(rows[place:], after=pinned[place - 1], checkpoints=pinned)
    assert (verdict.broken, verdict.checked) == (None, length - place)


def test_a_pruned_chain_must_still_fit_onto_its_checkpoint() -> None:
    rows = chain(4)
    assert blame(verify(rows[2:], after=Checkpoint(2, "e" * 64))) == (3, Flaw.REPLACED)


def test_erasing_a_reason_breaks_nothing_and_is_counted() -> None:
    rows = chain(3)
    why = rows[1].entry.why
    assert why is not None
    rows[1] = replace(rows[1], entry=replace(rows[1].entry, why=replace(why, text=None, salt=None)))
    verdict = verify(rows)
    assert (verdict.broken, verdict.erased) == (None, 1)


def test_an_unknown_form_is_no_reason_to_believe_an_entry() -> None:
    rows = chain(2)
    assert blame(verify([rows[0], replace(rows[1], form=7)])) == (2, Flaw.CHANGED)


@given(st.text())
def test_any_text_can_be_a_reason(text: str) -> None:
    reason = Reason.given(text, salt="s")
    assert reason is None or (reason.is_genuine and reason.text and "\0" not in reason.text)
    assert canonical(replace(entry(1), why=reason, about=text))


def test_a_checkpoint_is_written_as_it_is_read() -> None:
    point = Checkpoint(12, "ab" * 32)
    assert Checkpoint.parse(f" {str(point).upper()} ") == point
    for wrong in ("", "12", "12:abc", f"012:{'ab' * 32}", f"-1:{'ab' * 32}"):
        with pytest.raises(ValueError, match="no checkpoint"):
            Checkpoint.parse(wrong)
