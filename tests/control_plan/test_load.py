import re
from pathlib import Path

import pytest

from bot.control_plan import ControlPlanError, Problem, load

SOUND = (Path(__file__).parent / "sound.yaml").read_text()


def problems(text: str) -> list[str]:
    with pytest.raises(ControlPlanError) as refusal:
        load(text, file="plan.yaml")
    return [str(problem) for problem in refusal.value.problems]


def changed(*changes: tuple[str, str]) -> str:
    text = SOUND
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def test_a_sound_plan_is_read() -> None:
    plan = load(SOUND, file="plan.yaml")
    assert plan.rules[0].on == ("machine.state",)
    assert plan.rules[0].clear_when == 'event.data.state == "RUNNING" && event.data.speed > 0\n'
    assert plan.site.name == "Nø"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "Europe/Berlin",
            "Europe/Berln",
            "3:31: site.timezone: 'Europe/Berln' is no IANA time zone",
        ),
        (
            'channel: "#filling"',
            "channel: #filling",
            "7:13: areas[filling].channel: is empty: YAML takes # for a comment",
        ),
        ('"#filling"', '"#Filling"', """7:14: areas[filling].channel: '#Filling' is no Slack channel"""),
        ("key: filling", "key: Filling Hall", "5:10: areas[Filling Hall].key: 'Filling Hall' is no key"),
        (
            "    name: Maria",
            "    nam: Maria",
            "12:5: people[maria].nam: is not a key that is known here; did you mean 'name'?",
        ),
        ("    name: Maria", "    nam: Maria", "11:5: people[maria].name: is missing"),
        ("name: Maria", "name: 7", "12:11: people[maria].name: must be text, not 7; put it in quotes"),
        ("slack: U0MARIA01", "slack: maria", "13:12: people[maria].slack: 'maria' is no Slack member id"),
        ("slack: U0MARIA01", "email: maria", "13:12: people[maria].email: 'maria' is no e-mail address"),
        ("    slack: U0MARIA01\n", "", "11:5: people[maria]: Maria cannot be found in Slack"),
        (
            "[5m, 10m]",
            "[5m, 10]",
            "22:28: escalation_policies.standard.clocks.respond[1]: 10 is not a duration",
        ),
        ("[5m, 10m]", "[5m, 0s]", "respond[1]: must be longer than nothing"),
        ("[5m, 10m]", "5m", "22:23: escalation_policies.standard.clocks.respond: must be a list, not '5m'"),
        (
            "times: 2",
            "times: -2",
            "23:34: escalation_policies.standard.at_top.times: must be at least 0, not -2",
        ),
        ("times: 2", "times: 2.5", "must be a whole number, not 2.5"),
        (
            "severity: high",
            "severity: urgent",
            "rules[line-down].severity: 'urgent' is not a severity; write critical, high",
        ),
        ("shadow: false", "shadow: maybe", "rules[line-down].shadow: must be true or false, not 'maybe'"),
        (
            "owner: team_lead\n",
            "owner: team_leed\n",
            "35:12: rules[line-down].owner: nobody holds the role 'team_leed'; did you mean",
        ),
        (
            "policy: standard\n    shadow",
            "policy: strict\n    shadow",
            "36:13: rules[line-down].policy: there is no escalation",
        ),
        (
            "direction: higher",
            "direction: up",
            "kpis[oee].direction: 'up' is not allowed; write 'higher' or 'lower'",
        ),
        ("rules:", "rulez: 1\nrules:", "25:1: rulez: is not a key that is known here; did you mean 'rules'?"),
        ("rules:", "kpis: []\nrules:", "kpis: is written twice; the first is on line 24"),
    ],
)
def test_an_error_is_told_where_it_is_and_what_is_allowed(before: str, after: str, said: str) -> None:
    told = problems(changed((before, after)))
    assert any(said in each for each in told), told
    assert all(each.startswith("plan.yaml:") for each in told)


def test_an_entry_of_the_wrong_kind_is_told_as_such() -> None:
    (told,) = problems(re.sub(r"(?s)rules:.*", "rules:\n  - just text\n", SOUND))
    assert told == "plan.yaml:26:5: rules[0]: must be a table of keys and values, not 'just text'"


