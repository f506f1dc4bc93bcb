"""Of an exclusion group only the worst hit scores, and capped rules share a limit."""

import time
from typing import Any

import pytest

from evaluators.exclusion import settle
from evaluators.scoring_policy import ScoreCap, ScoringPolicy
from evaluators.types import Outcome
from tests.evaluators.catalogues import a_catalogue, a_hit, a_rule, an_outcome

BOT_ONLY = a_rule("slow_first_human_reply", "R51", -5, exclusion_group="first_reply", alert="medium")
NOBODY = a_rule("slow_first_reply", "R52", -5, exclusion_group="first_reply", alert="medium")
LATE = a_rule("late", "R05", -10, exclusion_group="overdue", exclusion_per="turn", alert="medium")
OVERDUE = a_rule("overdue", "R54", -5, exclusion_group="overdue", exclusion_per="turn", alert="medium")
SEVERE = a_rule("severe", "R55", -10, exclusion_group="overdue", exclusion_per="turn", alert="high")
TWICE = a_rule("invited_twice", "R08", -5, exclusion_group="review", alert="none")
GUIDED = a_rule("praise_guided", "R09", 5, exclusion_group="review", alert="none")
COMPLAINT = a_rule("complaint", "R49", None, exclusion_group="complaint", alert="high")
EXPOSURE = a_rule("exposure", "R50", None, exclusion_group="complaint", alert="high")
ALONE = a_rule("alone", "R01", -3)
EMOTIONS = {
    number: a_rule(name, number, -5, attribute_to="sender" if number == "R43" else "shop")
    for number, name in {
        "R43": "dissatisfied_with_attitude",
        "R44": "dissatisfied_with_logistics",
        "R45": "dissatisfied_with_product",
        "R46": "dissatisfied_with_missing_items",
        "R47": "dissatisfied_other",
    }.items()
}
CATALOGUE = a_catalogue(
    BOT_ONLY, NOBODY, LATE, OVERDUE, SEVERE, TWICE, GUIDED, COMPLAINT, EXPOSURE, ALONE, *EMOTIONS.values()
)
POLICY = ScoringPolicy()


def scores(outcomes: list[Outcome], policy: ScoringPolicy = POLICY, **turns: str) -> dict[str, Any]:
    """Scores by R-number; `turns`: rule id to the turns its hit concerns, separated by spaces."""
    numbers = {rule.id: rule.number or rule.id for rule in CATALOGUE.rules}
    occurrences = {rule_id: frozenset(found.split()) for rule_id, found in turns.items()}
    settled = settle(outcomes, CATALOGUE, policy, occurrences)
    assert [outcome.rule_id for outcome in settled] == [outcome.rule_id for outcome in outcomes]
    assert all(outcome.verdict == before.verdict for outcome, before in zip(settled, outcomes, strict=True))
    return {numbers[outcome.rule_id]: outcome.score for outcome in settled}


def test_nothing_changes_where_nothing_competes() -> None:
    outcomes = [
        a_hit(ALONE, "m1"),
        a_hit(SEVERE, "m1"),
        an_outcome(OVERDUE, "undetermined", reason_code="window_open"),
        an_outcome(LATE, "no_hit"),
    ]
    assert settle(outcomes, CATALOGUE, POLICY) == outcomes


def test_on_equal_points_and_alerts_the_higher_number_wins() -> None:
    assert scores([a_hit(BOT_ONLY, "m1"), a_hit(NOBODY, "m1")]) == {"R51": 0, "R52": -5}


def test_on_equal_points_the_higher_alert_wins_before_the_number() -> None:
    louder = a_rule("louder", "R02", -5, exclusion_group="g", alert="high")
    later = a_rule("later", "R99", -5, exclusion_group="g", alert="low")
    settled = settle([a_hit(louder, "m1"), a_hit(later, "m1")], a_catalogue(louder, later), POLICY)
    assert [outcome.score for outcome in settled] == [-5, 0]


def test_numbers_are_compared_as_numbers() -> None:
    ninth, hundredth = (a_rule(f"rule_{n}", f"R{n}", -5, exclusion_group="g") for n in (9, 100))
    settled = settle([a_hit(ninth, "m1"), a_hit(hundredth, "m1")], a_catalogue(ninth, hundredth), POLICY)
    assert [outcome.score for outcome in settled] == [0, -5]


def test_a_fault_beats_a_merit_of_its_group() -> None:
    assert scores([a_hit(TWICE, "m1"), a_hit(GUIDED, "m1")]) == {"R08": -5, "R09": 0}
    assert scores([a_hit(GUIDED, "m1")]) == {"R09": 5}


def test_among_alert_only_rules_the_loser_says_who_won() -> None:
    settled = settle([a_hit(COMPLAINT, "m1"), a_hit(EXPOSURE, "m1")], CATALOGUE, POLICY)
    assert [outcome.score for outcome in settled] == [0, 0]
    assert "标题 exposure" in settled[0].explanation
    assert settled[1].explanation == "因为"


