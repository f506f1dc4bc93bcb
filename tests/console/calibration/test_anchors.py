"""Anchors are pinned, judged again and compared on the console; whoever is no lead only reads."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from api.console.calibration.anchors import compared
from api.console.language import translator
from api.settings import Settings
from storage.trust.drift import DriftRun
from storage.trust.flips import Flip, Flips
from tests.console.calibration.conftest import CASES, opened

PAGE = "/calibration/anchors"
ZH = translator("zh")
SESSIONS = [each.case_id for each in CASES[:2]]


def wait_for(client: TestClient, words: str) -> str:
    until = time.monotonic() + 20
    while words not in (page := client.get(PAGE).text):
        assert time.monotonic() < until, page
        time.sleep(0.1)
    return page


@pytest.fixture
def working(labelled: Settings, tmp_path: Path) -> Iterator[TestClient]:
    """With a worker, which judges the anchors."""
    shutil.copy(labelled.database_url.removeprefix("sqlite:///"), tmp_path / "working.db")
    changed = {
        "database_url": f"sqlite:///{tmp_path / 'working.db'}",
        "embedded_worker": True,
        "worker_poll": 0.1,
    }
    with opened(labelled.model_copy(update=changed)) as client:
        yield client


def test_anchors_are_pinned_judged_compared_and_unpinned(working: TestClient) -> None:
    board = working
    assert "没有锚点会话，看不出漂移" in board.get("/calibration").text
    assert "挑几十个" in board.get(PAGE).text
    pinned = board.post(PAGE, data={"session_ids": f"{SESSIONS[0]}，{SESSIONS[1]} {SESSIONS[0]}"}).text
    assert "2 个会话已设为锚点" in pinned
    for words in ("第一次，没有可比的", "0 / "):
        assert "已排队" in board.post(f"{PAGE}/judge").text
        page = wait_for(board, words)
    assert page.count("有人要求") >= 2
    assert "不再是锚点。" in board.post(f"{PAGE}/unpin", data={"session_id": SESSIONS[0]}).text
    assert [each["session_id"] for each in board.get("/v1/drift/anchors").json()] == [SESSIONS[1]]


def test_one_unknown_session_pins_none_and_nothing_is_asked_for_first(board: TestClient) -> None:
    refused = board.post(PAGE, data={"session_ids": f"{SESSIONS[0]} nobody"})
    assert (refused.status_code, "nobody" in refused.text) == (404, True)
    assert board.get("/v1/drift/anchors").json() == []
    assert "先写会话的编号" in board.post(PAGE, data={"session_ids": " "}).text
    assert board.post(f"{PAGE}/judge").status_code == 409


def test_a_run_names_what_changed() -> None:
    report = Flips(
        compared=40, flips=1, undecided=2, rate=0.025, by_rule={"agent_abuse": (20, 1)},
        flipped=(Flip(session_id="s-1", rule_id="agent_abuse", before="hit", after="no_hit"),),
    )  # fmt: skip
    run = DriftRun(
        number=2, job_id="j", cause="change", identity="i", actor="worker",
        started_at=datetime(2026, 11, 28, 4, tzinfo=UTC), report=report,
    )  # fmt: skip
    found = compared(run, {"agent_abuse": "客服骂人"}, ZoneInfo("Asia/Shanghai"), ZH)
    assert (found.cause, found.told, found.undecided) == ("规则、提示词或判断器变了", "1 / 40 · 2.5%", "2")
    assert found.flipped == (("s-1", "客服骂人", "命中", "未命中"),)
    assert found.at == "2026-11-28 12:00"


def test_a_session_that_is_not_there_is_told_beside_what_was_typed(board: TestClient) -> None:
    answer = board.post(PAGE, data={"session_ids": f"{SESSIONS[0]} nobody"})
    assert answer.status_code == 404
    assert "没有这个会话" in answer.text
    assert f'value="{SESSIONS[0]} nobody"' in answer.text
    assert board.get("/v1/drift/anchors").json() == [], "all of them or none"
