"""Which rules an event concerns, and what each of them says about it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from rules.built_in_rules import audit_rule, call_rules, failure_rule
from rules.conditions import Condition, ConditionFailedError
from rules.control_plan import ControlPlan, Rule, Severity
from rules.events import Event
from rules.facts import Facts, FactsError
from rules.kpi_events import KPI_EVENT_TYPES
from rules.kpi_rules import rules_of_kpi
from rules.templates import Template, TemplateFailedError

LONGEST_TITLE = 250
LONGEST_FINGERPRINT = 500


class Verdict(StrEnum):
    """What one rule says about one event."""

    RAISE = "raise"
    CLEAR = "clear"
    NEITHER = "neither"
    FAILED = "failed"


class SeverityError(ValueError):
    """A severity template rendered to something else."""

    def __init__(self, text: str) -> None:
        super().__init__(f"its severity came out as {text!r}, which is none of {', '.join(Severity)}")


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's word on an event.

    `title`, `at` and `severity` are the event's own on RAISE; otherwise the texts are empty and the severity
    is the rule's fixed one (medium where it is a template). `failure` says in words why a FAILED rule could
    not decide; such a match has no fingerprint.
    """

    rule: Rule
    verdict: Verdict
    fingerprint: str = ""
    title: str = ""
    at: str = ""
    severity: Severity = Severity.MEDIUM
    failure: str | None = None

    @property
    def signal(self) -> tuple[str, str]:
        """The signal that it concerns: rule key and fingerprint."""
        return (self.rule.key, self.fingerprint)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its conditions and templates ready to run."""

    rule: Rule
    when: Condition
    clear_when: Condition | None
    fingerprint: tuple[Template, ...]
    title: Template
    at: Template
    severity: Template

    @classmethod
    def compile(cls, rule: Rule) -> "CompiledRule":
        """Raises `ConditionSyntaxError` or `TemplateSyntaxError`, which `andon check` reports beforehand."""
        return cls(
            rule=rule,
            when=Condition.compile(rule.when),
            clear_when=Condition.compile(rule.clear_when) if rule.clear_when else None,
            fingerprint=tuple(Template.compile(part) for part in rule.fingerprint),
            title=Template.compile(rule.title),
            at=Template.compile(rule.at),
            severity=Template.compile(rule.severity),
        )

    def match(self, event: Event, facts: Facts) -> Match:
        """What the rule says. A rule that cannot decide says so: it never raises."""
        try:
            return self._decide(event, facts)
        except (ConditionFailedError, TemplateFailedError, SeverityError) as error:
            return _failed(self.rule, str(error))

    def _decide(self, event: Event, facts: Facts) -> Match:
        verdict = self._verdict(facts)
        fingerprint = joined_fingerprint([part.render(event) for part in self.fingerprint])
        if verdict is not Verdict.RAISE:
            return Match(self.rule, verdict, fingerprint, severity=_fixed_severity(self.rule))
        return Match(
            self.rule,
            verdict,
            fingerprint,
            title=_one_line(self.title.render(event)),
            at=self.at.render(event).strip(),
            severity=_severity(self.severity.render(event)),
        )

    def _verdict(self, facts: Facts) -> Verdict:
        if self.when.holds_for(facts):
            return Verdict.RAISE
        if self.clear_when and self.clear_when.holds_for(facts):
            return Verdict.CLEAR
        return Verdict.NEITHER


class RuleBook:
    """Every rule of one version of the plan, ready to run and found by event type; a KPI's by the KPI.

    Asking costs what the rules of that type cost, however many others there are.
    """

    def __init__(
        self,
        rules: Iterable[CompiledRule],
        *,
        failure_rule: Rule,
        of_kpis: Mapping[str, tuple[CompiledRule, ...]] = {},
    ) -> None:
        self.failure_rule = failure_rule
        self._of_kpis = of_kpis
        of_no_kpi = list(rules)
        every = [*of_no_kpi, *(compiled for many in of_kpis.values() for compiled in many)]
        self._keys = frozenset(compiled.rule.key for compiled in every)
        self._by_type: dict[str, list[CompiledRule]] = {}
        self._by_family: dict[str, list[CompiledRule]] = {}
        for compiled in of_no_kpi:
            for event_type in dict.fromkeys(compiled.rule.on):
                family = event_type.removesuffix(".*")
                index = self._by_type if family == event_type else self._by_family
                index.setdefault(family, []).append(compiled)

    @classmethod
    def compile(cls, plan: ControlPlan) -> "RuleBook":
        """Raises what `CompiledRule.compile` raises; a plan that passed `andon check` never does."""
        rules = (*plan.rules, *call_rules(plan), audit_rule(plan))
        of_kpis = {
            kpi.key: tuple(CompiledRule.compile(rule) for rule in rules_of_kpi(kpi, plan))
            for kpi in plan.kpis
        }
        compiled = [CompiledRule.compile(rule) for rule in rules]
        return cls(compiled, failure_rule=failure_rule(plan), of_kpis=of_kpis)

    def knows(self, key: str) -> bool:
        """Whether there is such a rule; what another opened is watched by nobody any more."""
        return key in self._keys or key == self.failure_rule.key

    def match(self, event: Event) -> tuple[Match, ...]:
        """What every rule on this type of event says, each rule once. Never raises."""
        concerned = {compiled.rule.key: compiled for compiled in self._concerned(event)}
        if not concerned:
            return ()
        try:
            facts = Facts.of(event)
        except FactsError as error:
            return tuple(_failed(compiled.rule, str(error)) for compiled in concerned.values())
        return tuple(compiled.match(event, facts) for compiled in concerned.values())

    def _concerned(self, event: Event) -> Iterator[CompiledRule]:
        if event.type in KPI_EVENT_TYPES:
            of_kpi = self._of_kpis.get(event.subject, ())
            yield from (compiled for compiled in of_kpi if event.type in compiled.rule.on)
        yield from self._by_type.get(event.type, ())
        parts = event.type.split(".")
        for length in range(1, len(parts)):
            yield from self._by_family.get(".".join(parts[:length]), ())


def joined_fingerprint(parts: list[str]) -> str:
    """One text for all parts, different for different parts; long ones keep their beginning and a digest."""
    text = "|".join(part.strip().replace("\\", "\\\\").replace("|", "\\|") for part in parts)
    if len(text) <= LONGEST_FINGERPRINT:
        return text
    digest = sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{text[: LONGEST_FINGERPRINT - len(digest) - 1]}#{digest}"


def _one_line(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def _severity(text: str) -> Severity:
    known = _SEVERITIES.get(text)
    if known is not None:
        return known
    try:
        return Severity(text.strip().lower())
    except ValueError:
        raise SeverityError(text) from None


_SEVERITIES = {severity.value: severity for severity in Severity}


def _fixed_severity(rule: Rule) -> Severity:
    return _SEVERITIES.get(rule.severity, Severity.MEDIUM)


def _failed(rule: Rule, failure: str) -> Match:
    return Match(rule, Verdict.FAILED, severity=_fixed_severity(rule), failure=failure)
