"""Dev and test share no session, customer, near-duplicate text, shop or agent; the seed decides the rest."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.errors import SplitImpossible
from calibration.eval_sets import Case
from calibration.eval_sets.near_duplicates import find_near_duplicates, shingles_of
from calibration.eval_sets.splitting import grouped_by, reasons, split_cases
from evaluators.sessions import convert_session


def a_case(number: int, text: str | None = None, **fields: Any) -> Case:
    said = text or "".join(chr(0x4E00 + each) for each in Random(number).sample(range(9000), 30))
    session = {"session_id": f"s{number}", "messages": [{"sender": "customer", "text": said}], **fields}
    return Case(case_id=f"c{number:03}", session=convert_session(session), labels=())


def split(cases: list[Case], **options: Any) -> dict[str, str]:
    return dict(split_cases(cases, **{"test_share": 0.4, **options}))


def test_near_duplicates_are_found_whatever_the_punctuation_and_width() -> None:
    sessions = [
        a_case(1, "亲，这款羽绒服现在还有优惠吗？我想买两件送人"),
        a_case(2, "亲,这款羽绒服现在还有优惠吗!!我想买 两件送人"),
        a_case(3, "快递到哪里了怎么还没有收到呢都一个星期了"),
    ]
    assert [
        (each.first, each.second) for each in find_near_duplicates([case.session for case in sessions])
    ] == [(0, 1)]


def test_what_says_nothing_is_no_duplicate_of_anything() -> None:
    assert list(find_near_duplicates([a_case(1, "?").session, a_case(2, "!").session])) == []
    assert shingles_of(a_case(1, "好").session) == {"好"}


@given(st.lists(st.integers(0, 6), min_size=8, max_size=40), st.integers(0, 5))
def test_a_customer_is_on_one_side_and_the_order_of_cases_does_not_matter(
    customers: list[int], seed: int
) -> None:
    cases = [a_case(number, customer_id=f"k{each}") for number, each in enumerate(customers)]
    if len(set(customers)) == 1:
        with pytest.raises(SplitImpossible, match="belong together"):
            split(cases, seed=seed)
        return
    try:
        sides = split(cases, seed=seed)
    except SplitImpossible:  # one customer is nearly everybody
        assert max(map(customers.count, customers)) > len(cases) * 0.6
        return
    for customer in set(customers):
        assert (
            len({sides[case.case_id] for case, own in zip(cases, customers, strict=True) if own == customer})
            == 1
        )
    assert split(cases[::-1], seed=seed) == sides


def test_the_share_is_met_and_the_seed_decides_who() -> None:
    cases = [a_case(number) for number in range(50)]
    first, second = split(cases, seed=1), split(cases, seed=2)
    assert list(first.values()).count("test") == list(second.values()).count("test") == 20
    assert first != second


@pytest.mark.parametrize(("by", "field"), [("shop", "shop"), ("agent", "agents")])
def test_shops_and_agents_are_kept_together_where_there_are_enough(by: str, field: str) -> None:
    def fields(number: int) -> dict[str, Any]:
        return {"shop": f"p{number}"} if field == "shop" else {"agents": [{"agent_id": f"a{number}"}]}

    few = [a_case(number, **fields(number % 3)) for number in range(30)]
    many = [a_case(number, **fields(number % 10)) for number in range(30)]
    assert (grouped_by(few, "auto"), grouped_by(many, "auto")) == ("session", by)
    sides = split(many)
    assert all(len({sides[case.case_id] for case in many[start::10]}) == 1 for start in range(10))


def test_known_cases_stay_and_what_belongs_to_a_dev_case_is_dev() -> None:
    cases = [a_case(number, customer_id=f"k{number // 2}") for number in range(20)]
    sides = split(cases, known={"c000": "dev", "c001": "test", "c002": "test"})
    assert [sides[f"c00{number}"] for number in range(4)] == ["dev", "dev", "test", "test"]


def test_customers_of_different_shops_are_different_people() -> None:
    cases = [a_case(1, customer_id="k", shop="a"), a_case(2, customer_id="k", shop="b")]
    assert list(reasons(cases)) == []


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_that_leaves_one_side_empty_is_refused(share: float) -> None:
    with pytest.raises(SplitImpossible, match="between 0 and 1"):
        split([a_case(1)], test_share=share)
