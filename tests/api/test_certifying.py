"""Certified automation end to end: labels prove a threshold, verdicts act by it, and it ends when sessions change."""

import asyncio
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.certifying import watch_distributions
from api.service import open_service
from api.settings import Settings
from api.worker import Worker
from evaluators.judges.answers import Answers, Located
from evaluators.types import ChatSession, JudgeRef
from storage import jobs
from tests.api.building import a_session, said
from tests.api.client import Client
from tests.api.reviewing import RULE as BY_CODE
from tests.api.reviewing import Office, write_keys

RULE = "complaint_mentioned"
RULES = f"/v1/calibration/rules/{RULE}"
PROMOTION = {"purpose": "notification", "stage": "automatic", "reason": "抽样复核过"}


class Sayer:
    """Finds the act as probable as the customer's message says: a double whose probabilities a test can choose."""

    name = "scripted"

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        told = float(session.messages[0].text.split()[-1])
        here = {"m1": told} if told >= 0.5 else {}
        nowhere = Located(messages={}, absent=0.99, judge=JudgeRef(name="scripted", model="m"))
        own = Located(messages=here, absent=1 - told, judge=JudgeRef(name="scripted", model="m"))
        return {act: own if act == RULE else nowhere for act in acts}


def chat(session_id: str, probability: float) -> dict[str, Any]:
    messages = (
        said("m1", "10:00:00", f"再这样我就不客气了 {probability}"),
        said("m2", "10:00:05", "您好", "agent"),
    )
    return a_session(session_id, *messages)


@pytest.fixture
def certifying(settings: Settings, tmp_path: Path) -> Iterator[Office]:
    """An office with a judge; 8 labels that agree prove 80 % with δ = 20 %, 22 the precision that is asked for."""
    keys = write_keys(tmp_path / "keys.toml")
    update = {"embedded_worker": False, "api_keys_file": tmp_path / "keys.toml", "automatic_precision": 0.8}
    with Client(create_app(settings.model_copy(update=update), Sayer())) as running:
        yield Office(running, keys)


def _labelled(office: Office, count: int = 22, unsure: int = 4) -> None:
    """So many sure hits that are right, and unsure ones that are not; all drawn."""
    names = [f"sure-{number:02}" for number in range(count)]
    office.inspect(*(chat(name, 0.95) for name in names))
    office.inspect(*(chat(f"wrong-{number}", 0.6) for number in range(unsure)))
    office.draw(rules=[RULE], what="random", by="verdict", size=100, verdicts=["hit"])
    while view := office.next("ann"):
        right = view["case"]["session_id"].startswith("sure")
        office.decide("ann", view, "confirm" if right else "misjudged")


def _certify(office: Office, **fields: Any) -> Any:
    return office.ask("lead", "POST", f"{RULES}/certificates", json={"level": 0.8, "delta": 0.2} | fields)


def _alerts(office: Office) -> dict[str, str]:
    found = office.get("lead", "/v1/alerts", limit=200)
    return {each["session_id"]: each["state"] for each in found if each["rule_id"] == RULE}


def test_labels_prove_a_threshold_and_verdicts_act_by_it(certifying: Office) -> None:
    office = certifying
    refused = _certify(office)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/certificate-not-earned")
    _labelled(office)
    unearned = office.ask("admin", "POST", f"{RULES}/stages", json=PROMOTION | {"force": True})
    assert (unearned.status_code, unearned.json()["type"]) == (409, "/problems/stage-not-earned")
    assert "certify it first" in unearned.json()["detail"]
    made = _certify(office).json()
    assert made["document"]["least"] == {"hit": 0.95, "no_hit": None}
    assert made["document"]["thresholds"]["hit"]["agreed"] == 22
    office.post("lead", f"{RULES}/stages", PROMOTION | {"stage": "manual"})
    forced = office.post("admin", f"{RULES}/stages", PROMOTION | {"force": True})
    assert forced["stage"] == "automatic"
    office.inspect(chat("new-sure", 0.97), chat("new-unsure", 0.7))
    told = _alerts(office)
    assert (told["new-sure"], told["new-unsure"]) == ("new", "held")
    for name, standing in (("new-sure", "certified"), ("new-unsure", "below_threshold")):
        shown = office.get("lead", f"/v1/sessions/{name}/inspections/latest")
        assert shown["standings"] == {RULE: standing}
    [case] = office.get("lead", "/v1/review/cases", kind="below_threshold")
    assert (case["session_id"], case["stratum"]) == ("new-unsure", "below_threshold")
    view = office.next("ann")
    assert (view["threshold"], view["outcome"]["confidence"]) == (0.95, 0.7)
    office.decide("ann", view, "misjudged")
    assert _alerts(office)["new-unsure"] == "dismissed"
    [trust] = office.get("lead", "/v1/calibration/rules", rule=RULE)
    assert trust["certificate"]["certificate_id"] == made["certificate_id"]
    assert (trust["evidence"]["values"], trust["evidence"]["bound"]) == (0, 100)


