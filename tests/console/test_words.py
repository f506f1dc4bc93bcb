"""The shared words: verdicts as pills, times, and the pages of a list."""

from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from starlette.requests import Request

from api.console.language import translator
from api.console.paging import Paging, paging_of
from api.console.words import CAUSES, ORDERS, clock, day, hit_pill, moment, pill_of, points, span
from evaluators.catalogue.loading import load_catalogue
from evaluators.types import OrderState, Outcome, ReasonCode

CATALOGUE = load_catalogue()
ZH, EN = translator("zh"), translator("en")


def outcome(rule_id: str, verdict: str, reason: str | None = None) -> Outcome:
    fields: dict[str, Any] = {"verdict": verdict, "reason_code": reason}
    return Outcome(session_id="s", rule_id=rule_id, rule_version="v", **fields)


@pytest.mark.parametrize(
    ("number", "verdict", "reason", "kind", "chinese", "english"),
    [
        ("R01", "hit", None, "fault", "扣分项", "fault"),
        ("R03", "hit", None, "praise", "表扬", "praise"),
        ("R49", "hit", None, "fault", "告警", "alert"),
        ("R01", "no_hit", None, "no_hit", "未命中", "no hit"),
        ("R01", "not_applicable", None, "not_applicable", "不适用", "n/a"),
        ("R54", "undetermined", "window_open", "undetermined", "待定：时限未到", "undetermined: window still open"),
    ],
)  # fmt: skip
def test_a_verdict_is_a_pill(
    number: str, verdict: str, reason: str | None, kind: str, chinese: str, english: str
) -> None:
    rule = CATALOGUE.find(number)
    assert pill_of(outcome(rule.id, verdict, reason), rule, ZH)[::2] == (kind, chinese)
    assert pill_of(outcome(rule.id, verdict, reason), rule, EN).text == english


def test_no_two_kinds_have_the_same_sign() -> None:
    verdicts = ("hit", "no_hit", "not_applicable", "undetermined")
    pills = [pill_of(outcome("r", verdict), None, ZH) for verdict in verdicts]
    pills.append(hit_pill(CATALOGUE.find("R03"), "r", ZH))
    assert len({pill.sign for pill in pills}) == len({pill.kind for pill in pills}) == 5


def test_a_rule_that_is_gone_is_named_by_its_id() -> None:
    assert hit_pill(None, "gone_rule", ZH) == ("fault", "✕", "gone_rule")
    assert pill_of(outcome("gone_rule", "hit"), None, ZH).kind == "fault"


def test_every_cause_and_every_order_state_has_words() -> None:
    assert set(CAUSES) == {*get_args(ReasonCode), "not_learned"}
    assert set(ORDERS) == {"none", *get_args(OrderState)}


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "0 秒", "0 s"),
        (59.4, "59 秒", "59 s"),
        (59.6, "1 分 0 秒", "1 min 0 s"),
        (200, "3 分 20 秒", "3 min 20 s"),
        (3600, "1 小时 0 分", "1 h 0 min"),
        (47.9 * 3600, "47 小时 54 分", "47 h 54 min"),
        (48 * 3600, "2 天", "2 days"),
    ],
)
def test_how_long_something_took(seconds: float, chinese: str, english: str) -> None:
    assert (span(seconds, ZH), span(seconds, EN)) == (chinese, english)


def test_times_are_those_of_the_shop() -> None:
    at, zone = datetime(2026, 10, 31, 16, 30, 5, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
    assert (moment(at, zone), clock(at, zone), day(at, zone)) == (
        "2026-11-01 00:30",
        "00:30:05",
        "2026-11-01",
    )


@pytest.mark.parametrize(("score", "text"), [(None, "—"), (100.0, "100"), (97.5, "97.5"), (0, "0")])
def test_scores_have_no_needless_decimals(score: float | None, text: str) -> None:
    assert points(score) == text


@pytest.mark.parametrize(
    ("query", "cursor", "paging"),
    [
        ("", None, Paging(None, None)),
        ("", "c2", Paging(None, "/desk?cursor=c2")),
        ("shop=a+b", "c2", Paging(None, "/desk?shop=a+b&cursor=c2")),
        ("shop=a&cursor=c1", "c2", Paging("/desk?shop=a", "/desk?shop=a&cursor=c2")),
        ("cursor=c1", None, Paging("/desk", None)),
    ],
)
def test_pages_of_a_list_keep_its_filters(query: str, cursor: str | None, paging: Paging) -> None:
    scope = {"type": "http", "method": "GET", "path": "/desk", "query_string": query.encode(), "headers": []}
    assert paging_of(Request(scope), cursor) == paging
