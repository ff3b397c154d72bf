"""Who answers: people, and the roles they hold in which areas."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from rules.control_plan.words import EMAIL_PATTERN, SLACK_ID_PATTERN, Declared, Key, Name

EVERYWHERE = "*"


def _single_areas_become_lists(roles: object) -> object:
    if not isinstance(roles, Mapping):
        return roles
    return {role: [areas] if isinstance(areas, str) else areas for role, areas in roles.items()}


Roles = Annotated[
    Mapping[Key, tuple[str, ...]],
    BeforeValidator(_single_areas_become_lists),
    Field(
        description='Role → the areas where it is held; "*" means everywhere.',
        examples=[{"team_lead": ["filling"], "first_aider": ["*"]}],
    ),
]


class Person(Declared):
    """Somebody who can own an exception. Slack is found by id or, failing that, by e-mail."""

    key: Key
    name: Name
    slack: Annotated[
        Annotated[str, StringConstraints(pattern=SLACK_ID_PATTERN)] | None,
        Field(description="Slack member id, such as U012AB3CD."),
    ] = None
    email: Annotated[
        Annotated[str, StringConstraints(pattern=EMAIL_PATTERN)] | None,
        Field(description="The address that Slack knows this person by."),
    ] = None
    roles: Roles = Field(default_factory=dict)
