"""A chart as a PNG, for workspaces that draw none themselves.

matplotlib takes a second to import, so it is imported by the first picture and not with the bot.
"""

from __future__ import annotations

import threading
import warnings
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from bot.messages.blocks import Block

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (6.4, 2.5)
_PADDING_INCHES = 0.12
_DOTS_PER_INCH = 160
_MOST_LABELS = 6
_INK, _FAINT = "#57666a", "#e5dfd2"
_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": "#0e6461", "linewidth": 2.0, "marker": "o", "markersize": 3.6},
    {"color": "#a8660c", "linewidth": 1.4, "linestyle": (0, (5, 3))},
    {"color": "#b93a26", "linewidth": 1.4, "linestyle": (0, (1, 2))},
)
"""The line itself, its target, its limit: told apart by their dashes, too."""

_one_at_a_time = threading.Lock()
"""matplotlib draws in one thread only."""


def draw(drawn: Block) -> bytes:
    """The PNG of a line chart of ours, about twenty kilobytes. On white, so that it is read on any theme."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with _one_at_a_time, warnings.catch_warnings():
        # A unit may be written in signs that the font lacks; an empty box in a picture is no news.
        warnings.simplefilter("ignore")
        layout = ConstrainedLayoutEngine(w_pad=_PADDING_INCHES, h_pad=_PADDING_INCHES)
        figure = Figure(figsize=_INCHES, dpi=_DOTS_PER_INCH, layout=layout, facecolor="white")
        _plot(figure.add_subplot(), drawn)
        picture = BytesIO()
        figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def _plot(axes: Axes, drawn: Block) -> None:
    series, config = drawn["chart"]["series"], drawn["chart"]["axis_config"]
    for line, look in zip(series, _LOOKS, strict=False):
        axes.plot([point["value"] for point in line["data"]], label=line["name"], **look)
    _dress(axes, len(series), config.get("y_label", ""))
    axes.set_xlabel(config["x_label"], color=_INK, fontsize=8, parse_math=False)
    labels = config["categories"]
    step = ceil(len(labels) / _MOST_LABELS)
    shown = range(len(labels) - 1, -1, -step)
    axes.set_xticks(list(shown), [labels[index] for index in shown])


def _dress(axes: Axes, columns: int, unit: str) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)
    axes.grid(axis="y", color=_FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=8, labelcolor=_INK)
    axes.ticklabel_format(axis="y", useOffset=False)
    axes.set_ylabel(unit, color=_INK, fontsize=8, parse_math=False)
    axes.margins(x=0.02, y=0.12)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=8, labelcolor=_INK
    )
