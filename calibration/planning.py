"""What to label next: sessions drawn from those a judge has seen, and what their labels would buy."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

from calibration.eval_sets import EvalSet
from calibration.statistics.planning import HalfWidths, LabelPlan, plan_labels
from calibration.statistics.rates.cases import JudgedCase, count
from calibration.statistics.rates.counts import Rate
from calibration.statistics.rates.estimation import corrected_rate
from calibration.statistics.sampling import Drawn, draw_stratified

#: In so many steps a budget that is too small is shared out.
_PARTS = 1024
FLAGGED, UNFLAGGED = "flagged", "unflagged"


class Stratum(NamedTuple):
    """Sessions that the judge flagged, or did not. `labelled`: by a random draw, before this plan."""

    sessions: int
    labelled: int


class NextLabels(NamedTuple):
    """`drawn`: sessions to label, none where there are enough labels. `rate`: how often it occurs, corrected for the
    judge's errors as far as labels know them. `undecided`: sessions the judge left open; none of them is drawn."""

    plan: LabelPlan
    drawn: list[Drawn]
    flagged: Stratum
    unflagged: Stratum
    undecided: int
    rate: Rate


class Known(NamedTuple):
    """Of one rule: the judge's `verdicts` by session, and by session drawn at random before whether it is a hit."""

    verdicts: Mapping[str, str]
    labels: Mapping[str, bool]


class NextSessions(NamedTuple):
    """What to label next for several rules. `sessions`: how many have to be read, each once for all its rules."""

    rules: dict[str, NextLabels]
    sessions: int


def plan_next(
    rules: Mapping[str, Known], wanted: HalfWidths, *, budget: int | None, seed: int
) -> NextSessions:
    """For all rules together, so that as few sessions as possible have to be read. `budget`: most sessions.

    Every rule has a sample of its own, drawn within its own strata; one that has enough labels draws nothing. Where the
    budget is too small for all, each gets the same share of what it needs.
    """
    whole = _plan_all(rules, wanted, None, seed)
    if budget is None or whole.sessions <= budget:
        return whole
    needs = {each: len(own.drawn) for each, own in whole.rules.items()}
    low, high = 0, _PARTS
    best = _plan_all(rules, wanted, dict.fromkeys(rules, 0), seed)
    while low + 1 < high:
        part = (low + high) // 2
        tried = _plan_all(
            rules, wanted, {each: ceil(part * need / _PARTS) for each, need in needs.items()}, seed
        )
        if tried.sessions <= budget:
            low, best = part, tried
        else:
            high = part
    return best


def _plan_all(
    rules: Mapping[str, Known], wanted: HalfWidths, budgets: Mapping[str, int] | None, seed: int
) -> NextSessions:
    found = {
        each: _plan_one(known, wanted, None if budgets is None else budgets[each], seed)
        for each, known in rules.items()
    }
    return NextSessions(found, len({drawn.case_id for own in found.values() for drawn in own.drawn}))


def _plan_one(rule: Known, wanted: HalfWidths, budget: int | None, seed: int) -> NextLabels:
    strata = {
        FLAGGED: [each for each, verdict in rule.verdicts.items() if verdict == "hit"],
        UNFLAGGED: [
            each for each, verdict in rule.verdicts.items() if verdict in ("no_hit", "not_applicable")
        ],
    }
    known = {
        each: rule.labels[each] for sessions in strata.values() for each in sessions if each in rule.labels
    }
    cases = [
        JudgedCase(name == FLAGGED, known.get(each)) for name, sessions in strata.items() for each in sessions
    ]
    plan = plan_labels(count(cases), wanted, budget=budget)
    drawn = draw_stratified(
        strata, {FLAGGED: plan.flagged, UNFLAGGED: plan.unflagged}, seed=seed, labelled=known
    )
    flagged, unflagged = (
        Stratum(len(strata[name]), sum(each in known for each in strata[name]))
        for name in (FLAGGED, UNFLAGGED)
    )
    undecided = len(rule.verdicts) - flagged.sessions - unflagged.sessions
    return NextLabels(plan, drawn, flagged, unflagged, undecided, corrected_rate(cases, "stratified"))


def random_labels(sets: Sequence[EvalSet], rule_id: str) -> dict[str, bool]:
    """Session id to whether most labellers call it a hit, of cases that a random draw brought up.

    Labels of what somebody complained about say nothing of how common it is: they are left out.
    """
    found = {}
    for eval_set in sets:
        for case in eval_set.fresh().cases:
            own = [label for label in case.labels if label.rule_id == rule_id]
            expected = case.expected(rule_id)
            if expected is not None and all(label.source == "human_random" for label in own):
                found[case.session.session_id] = expected == "hit"
    return found
