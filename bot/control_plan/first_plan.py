"""The plan that `andon init` begins with: small, complete, and explained line by line."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_TEMPLATE = """\
# The control plan of @SITE_NAME@: everything that Andon knows about the plant.
#   check it   andon check control-plan.yaml
#   apply it   andon apply control-plan.yaml --reason "first plan"
# A value that begins with #, @ or {{ must be in quotes. Durations: 30s, 5m, 1h30m, 7d.

site:
  key: @SITE_KEY@
  name: @SITE_NAME@
  timezone: @TIMEZONE@

areas:                                # parts of the plant, each with a team and a Slack channel
  - key: production
    name: Production
    channel: @CHANNEL@
    work_centers:
      - key: line-1
        name: Line 1
        work_units:
          - key: filler-1
            name: Filler 1
            aliases: ["PLC1.FIL01"]   # what your machines and systems call it

people:                               # Slack finds them by member id or by e-mail
@PEOPLE@

catch_all:                            # for everything that happens at no known place
  channel: @CHANNEL@
  owner: plant_manager
  policy: standard

escalation_policies:
  standard:
    tiers:                            # who is told, one tier after the other
      - notify: [owner]
      - notify: [shift_lead@area]
      - notify: [plant_manager, @CHANNEL@]
    clocks:                           # time allowed at each tier before climbing
      respond: [5m, 10m, 15m]
      contain: [30m, 1h]
      resolve: [8h, 24h]
      verify: [24h]
    at_top: {repeat: 30m, times: 3, then: {channel: @CHANNEL@}}

call_types:                           # what /andon raise offers
  - {key: maintenance, name: Maintenance, owner: team_lead, policy: standard, severity: high}
  - {key: quality, name: Quality, owner: team_lead, policy: standard, severity: high}
  - {key: material, name: Material, owner: team_lead, policy: standard, severity: medium}
  - {key: safety, name: Safety, owner: shift_lead, policy: standard, severity: critical}

kpis:
  - {key: oee-line-1, name: OEE line 1, unit: "%", direction: higher, target: 75, owner: team_lead}

rules:
  - key: line-down
    on: machine.state                 # the type of the events that it looks at
    when: event.data.state == "DOWN"  # CEL: true raises …
    clear_when: event.data.state == "RUNNING"   # … and true clears
    for: 5m                           # held this long before anybody is told
    fingerprint: ["{{ event.subject }}"]
    severity: high
    title: "{{ event.subject }} down: {{ event.data.reason | default('no reason given') }}"
    at: "{{ event.subject }}"
    owner: team_lead
    policy: standard
    kpi: oee-line-1
    done_when: [root_cause, countermeasure]

  - key: alert                        # from Alertmanager or Grafana
    on: alertmanager.alert
    when: event.data.status == "firing"
    clear_when: event.data.status == "resolved"
    fingerprint: ["{{ event.data.fingerprint }}"]
    severity: medium
    title: "{{ event.data.annotations.summary | default(event.subject) }}"
    at: "{{ event.data.labels.line | default(event.subject) }}"
    owner: team_lead
    policy: standard
    resolve_on_clear: true
"""
_ROLES = ("plant_manager", "shift_lead", "team_lead")
_PLACEHOLDER_EMAIL = "you@example.com"


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Somebody to begin with; Slack knows them by `slack` (a member id) or `email`."""

    name: str
    email: str | None = None
    slack: str | None = None


def first_plan(
    *,
    site: str = "My plant",
    timezone: str = "Europe/Berlin",
    channel: str = "#andon",
    people: Sequence[FirstPerson] = (),
) -> str:
    """Commented YAML that passes `andon check`.

    The first person holds every role, so that each tier reaches somebody from the first day on.
    """
    listed = people or (FirstPerson("Your name", email=_PLACEHOLDER_EMAIL),)
    parts = {
        "SITE_KEY": _key(site, taken=()),
        "SITE_NAME": _quoted(site),
        "TIMEZONE": timezone,
        "CHANNEL": _quoted(channel),
        "PEOPLE": _people(listed),
    }
    return re.sub(r"@([A-Z_]+)@", lambda hole: parts[hole[1]], _TEMPLATE)


def _people(people: Sequence[FirstPerson]) -> str:
    entries: list[str] = []
    keys: list[str] = []
    for person in people:
        keys.append(_key(person.name, taken=keys))
        roles = "" if entries else "\n    roles: {" + ", ".join(f'{role}: ["*"]' for role in _ROLES) + "}"
        entries.append(f"  - key: {keys[-1]}\n    name: {_quoted(person.name)}{_account(person)}{roles}")
    return "\n".join(entries)


def _account(person: FirstPerson) -> str:
    known = (("slack", person.slack), ("email", person.email))
    return "".join(f"\n    {field}: {_quoted(value)}" for field, value in known if value)


def _key(name: str, *, taken: Sequence[str]) -> str:
    key = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:50] or "unnamed"
    return f"{key}-{len(taken) + 1}" if key in taken else key


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
