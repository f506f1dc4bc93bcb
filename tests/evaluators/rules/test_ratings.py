"""R35 to R39: the five levels of the customer's rating."""

import pytest

from tests.builders import agent, bot, rating
from tests.evaluators.rules.tables import (
    NO_HIT,
    NOT_APPLICABLE,
    Case,
    case,
    check,
    hit,
    undetermined,
)

LEVELS = {
    "rating_very_dissatisfied": 1,
    "rating_dissatisfied": 2,
    "rating_neutral": 3,
    "rating_satisfied": 4,
    "rating_very_satisfied": 5,
}
NEUTRAL = [
    case("not rated, not over", undetermined("session_open"), agent("在", at=0)),
    case("not rated", NOT_APPLICABLE, agent("在", at=0), ended=9),
    case(
        "changed his mind: the last one counts",
        NO_HIT,
        agent("在", at=0),
        rating(3, 5),
        rating(4, 6),
        ended=9,
    ),
    case(
        "the order of input does not matter",
        hit(agent="a-1"),
        agent("在", at=0),
        rating(3, 6),
        rating(4, 5),
        ended=9,
    ),
    case("after the end", hit(agent="a-1"), agent("在", at=0), rating(3, 3600), ended=9),
    case(
        "unnamed: the last human",
        hit(agent="a-2"),
        agent("在", at=0),
        agent("来了", at=1, by="a-2"),
        bot("再见", at=2),
        rating(3, 5),
        ended=9,
    ),
    case(
        "each agent has his own",
        hit(agent="a-2"),
        agent("在", at=0),
        rating(5, 5, "a-1"),
        rating(3, 6, "a-2"),
        ended=9,
    ),
]


@pytest.mark.parametrize("row", NEUTRAL, ids=lambda row: row.name)
def test_rating_neutral(row: Case) -> None:
    check("rating_neutral", row)


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("rule_id", LEVELS)
def test_each_level_has_its_rule(rule_id: str, level: int) -> None:
    expected = hit() if LEVELS[rule_id] == level else NO_HIT
    check(rule_id, case(f"{level}", expected, agent("在", at=0), rating(level, 5, "a-1"), ended=9))
