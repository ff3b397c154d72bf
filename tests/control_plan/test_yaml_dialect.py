"""The YAML that plans are written in: what means what, and what is refused before it does harm."""

from typing import Any

import pytest

from bot.control_plan.yaml_tree import YamlError, read_tree
from bot.control_plan.yaml_values import MOST_VALUES, duplicate_keys, plain_value


def value(text: str) -> Any:
    return plain_value(read_tree(text))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("'true'", "true"),
        ("12", 12),
        ("-7", -7),
        ("010", 10),
        ("0x1f", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2026-03-02", "2026-03-02"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5m", "5m"),
        ("9" * 40, 1e40),
        ("|\n  one\n  two", "one\ntwo"),
        ("[a, {b: c}]", ["a", {"b": "c"}]),
    ],
)
def test_a_value_means_what_yaml_1_2_says(written: str, meant: Any) -> None:
    assert value(f"key: {written}") == {"key": meant}


def test_keys_are_words_whatever_they_look_like() -> None:
    assert value("on: 1\n5: 2\ntrue: 3\nnull: 4") == {"on": 1, "5": 2, "true": 3, "null": 4}


def test_an_anchor_repeats_what_it_names() -> None:
    assert value("a: &times [5m, 10m]\nb: *times") == {"a": ["5m", "10m"], "b": ["5m", "10m"]}


def test_an_empty_file_is_nothing() -> None:
    assert read_tree("# only a comment\n") is None


def test_a_key_written_twice_is_told_with_both_places() -> None:
    tree = read_tree("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    lines = sorted((key.text, first.spot.line, key.spot.line) for key, first in duplicate_keys(tree))
    assert lines == [("a", 1, 3), ("c", 2, 2)]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: [1, 2\nc: 3", 3, 2, "flow sequence"),
        ("a: 1\n---\nb: 2", 2, 1, "second document"),
        ("a: !!python/object/apply:os.system [ls]", 1, 4, "tag"),
        ("? [a, b]\n: c", 1, 3, "as a key"),
        ("a: *nowhere", 1, 4, "*nowhere"),
        ("a: &self [*self]", 1, 11, "*self"),
        ("- " * 100_000, 1, 83, "nested deeper"),
        ("[" * 100_000, 1, 42, "nested deeper"),
        ("{a: " * 100_000, 1, 162, "nested deeper"),
        ("a: \x07", 1, 1, "control characters"),
        ("ok: 1\na: '\ud800'", 2, 5, "surrogate"),
    ],
)
def test_what_no_plan_needs_is_refused_at_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(YamlError) as refusal:
        read_tree(text)
    assert message in refusal.value.message
    assert (refusal.value.spot.line, refusal.value.spot.column) == (line, column)


def test_anchors_cannot_multiply_without_end() -> None:
    laughs = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    tree = read_tree("\n".join(laughs))
    with pytest.raises(YamlError, match=str(MOST_VALUES)):
        plain_value(tree)
