"""A service whose judge is a server: what it says while that is away, and that nothing is lost meanwhile."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.inspecting.live import JUDGE_LONGEST, JUDGE_PAUSE, judge_back
from api.settings import Settings
from evaluators.types import JudgeRef, Outcome
from tests.api.building import a_session, said, verdicts
from tests.api.client import Client
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.server import FakeVllm

NOW = datetime(2026, 11, 1, 2, 10, tzinfo=UTC)
VLLM = JudgeRef(name="vllm", model="m")
ABUSIVE = a_session("s-1", said("m1", "10:00:00", "你们客服真是傻x"), said("m2", "10:00:05", "抱歉", "agent"))


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm(Scripted({"customer_abuse": [(1, "傻x")]})) as running:
        yield running


@pytest.fixture
def url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """What is tested here is the same on every database."""
    shutil.copy(migrated_sqlite, tmp_path / "judged.db")
    return f"sqlite:///{tmp_path / 'judged.db'}"


@pytest.fixture
def judged(settings: Settings, server: FakeVllm) -> Iterator[Client]:
    """A service that asks the fake server, and does not wait long for it."""
    options = {"patience": 0, "tries": 1, "retry_wait": 0, "connect_timeout": 1, "audit_share": 0}
    asking = settings.model_copy(
        update={
            "judge": "vllm",
            "judge_base_url": server.base_url,
            "judge_options": options,
            "judge_cache": Path(":memory:"),
        }
    )
    with Client(create_app(asking)) as client:
        yield client


def _latest(client: Client, session_id: str, until: str) -> dict[str, Any]:
    """The session's latest inspection, once R48 has that verdict."""
    deadline = time.monotonic() + 20
    found: dict[str, Any] = {}
    while time.monotonic() < deadline:
        response = client.get(f"/v1/sessions/{session_id}/inspections/latest")
        if response.status_code == 200:
            found = response.json()["inspection"]
            if verdicts(found)["customer_abuse"] == until:
                return found
        time.sleep(0.05)
    pytest.fail(f"not {until}: {found}")


def test_ready_says_what_the_judge_can_do(judged: Client) -> None:
    check = judged.get("/readyz").json()["checks"]["judge"]
    assert check["ok"] is True
    for part in (
        "fake-8b by systemone",
        "context 32,768",
        "log-probabilities",
        "prefix cache",
        "schemas enforced",
    ):
        assert part in check["detail"]


def test_a_service_without_its_judge_is_ready_and_says_what_to_do(judged: Client, server: FakeVllm) -> None:
    server.stop()
    judged.submit(a_session("quiet", said("m1", "10:00:00", "在吗")))
    judged.inspected("quiet")
    response = judged.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (200, True)
    check = response.json()["checks"]["judge"]
    assert check["ok"] is False
    assert "mingjian judge serve" in check["detail"]


def test_a_session_is_finished_when_the_judge_is_back(
    judged: Client, server: FakeVllm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.inspecting.live.JUDGE_PAUSE", timedelta(milliseconds=200))
    server.stop()
    judged.submit(ABUSIVE)
    away = _latest(judged, "s-1", "undetermined")
    server.start()
    found = _latest(judged, "s-1", "hit")
    assert found["judge_version"] == "vllm/fake-8b"
    reasons = {each["rule_id"]: each["reason_code"] for each in away["outcomes"]}
    assert reasons["customer_abuse"] == "judge_unavailable"
    assert found["attempt"] > away["attempt"]


def test_sessions_wait_for_the_server_at_the_same_time(judged: Client, server: FakeVllm) -> None:
    judged.get("/readyz")
    server.fail("/v1/systemone", 99, delay=0.3)
    judged.submit(*({**ABUSIVE, "session_id": f"s-{number}"} for number in range(8)))
    for number in range(8):
        _latest(judged, f"s-{number}", "hit")
    assert server.app.most_in_flight > 3


def _outcome(reason: str | None, judge: JudgeRef | None) -> Outcome:
    verdict = "undetermined" if reason else "no_hit"
    return Outcome(
        session_id="s",
        rule_id="r",
        rule_version="v",
        verdict=verdict,
        reason_code=reason,
        judge=judge,  # type: ignore[arg-type]
    )


HAD_ITS_SAY = [
    [],
    [_outcome(None, VLLM)],
    [_outcome("judge_unavailable", None)],
    [_outcome("evidence_unverified", VLLM)],
    [_outcome("answer_invalid", VLLM), _outcome("window_open", VLLM)],
]


@pytest.mark.parametrize("outcomes", HAD_ITS_SAY)
def test_a_judge_that_had_its_say_is_not_asked_again(outcomes: list[Outcome]) -> None:
    assert judge_back(outcomes, 1, NOW) is None


@pytest.mark.parametrize("reason", ["judge_unavailable", "judge_timeout"])
def test_a_judge_that_was_away_is_asked_again_later_each_time(reason: str) -> None:
    outcomes = [_outcome(None, VLLM), _outcome(reason, VLLM)]
    pauses = [judge_back(outcomes, attempt, NOW) for attempt in (1, 2, 3, 99)]
    assert pauses == [NOW + JUDGE_PAUSE, NOW + 2 * JUDGE_PAUSE, NOW + 4 * JUDGE_PAUSE, NOW + JUDGE_LONGEST]