def test_the_loser_names_the_winner_and_keeps_its_own_reason() -> None:
    loser, winner = settle([a_hit(BOT_ONLY, "m1"), a_hit(NOBODY, "m1")], CATALOGUE, POLICY)
    assert loser.verdict == "hit"
    assert loser.explanation == (
        "因为【不重复计分:与「标题 slow_first_reply」(R52)属同一问题,只计最重的一项】"
    )
    assert winner.explanation == "因为"


PER_TURN = [
    ("same turn", {"late": "c1", "overdue": "c1"}, {"R05": -10, "R54": 0}),
    ("other turns", {"late": "c1", "overdue": "c2"}, {"R05": -10, "R54": -5}),
    ("one turn in common", {"late": "c1", "overdue": "c1 c2"}, {"R05": -10, "R54": -5}),
    ("all turns in common", {"late": "c1 c2 c3", "overdue": "c1 c2"}, {"R05": -10, "R54": 0}),
    (
        "beaten by two",
        {"late": "c1", "severe": "c2", "overdue": "c1 c2"},
        {"R05": -10, "R55": -10, "R54": 0},
    ),
    (
        "a beaten turn is no prize",
        {"severe": "c1", "late": "c1", "overdue": "c1"},
        {"R55": -10, "R05": 0, "R54": 0},
    ),
]


@pytest.mark.parametrize(
    ("turns", "expected"), [case[1:] for case in PER_TURN], ids=[case[0] for case in PER_TURN]
)
def test_rules_about_turns_compete_turn_by_turn(turns: dict[str, str], expected: dict[str, Any]) -> None:
    rules = {"late": LATE, "overdue": OVERDUE, "severe": SEVERE}
    outcomes = [a_hit(rules[name], *found.split()) for name, found in turns.items()]
    assert scores(outcomes, **turns) == expected
    assert scores(outcomes) == expected, "the evidence says the same"
    assert scores(outcomes[::-1], **turns) == expected


def test_turns_count_rather_than_the_messages_quoted() -> None:
    outcomes = [a_hit(LATE, "c1", "a1"), a_hit(OVERDUE, "c1", "a9")]
    assert scores(outcomes, late="c1", overdue="c1") == {"R05": -10, "R54": 0}
    assert scores(outcomes, late="c1", overdue="c9") == {"R05": -10, "R54": -5}
    same = [a_hit(LATE, "c1"), a_hit(OVERDUE, "c1")]
    assert scores(same, late="c1", overdue="c2") == {"R05": -10, "R54": -5}


def test_two_winners_are_both_named() -> None:
    outcomes = [a_hit(LATE, "c1"), a_hit(SEVERE, "c2"), a_hit(OVERDUE, "c1", "c2")]
    assert "「标题 severe」(R55)、「标题 late」(R05)" in settle(outcomes, CATALOGUE, POLICY)[2].explanation


def test_what_cannot_be_told_apart_competes_for_the_session() -> None:
    assert scores([a_hit(LATE), a_hit(OVERDUE, "c2")]) == {"R05": -10, "R54": 0}


def test_per_message_groups_compete_message_by_message() -> None:
    worse = a_rule("worse", "R02", -9, exclusion_group="g", exclusion_per="message")
    milder = a_rule("milder", "R03", -1, exclusion_group="g", exclusion_per="message")
    catalogue = a_catalogue(worse, milder)
    for messages, expected in ((("m1",), 0), (("m2",), -1), (("m1", "m2"), -1)):
        settled = settle([a_hit(worse, "m1"), a_hit(milder, *messages)], catalogue, POLICY)
        assert settled[1].score == expected


def test_a_shop_may_opt_out_of_a_group() -> None:
    policy = ScoringPolicy(without_exclusion=("first_reply",))
    assert scores([a_hit(BOT_ONLY, "m1"), a_hit(NOBODY, "m1")], policy) == {"R51": -5, "R52": -5}
    assert scores([a_hit(TWICE, "m1"), a_hit(GUIDED, "m1")], policy) == {"R08": -5, "R09": 0}


EMOTION_CASES = [
    ("one", {"R44": "m1"}, {"R44": -5}),
    (
        "one message, three complaints: the first",
        {"R45": "m1", "R43": "m1", "R47": "m1"},
        {"R43": -5, "R45": 0, "R47": 0},
    ),
    ("two messages", {"R43": "m1", "R44": "m2"}, {"R43": -5, "R44": -5}),
    (
        "third message over the session limit",
        {"R43": "m1", "R44": "m2", "R45": "m3"},
        {"R43": -5, "R44": -5, "R45": 0},
    ),
    ("a message of its own", {"R43": "m1", "R44": "m1 m2"}, {"R43": -5, "R44": -5}),
    (
        "each of its messages taken",
        {"R43": "m1 m2", "R44": "m1", "R45": "m2"},
        {"R43": -5, "R44": 0, "R45": 0},
    ),
    (
        "without evidence only the session limit",
        {"R43": "", "R44": "", "R45": ""},
        {"R43": -5, "R44": -5, "R45": 0},
    ),
]


