"""What a bundle says: what happened meanwhile in a line each, and the newest in full."""

from datetime import timedelta

from bot.messages.blocks import sentence
from bot.messages.bundles import Line, bundle, marks_of
from bot.messages.text import plain
from rules.exception_threads import FactKind
from tests.cast import NOON


def line(minute: int, kind: FactKind, short: str, full: str = "") -> Line:
    return Line(f"{minute:026}", kind, NOON + timedelta(minutes=minute), short, sentence(full or short))


def said(*lines: Line) -> list[str]:
    return [plain(block["text"]["text"]) for block in bundle(lines).blocks]


ACKNOWLEDGED = line(2, FactKind.ACKNOWLEDGED, "Maria acknowledged it")
CONTAINED = line(
    9, FactKind.CONTAINED, "Maria contained it: “by-pass”", "🛡️ Maria contained it. Resolve by 16:00."
)


def test_it_is_told_oldest_first_and_the_newest_says_what_is_asked_for_now() -> None:
    cleared = line(5, FactKind.CLEARED, "the signal cleared")
    assert said(ACKNOWLEDGED, cleared, CONTAINED) == [
        "🕐 *3 updates since 12:02 UTC*, told late, oldest first:\n12:02 UTC · Maria acknowledged it",
        "12:05 UTC · The signal cleared",
        "🛡️ Maria contained it. Resolve by 16:00.",
    ]


def test_what_came_and_went_is_counted() -> None:
    flaps = [
        line(10 + n, FactKind.RETURNED if n % 2 else FactKind.CLEARED, "the signal cleared") for n in range(8)
    ]
    assert said(ACKNOWLEDGED, *flaps, line(30, FactKind.RESOLVED, "Maria resolved it"))[1] == (
        "🔁 4 more occurrences since 12:10 UTC, the last at 12:17 UTC"
    )


def test_a_notification_says_how_much_it_is_and_what_came_last() -> None:
    assert bundle([ACKNOWLEDGED, CONTAINED]).text == (
        "2 updates told late. The last: 🛡️ Maria contained it. Resolve by 16:00."
    )


def test_every_note_is_found_by_its_mark_and_no_block_id_is_longer_than_slack_takes() -> None:
    lines = [line(n, FactKind.RETURNED, "the signal came back") for n in range(20)]
    ids = [block["block_id"] for block in bundle(lines).blocks]
    assert [mark for each in ids for mark in marks_of(each)] == [each.mark for each in lines]
    assert max(map(len, ids)) <= 255
