"""What the crew writes into forms: words that somebody on the floor would have found for the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Why it happened, what keeps it from happening again, and what becomes of the product."""

    cause: str
    measure: str
    product: str = "Nothing was made meanwhile; no product is affected"


_BY_TITLE: Mapping[str, Finding] = {
    "Labeller": Finding(
        "The splice of a new label reel was weak and tore at full speed",
        "Splices are pulled by hand before the reel goes on",
    ),
    "Filler": Finding(
        "Syrup had got into the bearing of the drive, and it ran hot",
        "New shaft seal; the bearing is on the weekly greasing round",
    ),
    "Fill level": Finding(
        "The vent tube of filling valve 31 was bent",
        "All vent tubes are looked at with each format change",
        "1,400 bottles were sorted out; the rest is released",
    ),
    "Hold on batch": Finding(
        "The spring of closing head 7 had lost its tension",
        "Springs are changed together with the heads",
        "Two pallets are re-crowned; the others are released after a torque check",
    ),
    "Pasteurisation": Finding(
        "The steam valve of zone 4 stuck half open",
        "The valve was replaced; its stroke is checked each month",
        "The bottles of those minutes are blocked and go to the laboratory",
    ),
    "bar": Finding(
        "The inlet filter of the compressor was clogged",
        "The filter's pressure drop is read at each shift change",
    ),
}

_OTHERWISE = Finding(
    "It was known to be worn and had been put off twice",
    "Replaced, and on the check list of the early shift",
    "The product of the last half hour was checked and is fine",
)


def answer(title: str, question: str) -> str:
    """The answer to a question of a form such as `Root cause`, for the exception with that title."""
    finding = next((found for words, found in _BY_TITLE.items() if words in title), _OTHERWISE)
    asked = question.casefold()
    if "cause" in asked:
        return finding.cause
    return finding.product if "disposition" in asked else finding.measure
