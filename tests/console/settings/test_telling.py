"""Who is told of what."""

import pytest
from starlette.testclient import TestClient

from api.console.language import translator
from api.console.settings.telling import notification_rows
from evaluators.catalogue.loading import load_catalogue
from storage.trust.stages import Stage

ZH = translator("zh")
RULES = load_catalogue().rules
AUTO = next(rule for rule in RULES if rule.enabled and rule.alert != "none" and rule.notify == "auto")


@pytest.mark.parametrize(
    ("stage", "does"),
    [("shadow", "不进收件箱"), ("manual", "进收件箱，等人发出"), ("automatic", "进收件箱，并告知客服")],
)
def test_a_rule_does_what_its_stage_allows(stage: Stage, does: str) -> None:
    rows = {row.title: row for row in notification_rows(RULES, {AUTO.id: stage}, ZH)}
    assert (rows[AUTO.title].asked, rows[AUTO.title].does) == ("自动", does)


def test_the_highest_level_comes_first_and_rules_without_one_are_left_out() -> None:
    rows = notification_rows(RULES, {}, ZH)
    order = ["high", "medium", "low"]
    assert [order.index(row.level) for row in rows] == sorted(order.index(row.level) for row in rows)
    assert len(rows) == sum(rule.enabled and rule.alert != "none" for rule in RULES)


def test_the_page_says_that_nothing_leaves_the_service(console: TestClient) -> None:
    text = console.get("/settings/notifications").text
    assert "本服务不向外发送" in text
    assert "查准率的下限达到 90%" in text
