"""Charts: the last readings of a KPI as Slack draws them itself, and the same in bars where it does not.

A chart is a block of a message like any other. Whoever sends a message with one sends it again
`in_bars` when the workspace does not take it; a picture is drawn from the same block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from itertools import groupby

from bot.messages.blocks import Block, Message, plain_text, section
from bot.messages.text import clip, escape, one_line
from rules.control_plan import Kpi
from rules.figures import measure
from rules.kpis import Reading, gap, limits_of

MOST_POINTS = 20
"""Readings in one chart: as many as Slack draws."""

NATIVE = "data_visualization"

_TITLE = 50
_LABEL = 20
_AXIS = 50
_ALT_TEXT = 2000
_BARS = "▁▂▃▄▅▆▇█"
_WITHIN_A_DAY = ("%H:%M", "%H:%M:%S")
_OVER_DAYS = ("%d %b", "%d %b %H:%M", "%d %b %H:%M:%S")


def chart(kpi: Kpi, recent: Sequence[Reading], zone: tzinfo) -> Block | None:
    """The newest readings (`recent`, oldest first) as a line beside the target and the nearest limit.

    Times are those of `zone`, the plant's, which the chart names for readers elsewhere. None when there are
    fewer than two readings: no line.
    """
    drawn = recent[-MOST_POINTS:]
    if len(drawn) < 2:
        return None
    labels = _labels([reading.at.astimezone(zone) for reading in drawn])
    lines = {"Value": [reading.value for reading in drawn], "Target": [kpi.target] * len(drawn)}
    limit = _nearest_limit(kpi)
    if limit is not None and limit != kpi.target:
        lines["Limit"] = [limit] * len(drawn)
    axes: Block = {"categories": labels, "x_label": clip(str(zone), _AXIS)}
    if unit := one_line(kpi.unit, _AXIS):
        axes["y_label"] = unit
    series = [{"name": name, "data": _points(labels, values)} for name, values in lines.items()]
    title = one_line(kpi.name, _TITLE) or clip(kpi.key, _TITLE)
    return {
        "type": NATIVE,
        "title": title,
        "chart": {"type": "line", "series": series, "axis_config": axes},
    }


def has_charts(blocks: Sequence[Block]) -> bool:
    """Whether a workspace that draws no charts would refuse them."""
    return any(block["type"] == NATIVE for block in blocks)


def charts_of(message: Message) -> list[Block]:
    """The charts that a message holds."""
    return [block for block in message.blocks if block["type"] == NATIVE]


def in_bars(message: Message) -> Message:
    """The same message for a workspace that draws no charts: its first line as little bars."""
    return replace(message, blocks=blocks_in_bars(message.blocks))


def blocks_in_bars(blocks: Sequence[Block]) -> list[Block]:
    """The same of blocks alone."""
    return [_bars(block) if block["type"] == NATIVE else block for block in blocks]


def sparkline(values: Sequence[float]) -> str:
    """The values as little bars between the lowest and the highest of them."""
    low, high = min(values), max(values)
    if low == high:
        return _BARS[3] * len(values)
    top = len(_BARS) - 1
    return "".join(_BARS[round(top * (value - low) / (high - low))] for value in values)


def picture(drawn: Block, file_id: str) -> Message:
    """A chart as an uploaded picture; its alternative text says the figures."""
    words = in_words(drawn)
    image: Block = {"type": "image", "slack_file": {"id": file_id}, "alt_text": clip(words, _ALT_TEXT)}
    return Message(escape(words), [image | {"title": plain_text(drawn["title"])}])


def in_words(drawn: Block) -> str:
    """The figures of a chart, for whoever cannot see it; not escaped."""
    axes = drawn["chart"]["axis_config"]
    labels, unit = axes["categories"], axes.get("y_label", "")
    values, *levels = drawn["chart"]["series"]
    figures = [point["value"] for point in values["data"]]
    parts = [f"last {measure(figures[-1], unit)}"]
    parts += [f"{line['name'].lower()} {measure(line['data'][-1]['value'], unit)}" for line in levels]
    low, high = measure(min(figures), unit), measure(max(figures), unit)
    span = f"{len(figures)} readings from {labels[0]} to {labels[-1]}, between {low} and {high}"
    return f"{drawn['title']}: {span}; {', '.join(parts)}"


def _bars(drawn: Block) -> Block:
    bars = section(f"`{sparkline(_values(drawn))}` {escape(drawn['title'])}")
    return bars | {name: drawn[name] for name in ("block_id",) if name in drawn}


def _values(drawn: Block) -> list[float]:
    return [point["value"] for point in drawn["chart"]["series"][0]["data"]]


def _points(labels: Sequence[str], values: Sequence[float]) -> list[Block]:
    return [{"label": label, "value": _rounded(value)} for label, value in zip(labels, values, strict=True)]


def _rounded(value: float) -> float:
    """Without the dust of binary fractions, which a tooltip would show."""
    return float(f"{value:.10g}")


def _nearest_limit(kpi: Kpi) -> float | None:
    """Of the limits in force the one next to the target; None when there is none."""
    limits = [limits_of(kpi, threshold).breach for threshold in kpi.thresholds if not threshold.shadow]
    return min(limits, key=lambda level: abs(gap(kpi, level)), default=None)


def _labels(moments: Sequence[datetime]) -> list[str]:
    """As short as tells every moment from the others; moments that are the same are numbered."""
    forms = _WITHIN_A_DAY if len({moment.date() for moment in moments}) == 1 else _OVER_DAYS
    for form in forms:
        labels = [moment.strftime(form) for moment in moments]
        if len(set(labels)) == len(labels):
            return labels
    return list(_numbered(labels))


def _numbered(labels: Sequence[str]) -> Iterator[str]:
    for label, same in groupby(labels):
        for number, _ in enumerate(same, start=1):
            yield label if number == 1 else clip(f"{label} ({number})", _LABEL)
