"""The test of a certificate, fed by what is inspected: seldom wrong while nothing changes, and soon right when it does."""

import secrets

import numpy as np
import pytest

from calibration import watching
from storage.automation import probabilities
from storage.db import Database
from storage.tables.sessions import table_of
from storage.tables.trust import ProbabilityRow
from storage.trust import certificates, stages
from storage.trust.certificates import Certificate
from tests.storage.conftest import anyio_backend, database, migrated_postgres, migrated_sqlite, url
from tests.storage.reviewing import RULE, VERSION

__all__ = ["anyio_backend", "database", "migrated_postgres", "migrated_sqlite", "url"]
pytestmark = pytest.mark.anyio


async def certify(database: Database, reference: list[float]) -> Certificate:
    async with database.transaction() as db:
        made = await certificates.issue(
            db, RULE, {}, rule_version=VERSION, judge_version="vllm/qwen", actor="lead"
        )
        await watching.begin(db, made.certificate_id, reference)
    return made


async def come_in(database: Database, made: Certificate, values: list[float]) -> None:
    rows = [
        {
            "certificate_id": made.certificate_id,
            "session_id": secrets.token_hex(4),
            "inspection_id": "insp",
            "probability": value,
        }
        for value in values
    ]
    async with database.transaction() as db:
        await (await db.connection()).execute(table_of(ProbabilityRow).insert(), rows)


async def go_on(database: Database, made: Certificate) -> bool:
    async with database.transaction() as db:
        return await watching.go_on(db, made, actor="worker")


def told(seed: int, count: int, rate: float = 0.1, sure: float = 12.0) -> list[float]:
    """Probabilities of a hit as a judge tells them: mostly near 0, some near 1."""
    rng = np.random.default_rng(seed)
    hits = rng.random(count) < rate
    values = np.where(hits, 1 - rng.beta(1, sure, count), rng.beta(1, sure, count))
    return [round(float(each), 4) for each in values]


async def test_batch_after_batch_is_the_same_as_all_at_once(database: Database) -> None:
    made = await certify(database, told(1, 200))
    for number in range(4):
        await come_in(database, made, told(10 + number, 25))
        assert not await go_on(database, made)
        assert not await go_on(database, made), "nothing new"
    async with database.reading() as db:
        evidence = (await watching.evidence(db))[RULE]
        assert await probabilities.unread(db) == set()
    other = await certify(database, told(1, 200))
    await come_in(database, other, [each for number in range(4) for each in told(10 + number, 25)])
    async with database.reading() as db:
        assert await probabilities.unread(db) == {other.certificate_id}
    await go_on(database, other)
    async with database.reading() as db:
        assert (await watching.evidence(db))[RULE] == evidence
    assert (evidence.values, evidence.bound) == (100, 100)


async def test_a_stream_that_changed_ends_the_certificate_within_a_few_hundred(database: Database) -> None:
    made = await certify(database, told(2, 500))
    await come_in(database, made, told(3, 300))
    assert not await go_on(database, made)
    await come_in(database, made, told(4, 300, rate=0.4, sure=4))
    assert await go_on(database, made)
    async with database.reading() as db:
        ended = await certificates.get(db, made.certificate_id)
        assert await stages.stage_at(db, RULE, "scoring") == "manual"
        assert await watching.evidence(db) == {}
    assert ended.expired_by == "distribution_changed"
    assert "个会话之后" in ended.expiry_detail


async def test_a_certificate_without_a_test_is_left_alone(database: Database) -> None:
    async with database.transaction() as db:
        made = await certificates.issue(
            db, RULE, {}, rule_version=VERSION, judge_version="vllm/qwen", actor="lead"
        )
    assert not await go_on(database, made)


def alarms(count: int, changed: bool) -> list[int | None]:
    """At which value each of so many streams of 1,000 raised the alarm."""
    found = []
    for seed in range(count):
        stream = told(5000 + seed, 1000, rate=0.25, sure=6) if changed else told(5000 + seed, 1000)
        test = watching.begin_test(told(seed, 500), alpha=watching.ALPHA)
        for value in stream:
            test.see(value)
        found.append(test.alarmed_at)
    return found


def test_streams_that_do_not_change_seldom_end_one() -> None:
    """At most 1 % are to; with 200 streams 6 would be the 99.9 % point of that."""
    assert sum(each is not None for each in alarms(200, changed=False)) <= 6


def test_streams_that_change_end_it_within_500_sessions() -> None:
    found = alarms(40, changed=True)
    assert sum(each is not None and each <= 500 for each in found) >= 38
