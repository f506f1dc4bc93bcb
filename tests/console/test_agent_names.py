"""Wherever an agent is shown, the name stands before the id, where sessions give one."""

import asyncio
import io
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from api.app import create_app
from api.demo import load_and_inspect
from api.settings import Settings
from tests.api.building import a_session, said
from tests.console.going_on import chat

NAMED = "阿凯 lx-02"


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """One session: 阿凯 was rude, then handed over to somebody whose name nobody gave."""
    session = a_session(
        "s-1", said("m1", "10:00:00", "在吗"),
        said("m2", "10:00:10", "滚，烦死了", "agent", sender_id="lx-02"),
        said("m3", "10:01:00", "您好", "agent", sender_id="x-9"),
        agents=[{"agent_id": "lx-02", "name": "阿凯"}, {"agent_id": "x-9"}],
        events=[{"type": "transfer", "at": "2026-11-01T10:00:30+08:00", "from_agent": "lx-02", "to_agent": "x-9"}],
    )  # fmt: skip
    database = f"sqlite:///{tmp_path_factory.mktemp('named') / 'named.db'}"
    settings = Settings(database_url=database, judge="baseline", worker_poll=0.05)
    asyncio.run(load_and_inspect(settings, [session]))
    app = create_app(settings.model_copy(update={"embedded_worker": False}))
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/desk", f"<li>{NAMED}</li>"), ("/desk/sessions/s-1", f"<dd>{NAMED}、x-9</dd>"),
        ("/desk/sessions/s-1", f"人工客服 {NAMED}"), ("/desk/sessions/s-1", f"转接：{NAMED} → x-9"),
        ("/desk/sessions/s-1", f">{NAMED} <b>"), ("/desk/sessions/s-1", f'small">{NAMED}</span>'),
        ("/reports", f">{NAMED}</a></th>"), ("/reports", ">x-9</a></th>"),
        ("/reports/agents/lx-02", f"<h1>{NAMED}</h1>"), ("/reports/agents/lx-02", f"<title>{NAMED}"),
        ("/reports/agents/x-9", "<h1>x-9</h1>"),
        ("/mine", f">{NAMED}</a>"), ("/mine?agent=lx-02", f">{NAMED}</span>"),
    ],
)  # fmt: skip
def test_a_page_names_agents(named: TestClient, path: str, shown: str) -> None:
    with named:
        assert shown in named.get(path).text


def test_who_is_filtered_by_name_is_led_to_the_id(named: TestClient) -> None:
    name = NAMED.split()[0]
    with named:
        text = named.get(f"/desk?agent={name}&inspected=true").text
        nobody = named.get("/desk?agent=x-1").text
    assert f'<a class="button" href="/desk?agent=lx-02&amp;inspected=true">{NAMED}</a>' in text
    assert "没有符合条件的会话" in nobody


def test_suggestions_find_an_agent_by_name(named: TestClient) -> None:
    with named:
        found = named.get("/desk/suggestions").json()
    assert found["agents"] == ["lx-02", "x-9"]
    assert found["names"] == {"lx-02": NAMED.split()[0]}


def test_shops_name_those_who_served_lately(console: TestClient) -> None:

    made = chat(datetime.now(UTC), "s-1", "presale", "lx-02", (60, "在吗"), (50, "在的", "lx-02"))
    made["agents"] = [{"agent_id": "lx-02", "name": "阿凯"}]
    assert console.post("/v1/sessions", json=[made]).status_code == 202
    assert f"<td>{NAMED}</td>" in console.get("/settings/shops").text
    assert f">{NAMED}</td>" in console.get("/live").text


def test_the_workbook_names_agents(named: TestClient) -> None:
    with named:
        content = named.get("/reports/workbook").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("客服与规则").to_python()
    assert sorted((str(row[0]) for row in rows if str(row[0]).endswith(("lx-02", "x-9"))), reverse=True) == [
        NAMED,
        "x-9",
    ]
