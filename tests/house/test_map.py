"""The map is true: every file and every name that ARCHITECTURE.md shows is there."""

from __future__ import annotations

import re

from tests.house.repository import ROOT

_CODE = re.compile(r"`((?:bot|handlers|rules|migrations|tests)/[\w/.]*)((?:[ ,.]+\w+)*)`")


def test_every_place_that_the_map_names_exists() -> None:
    missing = [path for path, _ in _places() if not _exists(path)]
    assert not missing


def test_every_function_that_a_walk_names_is_in_its_file() -> None:
    astray = [
        f"{path}: {name}"
        for path, names in _places()
        if path.endswith(".py")
        for name in re.findall(r"\w+", names)
        if not re.search(rf"\b(def|class) {name}\b|^ *{name}\b", (ROOT / path).read_text(), re.MULTILINE)
    ]
    assert not astray


def _places() -> list[tuple[str, str]]:
    places = _CODE.findall((ROOT / "ARCHITECTURE.md").read_text())
    assert len(places) > 40
    return places


def _exists(path: str) -> bool:
    return (ROOT / path).exists() or (ROOT / f"{path}.py").exists()
