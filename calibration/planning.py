"""What to label next: sessions drawn from those a judge has seen, and what their labels would buy."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from calibration.eval_sets import EvalSet
from calibration.statistics.planning import HalfWidths, LabelPlan, plan_labels
from calibration.statistics.rates.cases import JudgedCase, count
from calibration.statistics.rates.counts import Rate
from calibration.statistics.rates.estimation import corrected_rate
from calibration.statistics.sampling import Drawn, draw_stratified

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


def plan_next(
    verdicts: Mapping[str, str],
    labels: Mapping[str, bool],
    wanted: HalfWidths,
    *,
    budget: int | None,
    seed: int,
) -> NextLabels:
    """`verdicts`: of the judge, by session; `labels`: whether a session drawn at random before is a hit."""
    strata = {
        FLAGGED: [each for each, verdict in verdicts.items() if verdict == "hit"],
        UNFLAGGED: [each for each, verdict in verdicts.items() if verdict in ("no_hit", "not_applicable")],
    }
    known = {each: labels[each] for sessions in strata.values() for each in sessions if each in labels}
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
    undecided = len(verdicts) - flagged.sessions - unflagged.sessions
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
