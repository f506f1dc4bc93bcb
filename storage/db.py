"""The database: SQLite by default, PostgreSQL when it grows. One engine, transactions, migrations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession


class Database:
    """An open database. `dialect` is `sqlite` or `postgresql`."""

    engine: AsyncEngine
    dialect: str

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that may write. Commits when the block ends, rolls back when it raises.

        On SQLite it takes the write lock at once, so that reading and then writing cannot collide.
        Raises `DatabaseUnavailable`.
        """
        raise NotImplementedError
        yield

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads: never waits for writers. Raises `DatabaseUnavailable`."""
        raise NotImplementedError
        yield

    async def check(self) -> None:
        """For `/readyz`. Raises `DatabaseUnavailable` or `SchemaOutdated`."""
        raise NotImplementedError

    async def close(self) -> None:
        """Closes every connection."""
        raise NotImplementedError


def open_database(url: str) -> Database:
    """A database from a plain URL; connects on first use. It must have been migrated.

    `sqlite:///relative/path.db`, `sqlite:////absolute/path.db`, `postgresql://user:password@host:port/name`
    (`?search_path=schema` puts every table into a schema of its own). Raises `DatabaseUrlInvalid`.
    """
    raise NotImplementedError


async def migrate(url: str) -> None:
    """Brings the schema up to date (creates it in an empty database). Safe to call from several processes at once."""
    raise NotImplementedError
