"""Hands in and inspects sessions in child processes and kills them at random moments: `python -m … URL FOLDER SEED`.

The children are forked from a process that has imported everything and opened nothing, so that a start costs little.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from storage import sessions
from storage.db import open_database
from storage.inspections import Inspection
from storage.jobs import SqlJobStore, Task, backlog, process_next
from storage.sessions import StoredSession
from tests.storage.building import a_document, an_inspection, an_outcome

BATCHES, BATCH, KILLS = 24, 10, 14
LEASE = timedelta(seconds=0.5)
OUTCOMES = 5


def session_ids(batch: int) -> list[str]:
    return [f"s-{batch:02}-{number}" for number in range(BATCH)]


async def hand_in(url: str, acknowledged: Path) -> None:
    """Submits what was not acknowledged yet; a line in the file is the 202 a client would have got."""
    database = open_database(url)
    done = set(acknowledged.read_text().split())
    with acknowledged.open("a") as file:
        for batch in range(BATCHES):
            if str(batch) in done:
                continue
            async with database.transaction() as db:
                await sessions.submit(db, [a_document(session_id) for session_id in session_ids(batch)])
            os.write(file.fileno(), f"{batch}\n".encode())
    await database.close()


async def work(url: str, acknowledged: Path) -> None:
    """Inspects until everything is handed in and done."""
    database = open_database(url)
    store = SqlJobStore(max_attempts=1000)
    worker = f"worker-{os.getpid()}"

    async def handler(stored: StoredSession, task: Task) -> Inspection:
        await asyncio.sleep(random.uniform(0, 0.01))
        outcomes = tuple(an_outcome(f"rule_{number}") for number in range(OUTCOMES))
        return an_inspection(task.session_id, task.revision, outcomes=outcomes)

    while True:
        if not await process_next(database, handler, worker=worker, limit=5, lease=LEASE, jobs=store):
            async with database.reading() as db:
                left = await backlog(db)
            if not left.waiting + left.running and len(acknowledged.read_text().split()) == BATCHES:
                break
            await asyncio.sleep(0.02)
    await database.close()


def start(role: Callable[[str, Path], object], url: str, acknowledged: Path) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(role(url, acknowledged))  # type: ignore[arg-type]
            status = 0
        finally:
            os._exit(status)
    return child


def main(url: str, folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged = folder / "acknowledged"
    acknowledged.touch()
    roles = [hand_in, work, work]
    children = {start(role, url, acknowledged): role for role in roles}
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.02, 0.3))
        victim = chance.choice(sorted(children))
        role = children.pop(victim)
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        children[start(role, url, acknowledged)] = role
    for child in children:
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(f"a child ended with status {status}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
