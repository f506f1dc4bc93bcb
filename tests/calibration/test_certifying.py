"""Certificates: proven from drawn labels of one rule version and judge, and refused where that is not enough."""

import pytest

from calibration.certifying import evenly_drawn, prove
from calibration.errors import CertificateNotEarned
from evaluators.types import JudgeRef
from storage import labels
from storage.db import Database
from storage.labels import NewLabel
from tests.storage.conftest import anyio_backend, database, migrated_postgres, migrated_sqlite, url
from tests.storage.reviewing import RULE, VERSION, found, judge, submit

__all__ = ["anyio_backend", "database", "migrated_postgres", "migrated_sqlite", "url"]
pytestmark = pytest.mark.anyio
QWEN = JudgeRef(name="vllm", model="qwen", prompt_version="sha256:p")


async def label(
    database: Database,
    name: str,
    count: int,
    *,
    judged: str = "hit",
    said: str = "hit",
    confidence: float | None = 0.95,
    chance: float | None = 0.5,
    by: JudgeRef | None = QWEN,
    version: str = VERSION,
) -> None:
    """So many judged sessions, each with a label of a sample drawn with that chance."""
    names = [f"{name}-{number:03}" for number in range(count)]
    await submit(database, *names)
    for each in names:
        key = await judge(
            database, each, found(each, judged, confidence=confidence, judge=by, version=version)
        )
        async with database.transaction() as db:
            new = NewLabel(
                session_id=each, rule_id=RULE, verdict=said, inspection_id=key,  # type: ignore[arg-type]
                source="human_random" if chance else "human_flagged", inclusion_probability=chance,
            )  # fmt: skip
            await labels.add(db, new, labeller="ann")


async def test_the_threshold_and_what_the_certificate_says(database: Database) -> None:
    await label(database, "sure", 60)
    await label(database, "unsure", 10, said="no_hit", confidence=0.6)
    await label(database, "rest", 20, judged="no_hit", said="no_hit", confidence=0.99)
    async with database.reading() as db:
        proof, reference = await prove(db, RULE, VERSION, level=0.95)
    assert proof.least == {"hit": 0.95, "no_hit": None}
    hits = proof.thresholds["hit"]
    assert (hits.n, hits.agreed, hits.coverage) == (60, 60, 60 / 70)
    assert (proof.judge, proof.left_out) == (JudgeRef(name="vllm", model="qwen"), 0)
    assert proof.thresholds["no_hit"].needed == 59
    assert sorted(reference) == pytest.approx([0.01] * 20 + [0.6] * 10 + [0.95] * 60)


async def test_only_labels_of_what_is_certified_count(database: Database) -> None:
    await label(database, "sure", 59)
    await label(database, "undrawn", 3, said="no_hit", chance=None)
    await label(database, "old", 2, said="no_hit", version="sha256:r0")
    await label(database, "code", 2, said="no_hit", by=None)
    await label(database, "other", 2, said="no_hit", by=JudgeRef(name="vllm", model="small"))
    async with database.reading() as db:
        proof, reference = await prove(db, RULE, VERSION, level=0.95)
    assert proof.thresholds["hit"].agreed == 59
    assert len(reference) == 62, "labelled or not: all that this judge told"


@pytest.mark.parametrize(
    ("count", "wrong", "told"), [(58, 0, "at least 59"), (100, 20, "by the 120 labelled")]
)
async def test_what_the_labels_do_not_prove_is_refused(
    database: Database, count: int, wrong: int, told: str
) -> None:
    await label(database, "right", count)
    await label(database, "wrong", wrong, said="no_hit")
    async with database.reading() as db:
        with pytest.raises(CertificateNotEarned, match=told):
            await prove(db, RULE, VERSION, level=0.95)


async def test_a_rule_that_code_decides_has_nothing_to_certify(database: Database) -> None:
    await label(database, "code", 3, by=None, confidence=None)
    async with database.reading() as db:
        with pytest.raises(CertificateNotEarned, match="came with a judge's probability"):
            await prove(db, RULE, VERSION, level=0.95)


async def test_of_unequal_chances_as_many_are_kept_as_equal_ones_would_have_drawn(database: Database) -> None:
    await label(database, "all", 200, chance=1.0)
    await label(database, "few", 60, chance=0.25)
    async with database.reading() as db:
        proof, _ = await prove(db, RULE, VERSION, level=0.9)
        again, _ = await prove(db, RULE, VERSION, level=0.9)
    kept = proof.thresholds["hit"].n
    assert 60 + 200 * 0.25 - 25 <= kept <= 60 + 200 * 0.25 + 25
    assert (again, proof.left_out) == (proof, 260 - kept)
    assert evenly_drawn([]) == []
