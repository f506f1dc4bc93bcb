"""Agreement against published examples and statsmodels; the human ceiling on real ratings where they are at hand."""

import json
import os
from math import floor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa as their_fleiss

from calibration.statistics.agreement.coefficients import (
    bootstrap_interval,
    category_counts,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
)
from calibration.statistics.agreement.human_ceiling import alternative_annotator_test, one_against_the_rest
from calibration.statistics.metrics import Matrix, cohen_kappa, f1, gwet_ac1, precision, recall

DATA = Path(os.environ.get("MINGJIAN_DATA", Path(__file__).parents[3] / "../shared/data")) / "stc3_dev.jsonl"
#: Krippendorff's example of four coders and twelve units (2011), 0: not coded. Gwet uses it too (irrCAC: raw4raters).
_CODERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)
EXAMPLE = category_counts(
    [[said for said in unit if said] for unit in zip(*_CODERS, strict=True)], (1, 2, 3, 4, 5)
)


@pytest.mark.parametrize(
    ("scale", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_own_example(scale: str, published: float) -> None:
    assert krippendorff_alpha(EXAMPLE, scale) == pytest.approx(published, abs=5e-4)


def test_gwets_example() -> None:
    assert gwet_ac(EXAMPLE) == pytest.approx(0.77544, abs=5e-6)
    assert fleiss_kappa(EXAMPLE) == pytest.approx(0.76117, abs=5e-6)


COUNTS = st.integers(2, 6).flatmap(
    lambda q: st.lists(st.lists(st.integers(0, q - 1), min_size=4, max_size=4), min_size=2, max_size=30).map(
        lambda rows: category_counts(rows, range(q))
    )
)


@given(COUNTS)
def test_statsmodels_agrees_on_fleiss(counts: np.ndarray) -> None:
    ours = fleiss_kappa(counts)
    if ours is not None and (counts.sum(0) > 0).sum() > 1:
        assert ours == pytest.approx(their_fleiss(counts), abs=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=80))
def test_two_labellers_are_a_matrix(pairs: list[tuple[bool, bool]]) -> None:
    matrix = Matrix(
        *(pairs.count(each) for each in ((True, True), (False, True), (True, False), (False, False)))
    )
    counts = category_counts(pairs, (True, False))
    assert gwet_ac(counts) == pytest.approx(gwet_ac1(matrix), abs=1e-9)
    ours = cohen_kappa(matrix)
    if ours is not None:
        theirs = cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs])
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_alpha_by_definition() -> None:
    """Against the mean over all pairs of labels, on the interval scale."""
    rng = np.random.default_rng(2)
    rows = [rng.integers(0, 5, rng.integers(2, 6)).tolist() for _ in range(40)]
    everything = np.concatenate(rows)
    n = len(everything)
    observed = sum(sum((a - b) ** 2 for a in row for b in row) / (len(row) - 1) for row in rows) / n
    expected = sum((a - b) ** 2 for a in everything for b in everything) / (n * (n - 1))
    assert krippendorff_alpha(category_counts(rows, range(5)), "interval") == pytest.approx(
        1 - observed / expected, abs=1e-9
    )


def test_near_categories_agree_in_part() -> None:
    near = category_counts([[0, 1], [1, 2], [2, 2], [0, 0]], range(3))
    far = category_counts([[0, 2], [2, 0], [2, 2], [0, 0]], range(3))
    assert gwet_ac(near, "quadratic") > gwet_ac(near, "linear") > gwet_ac(near)  # type: ignore[operator]
    assert gwet_ac(far, "linear") < gwet_ac(near, "linear")  # type: ignore[operator]


def test_what_nobody_labelled_twice_says_nothing() -> None:
    once = category_counts([["hit"], ["no_hit"], []], ("hit", "no_hit"))
    for coefficient in (krippendorff_alpha, fleiss_kappa, gwet_ac):
        assert coefficient(once) is None
        assert bootstrap_interval(once, coefficient) is None
    alike = category_counts([["hit", "hit"]] * 3, ("hit", "no_hit"))
    assert (krippendorff_alpha(alike), fleiss_kappa(alike), gwet_ac(alike)) == (None, None, 1.0)
    assert gwet_ac(alike[:, :1]) is None


