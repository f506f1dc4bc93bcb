"""Who competes with whom under a scoring policy: worked out once per catalogue and policy."""

from collections import OrderedDict
from typing import NamedTuple

from evaluators.catalogue.loading import Catalogue
from evaluators.grammar.kinds import Rule
from evaluators.scoring.points import Points
from evaluators.scoring.policy import ScoreCap, ScoringPolicy

_ALERTS = {"none": 0, "low": 1, "medium": 2, "high": 3}


class Contest(NamedTuple):
    """A catalogue under a policy: who competes with whom. `rank`: worst first; `places`: the rules in order."""

    catalogue: Catalogue
    policy: ScoringPolicy
    rules: dict[str, Rule]
    places: dict[str, int]
    rank: dict[str, tuple[Points, int, int]]
    groups: dict[str, str]
    caps: tuple[tuple[str, ScoreCap], ...]
    capped: frozenset[str]
    #: Full score of every rule that is in a group (in force or not) or under a cap.
    scores: dict[str, Points]


_contests: OrderedDict[tuple[int, int], Contest] = OrderedDict()
_CONTESTS_KEPT = 64


def contest_of(catalogue: Catalogue, policy: ScoringPolicy) -> Contest:
    """Kept per pair of objects (an entry holds both, so their ids stay theirs): hashing them costs more."""
    key = (id(catalogue), id(policy))
    known = _contests.get(key)
    if known is None:
        known = _contests[key] = _prepared(catalogue, policy)
        while len(_contests) > _CONTESTS_KEPT:
            _contests.popitem(last=False)
    return known


def _prepared(catalogue: Catalogue, policy: ScoringPolicy) -> Contest:
    caps = tuple((name, cap) for name, cap in sorted(policy.caps.items()) if cap.rules)
    capped_ids = frozenset(rule_id for _, cap in caps for rule_id in cap.rules)
    groups = {
        rule.id: rule.exclusion_group
        for rule in catalogue.rules
        if rule.exclusion_group and rule.exclusion_group not in policy.without_exclusion
    }
    places = {rule.id: place for place, rule in enumerate(catalogue.rules)}
    return Contest(
        catalogue,
        policy,
        {rule.id: rule for rule in catalogue.rules},
        places,
        {rule.id: (rule.score or 0, -_ALERTS[rule.alert], -places[rule.id]) for rule in catalogue.rules},
        groups,
        caps,
        capped_ids,
        {
            rule.id: rule.score or 0
            for rule in catalogue.rules
            if rule.exclusion_group or rule.id in capped_ids
        },
    )
