"""Every storage test runs on both databases: an SQLite file, and PostgreSQL in a schema of its own."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from storage.db import Database, migrate, open_database
from storage.errors import DatabaseUnavailable
from storage.tables import schema

POSTGRES = os.environ.get("MINGJIAN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


async def _run(statement: str) -> None:
    database = open_database(POSTGRES)
    try:
        async with database.transaction() as db:
            await db.execute(text(statement))
    finally:
        await database.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """A URL into a fresh schema; skips with the reason where there is no server."""
    schema = f"test_{secrets.token_hex(6)}"
    try:
        asyncio.run(_run(f"CREATE SCHEMA {schema}"))
    except DatabaseUnavailable as error:
        pytest.skip(f"no PostgreSQL at {POSTGRES}: {error}")
    url = f"{POSTGRES}?search_path={schema}"
    asyncio.run(migrate(url))
    yield url
    asyncio.run(_run(f"DROP SCHEMA {schema} CASCADE"))


async def _emptied(url: str) -> None:
    """Much faster than TRUNCATE; as a replica would, so that append-only tables let it happen."""
    address, _, place = url.partition("?search_path=")
    tables = reversed(schema.metadata.sorted_tables)
    deletes = [f"DELETE FROM {place}.{table.name}" for table in tables]
    connection = await asyncpg.connect(address)
    await connection.execute(";".join(["SET session_replication_role = replica", *deletes]))
    await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("migrated_sqlite")
        shutil.copy(template, tmp_path / "test.db")
        return f"sqlite:///{tmp_path / 'test.db'}"
    found: str = request.getfixturevalue("migrated_postgres")
    asyncio.run(_emptied(found))
    return found


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = open_database(url)
    yield opened
    await opened.close()
