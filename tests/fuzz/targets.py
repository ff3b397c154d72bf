"""All targets."""

from tests.fuzz.http_doors import INTAKE
from tests.fuzz.plans import PLANS
from tests.fuzz.slack_doors import BUTTONS, COMMANDS, FORM_VALUES

TARGETS = (INTAKE, PLANS, COMMANDS, BUTTONS, FORM_VALUES)