def test_withdrawn_it_leaves_the_rule_to_people(certifying: Office) -> None:
    office = certifying
    _labelled(office)
    made = _certify(office).json()
    office.post("admin", f"{RULES}/stages", PROMOTION | {"force": True})
    path = f"/v1/calibration/certificates/{made['certificate_id']}/expire"
    body = {"cause": "withdrawn", "detail": "换季"}
    assert office.post("lead", path, body) == {"expired": True}
    assert office.post("lead", path, body) == {"expired": False}
    assert office.get("lead", "/v1/calibration/certificates")[0]["expired_by"] == "withdrawn"
    [trust] = office.get("lead", "/v1/calibration/rules", rule=RULE)
    assert (trust["notification"], trust["scoring"], trust["certificate"]) == ("manual", "manual", None)
    assert "换季" in office.get("lead", f"{RULES}/stages")[0]["reason"]
    [alert] = [each for each in office.get("lead", "/v1/alerts") if each["kind"] == "certificate"]
    assert "证书失效：被撤回（换季）" in alert["text"]
    office.inspect(chat("new-sure", 0.97))
    assert _alerts(office)["new-sure"] == "held"
    lost = office.ask("lead", "POST", "/v1/calibration/certificates/certificate_0/expire", json=body)
    assert lost.status_code == 404


def test_a_rule_that_code_decides_needs_none(office: Office) -> None:
    path = f"/v1/calibration/rules/{BY_CODE}/certificates"
    refused = office.ask("lead", "POST", path, json={"level": 0.8})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/certificate-not-earned")
    for wrong in ({"level": 1.0}, {"delta": 0}, {"document": {"threshold": 0.9}}):
        assert office.ask("lead", "POST", path, json=wrong).status_code == 422


def test_sessions_unlike_before_end_it_by_themselves(certifying: Office, settings: Settings) -> None:
    office = certifying
    _labelled(office)
    made = _certify(office).json()
    office.post("admin", f"{RULES}/stages", PROMOTION | {"force": True})
    chats = [chat(f"new-{number:03}", 0.5 + (number % 9) / 100) for number in range(120)]
    office.post("lead", "/v1/sessions", chats)
    asyncio.run(_work(settings))
    [ended] = office.get("lead", "/v1/calibration/certificates")
    [trust] = office.get("lead", "/v1/calibration/rules", rule=RULE)
    causes = [each["kind"] for each in office.get("lead", "/v1/alerts", limit=200)]
    assert (ended["certificate_id"], ended["expired_by"]) == (made["certificate_id"], "distribution_changed")
    assert (trust["notification"], trust["evidence"]) == ("manual", None)
    assert causes.count("certificate") == 1


async def _work(settings: Settings) -> None:
    """A worker until nothing is left to do."""
    service = open_service(settings, Sayer())
    worker = Worker(service)
    running = asyncio.create_task(worker.run())
    try:
        while True:
            await asyncio.sleep(0.2)
            async with service.database.reading() as db:
                left = await jobs.backlog(db)
            if not left.waiting and not left.running:
                break
    finally:
        worker.stop()
        await running
        assert await watch_distributions(service, actor="worker") == 0, "the worker has read all there was"
        await service.database.close()
