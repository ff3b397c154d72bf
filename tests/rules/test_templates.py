import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.events import Event
from rules.templates import LONGEST, Template, TemplateFailedError, TemplateSyntaxError
from tests.rules.plant import event


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ event.subject }} down", "filler-2 down"),
        ("{{ event['subject'] }} {{ event.data['reason'] }}", "filler-2 jam"),
        (
            "{{ event.id }} {{ event.source }} {{ event.type }} {{ event.time.hour }}",
            "1 /mes machine.state 12",
        ),
        ("{{ event.data.missing | default('unknown') }}", "unknown"),
        ("{{ event.data.items }} {{ event.data.keys }}", "4 5"),
        ("{{ event.data.heads | min }}–{{ event.data.heads | max }}", "80–95"),
        ("{% if event.data.items > 3 %}many{% else %}few{% endif %}", "many"),
        ("{{ 'high' if event.data.items > 3 else 'low' }}", "high"),
        ("{{ (100 * event.data.items / 3) | round | int }} %", "133 %"),
        ("{{ event.data.reason | upper | replace('J', 'H') }}", "HAM"),
        ("{{ event.subject ~ ':' ~ event.data.items }}", "filler-2:4"),
        ("no template at all", "no template at all"),
        ("<b> & *stars*", "<b> & *stars*"),
    ],
)
def test_a_template_is_filled_in(source: str, text: str) -> None:
    happened = event(reason="jam", items=4, keys=5, heads=[95, 80])
    assert Template.compile(source).render(happened) == text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ event.data.missing }}", "the event has no 'missing'"),
        ("{{ event.data.missing.deeper }}", "the event has no 'missing'"),
        ("{{ event.data.update }}", "the event has no 'update'"),
        ("{{ event.subject.upper }}", "has no attribute 'upper'"),
        ("{{ event.subject.__class__ }}", "unsafe"),
        ("{{ 'a' * 1000000000 }}", "numbers only"),
        ("{{ '%1000000000d' % 1 }}", "numbers only"),
        ("{{ 'a' | replace('', event.data.long) | replace('a', event.data.long) }}", "too long"),
        ("{{ 1 // 0 }}", "zero"),
    ],
)
def test_what_cannot_be_filled_in_says_why(source: str, reason: str) -> None:
    with pytest.raises(TemplateFailedError) as failure:
        Template.compile(source).render(event(long="aaaaaaaaaa" * 1000))
    assert reason in failure.value.reason


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("{{ event.subject", 1, "unexpected end"),
        ("ok\n{{ event.subject | nofilter }}", 2, "nofilter"),
        ("{{ evnt.subject }}", 1, "knows no 'evnt'"),
        ("{% for x in event.data %}{% endfor %}", 1, "uses 'for'"),
        ("{% set x = 1 %}", 1, "uses 'assign'"),
        ("{{ event.data.get('x') }}", 1, "uses 'call'"),
        ("{% include 'x' %}", 1, "uses 'include'"),
        ("{% macro m() %}{% endmacro %}", 1, "uses 'macro'"),
        ("{{ range(10) }}", 1, "uses 'call'"),
        ("{{ event.subject | random }}", 1, "random"),
        ("{{ event.data.x is nonsense }}", 1, "nonsense"),
    ],
)
def test_what_is_more_than_a_template_is_refused(source: str, line: int, message: str) -> None:
    with pytest.raises(TemplateSyntaxError) as refusal:
        Template.compile(source)
    assert refusal.value.line == line
    assert message in refusal.value.message


def test_a_text_is_never_longer_than_anybody_reads() -> None:
    text = Template.compile("{{ event.data.reason }}").render(event(reason="x" * 100_000))
    assert len(text) == LONGEST
    assert text.endswith("…")


_NAMES = st.sampled_from(["reason", "items", "deep", "none"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=5,
)


@given(data=st.dictionaries(_NAMES, _VALUES), path=st.lists(_NAMES, min_size=1, max_size=3))
def test_plain_placeholders_read_as_the_template_engine_would_write_them(
    data: dict[str, Any], path: list[str]
) -> None:
    happened = event(**data)
    plain = Template.compile("<{{ event.data." + ".".join(path) + " }}> {{ event.subject }}")
    through_the_engine = Template.compile(
        "<{{ (event.data." + ".".join(path) + ") ~ '' }}> {{ event.subject }}"
    )
    assert plain.plain is not None
    assert through_the_engine.plain is None
    assert _rendered(plain, happened) == _rendered(through_the_engine, happened)


def _rendered(template: Template, happened: Event) -> str:
    try:
        return template.render(happened)
    except TemplateFailedError as failure:
        return f"failed: {failure.reason}"


LONG = "x" * 400_000


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("{{ event.data.l | join(event.data.s) }}", {"l": ["a"] * 200_000, "s": LONG}),
        ("{{ event.data.l | join('" + "-" * 3000 + "') }}", {"l": ["a"] * 200_000}),
        ("{{ event.data.l | tojson(indent=100000000) }}", {"l": [1, 2]}),
        ("{{ " + " ~ ".join(["event.data.s"] * 40) + " }}", {"s": LONG}),
        ("{{ " + " + ".join(["event.data['s']"] * 30) + " }}", {"s": LONG}),
        ("{{ event.data.s }}" * 40, {"s": LONG}),
    ],
)
def test_what_an_event_holds_cannot_make_a_template_swell(source: str, data: dict[str, Any]) -> None:
    tracemalloc.start()
    try:
        text = Template.compile(source).render(event(**data))
        assert len(text) == LONGEST
    except TemplateFailedError as failure:
        assert "too long" in failure.reason or "indent" in failure.reason
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 50_000_000, "bytes"


def test_a_template_of_too_many_steps_is_refused_at_once() -> None:
    """The engine would nest its parts in as many brackets, over which Python's parser sits for minutes."""
    with pytest.raises(TemplateSyntaxError, match="too many steps"):
        Template.compile("{{ " + " + ".join(["event.data['s']"] * 200) + " }}")


def test_lists_are_joined_as_they_were() -> None:
    named = Template.compile("{{ event.data.l | join(', ', attribute='name') }}")
    assert named.render(event(l=[{"name": "a"}, {"name": "b"}])) == "a, b"
    assert Template.compile("{{ [1, 2] | join }}").render(event()) == "12"
    assert Template.compile("{{ event.data.l | tojson }}").render(event(l=["<b>"])) == '["\\u003cb\\u003e"]'
