"""An export has everything, of one moment, in files that anybody can read."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.services import exporting, presses
from bot.services.exporting import ExportError, Written
from bot.store import exporting as store
from bot.store.exporting import KINDS, Span
from tests.cast import MARIA, NOON, after
from tests.services.floor import Floor


def exported(
    floor: Floor, to: Path, *kinds: str, since: Any = None, until: Any = None, progress: Any = None
) -> list[Written]:
    return exporting.export(
        floor.database,
        to,
        kinds=kinds,
        span=Span(since, until),
        now=floor.now,
        progress=progress or (lambda *_: None),
    )


def lines(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{kind}.jsonl").read_text().splitlines()]


def acknowledged(floor: Floor) -> None:
    floor.hears(reason="cap jam – Flaschenhals")
    presses.acknowledge(floor.database, 1, by=MARIA, seen=1, plan=floor.plan, now=after(1))


def test_there_is_a_file_for_each_kind_and_a_manifest_that_counts_them(floor: Floor, tmp_path: Path) -> None:
    acknowledged(floor)
    exported(floor, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [each["kind"] for each in manifest["files"]] == [kind.name for kind in KINDS]
    for each in manifest["files"]:
        content = (tmp_path / "out" / each["file"]).read_bytes()
        assert content.count(b"\n") == each["records"]
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
    assert manifest["taken_at"] == NOON.isoformat()


def test_an_exception_has_its_timeline_its_clocks_and_its_cards(floor: Floor, tmp_path: Path) -> None:
    acknowledged(floor)
    exported(floor, tmp_path / "out", "exceptions")
    (case,) = lines(tmp_path / "out", "exceptions")
    assert (case["name"], case["owner"], case["state"]) == ("EX-1", MARIA, "acknowledged")
    assert [(fact["kind"], fact["by"]) for fact in case["timeline"]] == [
        ("opened", None),
        ("acknowledged", MARIA),
    ]
    assert case["timeline"][1]["at"] == after(1).isoformat()
    assert {clock["kind"] for clock in case["clocks"]} >= {"respond", "contain"}
    assert [card["target"] for card in case["cards"]] == ["#filling"]
    assert case["rule"]["key"] == "line-down"


def test_an_event_says_what_became_of_it(floor: Floor, tmp_path: Path) -> None:
    acknowledged(floor)
    exported(floor, tmp_path / "out", "events")
    (event,) = lines(tmp_path / "out", "events")
    assert event["data"]["reason"] == "cap jam – Flaschenhals"
    assert "1" in json.dumps(event["became"])


def test_a_span_takes_what_began_in_it(floor: Floor, tmp_path: Path) -> None:
    for hour in range(3):
        floor.now = NOON + timedelta(hours=hour)
        floor.hears(subject=("filler-2", "line-2", "packaging")[hour])
    (written,) = exported(floor, tmp_path / "out", "exceptions", since=after(60), until=after(120))
    assert written.records == 1
    assert [case["name"] for case in lines(tmp_path / "out", "exceptions")] == ["EX-2"]


def test_many_pages_are_one_moment(floor: Floor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PAGE", 2)
    for _ in range(5):
        floor.hears()

    def more_comes_in(kind: str, done: int, total: int) -> None:
        if done == 2:
            floor.hears()

    (written,) = exported(floor, tmp_path / "out", "events", progress=more_comes_in)
    assert written.records == 5
    assert [event["id"] for event in lines(tmp_path / "out", "events")] == [1, 2, 3, 4, 5]


def test_a_zip_holds_the_same(floor: Floor, tmp_path: Path) -> None:
    acknowledged(floor)
    exported(floor, tmp_path / "out")
    exported(floor, tmp_path / "out.zip")
    with ZipFile(tmp_path / "out.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()
        }


def test_nothing_is_overwritten(floor: Floor, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("dear")
    (tmp_path / "out.zip").write_text("mine")
    with pytest.raises(ExportError, match="not empty"):
        exported(floor, tmp_path / "out")
    with pytest.raises(ExportError, match="there already"):
        exported(floor, tmp_path / "out.zip")
    assert (tmp_path / "out.zip").read_text() == "mine"


def test_every_field_is_explained(floor: Floor, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/export.md").read_text()
    for kind in KINDS:
        (paragraph,) = re.findall(rf"^\*\*{kind.name}\*\* – (.*?)(?:\n\n|\Z)", page, re.MULTILINE | re.DOTALL)
        columns = {column.name for column in kind.table.c} - {*kind.left_out}
        for part in kind.parts:
            columns |= {column.name for column in part.of.table.c} - {part.of.name}
        assert columns <= set(re.findall(r"`(\w+)`", paragraph)), kind.name
