"""Sampling plans: what is drawn, out of how many, and how probable that was."""

from collections import Counter
from typing import Any

import pytest

from storage.db import Database
from storage.errors import PlanInvalid, PlanKeyReused
from storage.review import agreement, cases, desk, plans
from storage.review.cases import Case
from storage.review.plans import PlannedCase
from tests.storage.building import a_message
from tests.storage.reviewing import OTHER, RULE, answer, draw, found, judge, judged, submit, take

pytestmark = pytest.mark.anyio


async def _cases(database: Database, plan: plans.DrawnPlan) -> tuple[Case, ...]:
    async with database.reading() as db:
        return await cases.listed(db, plan_id=plan.plan_id)


async def test_a_share_of_each_stratum_with_its_probability(database: Database) -> None:
    await judged(database, *(f"a-{n}" for n in range(8)), shop="shop-a")
    await judged(database, *(f"b-{n}" for n in range(4)), shop="shop-b")
    plan = await draw(database, what="random", by="shop", share=0.25, seed=1)
    assert plan.strata == {f"{RULE}/shop-a": (2, 8), f"{RULE}/shop-b": (1, 4)}
    drawn = await _cases(database, plan)
    assert Counter(each.session_id[0] for each in drawn) == {"a": 2, "b": 1}
    assert {each.inclusion_probability for each in drawn} == {0.25}
    assert {each.source for each in drawn} == {"human_random"}


async def test_flagged_and_unflagged_in_numbers_of_their_own(database: Database) -> None:
    await judged(database, *(f"hit-{n}" for n in range(5)))
    await judged(database, *(f"no-{n}" for n in range(20)), verdict="no_hit")
    plan = await draw(database, what="random", by="verdict", sizes={"hit": 4, "no_hit": 3})
    drawn = await _cases(database, plan)
    assert Counter((each.judged, each.inclusion_probability) for each in drawn) == {
        ("hit", 0.8): 4,
        ("no_hit", 0.15): 3,
    }


async def test_whoever_served_is_a_stratum_and_two_agents_are_two_chances(database: Database) -> None:
    replies = [a_message(who, 1, sender="agent", sender_id=who) for who in ("a-1", "a-2")]
    both = [a_message("m1"), *replies]
    await judged(database, "one", "two")
    await judged(database, "shared", messages=both)
    plan = await draw(database, what="random", rules=(), by="agent", size=1, seed=0)
    assert plan.strata == {"a-1": (1, 3), "a-2": (1, 1)}
    chances = {each.session_id: each.inclusion_probability for each in await _cases(database, plan)}
    assert chances["shared"] == 1.0
    assert all(chance == pytest.approx(1 / 3) for name, chance in chances.items() if name != "shared")


async def test_the_same_seed_draws_the_same(database: Database) -> None:
    await judged(database, *(f"s-{n}" for n in range(30)))
    drawn = []
    for seed in (7, 7, 8):
        plan = await draw(database, what="random", size=5, seed=seed)
        drawn.append({each.session_id for each in await _cases(database, plan)})
    assert drawn[0] == drawn[1] != drawn[2]


async def test_an_overturned_hit_is_not_flagged_again(database: Database) -> None:
    await judged(database, "s-1", "s-2")
    await draw(database)
    await answer(database, await take(database), "misjudged")
    assert (await draw(database)).cases == 1


async def test_undetermined_that_people_can_decide(database: Database) -> None:
    await submit(database, "s-1", "s-2")
    await judge(database, "s-1", found("s-1", "undetermined", reason_code="evidence_unverified"))
    await judge(database, "s-2", found("s-2", "undetermined", reason_code="judge_unavailable"))
    plan = await draw(database, what="undetermined", rules=())
    assert [each.session_id for each in await _cases(database, plan)] == ["s-1"]


