"""The plan in force: one version, compiled, with what its people are called in Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.control_plan import ControlPlan, Kpi, Person
from rules.matchers import name_of_matter
from rules.matching import RuleBook
from rules.plan_index import PlanIndex
from rules.suppressions import Matcher


@dataclass(frozen=True)
class PlanInForce:
    """What every use case reads live: places, people, policies and compiled rules.

    `slack_ids` maps a person's key to a Slack user id, as far as Slack knows an active account of theirs.
    `version` is 0 for the empty plan that is in force before any was applied.
    """

    version: int
    index: PlanIndex
    book: RuleBook
    slack_ids: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def compile(cls, version: int, plan: ControlPlan, accounts: Mapping[str, str | None]) -> PlanInForce:
        """Build the indexes once; everything after that only looks things up.

        `accounts` is what Slack said: an id by a person's key, None for whoever has no active account.
        """
        return cls(version, PlanIndex(plan), RuleBook.compile(plan), slack_ids_of(plan, accounts))

    def watches(self, rule_key: str) -> bool:
        """Whether what this rule opened would be seen to clear; before any plan is read nobody can say no."""
        return self.version == 0 or self.book.knows(rule_key)

    def mention(self, key: str | None) -> str:
        """Notify a person; somebody whom Slack does not know is at least named."""
        slack_id = self.slack_ids.get(key or "")
        return f"<@{slack_id}>" if slack_id else f"*{self.name(key)}*"

    def name(self, key: str | None) -> str:
        """A person's name without notifying them, escaped for Slack."""
        if key is None:
            return "nobody"
        person = self.index.person(key)
        shown = person.name if person else key
        return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def kpi(self, key: str | None) -> Kpi | None:
        """The KPI of that key."""
        return next((kpi for kpi in self.index.plan.kpis if kpi.key == key), None)

    def kpi_name(self, key: str | None) -> str:
        """What a KPI is called, as the plan writes it; empty when the plan knows none of that key."""
        kpi = self.kpi(key)
        return kpi.name if kpi else ""

    def matter(self, matcher: Matcher) -> str:
        """What a suppression is about, by the names of the plan, not escaped."""
        return name_of_matter(matcher, self.index)

    def person_in_slack(self, slack_user_id: str) -> Person | None:
        """The person behind a Slack account."""
        for person in self.index.plan.people:
            if self.slack_ids.get(person.key) == slack_user_id:
                return person
        return None


def slack_ids_of(plan: ControlPlan, accounts: Mapping[str, str | None]) -> dict[str, str]:
    """Slack ids by person: what the plan says, until Slack says otherwise of that very account."""
    declared = {person.key: person.slack for person in plan.people if person.slack}
    ids = {**declared, **accounts}
    return {key: declared.get(key, found) for key, found in ids.items() if found}
