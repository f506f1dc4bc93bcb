"""The human ceiling: everybody who labelled a case counts, and only labels given independently."""

from datetime import UTC, datetime
from typing import Any

import pytest

from calibration.reviewers import agreement_by_rule, labelled_together
from storage.labels import JudgedCase
from storage.review.agreement import DoubleReview

AT = datetime(2026, 11, 1, tzinfo=UTC)


def labelled(session_id: str, said: dict[str, str], *sources: str) -> JudgedCase:
    return JudgedCase(
        session_id=session_id, revision=1, rule_id="r", rule_version="v", inspection_id="i", said=said,
        sources=sources or ("human_random",), expected="hit", judged="hit", reason_code=None, probability=None,
        inclusion_probability=0.5, shop=None, group=None, agent_id=None, started_at=AT, labelled_at=AT,
    )  # fmt: skip


def review(session_id: str, **said: str) -> DoubleReview:
    return DoubleReview(case_id="c", session_id=session_id, rule_id="r", judged="hit", said=said)


def test_the_third_labeller_counts_too() -> None:
    """Fleiss' own way: of 3 cases with 3 labels each, one is split 2 to 1."""
    cases = [
        review("a", li="hit", wu="hit", wang="hit"),
        review("b", li="no_hit", wu="no_hit", wang="no_hit"),
    ]
    [found] = agreement_by_rule([*cases, review("c", li="hit", wu="hit", wang="no_hit")])
    observed, hits = (1 + 1 + 1 / 3) / 3, 5 / 9
    chance = hits**2 + (1 - hits) ** 2
    assert found.kappa == pytest.approx((observed - chance) / (1 - chance))
    assert (found.cases, found.agreed, len(found.disagreements)) == (3, 2, 1)


def test_who_is_unsure_is_no_side_of_it() -> None:
    [found] = agreement_by_rule([review("a", li="hit", wu="unsure"), review("b", li="hit", wu="hit")])
    assert (found.cases, found.agreed) == (2, 1)
    assert (found.kappa, found.ac1) == (None, 1.0)


def test_labels_of_a_random_draw_count_beside_reviews_and_none_twice() -> None:
    both: dict[str, Any] = {"li": "hit", "wu": "no_hit"}
    cases = [
        labelled("a", both), labelled("b", both), labelled("c", {"li": "hit"}), labelled("d", both, "appeal"),
        labelled("e", both, "appeal", "human_random"),
    ]  # fmt: skip
    found = labelled_together(cases, [review("a", li="hit", wu="hit")])
    assert [(each.session_id, each.case_id) for each in found] == [("a", "c"), ("b", "")]
