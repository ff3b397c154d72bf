"""Logs as they lie around: columns in any order, times in any form, and mistakes that are named by line."""

from __future__ import annotations

import pytest

from bot.replay.csv_log import read_csv
from bot.replay.json_log import read_json_lines
from bot.replay.mapping import LogMapping, read_mapping
from bot.replay.recorded import LogError

MAPPING = """
time: {column: when, format: "%d.%m.%Y %H:%M", zone: Europe/Berlin}
source: /historian
type: {column: kind, names: {"* NR": alarm.recovered, "*": alarm.raised}}
subject: {column: tag}
data:
  celsius: {column: value, kind: number}
"""


def mapping(text: str = MAPPING) -> LogMapping:
    return read_mapping(text, file="m.yaml")


def complaints(csv: str, text: str = MAPPING) -> list[str]:
    with pytest.raises(LogError) as caught:
        read_csv(csv, mapping(text), file="log.csv")
    return [str(problem) for problem in caught.value.problems]


def test_a_row_becomes_an_event_as_declared() -> None:
    (row,) = read_csv("tag,kind,when,value\nT1,H NR,01.07.2026 08:00,71.5\n", mapping(), file="log.csv")
    event = row.event
    assert (event.source, event.id, event.type) == ("/historian", "line-2", "alarm.recovered")
    assert (event.subject, event.data) == ("T1", {"celsius": 71.5})
    assert event.time.isoformat() == row.received_at.isoformat() == "2026-07-01T06:00:00+00:00"


def test_an_empty_cell_is_no_data() -> None:
    (row,) = read_csv("tag,kind,when,value\nT1,H,01.07.2026 08:00,\n", mapping(), file="log.csv")
    assert row.event.data == {}


def test_rows_come_in_the_order_of_receipt_and_keep_the_order_of_the_file_within_a_moment() -> None:
    times = ["09:00", "08:00", "08:00"]
    lines = ["tag,kind,when,value", *(f"T{n},H,01.07.2026 {time},1" for n, time in enumerate(times))]
    rows = read_csv("\n".join(lines), mapping(), file="log.csv")
    assert [row.event.subject for row in rows] == ["T1", "T2", "T0"]


def test_every_bad_row_is_named_by_its_line() -> None:
    log = "tag,kind,when,value\nT1,H,1 July,1\nT1,H,01.07.2026 08:00,hot\nT1,H,01.07.2026 08:00,1,2\n"
    assert complaints(log) == [
        "log.csv:2:1: '1 July' is not a time in the form %d.%m.%Y %H:%M",
        "log.csv:3:1: 'hot' is not a number",
        "log.csv:4:1: has more cells than the header; quote cells that hold a comma",
    ]


def test_a_header_that_is_no_csv_is_named() -> None:
    assert complaints('"tag,kind\n') == ["log.csv:1:1: is no CSV: unexpected end of data"]


def test_a_column_that_is_not_there_is_named() -> None:
    (said,) = complaints("tag,kind,when,values\n")
    assert said.startswith("log.csv:1:1: has no column 'value'")
    assert "values" in said


def test_a_word_without_a_name_is_no_silent_default() -> None:
    text = MAPPING.replace('"*": alarm.raised', '"H": alarm.raised')
    (said,) = complaints("tag,kind,when,value\nT1,LOW,01.07.2026 08:00,1\n", text)
    assert said == "log.csv:2:1: 'LOW' fits none of the names * NR, H"


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("time: {column: t}\ntype: x\n", "m.yaml:1:1: subject", "is missing"),
        (
            "time: {column: t, zone: Mars}\ntype: x\nsubject: y\n",
            "m.yaml:1:25: time.zone",
            "no IANA time zone",
        ),
        ("time: {column: t}\ntype: x\nsubject: y\nkind: z\n", "m.yaml:4:7: kind", "is not known here"),
        ("time: {column: t}\ntype: {names: {a: b}}\nsubject: y\n", "m.yaml:2:7: type", "is either a text"),
        ("time: [\n", "m.yaml:2", ""),
        ("", "m.yaml:1:1", "must be a table"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(text: str, where: str, said: str) -> None:
    with pytest.raises(LogError) as caught:
        mapping(text)
    problem = str(caught.value.problems[0])
    assert problem.startswith(where)
    assert said in problem


def test_json_lines_are_events_as_intake_takes_them() -> None:
    line = '{"type": "a.b", "time": "2026-03-01T06:00:00Z", "received_at": "2026-03-01T07:00:00Z", "data": 3}'
    (row,) = read_json_lines(f"\n{line}\n", file="log.jsonl")
    assert (row.line, row.event.id, row.event.data) == (2, "line-2", {"value": 3})
    assert (row.received_at - row.event.time).total_seconds() == 3600


def test_every_bad_json_line_is_named() -> None:
    log = '{"type": "a"}\nnonsense\n[]\n{"type": 1, "time": "2026-03-01T06:00:00Z"}\n'
    with pytest.raises(LogError) as caught:
        read_json_lines(log, file="log.jsonl")
    said = [str(problem) for problem in caught.value.problems]
    assert said[0] == "log.jsonl:1:1: time: is required in a log"
    assert said[1].startswith("log.jsonl:2:1: is no JSON")
    assert said[2] == "log.jsonl:3:1: must be an object: one event"
    assert said[3].startswith("log.jsonl:4:1: type: must be text")
