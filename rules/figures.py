"""Numbers as people write them."""

from __future__ import annotations

import re

_LARGEST_IN_FULL = 1e15
_SMALLEST_IN_FULL = 0.001
_NUMBER = re.compile(r"[+-]?(\d{1,15}|\d{1,3}(,\d{3})+)([.,]\d{1,9})?", re.ASCII)
_TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)


def figure(value: float) -> str:
    """Up to three decimals and no idle noughts, with a proper minus sign: `61.4`, `−1,250`, `0.0004`."""
    size = abs(value)
    if size and not _SMALLEST_IN_FULL <= size < _LARGEST_IN_FULL:
        text = f"{size:.3g}"
    else:
        text = f"{size:,.3f}".rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 and text != "0" else text


def measure(value: float, unit: str) -> str:
    """A number with its unit: `61.4 %`."""
    return f"{figure(value)} {unit}".rstrip()


class FigureError(ValueError):
    """The text is no number, or could be two."""


def parse_figure(text: str, unit: str = "") -> float:
    """Read a number as people type it: `61.4`, `61,4 %`, `−3`, `1,250.5`. Raises FigureError."""
    written = text.strip().removesuffix(unit).strip().replace("−", "-")
    if not _NUMBER.fullmatch(written):
        raise FigureError(f"{text.strip()!r} is not a number; type one such as 61.4")
    if _TWO_WAYS.fullmatch(written):
        thousands, decimal = written.replace(",", ""), written.replace(",", ".")
        raise FigureError(f"{written} can be read two ways; type {thousands} or {decimal}")
    return float(written.replace(",", "" if "." in written or written.count(",") > 1 else "."))


def signed(value: float, unit: str = "") -> str:
    """A number whose sign always shows: `+3 %`, `−17 %`."""
    text = measure(value, unit)
    return text if text.startswith("−") else f"+{text}"
