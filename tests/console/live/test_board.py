"""The live board: who is in progress, who waits, which windows are open."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.testclient import TestClient

from api.console.language import translator
from api.console.live.board import counted, group_rows, live_rows, window_rows
from api.console.live.loading import Progress, Window
from evaluators.catalogue.loading import load_catalogue
from evaluators.sessions import convert_session
from storage.sessions import StoredSession
from tests.console.going_on import chat, going_on

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
ZONE, ZH = ZoneInfo("Asia/Shanghai"), translator("zh")
RULES = {rule.id: rule for rule in load_catalogue().rules}


def progress(session_id: str, group: str | None, agent: str | None, waited: int | None) -> Progress:
    session = convert_session(chat(NOW, session_id, group or "", agent or "", (9, "在吗")), UTC)
    stored = StoredSession(session=session, document=b"{}", revision=1, content_hash="", received_at=NOW)
    since = None if waited is None else NOW - timedelta(seconds=waited)
    return Progress(stored, group, agent, session.messages[-1], NOW - timedelta(seconds=9), since, ())


def hand_in(console: TestClient, *sessions: dict[str, Any]) -> str:
    assert console.post("/v1/sessions", json=list(sessions)).status_code == 202
    for each in sessions:
        assert console.post(f"/v1/sessions/{each['session_id']}/inspect").status_code == 200
    return console.get("/live").text


def test_who_waits_longest_stands_on_top() -> None:
    found = [
        progress("calm", "a", "x", None),
        progress("short", "a", "x", 5),
        progress("long", "b", "y", 3700),
    ]
    rows = live_rows(found, RULES, ZONE, NOW, ZH)
    assert [row.session_id for row in rows] == ["long", "short", "calm"]
    assert [row.waiting and row.waiting.text for row in rows] == ["1:01:40", "0:05", None]
    assert (rows[0].sender, rows[0].said, rows[0].last_at) == ("顾客", "在吗", "19:59:51")


def test_a_group_is_as_busy_as_its_agents_have_sessions() -> None:
    found = [
        progress("1", "a", "x", 5), progress("2", "a", "x", 70), progress("3", "a", "y", None),
        progress("4", None, None, None),
    ]  # fmt: skip
    busy, without = group_rows(found, NOW)
    assert (busy.group, busy.sessions, busy.waiting, busy.agents, busy.per_agent) == ("a", 3, 2, 2, "1.5")
    assert busy.longest is not None
    assert busy.longest.text == "1:10"
    assert (without.group, without.longest, without.per_agent) == ("", None, "—")


def test_a_window_says_how_long_it_has_or_why_it_says_nothing() -> None:
    stored = progress("s", "a", "x", None).stored
    found = [
        Window(stored, "gone_rule", NOW + timedelta(seconds=65)),
        Window(stored, "reply_overdue", NOW + timedelta(seconds=65)),
        Window(stored, "reply_overdue", NOW - timedelta(seconds=1)),
        Window(stored, "gone_rule", None),
    ]
    ahead, over, open_ended = window_rows(found, RULES, ZONE, NOW, ZH)
    assert ahead.left is not None
    assert (ahead.left.text, ahead.at, ahead.note) == ("1:05", "20:01:05", "")
    assert ahead.rules == f"gone_rule、{RULES['reply_overdue'].title}"
    assert (over.left, over.note) == (None, "时限已到，正等复查")
    assert (open_ended.rules, open_ended.note) == ("gone_rule", "等后续消息才能判定")


def test_times_are_written_as_the_browser_counts_them() -> None:
    assert [counted(each) for each in (-1, 0, 59.9, 60, 3599, 3600)] == [
        "0:00", "0:00", "0:59", "1:00", "59:59", "1:00:00",
    ]  # fmt: skip


def test_the_board_shows_what_goes_on(console: TestClient) -> None:
    text = hand_in(console, *going_on(datetime.now(UTC)))
    assert text.count("<tr data-row") == 5
    assert text.index("live-refund") < text.index("live-size") < text.index("live-best")
    assert "after_sales" in text
    assert 'data-until="' in text
    assert "最后一条消息" in text


def test_what_is_over_or_a_record_of_the_past_is_not_in_progress(console: TestClient) -> None:
    now = datetime.now(UTC)
    ended = chat(now, "ended", "a", "x", (60, "在吗")) | {"ended_at": now.isoformat()}
    by_event = chat(now, "by-event", "a", "x", (60, "在吗"))
    by_event["events"] = [{"type": "end", "at": now.isoformat()}]
    record = chat(now - timedelta(hours=2), "record", "a", "x", (60, "在吗"))
    text = hand_in(console, ended, by_event, record)
    assert "<tr data-row" not in text
    assert "现在没有进行中的会话" in text


def test_a_session_that_began_days_ago_is_in_progress_while_its_customer_waits(console: TestClient) -> None:
    now = datetime.now(UTC)
    three_days = chat(
        now, "three-days", "a", "x", (3 * 24 * 3600, "在吗"), (3 * 24 * 3600 - 9, "在的", "x"), (60, "货呢")
    )
    ended = chat(now, "ended", "a", "x", (60, "在吗")) | {"ended_at": now.isoformat()}
    text = hand_in(console, three_days, ended)
    assert text.count("<tr data-row") == 1
    assert "three-days" in text


def test_the_board_of_a_group_has_only_what_is_theirs(console: TestClient) -> None:
    whole = hand_in(console, *going_on(datetime.now(UTC)))
    assert 'href="/live?group=after_sales"' in whole
    text = console.get("/live?group=after_sales").text
    assert text.count("<tr data-row") == 2
    assert "live-size" not in text.partition("今天的告警")[0]
    assert "red_line=true&amp;from_day=" in text
    assert "告警不分组" in text
    assert console.get("/live?shop=山茶小店").text.count("<tr data-row") == 5
    assert "别的店铺和分组也许有" in console.get("/live?shop=elsewhere").text
