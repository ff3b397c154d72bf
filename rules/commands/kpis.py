"""KPIs: `kpis`, `kpi oee`, `kpi oee 61.4`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.commands.words import CommandError


@dataclass(frozen=True, slots=True)
class AboutKpi:
    """A KPI to be shown, or a value to be recorded; its name and the value are told apart with the plan."""

    words: str


@dataclass(frozen=True, slots=True)
class ListKpis:
    """What is off target or not known any more."""


AboutKpis = AboutKpi | ListKpis


def _about_kpi(rest: str) -> AboutKpi:
    if not rest:
        raise CommandError("`kpi` needs a KPI; here is how to see what is off.", "kpis")
    return AboutKpi(rest)


READERS: Mapping[str, Callable[[str], AboutKpis]] = {"kpi": _about_kpi, "kpis": lambda _: ListKpis()}
