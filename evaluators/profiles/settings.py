"""A profile applied: what holds for a shop, a group and an agent tier."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from evaluators.catalogue.loading import Catalogue, hashed
from evaluators.catalogue.phrase_lists import lists_version
from evaluators.errors import ProfileInvalid
from evaluators.grammar.kinds import Rule
from evaluators.profiles.documents import Layer, Profile, Selector
from evaluators.profiles.laying import Laying, Step
from evaluators.reply_metrics.service_calendar import ServiceCalendar
from evaluators.reply_metrics.timing import TimingProfile
from evaluators.scoring.policy import ScoringPolicy

#: Per profile, from the lowest base up: the layers that hold, the least specific first.
_Chosen = tuple[tuple[int, ...], ...]
Value = TypeVar("Value")
_encode = msgspec.json.Encoder().encode


class Settings(Struct, frozen=True):
    """What an inspection runs with. `service_hours` None: around the clock. `timing`: by platform."""

    catalogue: Catalogue
    scoring: ScoringPolicy
    service_hours: ServiceCalendar | None
    timing: dict[str, TimingProfile]


@dataclass(frozen=True)
class _Known(Generic[Value]):
    """A value that its version stands for: hashing a whole catalogue would cost more than the cache saves."""

    version: str
    value: Value = field(compare=False)


def settings_for(
    catalogue: Catalogue,
    profile: Profile,
    shop: str | None = None,
    group: str | None = None,
    tier: str | None = None,
) -> Settings:
    """What holds there. The same objects for everyone for whom the same layers hold.

    First the lowest base with its layers, then what builds on it. Of one profile: its own overrides, then the
    layers that match: a layer with a tier beats one without, then one with a group, then one with a shop; of
    equals the later. Raises the first of `find_profile_problems`.
    """
    chosen = _chosen(_Known(profile.version, profile), shop, group, tier)
    return _applied(_Known(catalogue.version, catalogue), _Known(profile.version, profile), chosen)


def apply_profile(
    catalogue: Catalogue,
    profile: Profile,
    shop: str | None = None,
    group: str | None = None,
    tier: str | None = None,
) -> Catalogue:
    """The catalogue that holds there: `settings_for(...).catalogue`; the same object if nothing changes."""
    return settings_for(catalogue, profile, shop, group, tier).catalogue


def find_profile_problems(catalogue: Catalogue, profile: Profile) -> list[ProfileInvalid]:
    """Everything that is wrong with the profile for this catalogue, whoever it is applied for."""
    known = _Known(profile.version, profile)
    combinations = {_chosen(known, *target): None for target in _targets(profile)}
    found: dict[str, ProfileInvalid] = {}
    for chosen in combinations:
        for problem in _laid(catalogue, profile, chosen).problems:
            found.setdefault(str(problem), problem)
    return list(found.values())


@lru_cache(maxsize=256)
def _applied(catalogue: _Known[Catalogue], profile: _Known[Profile], chosen: _Chosen) -> Settings:
    laid = _laid(catalogue.value, profile.value, chosen)
    if laid.problems:
        raise laid.problems[0]
    effective = _with_rules(catalogue.value, laid.rules)
    return Settings(effective, laid.scoring, laid.service_hours, laid.timing)


def _laid(catalogue: Catalogue, profile: Profile, chosen: _Chosen) -> Laying:
    laying = Laying(catalogue)
    for each, layers in zip(_chain(profile), chosen, strict=True):
        laying.lay(Step(each, "", each.document))
        for index in layers:
            laying.lay(Step(each, f"layer[{index}]", each.document.layer[index]))
    laying.finish()
    return laying


def _with_rules(catalogue: Catalogue, rules: dict[str, Rule]) -> Catalogue:
    """The catalogue with what changed: the same rule objects and versions elsewhere."""
    changed = {rule.id: rules[rule.id] for rule in catalogue.rules if rules[rule.id] != rule}
    if not changed:
        return catalogue
    versions = dict(catalogue.rule_versions)
    for rule_id, rule in changed.items():
        # An override can make a rule ask what closes or who waits: the lists are part of its version then.
        content = (versions[rule_id], hashed(rule), lists_version())
        versions[rule_id] = _digest(_encode(content))
    return replace(
        catalogue,
        rules=tuple(changed.get(rule.id, rule) for rule in catalogue.rules),
        version=_digest("\n".join(f"{rule_id} {version}" for rule_id, version in versions.items()).encode()),
        rule_versions=versions,
    )


@lru_cache(maxsize=4096)
def _chosen(profile: _Known[Profile], shop: str | None, group: str | None, tier: str | None) -> _Chosen:
    return tuple(_matching(each.document.layer, shop, group, tier) for each in _chain(profile.value))


def _matching(
    layers: tuple[Layer, ...], shop: str | None, group: str | None, tier: str | None
) -> tuple[int, ...]:
    holding = [
        (bool(layer.tier), bool(layer.group), bool(layer.shop), index)
        for index, layer in enumerate(layers)
        if _holds(layer.shop, shop) and _holds(layer.group, group) and _holds(layer.tier, tier)
    ]
    return tuple(index for *_, index in sorted(holding))


def _holds(selector: Selector, value: str | None) -> bool:
    return not selector or value in _values(selector)


def _values(selector: Selector) -> tuple[str, ...]:
    return (selector,) if isinstance(selector, str) else selector


def _chain(profile: Profile) -> list[Profile]:
    """The profile and what it builds on, the lowest first."""
    return [*(_chain(profile.base) if profile.base else ()), profile]


def _targets(profile: Profile) -> Iterator[tuple[str | None, str | None, str | None]]:
    """Every shop, group and tier that a layer names, and others."""
    named: tuple[dict[str | None, None], ...] = ({None: None}, {None: None}, {None: None})
    for each in _chain(profile):
        for layer in each.document.layer:
            for values, selector in zip(named, (layer.shop, layer.group, layer.tier), strict=True):
                values.update(dict.fromkeys(_values(selector)))
    yield from product(*named)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