async def test_what_the_planner_chose(database: Database) -> None:
    await judged(database, "s-1", "s-2", verdict="no_hit")
    chosen = (PlannedCase(session_id="s-2", rule_id=RULE, inclusion_probability=0.1),)
    plan = await draw(database, what="planned", rules=(), chosen=chosen)
    [case] = await _cases(database, plan)
    assert (case.session_id, case.kind, case.inclusion_probability) == ("s-2", "planned", 0.1)
    with pytest.raises(PlanInvalid, match="'s-1' has no inspected outcome of 'late_reply"):
        await draw(database, what="planned", rules=(), chosen=(PlannedCase(session_id="s-1", rule_id=OTHER),))


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"what": "random", "rules": (), "size": 1, "blind": True}, "rules"),
    ({"what": "random", "rules": (), "size": 1, "reviewers": 2}, "rules"),
    ({"what": "random", "rules": (), "size": 1, "by": "verdict"}, "rules"),
    ({"what": "random"}, "share"),
    ({"what": "planned"}, "chosen"),
    ({"what": "flagged", "chosen": (PlannedCase(session_id="s", rule_id="r"),)}, "chosen"),
    ({"what": "flagged", "sizes": {"hit": 1}}, "sizes"),
]


@pytest.mark.parametrize(("fields", "field"), WRONG)
async def test_a_plan_that_makes_no_sense_is_refused(
    database: Database, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(PlanInvalid) as caught:
        await draw(database, **fields)
    assert caught.value.field == field


async def test_only_sessions_of_the_filters_and_those_inspected(database: Database) -> None:
    await judged(database, "s-1", shop="shop-b")
    await submit(database, "s-2", shop="shop-b")
    await judged(database, "s-3", shop="shop-a")
    plan = await draw(database, what="random", rules=(), share=1, shop="shop-b")
    assert [each.session_id for each in await _cases(database, plan)] == ["s-1"]
    async with database.reading() as db:
        assert await plans.recent(db) == (plan,)


async def test_a_case_is_shown_with_all_it_takes_and_a_blind_one_without_the_verdict(
    database: Database,
) -> None:
    await submit(database, "s-1")
    await judge(database, "s-1", found("s-1"), found("s-1", rule_id=OTHER))
    await draw(database)
    [case] = await _cases(database, await draw(database, blind=True))
    async with database.reading() as db:
        blind = await desk.show(db, case)
        plain = await desk.show(db, case, revealed=True)
    assert plain.outcome is not None
    assert (plain.outcome.rule_id, [each.rule_id for each in plain.others]) == (RULE, [OTHER])
    assert plain.session["messages"][0]["text"] == "在吗"
    assert (blind.outcome, blind.others, blind.case.judged, blind.case.agent_id) == (None, (), None, None)
    assert blind.session == plain.session


async def test_agreement_is_over_cases_that_two_have_decided(database: Database) -> None:
    await judged(database, "s-1", "s-2")
    await draw(database, reviewers=2)
    case = await take(database, "ann")
    await answer(database, case, "hit", "ann")
    async with database.reading() as db:
        assert await agreement.double_reviews(db) == ()
    for _ in range(2):
        await answer(database, await take(database, "ben"), "no_hit", "ben")
    async with database.reading() as db:
        [both] = await agreement.double_reviews(db, rule_id=RULE)
    assert case is not None
    assert (both.case_id, both.said, both.judged) == (case.case_id, {"ann": "hit", "ben": "no_hit"}, "hit")


async def test_the_same_key_draws_once_and_another_plan_under_it_is_refused(database: Database) -> None:
    await judged(database, "s-1", "s-2")
    first, again = [await draw(database, what="random", size=1, key="k-1") for _ in range(2)]
    assert again == first
    assert len(await _cases(database, first)) == 1
    assert (await draw(database, what="random", size=1)).plan_id != first.plan_id, "without a key: anew"
    with pytest.raises(PlanKeyReused):
        await draw(database, what="random", size=2, key="k-1")
