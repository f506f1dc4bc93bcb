"""A service with constructed chats of one rule, judged by the baseline and labelled as if they had been drawn."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from calibration.eval_sets import load_eval_set
from calibration.eval_sets.files import told_by

RULE = "agent_abuse"
#: Judged and labelled.
CASES = load_eval_set(RULE, "test").cases[:30]


@pytest.fixture(scope="module")
def labelled(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("calibration") / "calibration.db"
    shutil.copy(migrated_sqlite, path)
    settings = Settings(database_url=f"sqlite:///{path}", embedded_worker=False, judge="baseline")
    with opened(settings) as client:
        sessions = [told_by(case.session) | {"session_id": case.case_id} for case in CASES]
        assert client.post("/v1/sessions", json=sessions).status_code == 202
        for case in CASES:
            assert client.post(f"/v1/sessions/{case.case_id}/inspect").status_code == 200
        assert client.post("/v1/labels", json=[label_of(case) for case in CASES]).status_code == 200
    return settings


def label_of(case: Any) -> dict[str, Any]:
    return {
        "session_id": case.case_id,
        "rule_id": RULE,
        "verdict": case.expected(RULE),
        "source": "human_random",
        "labeller": "li",
        "inclusion_probability": 0.5,
    }


@pytest.fixture
def board(labelled: Settings, tmp_path: Path) -> Iterator[TestClient]:
    """A copy of its own, to be changed."""
    shutil.copy(labelled.database_url.removeprefix("sqlite:///"), tmp_path / "board.db")
    with opened(labelled.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'board.db'}"})) as client:
        yield client


def opened(settings: Settings) -> TestClient:
    headers = {"Origin": "http://127.0.0.1"}
    return TestClient(create_app(settings), base_url="http://127.0.0.1", headers=headers)
