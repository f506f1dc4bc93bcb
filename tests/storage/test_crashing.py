"""A process killed at any moment loses no accepted session and inspects none twice."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.db import Database
from tests.storage.crashing import BATCHES, OUTCOMES, session_ids

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", [1])
async def test_nothing_is_lost_and_nothing_done_twice(
    url: str, database: Database, tmp_path: Path, seed: int
) -> None:
    command = [sys.executable, "-m", "tests.storage.crashing", url, str(tmp_path), str(seed)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")

    async with database.reading() as db:

        async def rows(query: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in (await db.execute(text(query))).all()]

        accepted = {session_id for batch in range(BATCHES) for session_id in session_ids(batch)}
        assert {
            row[0] for row in await rows("SELECT session_id FROM sessions WHERE revision = 1")
        } == accepted
        inspected = [row[0] for row in await rows("SELECT session_id FROM inspections")]
        assert sorted(inspected) == sorted(accepted), "one inspection per session"
        broken = f"SELECT inspection_id FROM outcomes GROUP BY inspection_id HAVING count(*) <> {OUTCOMES}"
        assert await rows(broken) == [], "no half inspection"
        assert await rows("SELECT count(DISTINCT inspection_id) FROM outcomes") == [(len(accepted),)]
        assert await rows("SELECT state, count(*) FROM tasks GROUP BY state") == [("done", len(accepted))]
        unlinked = "SELECT session_id FROM sessions WHERE inspection_id IS NULL"
        assert await rows(unlinked) == [], "every session shows its inspection"
        ((again,),) = await rows("SELECT count(*) FROM tasks WHERE attempts > 1")
    assert int(str(again)) > 0, "no worker was killed in the middle of its work: the test showed nothing"
