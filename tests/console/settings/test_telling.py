"""Who is told of what, and how the judge is."""

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.console.language import translator
from api.console.settings.telling import notification_rows, pauses_of
from api.reporting.rule_page import needs_judge
from api.settings import Settings
from evaluators.catalogue.loading import load_catalogue
from evaluators.judges.breaker import Paused
from storage.trust.stages import Stage

ZH = translator("zh")
RULES = load_catalogue().rules
_AUTO = [rule for rule in RULES if rule.enabled and rule.alert != "none" and rule.notify == "auto"]
AUTO = next(rule for rule in _AUTO if not needs_judge(rule))
JUDGED = next(rule for rule in _AUTO if needs_judge(rule))


class Resting:
    """A judge one of whose servers is left alone."""

    name = "resting"
    paused = {"http://b/v1": Paused("no answer", 3, 75.0)}  # noqa: RUF012 - never changed


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


def test_a_paused_server_is_named_with_what_is_wrong() -> None:
    assert pauses_of(Resting(), ZH) == [("http://b/v1", "no answer", "1 分 15 秒")]  # type: ignore[arg-type]
    assert pauses_of(None, ZH) == []


def test_the_page_says_that_nothing_leaves_the_service(console: TestClient) -> None:
    text = console.get("/settings/notifications").text
    assert "本服务不向外发送" in text
    assert "查准率的下限达到 90%" in text


def test_without_a_judge_the_page_says_how_to_get_one(console: TestClient) -> None:
    assert "MINGJIAN_JUDGE=baseline" in console.get("/settings/judge").text


def test_a_judge_in_this_process_has_no_servers(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"judge": "baseline"}))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        text = client.get("/settings/judge").text
    assert "可以作答" in text
    assert "熔断" not in text


def test_a_server_that_is_away_is_told(settings: Settings) -> None:
    away = {"judge": "vllm", "judge_base_url": "http://127.0.0.1:9/v1", "judge_cache": ":memory:"}
    app = create_app(Settings(**{**settings.model_dump(), **away}))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        text = client.get("/settings/judge").text
    assert "现在不能作答" in text
    assert "http://127.0.0.1:9/v1" in text
    assert "熔断" in text
