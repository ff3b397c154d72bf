"""The audit, read aloud: who did what, what became different, and why."""

from __future__ import annotations

from bot.messages.audit import audit_list
from rules.audit_entries import Someone, Told
from tests.messages.cast import CREW, at, lines
from tests.messages.slack_limits import assert_message_is_accepted, assert_nobody_is_smuggled_in, mentions


def told(what: str = "exception.reassigned", about: str = "EX-12", **changes: object) -> Told:
    entry = {
        "number": 3, "at": at(5), "who": Someone("maria"), "through": "slack", "what": what, "about": about,
        "why": "", "old": {}, "new": {}, **changes,
    }  # fmt: skip
    return Told(**entry)  # type: ignore[arg-type] # the stories change single fields


def read(*entries: Told, about: str | None = None, most: int = 15) -> list[str]:
    message = audit_list(entries, about, CREW, most=most)
    assert_message_is_accepted(message.text, message.blocks)
    assert_nobody_is_smuggled_in(message.blocks)
    assert mentions(message.blocks) == []
    return lines(message)


def test_an_entry_is_one_line_with_who_what_and_why() -> None:
    handed_on = told(old={"owner": Someone("maria")}, new={"owner": Someone("bo")}, why="night <shift>")
    heading, line = read(handed_on, about="EX-12")
    assert heading == "*Audit of EX-12*, newest first"
    assert line.endswith(
        "*EX-12 reassigned* by Maria Lopez · owner Maria Lopez → Bo Lind · “night &lt;shift&gt;”"
    )


def test_values_are_read_as_people_write_them() -> None:
    applied = told(
        "plan.applied",
        "plan version 4",
        who=Someone("user:ana"),
        old={"version": 3},
        new={"version": 4, "sha256": "ab" * 32},
    )
    window = told(
        "maintenance.set",
        "SU-2",
        new={"rules": [], "places": ["line-2", "oven"], "ends": "2026-03-02T13:00:00+00:00"},
    )
    _, first, second = read(applied, window)
    assert first.endswith("*plan version 4 applied* by ana (terminal) · version 3 → 4, sha256 abababababab…")
    assert second.endswith("*SU-2 set* by Maria Lopez · places line-2 + oven, ends 2026-03-02 13:00 UTC")


def test_whoever_was_forgotten_has_no_name_and_what_was_erased_says_so() -> None:
    *_, line = read(told("exception.cancelled", who=Someone("p-0123456789ab"), why=None))
    assert line.endswith("*EX-12 cancelled* by p-0123456789ab (forgotten) · (erased)")


def test_a_long_list_fits_and_says_where_there_is_more() -> None:
    shown = read(*[told(why="w" * 2000, about="x" * 2000)] * 15)
    assert shown[-1].startswith("The newest 15.")


def test_nothing_is_answered_with_what_there_could_be() -> None:
    (line,) = read(about="<!channel>")
    assert line.startswith("Nobody has changed anything of &lt;!channel&gt;")
    assert "`/andon audit EX-12`" in line
