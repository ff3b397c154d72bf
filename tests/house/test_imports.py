"""The import contract covers everything; import-linter itself runs in `make imports`."""

from __future__ import annotations

import re
import tomllib

from tests.house.repository import ROOT, files


def test_every_part_of_the_bot_stands_on_a_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "one-way")
    floors = set(re.findall(r"[\w.]+", " ".join(layers)))
    parts = {path.relative_to(ROOT).with_suffix("").parts[1] for path in files("bot", suffix=".py")}
    assert {f"bot.{part}" for part in parts - {"__init__"}} <= floors
