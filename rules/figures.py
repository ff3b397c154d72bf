"""Numbers as people write them."""

from __future__ import annotations

_LARGEST_IN_FULL = 1e15
_SMALLEST_IN_FULL = 0.001


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


def signed(value: float, unit: str = "") -> str:
    """A number whose sign always shows: `+3 %`, `−17 %`."""
    text = measure(value, unit)
    return text if text.startswith("−") else f"+{text}"