@pytest.mark.parametrize(
    ("found", "expected"), [case[1:] for case in EMOTION_CASES], ids=[case[0] for case in EMOTION_CASES]
)
def test_negative_emotions_are_capped(found: dict[str, str], expected: dict[str, Any]) -> None:
    outcomes = [a_hit(EMOTIONS[number], *messages.split()) for number, messages in found.items()]
    assert scores(outcomes) == expected
    assert scores(outcomes[::-1]) == expected


def test_a_capped_hit_says_so() -> None:
    settled = settle([a_hit(EMOTIONS["R43"], "m1"), a_hit(EMOTIONS["R44"], "m1")], CATALOGUE, POLICY)
    assert settled[1].explanation == (
        "因为【不重复计分:负面情绪合计最多每条消息 -5、每会话 -10 分,本项计 0 分】"
    )


def test_a_cap_leaves_what_fits() -> None:
    policy = ScoringPolicy(
        caps={"feelings": ScoreCap(rules=tuple(r.id for r in EMOTIONS.values()), per_session=-7.5)}
    )
    found = [a_hit(EMOTIONS[number], "m1") for number in ("R43", "R44", "R45")]
    assert scores(found, policy) == {"R43": -5, "R44": -2.5, "R45": 0}
    assert "本项计 -2.5 分" in settle(found, CATALOGUE, policy)[1].explanation


def test_a_positive_cap_limits_bonuses() -> None:
    merits = [a_rule(f"merit_{n}", f"R{n}", n) for n in (10, 20, 30)]
    fault = a_rule("fault", "R40", -50)
    ids = tuple(rule.id for rule in (*merits, fault))
    policy = ScoringPolicy(caps={"bonuses": ScoreCap(rules=ids, per_session=45)})
    settled = settle([a_hit(rule, "m1") for rule in (*merits, fault)], a_catalogue(*merits, fault), policy)
    assert [outcome.score for outcome in settled] == [0, 15, 30, -50]


def test_a_loser_of_its_group_uses_up_no_cap() -> None:
    loser = a_rule("loser", "R10", -5, exclusion_group="g")
    winner = a_rule("winner", "R11", -9, exclusion_group="g")
    other = a_rule("other", "R12", -5)
    policy = ScoringPolicy(caps={"c": ScoreCap(rules=("loser", "other"), per_session=-5)})
    hits = [a_hit(rule, "m1") for rule in (loser, winner, other)]
    settled = settle(hits, a_catalogue(loser, winner, other), policy)
    assert [outcome.score for outcome in settled] == [0, -9, -5]


def test_a_cap_without_rules_is_off() -> None:
    policy = ScoringPolicy(caps={"negative_emotions": ScoreCap()})
    assert scores([a_hit(EMOTIONS["R43"], "m1"), a_hit(EMOTIONS["R44"], "m1")], policy) == {
        "R43": -5,
        "R44": -5,
    }


def test_settling_again_changes_nothing() -> None:
    outcomes = [
        a_hit(LATE, "c1"), a_hit(SEVERE, "c1"), a_hit(OVERDUE, "c2"),
        a_hit(EMOTIONS["R43"], "m1"), a_hit(EMOTIONS["R44"], "m1"),
    ]  # fmt: skip
    once = settle(outcomes, CATALOGUE, POLICY)
    assert once != outcomes
    assert settle(once, CATALOGUE, POLICY) == once


def test_when_the_winner_is_overturned_the_loser_gets_its_points_back() -> None:
    settled = settle([a_hit(BOT_ONLY, "m1"), a_hit(NOBODY, "m1")], CATALOGUE, POLICY)
    assert settle(settled[:1], CATALOGUE, POLICY) == [a_hit(BOT_ONLY, "m1")]


def test_when_a_shop_opts_out_later_the_loser_gets_its_points_back() -> None:
    hits = [a_hit(BOT_ONLY, "m1"), a_hit(NOBODY, "m1")]
    settled = settle(hits, CATALOGUE, POLICY)
    assert settle(settled, CATALOGUE, ScoringPolicy(without_exclusion=("first_reply",))) == hits


def test_a_session_without_hits_costs_next_to_nothing() -> None:
    rules = [a_rule(f"rule_{n}", f"R{n}", -5, exclusion_group=f"group_{n % 7}") for n in range(1, 56)]
    catalogue = a_catalogue(*rules)
    outcomes = [an_outcome(rule, "no_hit") for rule in rules]
    settle(outcomes, catalogue, POLICY)
    runs, best = 2000, float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(runs):
            settle(outcomes, catalogue, POLICY)
        best = min(best, (time.perf_counter() - start) / runs)
    assert best < 20e-6, f"{best * 1e6:.1f} µs for 55 outcomes (5 µs on an idle machine)"
