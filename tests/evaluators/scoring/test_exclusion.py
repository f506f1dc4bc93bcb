"""Of an exclusion group only the worst hit scores."""

import time
from typing import Any

import pytest

from evaluators.scoring.exclusion import settle
from evaluators.scoring.policy import ScoringPolicy
from tests.evaluators.catalogues import a_catalogue, a_hit, a_rule, an_outcome
from tests.evaluators.scoring.settling import (
    ALONE,
    BOT_ONLY,
    CATALOGUE,
    COMPLAINT,
    EMOTIONS,
    EXPOSURE,
    GUIDED,
    LATE,
    NOBODY,
    OVERDUE,
    POLICY,
    SEVERE,
    TWICE,
    scores,
)


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
