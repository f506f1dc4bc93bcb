"""Label plans keep what they promise; draws are random, seeded, and know their probabilities."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import binomtest

from calibration.statistics.metrics import Matrix
from calibration.statistics.planning import HalfWidths, half_widths, plan_labels
from calibration.statistics.rates.counts import counts_of
from calibration.statistics.sampling import draw_stratified, inclusion_probabilities
from calibration.statistics.weighted import WeightedLabel, weighted_prevalence

PILOT = counts_of(Matrix(tp=12, fp=8, fn=1, tn=39), 4940, 480)


def test_what_is_narrow_enough_needs_nothing() -> None:
    plan = plan_labels(PILOT, HalfWidths(precision=0.3))
    assert (plan.flagged, plan.unflagged, plan.enough) == (0, 0, True)
    assert plan.now == half_widths(PILOT)


def test_precision_costs_flagged_labels_only() -> None:
    plan = plan_labels(PILOT, HalfWidths(precision=0.05))
    assert plan.unflagged == 0
    assert 280 <= plan.flagged <= 380  # about z²·p(1 − p)/h² = 370 less the 20 there are
    assert plan.reached
    assert plan.expected.precision is not None
    assert plan.expected.precision <= 0.05


def test_the_cheapest_plan_is_found() -> None:
    wanted = HalfWidths(precision=0.1, recall=0.15, prevalence=0.02)
    plan = plan_labels(PILOT, wanted)
    assert plan.reached
    for less in ((plan.flagged * 0.9, plan.unflagged * 0.9), (plan.flagged, plan.unflagged * 0.85)):
        budget = int(sum(less))
        assert not plan_labels(PILOT, wanted, budget=budget).reached


def test_a_budget_is_kept_and_spent_where_it_helps() -> None:
    plan = plan_labels(PILOT, HalfWidths(precision=0.01, prevalence=0.001), budget=60)
    assert not plan.reached
    assert plan.flagged + plan.unflagged <= 60
    assert plan.flagged > 0


def test_a_rule_without_labels_is_planned_from_the_judges_counts() -> None:
    plan = plan_labels(counts_of(Matrix(), 3000, 200), HalfWidths(precision=0.1, recall=0.2))
    assert plan.now == HalfWidths()
    assert plan.reached
    assert min(plan.flagged, plan.unflagged) > 0


def test_a_rule_that_flagged_nothing_can_still_have_a_rate() -> None:
    counts = counts_of(Matrix(), 2000, 0)
    plan = plan_labels(counts, HalfWidths(prevalence=0.01))
    assert (plan.flagged, plan.reached) == (0, True)
    assert 50 < plan.unflagged < 400
    hopeless = plan_labels(counts, HalfWidths(precision=0.1))
    assert (hopeless.flagged, hopeless.unflagged, hopeless.reached) == (0, 0, False)
    nothing = plan_labels(counts_of(Matrix(), 0, 0), HalfWidths(prevalence=0.1))
    assert (nothing.flagged, nothing.unflagged, nothing.reached) == (0, 0, False)


def test_what_cannot_be_had_keeps_nothing_else_from_being_planned() -> None:
    flagged_nothing = counts_of(Matrix(), 2000, 0)
    rate = plan_labels(flagged_nothing, HalfWidths(prevalence=0.01))
    both = plan_labels(flagged_nothing, HalfWidths(precision=0.1, prevalence=0.01))
    assert (both.flagged, both.unflagged, both.reached) == (0, rate.unflagged, False)


def test_a_budget_too_small_serves_all_targets_and_not_only_the_worst_one() -> None:
    """A rate that is 20 times too wide takes nearly all of the labels where the worst alone is looked at."""
    wanted = HalfWidths(precision=0.08, prevalence=0.0005)
    plan = plan_labels(PILOT, wanted, budget=200)
    assert not plan.reached
    assert plan.expected.precision is not None
    assert plan.expected.prevalence is not None
    assert plan.now.precision is not None
    assert plan.now.prevalence is not None
    assert plan.expected.precision < 0.09, "0.11 where the worst alone counts"
    assert plan.expected.prevalence < 0.75 * plan.now.prevalence


def test_samples_of_several_rules_share_what_they_can() -> None:
    other = {"flagged": [f"u{n}" for n in range(10)], "unflagged": [f"u{n}" for n in range(10, 90)]}
    one = {each.case_id for each in draw_stratified(STRATA, {"unflagged": 30}, seed=1)}
    two = {each.case_id for each in draw_stratified(other, {"unflagged": 30}, seed=1)}
    assert len(one & two) >= 25


def test_clustered_labels_cost_more() -> None:
    plain = plan_labels(PILOT, HalfWidths(prevalence=0.02))
    clustered = plan_labels(PILOT, HalfWidths(prevalence=0.02), design_effect=2.0)
    assert clustered.flagged + clustered.unflagged > 1.5 * (plain.flagged + plain.unflagged)


def test_a_plan_promises_what_the_labels_then_give() -> None:
    """Labels drawn as planned, 200 times: the widths come out as said."""
    truth1, truth0, wanted = 0.6, 0.02, HalfWidths(precision=0.07, prevalence=0.015)
    pilot = counts_of(Matrix(tp=30, fp=20, fn=1, tn=49), 4900, 480)
    plan = plan_labels(pilot, wanted)
    rng = np.random.default_rng(3)
    n1, n0 = 50 + plan.flagged, 50 + plan.unflagged
    found = []
    for _ in range(200):
        tp, fn = int(rng.binomial(n1, truth1)), int(rng.binomial(n0, truth0))
        matrix = Matrix(tp=tp, fp=n1 - tp, fn=fn, tn=n0 - fn)
        widths = half_widths(counts_of(matrix, 5000 - n1 - n0, 530 - n1))
        assert widths.precision is not None
        assert widths.prevalence is not None
        found.append((widths.precision, widths.prevalence))
    means = np.mean(found, axis=0)
    assert means[0] == pytest.approx(0.07, rel=0.1)
    assert means[1] <= 0.015 * 1.15


STRATA = {"flagged": [f"f{n}" for n in range(10)], "unflagged": [f"u{n}" for n in range(90)]}


def test_draws_are_seeded_and_know_their_probabilities() -> None:
    first = draw_stratified(STRATA, {"flagged": 5, "unflagged": 9}, seed=1)
    assert first == draw_stratified(STRATA, {"flagged": 5, "unflagged": 9}, seed=1)
    assert first != draw_stratified(STRATA, {"flagged": 5, "unflagged": 9}, seed=2)
    assert Counter((each.stratum, each.inclusion_probability) for each in first) == {
        ("flagged", 0.5): 5, ("unflagged", 0.1): 9,
    }  # fmt: skip


def test_a_further_draw_leaves_out_what_has_a_label_and_counts_it() -> None:
    labelled = ["f0", "f1", "f2"]
    more = draw_stratified(STRATA, {"flagged": 2}, seed=1, labelled=labelled)
    assert not {each.case_id for each in more} & set(labelled)
    assert {each.inclusion_probability for each in more} == {0.5}
    assert inclusion_probabilities(STRATA | {"none": []}, labelled, {"unflagged": 9}) == {
        "flagged": 0.3, "unflagged": 0.1, "none": 0.0,
    }  # fmt: skip


def test_a_stratum_gives_no_more_than_it_has() -> None:
    with pytest.raises(ValueError, match="has 10 cases"):
        draw_stratified(STRATA, {"flagged": 11}, seed=1)


def test_every_case_is_as_likely_as_said() -> None:
    drawn = Counter(
        each.case_id for seed in range(400) for each in draw_stratified(STRATA, {"flagged": 3}, seed=seed)
    )
    assert min(binomtest(drawn[case], 400, 0.3).pvalue for case in STRATA["flagged"]) > 0.001


def test_weights_undo_the_strata() -> None:
    """5 of 10 flagged cases and 9 of 90 others labelled: the raw share of hits is far off, the weighted is not."""
    labels = [WeightedLabel(n < 4, True, 0.5) for n in range(5)] + [
        WeightedLabel(n < 1, False, 0.1) for n in range(9)
    ]
    share = weighted_prevalence(labels)
    assert share.value == pytest.approx((4 * 2 + 1 * 10) / 100)