def test_a_condition_is_shown_with_a_caret_below_what_is_wrong() -> None:
    (told,) = problems(changed(('when: event.data.state == "DOWN"', 'when: event.data.state = "DOWN"')))
    assert told.splitlines() == [
        "plan.yaml:28:28: rules[line-down].when: did not expect '= ' here; CEL writes == for '='",
        '        when: event.data.state = "DOWN"',
        "                               ^",
    ]


def test_a_condition_that_breaks_off_is_told_so_at_its_end() -> None:
    (told,) = problems(changed(('when: event.data.state == "DOWN"', "when: event.data.state ==")))
    assert told.splitlines()[0] == (
        "plan.yaml:28:30: rules[line-down].when: ends too early: something is missing here"
    )


def test_a_tab_is_told_what_to_do_about_it() -> None:
    (told,) = problems(changed(("rules:\n", "rules:\n\t")))
    assert "indent with spaces, never with tabs" in told


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("'event.data.a == foo'", 28, 28),
        ('"event.data.a == foo"', 28, 28),
        ("|\n      event.data.a == 1 &&\n      foo", 30, 7),
        (">-\n      event.data.a == 1 &&\n      event.data.b == foo", 30, 23),
        (">-\n\n      event.data.a ==\n        foo", 31, 9),
        ("event.data.a == 1 &&\n      event.data.b == foo", 29, 23),
    ],
)
def test_a_condition_is_found_however_it_is_written(written: str, line: int, column: int) -> None:
    with pytest.raises(ControlPlanError) as refusal:
        load(changed(('event.data.state == "DOWN"', written)), file="plan.yaml")
    (problem,) = refusal.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert problem.excerpt is not None
    source, caret = problem.excerpt.splitlines()
    assert source[caret.index("^") :].startswith("foo")


def test_everything_wrong_is_told_at_once_from_top_to_bottom() -> None:
    told = problems(
        changed(
            ("Europe/Berlin", "Mars"),
            ("slack: U0MARIA01", "slack: maria"),
            ("notify: [owner]", "notify: [owner, shift_leed]"),
            ("[5m, 10m]", "[5m, ten]"),
            ('when: event.data.state == "DOWN"', 'when: event.data.state = "DOWN"'),
            ("severity: high", "severity: urgent"),
        )
    )
    text = "\n".join(told)
    for path in ("site.timezone", "people[maria].slack", "clocks.respond[1]", "rules[line-down].severity"):
        assert path in text
    lines = [int(each.split(":")[1]) for each in told]
    assert lines == sorted(lines)


def test_an_unreadable_rule_does_not_hide_what_is_wrong_with_the_next() -> None:
    second = '  - {key: b, on: x, when: "1 +", severity: low, title: t, owner: team_lead, policy: standard}\n'
    told = problems(changed(("severity: high", "severity: urgent")).rstrip() + "\n" + second)
    assert ["rules[line-down].severity" in told[0], "rules[b].when" in told[1], len(told)] == [True, True, 2]


def test_an_unreadable_person_is_not_blamed_on_the_roles_they_hold() -> None:
    told = problems(changed(("slack: U0MARIA01", "slack: maria")))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no plan; `andon init` writes a first one"),
        ("just text", "holds no plan"),
        ("- a\n- b", "holds no plan"),
        ("a: [owner, #plant]\n", "must be in quotes"),
        ("title: {{ event.subject }}", 'must be in quotes, such as "{{ event.subject }}"'),
        ("owner: @maria", "must be in quotes"),
        ("a: b: c", "mapping values are not allowed"),
        ("a: 1\n" * 2_000_000, "is larger than"),
    ],
)
def test_what_is_no_plan_at_all_says_so(text: str, said: str) -> None:
    (told,) = problems(text)
    assert said in told


def test_an_unquoted_channel_in_a_list_is_explained() -> None:
    told = problems(changed(('shift_lead@area, "#esc"', "shift_lead@area, #esc")))
    assert 'such as "#filling"' in told[0]


def test_a_problem_without_a_path_reads_well_too() -> None:
    assert str(Problem("plan.yaml", 1, 1, "", "holds no plan")) == "plan.yaml:1:1: holds no plan"
