"""What must not stand in the repository: traces of its makers' desks, and rules switched off in silence."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from tests.house.repository import ROOT, files

# Written in rot13, so that this file passes its own test.
FOREIGN_WORDS = re.compile(
    codecs.decode(
        r"(?<![\j./])/(?:jbex|ebbg)(?![\j-])|/bcg/(?:clcv|jurryf)"
        r"|\o(?:pynhqr|naguebcvp|bcranv|pungtcg|tcg-?\q|pbcvybg|YYZf?)\o"
        r"|ynathntr zbqry|\oNV[- ](?:nffvfgnag|ntrag|gbby|trarengrq)|pb-nhguberq-ol",
        "rot13",
    ),
    re.IGNORECASE,
)
SWITCHED_OFF = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]*\])?)(?P<why>.*)"
)
LEAST_REASON = 10
"""Letters; fewer than that explain nothing."""


def test_nothing_tells_of_the_desk_it_was_written_at() -> None:
    found = [where for path in files() for where in _matches(path, FOREIGN_WORDS)]
    assert not found


def test_a_rule_switched_off_says_why_on_the_same_line() -> None:
    unexplained = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files(suffix=".py")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if (off := SWITCHED_OFF.search(line)) and len(re.findall(r"\w", off["why"])) < LEAST_REASON
    ]
    assert not unexplained


def _matches(path: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return []  # A picture or another binary has no words.
    lines = enumerate(text.splitlines(), start=1)
    return [f"{path.relative_to(ROOT)}:{number}: {line}" for number, line in lines if pattern.search(line)]
