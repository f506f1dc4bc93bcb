"""A database of many sessions: the samples, really inspected, and then copied under other names and dates."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from api.demo import load_and_inspect, sample_sessions
from api.settings import Settings
from storage.db import open_database

#: In an order in which every row finds the ones it refers to.
_TABLES = (
    "sessions", "session_revisions", "session_agents", "session_texts", "inspections", "outcomes", "agent_cards", "alerts",
)  # fmt: skip
#: What a copy must not share with its original.
_RENAMED = ("session_id", "inspection_id", "alert_id", "dedupe")
_TIMES = ("started_at", "ended_at", "received_at", "at")
#: Copies lie this far apart, in microseconds: 100,000 sessions are about half a year.
_APART = 5 * 3600 * 1_000_000


def fill(settings: Settings, sessions: int) -> int:
    """At least `sessions` of them in a new SQLite database; how many."""
    samples = sample_sessions()
    asyncio.run(load_and_inspect(settings, samples))
    copies = -(-sessions // len(samples)) - 1
    asyncio.run(_copy(settings, copies))
    return len(samples) * (copies + 1)


async def _copy(settings: Settings, copies: int) -> None:
    database = open_database(settings.database_url)
    async with database.transaction() as db:
        connection = await db.connection()
        for statement in await connection.run_sync(lambda sync: list(_statements(sync, copies))):
            await connection.execute(text(statement))
        await connection.execute(text("ANALYZE"))
    await database.close()


def _statements(connection: Connection, copies: int) -> Iterator[str]:
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies})"
    for table in _TABLES:
        columns = [column["name"] for column in inspect(connection).get_columns(table)]
        values = ", ".join(_value(column) for column in columns)
        names = ", ".join(columns)
        yield f"INSERT INTO {table} ({names}) {numbers} SELECT {values} FROM {table} CROSS JOIN n"


def _value(column: str) -> str:
    if column in _RENAMED:
        return f"{column} || '-' || n.i"
    return f"{column} - n.i * {_APART}" if column in _TIMES else column


def size_of(path: Path) -> float:
    """Of the database, in MiB."""
    return path.stat().st_size / 2**20
