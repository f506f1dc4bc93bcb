"""Sessions are judged by the texts in force when they start: rules, wordings, and the judge that reads them."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api import publishing
from api.app import create_app
from api.drift_watch import watch
from api.errors import PublicationUnusable
from api.inspecting.editions import Editions
from api.service import open_service
from api.settings import Settings
from calibration.drafts import Standard
from evaluators.catalogue.loading import BUILT_IN, load_catalogue, prompts_for
from evaluators.testing import ScriptedJudge
from storage import publications
from storage.db import Database, open_database
from tests.api.building import a_session, said
from tests.api.client import Client
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.server import FakeVllm

RULE, ACT = "hostile_phrase", "customer_abuse"
TEXT = (Path(BUILT_IN) / f"{RULE}.toml").read_text("utf-8")
WIDER = TEXT.replace('"急什么", ', '"急什么", "随便你", ')
WORDING = prompts_for()[ACT].path.read_text("utf-8")
WORDED = WORDING.replace("{% block hit %}", "{% block hit %}阴阳怪气也算。")
RUDE = a_session("s-1", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "随便你", "agent"))
ABUSED = a_session("s-2", said("m1", "10:00:00", "真是傻x"), said("m2", "10:00:05", "抱歉", "agent"))


def put(client: Client, subject: str, text: str | None, base: int = 0) -> Any:
    body = {"text": text, "change": "meaning", "reason": "试", "base_version": base}
    response = client.put(f"/v1/texts/{subject}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def verdict(client: Client, session_id: str, rule: str, at: str) -> Any:
    response = client.post(f"/v1/sessions/{session_id}/inspect", params={"as_of": at})
    assert response.status_code == 200, response.text
    inspection = response.json()["inspection"]
    [outcome] = [each for each in inspection["outcomes"] if each["rule_id"] == rule]
    return outcome


def test_a_session_is_judged_by_the_texts_of_its_start(local: Client) -> None:
    local.submit(RUDE)
    start = put(local, RULE, WIDER)["effective_from"]
    before = verdict(local, "s-1", RULE, "2026-11-01T10:00:00Z")
    after = verdict(local, "s-1", RULE, start)
    assert (before["verdict"], after["verdict"]) == ("no_hit", "hit")
    assert before["rule_version"] != after["rule_version"]
    # The one before is still explained by the texts of then, the one after by those of now.
    for found in local.get("/v1/sessions/s-1/inspections").json():
        assert found["inspection"]["catalogue_version"]


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm(Scripted({ACT: [(1, "傻x")]})) as running:
        yield running


def asking(settings: Settings, server: FakeVllm) -> Settings:
    options = {"patience": 0, "tries": 1, "retry_wait": 0, "connect_timeout": 1, "audit_share": 0}
    return settings.model_copy(
        update={
            "judge": "vllm",
            "judge_base_url": server.base_url,
            "judge_options": options,
            "judge_cache": Path(":memory:"),
        }
    )


def test_the_judge_reads_the_wording_of_then(local_settings: Settings, server: FakeVllm) -> None:
    with Client(create_app(asking(local_settings, server))) as client:
        client.submit(ABUSED)
        start = put(client, ACT, WORDED)["effective_from"]
        for at, is_new in (("2026-11-01T10:00:00Z", False), (start, True), ("2026-11-01T10:00:00Z", False)):
            done = len(server.app.requests)
            found = verdict(client, "s-2", ACT, at)
            assert found["verdict"] == "hit"
            asked = str(server.app.requests[done:])
            # Asked for the third time, everything is remembered.
            assert ("阴阳怪气也算" in asked) is is_new
        one = Client.get(client, "/v1/sessions/s-2/inspections").json()
        versions = {
            outcome["judge"]["prompt_version"]
            for each in one
            for outcome in each["inspection"]["outcomes"]
            if outcome["rule_id"] == ACT
        }
        assert len(versions) == 2


def test_the_baseline_does_not_judge_a_wording_that_it_has_not_learned(local_settings: Settings) -> None:
    abused = a_session(
        "s-2", said("m1", "10:00:00", "你们都是傻逼，滚"), said("m2", "10:00:05", "抱歉", "agent")
    )
    with Client(create_app(local_settings.model_copy(update={"judge": "baseline"}))) as client:
        client.submit(abused)
        start = put(client, ACT, WORDED)["effective_from"]
        assert verdict(client, "s-2", ACT, "2026-11-01T10:00:00Z")["verdict"] == "hit"
        found = verdict(client, "s-2", ACT, start)
        assert (found["verdict"], found["reason_code"]) == ("undetermined", "not_configured")


FILES = Standard(load_catalogue(), prompts_for())


@pytest.fixture
async def database(migrated_sqlite: Path, tmp_path: Path) -> Any:
    shutil.copy(migrated_sqlite, tmp_path / "texts.db")
    opened = open_database(f"sqlite:///{tmp_path / 'texts.db'}")
    yield opened
    await opened.close()


async def keep(database: Database, subject: str, text: str | None, base: int, days_ago: float) -> None:
    """As another process, or an earlier release, would have published it."""
    then = datetime.now(UTC) - timedelta(days=days_ago)
    async with database.transaction() as db:
        await publications.publish(
            db, subject, text, based_on="sha256:x", base_version=base, author="lead", reason="r", timezone=UTC, now=then
        )  # fmt: skip


@pytest.mark.anyio
async def test_what_another_process_publishes_is_found(database: Database) -> None:
    editions = Editions(FILES, None)
    await editions.refresh(database)
    assert editions.now is editions.newest is editions.files
    await keep(database, RULE, WIDER, 0, 2)
    await keep(database, "reply_overdue", None, 0, 2)
    await editions.refresh(database)
    assert editions.now is editions.files, "not looked at again so soon"
    async with database.reading() as db:
        await editions.reload(db)
    assert editions.now.standard.changed_from(FILES) == [RULE]
    assert editions.now.standard.catalogue.sources == FILES.catalogue.sources
    await keep(database, RULE, None, 1, 0)
    async with database.reading() as db:
        await editions.reload(db)
        earlier = await editions.at(db, datetime.now(UTC) - timedelta(days=10))
    assert editions.now.standard.changed_from(FILES) == [RULE]
    assert editions.newest is earlier is editions.files


@pytest.mark.anyio
async def test_a_text_that_cannot_be_used_any_more_judges_nothing_and_hides_nothing(
    database: Database, local_settings: Settings
) -> None:
    await keep(database, RULE, TEXT.replace("existence", "a_kind_of_an_older_release"), 0, 3)
    await keep(database, "gone_rule", "x = 1", 0, 3)
    await keep(database, "slow_first_reply", _slower(), 0, 3)
    editions = Editions(FILES, None)
    async with database.reading() as db:
        await editions.reload(db)
    assert set(editions.now.unusable) == {RULE, "gone_rule"}
    assert editions.now.standard.changed_from(FILES) == ["slow_first_reply"]
    with pytest.raises(PublicationUnusable, match="gone_rule"):
        editions.now.refuse_unusable()


def _slower() -> str:
    text = (Path(BUILT_IN) / "slow_first_reply.toml").read_text("utf-8")
    return text.replace('longer_than = "20s"', 'longer_than = "30s"')


@pytest.mark.anyio
async def test_sessions_wait_for_an_unusable_text_until_it_is_put_right(local_settings: Settings) -> None:
    service = open_service(local_settings)
    try:
        await keep(service.database, RULE, TEXT.replace("existence", "a_kind_of_an_older_release"), 0, 900)
    finally:
        await service.database.close()
    settings = local_settings.model_copy(update={"embedded_worker": True, "worker_poll": 0.02})
    with Client(create_app(settings)) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["catalogue"]["ok"]) == (503, False)
        assert RULE in ready.json()["checks"]["catalogue"]["detail"]
        client.submit(RUDE)
        time.sleep(0.3)
        assert client.get("/v1/sessions/s-1/inspections").json() == []
        shown = client.get(f"/v1/texts/{RULE}").json()
        assert "a_kind_of_an_older_release" in shown["unusable"]
        draft = {"rules": [RULE], "draft_rules": [WIDER]}
        for path, body in (("studies/evaluations", draft), ("replays", {"rules": [WIDER]})):
            refused = client.post(f"/v1/{path}", json=body)
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/publication-unusable")
        put(client, RULE, WIDER, 1)
        assert client.get("/readyz").json()["checks"]["catalogue"]["ok"]
        client.inspected("s-1")
        assert verdict(client, "s-1", RULE, "2026-11-01T10:00:00Z")["verdict"] == "hit"


@pytest.mark.anyio
async def test_anchors_are_judged_by_the_texts_of_today(local_settings: Settings) -> None:
    settings = local_settings.model_copy(update={"embedded_worker": True, "worker_poll": 0.02})
    with Client(create_app(settings)) as client:
        client.submit(RUDE)
        client.inspected("s-1")
        client.put("/v1/drift/anchors/s-1")
        _until(client, 1)
        client.get("/healthz")
    service = open_service(local_settings)
    try:
        await keep(service.database, RULE, WIDER, 0, 2)
        async with service.database.reading() as db:
            await service.inspector.editions.reload(db)
        await watch(service)
    finally:
        await service.database.close()
    with Client(create_app(settings)) as client:
        report = _until(client, 2)
        assert {rule: counts for rule, counts in report["by_rule"].items() if counts[1]} == {RULE: [1, 1]}
        latest = client.get("/v1/sessions/s-1/inspections/latest").json()["inspection"]
        assert [each["verdict"] for each in latest["outcomes"] if each["rule_id"] == RULE] == ["no_hit"]


def _until(client: Client, number: int) -> Any:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        runs = client.get("/v1/drift/runs").json()
        if len(runs) >= number and runs[0]["report"]:
            return runs[0]["report"]
        time.sleep(0.05)
    raise AssertionError("the run is not done")


def test_parts_of_the_catalogue_can_be_included(tmp_path: Path, local_settings: Settings) -> None:
    folder = tmp_path / "catalogue"
    (folder / "shared").mkdir(parents=True)
    (folder / f"{RULE}.toml").write_text(TEXT)
    (folder / f"{ACT}.md.j2").write_text(WORDING)
    (folder / "shared" / "ours.md.j2").write_text("拐着弯骂人也算。")
    service = open_service(local_settings.model_copy(update={"catalogue": folder}), ScriptedJudge({}))
    included = WORDING.replace("{% block hit %}", '{% block hit %}{% include "shared/ours.md.j2" %}')
    found = publishing.with_text(service, ACT, included)
    assert found.standard.prompts[ACT].parts[0].text == "拐着弯骂人也算。"
    assert found.standard.changed_from(service.inspector.editions.files.standard) == [ACT]
