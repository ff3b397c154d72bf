import json
from typing import Any

from bot.control_plan import schema
from bot.control_plan.vocabulary import allowed_keys, description


def definitions() -> dict[str, Any]:
    return dict(schema()["$defs"])


def test_durations_are_texts_with_a_pattern() -> None:
    held = definitions()["Rule"]["properties"]["for"]
    assert (held["type"], held["default"]) == ("string", "0s")
    assert "pattern" in held
    assert "PT" not in json.dumps(schema())


def test_editors_learn_what_a_word_means() -> None:
    rule = definitions()["Rule"]["properties"]
    assert all("description" in rule[key] for key in ("on", "when", "owner", "policy", "severity"))
    assert "for_" not in rule


def test_it_is_known_what_may_be_written_where() -> None:
    assert "clear_when" in allowed_keys(("rules", 3))
    assert allowed_keys(("escalation_policies", "line-stop", "at_top", "then")) == ("channel", "session")
    assert allowed_keys(("nowhere", 0)) == ()
    assert description(("areas", 0, "channel")).startswith("Where its exceptions")
