"""Who is told of what."""

import pytest
from starlette.testclient import TestClient

from api.console.language import translator
from api.console.settings.telling import notification_rows
from api.reporting.rule_page import needs_judge
from evaluators.catalogue.loading import load_catalogue
from storage.trust.stages import Stage

ZH = translator("zh")
RULES = load_catalogue().rules
_AUTO = [rule for rule in RULES if rule.enabled and rule.alert != "none" and rule.notify == "auto"]
AUTO = next(rule for rule in _AUTO if not needs_judge(rule))
JUDGED = next(rule for rule in _AUTO if needs_judge(rule))


@pytest.mark.parametrize(
    ("stage", "does"),
    [("shadow", "不进收件箱"), ("manual", "进收件箱，等人发出"), ("automatic", "进收件箱，并告知客服")],
)
def test_a_rule_does_what_its_stage_allows(stage: Stage, does: str) -> None:
    rows = {row.title: row for row in notification_rows(RULES, {AUTO.id: stage}, ZH)}
    assert (rows[AUTO.title].asked, rows[AUTO.title].does) == ("自动", does)


@pytest.mark.parametrize(
    ("certified", "does"),
    [
        ((), "没有有效证书：进收件箱，等人发出"),
        ((JUDGED.id,), "进收件箱；达到证书门槛的告知客服，其余等人发出"),
    ],
)
def test_what_a_judge_finds_is_told_as_far_as_a_certificate_reaches(
    certified: tuple[str, ...], does: str
) -> None:
    found = notification_rows(RULES, {JUDGED.id: "automatic"}, ZH, certified=certified)
    assert [row.does for row in found if row.title == JUDGED.title] == [does]


def test_the_highest_level_comes_first_and_rules_without_one_are_left_out() -> None:
    rows = notification_rows(RULES, {}, ZH)
    order = ["high", "medium", "low"]
    assert [order.index(row.level) for row in rows] == sorted(order.index(row.level) for row in rows)
    assert len(rows) == sum(rule.enabled and rule.alert != "none" for rule in RULES)


def test_the_page_says_what_leaves_the_service_and_when_a_rule_may_tell_by_itself(
    console: TestClient,
) -> None:
    text = console.get("/settings/notifications").text
    assert "没有设，就哪里也不发" in text
    assert "还没有发往别处" in text
    assert "精确率的下限达到 90%" in text
