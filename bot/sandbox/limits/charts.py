"""The `data_visualization` and `table` blocks."""

from typing import Any

from bot.sandbox.limits.schema import (
    Check,
    Problem,
    Problems,
    anything,
    both,
    by_type,
    integer,
    many,
    number,
    record,
    string,
)

POINT = record({"label": string(20), "value": number})
SERIES = record({"name": string(20), "data": many(POINT, most=20)})
AXES = record(
    {"categories": many(string(20), most=20)},
    {"x_label": string(50), "y_label": string(50), "unit": string(20)},
)
ROWS_MOST, COLUMNS_MOST = 100, 20


def _series_cover_the_categories(value: Any, at: str) -> Problems:
    categories = value.get("axis_config", {}).get("categories", [])
    series = value.get("series", [])
    if len({each.get("name") for each in series}) != len(series):
        yield Problem("series names must be unique", f"{at}/series")
    for index, each in enumerate(series):
        if [point.get("label") for point in each.get("data", [])] != categories:
            yield Problem("data must cover all categories in order", f"{at}/series/{index}/data")


def _plotted() -> Check:
    return both(
        record({"series": many(SERIES, most=6), "axis_config": AXES}),
        _series_cover_the_categories,
    )


CHART = by_type(
    {
        "line": _plotted(),
        "bar": _plotted(),
        "area": _plotted(),
        "pie": record({"segments": many(POINT, most=12)}),
    }
)
DATA_VISUALIZATION: dict[str, Check] = {"title": string(50), "chart": CHART}

CELL = by_type(
    {
        "raw_text": record({"text": string(3000, least=0)}),
        "raw_number": record({"value": number}, {"text": string(3000)}),
        "rich_text": record({"elements": anything}),
    }
)
TABLE: dict[str, Check] = {"rows": many(many(CELL, most=COLUMNS_MOST), most=ROWS_MOST)}
COLUMN_SETTINGS = many(
    record({}, {"align": string(10), "is_wrapped": anything, "width": integer(1, 10_000)}), most=COLUMNS_MOST
)
