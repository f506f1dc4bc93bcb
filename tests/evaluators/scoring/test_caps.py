"""Capped rules share a limit."""

from typing import Any

import pytest

from evaluators.scoring.exclusion import settle
from evaluators.scoring.policy import ScoreCap, ScoringPolicy
from tests.evaluators.catalogues import a_catalogue, a_hit, a_rule
from tests.evaluators.scoring.settling import CATALOGUE, EMOTIONS, POLICY, scores

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
