"""Certified automation: what acts by itself, what waits for a person, and what the end of a certificate does."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from evaluators.types import JudgeRef, Outcome
from storage import alerts, audit, processing, reports, sessions
from storage.alerts import NewAlert
from storage.automation import ending, probabilities
from storage.automation.gate import Gate
from storage.db import Database
from storage.processing import Inspected
from storage.reports import ReportFilters
from storage.review import cases, desk
from storage.trust import certificates, stages
from storage.trust.certificates import Certificate
from tests.storage.building import NOON, a_document, an_inspection
from tests.storage.reviewing import RULE, VERSION, answer, found, rescored, take

pytestmark = pytest.mark.anyio
JUDGE = JudgeRef(name="vllm", model="qwen", prompt_version="sha256:p")
PROOF = {"least": {"hit": 0.9, "no_hit": None}, "judge": {"name": "vllm", "model": "qwen"}}


async def certify(database: Database, document: Any = PROOF, version: str = VERSION) -> Certificate:
    async with database.transaction() as db:
        return await certificates.issue(
            db, RULE, document, rule_version=version, judge_version="vllm/qwen", actor="lead",
            now=NOON - timedelta(hours=1),
        )  # fmt: skip


async def stage(database: Database, purpose: Any, to: Any) -> None:
    async with database.transaction() as db:
        await stages.put(
            db, RULE, purpose, to, actor="lead", reason="60 条复核", now=NOON - timedelta(hours=1)
        )


def told(
    session_id: str,
    confidence: float | None,
    verdict: str = "hit",
    judge: JudgeRef | None = JUDGE,
    **more: Any,
) -> Outcome:
    return found(session_id, verdict, confidence=confidence, judge=judge, **more)


async def inspect(database: Database, outcome: Outcome, *, over: bool = True, **fields: Any) -> None:
    session_id = outcome.session_id
    alert = NewAlert(
        kind="hit", level="high", mode="automatic", dedupe=f"hit/{session_id}/{RULE}", text="红线",
        session_id=session_id, rule_id=RULE, agent_id="a-1",
    )  # fmt: skip
    told_of = (alert,) if outcome.verdict == "hit" else ()
    async with database.transaction() as db:
        await sessions.submit(db, [a_document(session_id)])
        inspection = an_inspection(session_id, outcomes=(outcome,), **fields)
        await processing.keep(db, Inspected(inspection, alerts=told_of, over=over), rescore=rescored)


async def inbox(database: Database) -> dict[str, str]:
    async with database.reading() as db:
        return {each.session_id or each.kind: each.state for each in await alerts.inbox(db)}


async def queued(database: Database) -> list[tuple[str, str, str]]:
    async with database.reading() as db:
        found = await cases.listed(db, kind="below_threshold")
    return [(each.session_id, each.judged or "", each.stratum) for each in found]


async def scores(database: Database) -> dict[str, float]:
    async with database.reading() as db:
        page = await reports.overview(db, ReportFilters())
        assert page.mean_score is not None
        return {"mean": page.mean_score}


async def test_beyond_the_threshold_it_is_told_before_it_a_person_looks(database: Database) -> None:
    await stage(database, "notification", "automatic")
    await certify(database)
    await inspect(database, told("sure", 0.9))
    await inspect(database, told("unsure", 0.89))
    assert await inbox(database) == {"sure": "new", "unsure": "held"}
    assert await queued(database) == [("unsure", "hit", "below_threshold")]
    await answer(database, await take(database), "confirm")
    assert await inbox(database) == {"sure": "new", "unsure": "new"}


@pytest.mark.parametrize(
    "outcome",
    [
        told("s-1", 0.99, version="sha256:other"),
        told("s-1", 0.99, judge=JudgeRef(name="baseline", model="b")),
        told("s-1", None),
    ],
)
async def test_only_what_was_certified_is_told_by_itself(database: Database, outcome: Outcome) -> None:
    await stage(database, "notification", "automatic")
    await certify(database)
    await inspect(database, outcome)
    assert await inbox(database) == {"s-1": "held"}
    assert [each[0] for each in await queued(database)] == ["s-1"]


async def test_without_a_certificate_no_judge_tells_anything_by_itself(database: Database) -> None:
    await stage(database, "notification", "automatic")
    await inspect(database, told("judged", 1.0))
    await inspect(database, told("by-code", None, judge=None))
    assert await inbox(database) == {"judged": "held", "by-code": "new"}
    assert await queued(database) == [("judged", "hit", "uncertified")]


@pytest.mark.parametrize(("notification", "expected"), [("shadow", {}), ("manual", {"s-1": "held"})])
async def test_other_stages_stay_as_they_are(
    database: Database, notification: str, expected: dict[str, str]
) -> None:
    await certify(database)
    for purpose in ("notification", "scoring"):
        await stage(database, purpose, notification)
    await inspect(database, told("s-1", 0.99))
    assert (await inbox(database), await queued(database)) == (expected, [])


async def test_below_the_threshold_a_hit_counts_once_confirmed(database: Database) -> None:
    await certify(database)
    await inspect(database, told("s-1", 0.5))
    assert await scores(database) == {"mean": 100}
    async with database.reading() as db:
        assert (await reports.rule_counts(db, ReportFilters()))[0].hit == 0
    case = await take(database)
    assert case is not None
    async with database.reading() as db:
        view = await desk.show(db, case)
    assert view.outcome is not None
    assert (case.kind, view.threshold, view.outcome.confidence) == ("below_threshold", 0.9, 0.5)
    await answer(database, case, "confirm")
    assert await scores(database) == {"mean": 90}


async def test_beyond_it_counts_at_once_and_without_a_certificate_as_published(database: Database) -> None:
    await inspect(database, told("before", 0.5))
    assert await scores(database) == {"mean": 90}
    await certify(database)
    await inspect(database, told("sure", 0.95))
    assert await scores(database) == {"mean": 90}
    assert await queued(database) == []


async def test_a_no_hit_waits_only_where_a_threshold_for_it_was_proven(database: Database) -> None:
    await certify(database)
    await inspect(database, told("s-1", 0.6, "no_hit"))
    assert await queued(database) == []
    await certify(database, PROOF | {"least": {"hit": 0.9, "no_hit": 0.8}})
    await inspect(database, told("s-2", 0.6, "no_hit"))
    await inspect(database, told("s-3", 0.8, "no_hit"))
    assert await queued(database) == [("s-2", "no_hit", "below_threshold")]


async def test_a_dry_run_tells_and_asks_nobody(database: Database) -> None:
    await stage(database, "notification", "automatic")
    await certify(database)
    await inspect(database, told("s-1", 0.5), official=False)
    assert (await inbox(database), await queued(database)) == ({}, [])


async def test_the_same_content_is_asked_about_once(database: Database) -> None:
    await certify(database)
    await inspect(database, told("s-1", 0.5))
    await inspect(database, told("s-1", 0.6), catalogue_version="sha256:c2")
    assert len(await queued(database)) == 1


@pytest.mark.parametrize("cause", ["distribution_changed", "withdrawn"])
async def test_the_end_of_a_certificate_puts_people_back_in(
    database: Database, cause: Literal["distribution_changed", "withdrawn"]
) -> None:
    await stage(database, "notification", "automatic")
    made = await certify(database)
    for ends in (True, False):
        async with database.transaction() as db:
            assert await ending.end(db, made, cause, actor="worker", detail="12 个会话") is ends
    async with database.reading() as db:
        for purpose in stages.DEFAULTS:
            assert await stages.stage_at(db, RULE, purpose) == "manual"
        newest = (await stages.history(db, RULE))[0]
        [alert] = await alerts.inbox(db)
        trail = [each.action for each in await audit.entries(db)]
    assert "证书失效" in newest.reason
    assert "12 个会话" in newest.reason
    assert (alert.kind, alert.state, alert.rule_id) == ("certificate", "new", RULE)
    assert trail[:3] == ["rule.stage", "rule.stage", "certificate.expire"]
    await inspect(database, told("s-1", 0.99))
    assert (await inbox(database))["s-1"] == "held"
    assert await scores(database) == {"mean": 100}


async def test_a_certificate_ends_with_what_it_was_proven_for(database: Database) -> None:
    first = await certify(database, version="v1")
    second = await certify(database, version="v1")
    async with database.transaction() as db:
        assert await ending.end_changed(db, {RULE: "v1"}, "vllm/qwen", actor="worker") == ()
        gone = await ending.end_changed(db, {RULE: "v1"}, "vllm/other", actor="worker")
        assert await ending.end_changed(db, {RULE: "v2"}, "vllm/other", actor="worker") == ()
        ends = {each.certificate_id: each.expired_by for each in await certificates.listed(db, RULE)}
        [told_of] = await alerts.inbox(db)
    assert gone == (second.certificate_id,)
    assert ends == {first.certificate_id: "replaced", second.certificate_id: "judge_changed"}
    assert told_of.kind == "certificate", "being replaced is nothing to be told of"


async def test_a_server_with_another_model_ends_it_with_its_first_answer(database: Database) -> None:
    made = await certify(database)
    await inspect(database, told("s-1", 0.99, judge=JudgeRef(name="vllm", model="other")))
    async with database.reading() as db:
        ended = await certificates.get(db, made.certificate_id)
        assert await Gate.at(db) == Gate({"notification": {}, "scoring": {RULE: "manual"}}, {})
    assert (ended.expired_by, ended.expiry_detail) == ("judge_changed", "other")


async def test_one_probability_per_session_that_is_over_is_kept(database: Database) -> None:
    made = await certify(database)
    await inspect(database, told("going-on", 0.9), over=False)
    await inspect(database, told("s-1", 0.75))
    await inspect(database, told("s-1", 0.8), catalogue_version="sha256:c2")
    await inspect(database, told("s-2", 0.75, "no_hit"))
    await inspect(database, told("s-3", 0.9, version="sha256:other"))
    await inspect(database, found("s-4", "not_applicable", judge=JUDGE))
    async with database.reading() as db:
        kept = await probabilities.after(db, made.certificate_id, 0, limit=10)
        again = await probabilities.after(db, made.certificate_id, kept[0][0], limit=10)
    assert [probability for _, probability in kept] == [0.75, 0.25]
    assert again == kept[1:]
