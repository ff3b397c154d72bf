"""What a suppression is to hold back, as people type it: equipment, a KPI, a rule, a signal or a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase

from rules.control_plan import EVERYWHERE, Kpi
from rules.kpi_rules import KPI_RULE_PREFIX, rules_of_all_kpis
from rules.plan_index import PlanIndex, normal_name
from rules.suppressions import Matcher, SuppressionError, in_parts

_EVERYTHING = ("everything", "plant", "site", "all")


class UnknownMatterError(SuppressionError):
    """Nothing in the plan is called that. `suggestion` is what may have been meant, or ""."""

    def __init__(self, words: str, suggestion: str) -> None:
        meant = f" Did you mean {suggestion}?" if suggestion else ""
        super().__init__(f"No equipment, KPI or rule is called “{words}”; nothing was saved.{meant}")
        self.suggestion = suggestion


def matcher_of(words: str, index: PlanIndex) -> Matcher:
    """Read `line-2`, `line-2, filler-1`, `oee`, `rule machine-down`, `signal …`, `source …`, `everything`.

    Raises UnknownMatterError, and SuppressionError for a list of different kinds.
    """
    found = [_one(piece.strip(), index) for piece in words.split(",") if piece.strip()]
    if len({_kind(each) for each in found}) > 1:
        raise SuppressionError(
            "Equipment, rules and signals are held back by windows of their own; please make one for each."
        )
    return Matcher(
        places=_gathered(found, lambda each: each.places),
        rules=_gathered(found, lambda each: each.rules),
        sources=_gathered(found, lambda each: each.sources),
        fingerprints=_gathered(found, lambda each: each.fingerprints),
    )


def name_of_matter(matcher: Matcher, index: PlanIndex) -> str:
    """`Line 2`, `KPI OEE line 2`, `rule machine-down`, `everything`: as the plan calls it; not escaped."""
    kpis = {_glob_of(kpi): kpi.name for kpi in index.plan.kpis}
    return in_parts(
        {
            "": ["everything" if key == EVERYWHERE else index.place(key).name for key in matcher.places],
            "KPI ": [kpis[glob] for glob in matcher.rules if glob in kpis],
            "rule ": [glob for glob in matcher.rules if glob not in kpis],
            "source ": matcher.sources,
            "signal ": matcher.fingerprints,
        }
    )


def may_silence(matcher: Matcher, area: str, index: PlanIndex) -> bool:
    """Whether something in an area may be held back; what names no place may be about any."""
    places = matcher.places or _places_of(matcher.rules, index)
    areas = {index.place(key).area for key in places}
    return EVERYWHERE in places or not areas or area in areas


def channels_of_matcher(matcher: Matcher, index: PlanIndex) -> tuple[str, ...]:
    """Who hears of it: the channels of its areas, or the catch-all's when it is about no place."""
    if EVERYWHERE in matcher.places:
        channels = [area.channel for area in index.plan.areas]
    elif matcher.places:
        channels = [index.place(key).channel for key in matcher.places]
    else:
        channels = [index.place(at).channel for at in _places_of(matcher.rules, index)]
    return tuple(dict.fromkeys(channels or [index.plan.catch_all.channel]))


def _places_of(globs: tuple[str, ...], index: PlanIndex) -> list[str]:
    """Where rules watch, as far as they say so without an event; those of KPIs watch their area."""
    rules = (*index.plan.rules, *rules_of_all_kpis(index.plan))
    return [rule.at for rule in rules if index.place(rule.at).mapped and _is_one_of(rule.key, globs)]


def _is_one_of(key: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(key, glob) for glob in globs)


def _one(piece: str, index: PlanIndex) -> Matcher:
    kind, _, rest = piece.partition(" ")
    read = _BY_KIND.get(kind.casefold())
    if read is not None and rest.strip():
        return read(rest.strip(), index)
    place = index.place(piece)
    if place.mapped:
        return Matcher(places=(place.equipment,))
    if piece.casefold() in _everything(index):
        return Matcher(places=(EVERYWHERE,))
    return _kpi(piece, index) or _rule(piece, index)


def _rule(words: str, index: PlanIndex) -> Matcher:
    if index.rule(words.casefold()) is None:
        raise UnknownMatterError(words, _suggestion(words, index))
    return Matcher(rules=(words.casefold(),))


def _kpi(words: str, index: PlanIndex) -> Matcher | None:
    for kpi in index.plan.kpis:
        if words.casefold() in (kpi.key.casefold(), kpi.name.casefold()):
            return Matcher(rules=(_glob_of(kpi),))
    return None


def _glob_of(kpi: Kpi) -> str:
    """All rules of a KPI."""
    return f"{KPI_RULE_PREFIX}{kpi.key}:*"


def _signal(words: str, _: PlanIndex) -> Matcher:
    return Matcher(fingerprints=(words,))


def _source(words: str, _: PlanIndex) -> Matcher:
    return Matcher(sources=(words,))


_BY_KIND: Mapping[str, Callable[[str, PlanIndex], Matcher]] = {
    "rule": _rule,
    "signal": _signal,
    "fingerprint": _signal,
    "source": _source,
}


def _everything(index: PlanIndex) -> tuple[str, ...]:
    site = index.plan.site
    return (*_EVERYTHING, EVERYWHERE, site.key.casefold(), site.name.casefold())


def _suggestion(words: str, index: PlanIndex) -> str:
    rules = (rule.key for rule in index.plan.rules)
    kpis = (kpi.key for kpi in index.plan.kpis)
    near = get_close_matches(normal_name(words), [*index.known_places(), *rules, *kpis], n=1, cutoff=0.5)
    return near[0] if near else ""


def _kind(matcher: Matcher) -> tuple[bool, ...]:
    return tuple(map(bool, (matcher.places, matcher.rules, matcher.sources, matcher.fingerprints)))


def _gathered(found: list[Matcher], part: Callable[[Matcher], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry for each in found for entry in part(each)))
