"""What counts as an exception: rules over events, and calls that people raise."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from rules.control_plan.words import RULE_KEY_PATTERN, Declared, Duration, Key, Name, Severity, Text, Texts

RuleKey = Annotated[str, StringConstraints(pattern=RULE_KEY_PATTERN)]


def _severity_or_template(text: str) -> str:
    if text not in set(Severity) and "{{" not in text and "{%" not in text:
        raise ValueError(f"{text!r} is not a severity; write critical, high, medium, low, or a template")
    return text


def _event_types(types: tuple[str, ...]) -> tuple[str, ...]:
    for text in types:
        if "*" in text.removesuffix(".*") or any(character.isspace() for character in text):
            raise ValueError(f"{text!r} is not an event type; write one such as machine.state, or machine.*")
    return types


SeverityText = Annotated[
    Text,
    AfterValidator(_severity_or_template),
    Field(
        description="critical, high, medium, low, or a template that renders to one of them.",
        examples=[str(severity) for severity in Severity],
    ),
]
Owner = Annotated[
    Text,
    Field(
        description='Who is accountable: a role, "role@<area key>" or "@person".',
        examples=["team_lead", "energy_lead@utilities", "@maria"],
    ),
]
DoneWhen = Annotated[
    tuple[Key, ...],
    Field(
        description="What resolving must record before it counts as done.",
        examples=[["root_cause", "countermeasure"]],
    ),
]


class Rule(Declared):
    """When an event of type `on` satisfies `when`, somebody owns an exception."""

    key: RuleKey
    on: Annotated[
        Texts,
        AfterValidator(_event_types),
        Field(description="Event type, or several; a trailing .* takes the whole family."),
    ]
    when: Annotated[
        Text, Field(description="CEL over `event`: true raises.", examples=['event.data.state == "DOWN"'])
    ] = "true"
    clear_when: Annotated[Text | None, Field(description="CEL over `event`: true clears.")] = None
    for_: Annotated[
        Duration,
        Field(
            alias="for",
            description="How long `when` must stay true before anybody is told.",
            json_schema_extra={"default": "0s"},
        ),
    ] = timedelta()
    consecutive: Annotated[
        int, Field(ge=1, le=10_000, description="How many events in a row must satisfy it.")
    ] = 1
    clear_for: Annotated[
        Duration,
        Field(
            description="How long it must stay cleared before the exception counts as cleared.",
            json_schema_extra={"default": "0s"},
        ),
    ] = timedelta()
    fingerprint: Annotated[
        Texts, Field(description="Templates; events with equal fingerprints belong to one exception.")
    ] = ("{{ event.subject }}",)
    severity: SeverityText
    title: Annotated[Text, Field(description="Template of the card's headline.")]
    at: Annotated[
        Text, Field(description="Template that renders to equipment: a key, an alias or a path.")
    ] = "{{ event.subject }}"
    owner: Owner
    policy: Annotated[Key, Field(description="Key of an escalation policy.")]
    kpi: Annotated[Key | None, Field(description="Key of the KPI that it hurts.")] = None
    done_when: DoneWhen = ()
    resolve_on_clear: Annotated[bool, Field(description="Whether clearing alone resolves the exception.")] = (
        False
    )
    shadow: Annotated[bool, Field(description="Record and report, page nobody.")] = False


class CallType(Declared):
    """A kind of help that somebody on the floor can call for."""

    key: Key
    name: Name
    owner: Owner
    policy: Key
    severity: Severity
    kpi: Key | None = None
    done_when: DoneWhen = ()
