"""Against what agents may appeal."""

import pytest

from api.appealing import is_praise
from evaluators.catalogue.loading import load_catalogue

RULES = {rule.id: rule for rule in load_catalogue().rules}


@pytest.mark.parametrize(
    ("rule_id", "expected"),
    [
        ("rating_very_satisfied", True), ("courteous_closing", True), ("hostile_phrase", False),
        ("diversion_to_other_shop", False), ("late_reply_without_apology", False), ("no longer there", False),
    ],
)  # fmt: skip
def test_praise_is_what_adds_points(rule_id: str, expected: bool) -> None:
    assert is_praise(RULES.get(rule_id)) is expected


def test_a_rule_that_only_alerts_is_no_praise() -> None:
    alerting = [rule for rule in RULES.values() if rule.score is None]
    assert alerting
    assert not any(map(is_praise, alerting))
