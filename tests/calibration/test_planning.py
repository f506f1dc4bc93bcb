"""Sessions are drawn where labels buy most, with the probability each had; what is not random proves nothing."""

from pathlib import Path

from calibration.eval_sets import load_eval_set
from calibration.planning import FLAGGED, UNFLAGGED, Known, NextLabels, plan_next, random_labels
from calibration.statistics.planning import HalfWidths
from tests.calibration.sets import ACT, case, write_cases

VERDICTS = {
    **{f"f{n}": "hit" for n in range(100)},
    **{f"u{n}": "no_hit" if n % 2 else "not_applicable" for n in range(400)},
    **{f"o{n}": "undetermined" for n in range(7)},
}


def _plan(labels: dict[str, bool], wanted: HalfWidths, *, budget: int | None, seed: int) -> NextLabels:
    return plan_next({"r": Known(VERDICTS, labels)}, wanted, budget=budget, seed=seed).rules["r"]


def test_each_stratum_is_drawn_with_its_own_probability() -> None:
    found = _plan({}, HalfWidths(precision=0.1, prevalence=0.05), budget=None, seed=1)
    drawn = {name: [each for each in found.drawn if each.stratum == name] for name in (FLAGGED, UNFLAGGED)}
    assert len(drawn[FLAGGED]) == found.plan.flagged > 0
    assert len(drawn[UNFLAGGED]) == found.plan.unflagged > 0
    assert {each.inclusion_probability for each in drawn[FLAGGED]} == {found.plan.flagged / 100}
    assert {each.inclusion_probability for each in drawn[UNFLAGGED]} == {found.plan.unflagged / 400}
    assert (found.flagged, found.unflagged, found.undecided) == ((100, 0), (400, 0), 7)
    assert not any(each.case_id.startswith("o") for each in found.drawn)


def test_the_same_seed_draws_the_same_and_another_one_others() -> None:
    wanted = HalfWidths(precision=0.1)
    first, same, other = (_plan({}, wanted, budget=20, seed=seed).drawn for seed in (1, 1, 2))
    assert first == same != other


def test_what_is_labelled_is_not_drawn_again_and_enough_is_enough() -> None:
    labels = {f"f{n}": n % 10 != 0 for n in range(80)} | {f"u{n}": n < 2 for n in range(300)}
    found = _plan(labels, HalfWidths(precision=0.2, prevalence=0.2), budget=None, seed=1)
    assert (found.plan.enough, found.drawn, found.flagged.labelled) == (True, [], 80)
    assert found.rate.value is not None
    assert 0.13 < found.rate.value < 0.22
    more = _plan(labels, HalfWidths(precision=0.06), budget=None, seed=1)
    assert more.drawn
    assert not labels.keys() & {each.case_id for each in more.drawn}
    assert {each.inclusion_probability for each in more.drawn} == {(80 + more.plan.flagged) / 100}


def _verdicts(first: int, last: int) -> dict[str, str]:
    """1,000 sessions; a run of them is flagged."""
    return {f"s{n:03}": "hit" if first <= n < last else "no_hit" for n in range(1000)}


def test_rules_share_sessions_and_each_sample_is_as_large_and_as_likely_as_alone() -> None:
    rules = {
        "a": Known(_verdicts(0, 100), {}),
        "b": Known(_verdicts(50, 150), {}),
        "c": Known(_verdicts(0, 90), {}),
    }
    wanted = HalfWidths(precision=0.12, prevalence=0.03)
    together = plan_next(rules, wanted, budget=None, seed=1)
    alone = {each: plan_next({each: known}, wanted, budget=None, seed=1) for each, known in rules.items()}
    assert together.rules == {each: found.rules[each] for each, found in alone.items()}
    labels = sum(found.sessions for found in alone.values())
    largest = max(found.sessions for found in alone.values())
    assert largest <= together.sessions < 0.6 * labels


def test_a_budget_of_sessions_is_kept_and_serves_every_rule() -> None:
    rules = {"a": Known(_verdicts(0, 100), {}), "b": Known(_verdicts(300, 420), {})}
    wanted = HalfWidths(precision=0.08, recall=0.15, prevalence=0.02)
    whole = plan_next(rules, wanted, budget=None, seed=1)
    found = plan_next(rules, wanted, budget=whole.sessions // 2, seed=1)
    assert 0.9 * (whole.sessions // 2) <= found.sessions <= whole.sessions // 2
    for each, own in found.rules.items():
        assert 0.35 * len(whole.rules[each].drawn) <= len(own.drawn) < len(whole.rules[each].drawn)
        assert not own.plan.reached
    assert plan_next(rules, wanted, budget=whole.sessions, seed=1) == whole


def test_a_rule_with_enough_labels_draws_nothing_while_others_go_on() -> None:
    labels = {f"s{n:03}": n < 80 for n in range(0, 1000, 2)}
    rules = {"known": Known(_verdicts(0, 100), labels), "new": Known(_verdicts(0, 100), {})}
    found = plan_next(rules, HalfWidths(precision=0.15, prevalence=0.05), budget=None, seed=1).rules
    assert (found["known"].plan.enough, found["known"].drawn) == (True, [])
    assert found["new"].drawn


def test_only_labels_of_a_random_draw_say_how_common_something_is(tmp_path: Path) -> None:
    def a_label(verdict: str, source: str, labeller: str = "t") -> dict[str, str]:
        return {"rule_id": ACT, "verdict": verdict, "source": source, "labeller": labeller}

    cases = [
        case("random", [a_label("hit", "human_random")]),
        case("none", [a_label("not_applicable", "human_random")]),
        case("appeal", [a_label("hit", "appeal")]),
        case("constructed", [a_label("hit", "constructed")]),
        case("mixed", [a_label("hit", "human_random"), a_label("hit", "appeal", "u")]),
        case("split", [a_label("hit", "human_random"), a_label("no_hit", "human_random", "u")]),
    ]
    loaded = load_eval_set(str(write_cases(tmp_path / ACT, cases)), "dev")
    assert random_labels([loaded], ACT) == {"random": True, "none": False}
