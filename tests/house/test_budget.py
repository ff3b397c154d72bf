"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from statistics import median

from tests.house.repository import ROOT, files, function_lengths, line_count, product_modules

SHAPELESS_NAMES = ("manager", "helper", "util", "misc")
PRODUCT_NAMES = ("alertmanager",)


def test_files_stay_within_the_budget() -> None:
    sizes = sorted((line_count(path), str(path.relative_to(ROOT))) for path in product_modules())
    lines = [size for size, _ in sizes]
    longest = sizes[:-6:-1]
    assert median(lines) <= 80, longest
    assert _p90(lines) <= 250, longest
    assert max(lines) <= 400, longest


def test_functions_stay_within_the_budget() -> None:
    sizes = sorted(size for path in product_modules() for size in function_lengths(path))
    lines = [size for size, _ in sizes]
    longest = sizes[:-11:-1]
    assert median(lines) <= 9, longest
    assert _p90(lines) <= 32, longest


def test_modules_and_classes_are_named_for_what_they_mean() -> None:
    modules = {str(path.relative_to(ROOT)): path.stem for path in files(suffix=".py")}
    classes = {
        f"{path.relative_to(ROOT)}:{node.lineno}": node.name
        for path in files(suffix=".py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    shapeless = [
        f"{place}: {name}"
        for place, name in (modules | classes).items()
        if any(word in _own_words(name) for word in SHAPELESS_NAMES)
    ]
    assert not shapeless


def _own_words(name: str) -> str:
    """The name without the names of products that it is about."""
    own = name.lower().replace("_", "")
    for product in PRODUCT_NAMES:
        own = own.replace(product, "")
    return own


def _p90(ascending: list[int]) -> int:
    return ascending[len(ascending) * 9 // 10]