def test_the_bootstrap_holds_the_value_and_is_seeded() -> None:
    interval = bootstrap_interval(EXAMPLE, krippendorff_alpha)
    assert interval == bootstrap_interval(EXAMPLE, krippendorff_alpha)
    assert interval is not None
    assert interval.low < 0.743 < interval.high


def test_one_against_the_rest_by_hand() -> None:
    ratings = [
        {"a": True, "b": True, "c": False},  # a, b: the others are of two minds; c misses it
        {"a": True, "b": False, "c": False},  # a finds what is not there; b, c: two minds
        {"a": False, "b": False, "c": False},
        {"a": True},
    ]
    found = one_against_the_rest(ratings)
    assert found.matrix == Matrix(tp=0, fp=1, fn=1, tn=3)
    assert (found.tied, found.labellers) == (4, 3)


def crowd(accuracy: float, judge: float, cases: int, seed: int) -> tuple[list[dict[str, str]], list[str]]:
    rng = np.random.default_rng(seed)
    truth = rng.random(cases) < 0.4
    said = lambda right: np.where(truth == (rng.random(cases) < right), "hit", "no_hit").tolist()  # noqa: E731
    columns = {f"r{each}": said(accuracy) for each in range(4)}
    ratings = [{who: column[case] for who, column in columns.items()} for case in range(cases)]
    return ratings, said(judge)


def test_a_good_judge_passes_and_a_bad_one_does_not() -> None:
    good = alternative_annotator_test(*crowd(0.85, 0.9, 120, 1), epsilon=0.15)
    assert (good.winning_rate, good.passes) == (1.0, True)
    assert good.advantage is not None
    assert good.advantage > 0.85
    bad = alternative_annotator_test(*crowd(0.9, 0.55, 120, 2), epsilon=0.15)
    assert (bad.winning_rate, bad.passes) == (0.0, False)


def test_a_judge_worse_by_epsilon_seldom_passes() -> None:
    """The judge guesses; the labellers are right in 85 %: over 40 seeds no test is won."""
    rates = [alternative_annotator_test(*crowd(0.85, 0.5, 60, seed)).winning_rate for seed in range(40)]
    assert np.mean([rate or 0.0 for rate in rates]) <= 0.05


def test_too_few_cases_are_no_test() -> None:
    found = alternative_annotator_test(*crowd(0.9, 0.9, 20, 3))
    assert (found.passes, found.winning_rate) == (None, None)
    assert "30 cases" in found.reason


def test_a_judge_who_says_what_all_say_wins_without_spread() -> None:
    ratings = [{"a": "hit", "b": "hit"}] * 40
    found = alternative_annotator_test(ratings, ["hit"] * 40)
    assert (found.winning_rate, found.p_values) == (1.0, {"a": 0.0, "b": 0.0})
    assert alternative_annotator_test(ratings, ["no_hit"] * 40).winning_rate == 0.0


@pytest.mark.skipif(not DATA.is_file(), reason=f"no {DATA} (MINGJIAN_DATA)")
def test_the_published_human_ceiling_of_stc3() -> None:
    """ "Dissatisfied" (S < 0), 19 raters: precision .43, recall .63, F1 .51, kappa .18 are published, cut to two places."""
    lines = DATA.read_text("utf-8").splitlines()
    rated = [json.loads(line)["labels"]["quality"]["S"]["ratings"] for line in lines]
    dissatisfied = [[value < 0 for value in each] for each in rated]
    found = one_against_the_rest([{str(who): said for who, said in enumerate(each)} for each in dissatisfied])
    values = [precision(found.matrix).value, recall(found.matrix).value, f1(found.matrix).value]
    counts = category_counts(dissatisfied, (True, False))
    values.append(fleiss_kappa(counts))
    assert [floor(100 * value) / 100 for value in values if value is not None] == [0.43, 0.63, 0.51, 0.18]
    assert krippendorff_alpha(counts) == pytest.approx(fleiss_kappa(counts), abs=1e-3)
