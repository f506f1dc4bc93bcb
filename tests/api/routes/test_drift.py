"""Drift over REST, watched by the worker."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from api.app import create_app
from api.drift_watch import watch
from api.service import open_service
from api.settings import Settings
from evaluators.testing import ScriptedJudge
from storage.trust import certificates
from tests.api.client import Client
from tests.api.reviewing import RULE, rude

pytestmark = pytest.mark.anyio


def test_anchors_are_judged_by_themselves_after_a_change(local_settings: Settings) -> None:
    settings = local_settings.model_copy(update={"embedded_worker": True, "worker_poll": 0.01})
    with Client(create_app(settings)) as client:
        assert client.post("/v1/drift/runs").json()["type"] == "/problems/no-anchors"
        client.submit(rude("s-1"))
        client.inspected("s-1")
        pinned = client.put("/v1/drift/anchors/s-1").json()
        assert client.get("/v1/drift/anchors").json() == [pinned]
        deadline = time.monotonic() + 20
        runs: list[dict[str, object]] = []
        while not (runs and runs[0]["report"]) and time.monotonic() < deadline:
            time.sleep(0.05)
            runs = client.get("/v1/drift/runs").json()
        assert [(each["cause"], each["number"]) for each in runs] == [("change", 1)]
        assert client.get("/v1/jobs", params={"kind": "anchor"}).json()[0]["status"] == "done"
        assert client.get("/v1/sessions/s-1/inspections/latest").json()["inspection"]["official"]
        assert client.post("/v1/drift/anchors/s-1/unpin").json() == {"unpinned": True}


async def test_on_schedule_and_certificates_end_with_their_judge(local_settings: Settings) -> None:
    with Client(create_app(local_settings)) as client:
        client.submit(rude("s-1"))
        client.put("/v1/drift/anchors/s-1")
    service = open_service(local_settings.model_copy(update={"drift_hours": 24}))
    version = service.inspector.catalogue.rule_versions[RULE]
    try:
        async with service.database.transaction() as db:
            await certificates.issue(db, RULE, {}, rule_version=version, judge_version="none", actor="lead")
        now = datetime.now(UTC)
        for hours in (0, 1, 25):
            await watch(service, now + timedelta(hours=hours))
        async with service.database.reading() as db:
            assert [each.expired_by for each in await certificates.listed(db)] == [None]
    finally:
        await service.database.close()
    other = open_service(local_settings, ScriptedJudge({}))
    try:
        await asyncio.gather(watch(other), watch(other))
        async with other.database.reading() as db:
            assert [each.expired_by for each in await certificates.listed(db)] == ["judge_changed"]
    finally:
        await other.database.close()
    with Client(create_app(local_settings)) as client:
        causes = [each["cause"] for each in client.get("/v1/drift/runs").json()]
    assert causes == ["change", "schedule", "change"]
