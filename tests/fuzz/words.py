"""What attackers, machines and tired people send: texts, JSON and names that are nearly right."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NASTY = [
    "<!channel>", "<@U0MARIA01>", "*a*", "`", "\u202e", "\x00", "\ud800", "{{ 7*7 }}", "{% for x in y %}",
    "' OR 1=1 --", "٣", "1" * 5000, "1e999", "NaN", "-0", "../../etc/passwd", "\n", " ", "", "💥" * 300,
    "a" * 5000, "EX-1", "EX-99999999999999999999", "D-٣", "SU-1", "ex 1", "22:00", "2026-02-30",
    "99999999999d",
]  # fmt: skip

# Whatever JSON can carry: NUL, half surrogate pairs, other planes.
texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=()), max_size=30)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)
times = st.datetimes(timezones=st.timezones()).map(lambda time: time.isoformat()) | texts
