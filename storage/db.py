"""The database: SQLite by default, PostgreSQL when it grows. One engine, transactions, migrations."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.addresses import read_address
from storage.errors import DatabaseUnavailable, SchemaOutdated

#: How long a SQLite connection waits for another one's write, in milliseconds.
_BUSY_MS = 30_000
#: FULL: an accepted session survives a power cut too, not only a killed process.
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)
#: What to do about a database that is not as this release needs it.
_REMEDY = "`mingjian serve` and `mingjian import` bring it up to date"
#: Any number will do, as long as every process takes the same.
_MIGRATION_LOCK = 7_265_310_411


class Database:
    """An open database. `dialect` is `sqlite` or `postgresql`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.dialect: str = engine.dialect.name
        self._untried_file = engine.url.database if self.dialect == "sqlite" else None
        self._sessions = async_sessionmaker(engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that may write. Commits when the block ends, rolls back when it raises.

        On SQLite it takes the write lock at once, so that reading and then writing cannot collide.
        Raises `DatabaseUnavailable`, `SchemaOutdated`.
        """
        async with self._begun(write=True) as db:
            yield db
            await db.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads: never waits for writers, and what it writes is lost.

        Raises `DatabaseUnavailable`, `SchemaOutdated`.
        """
        async with self._begun(write=False) as db:
            yield db

    @asynccontextmanager
    async def _begun(self, *, write: bool) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as db:
            try:
                await self._try_file()
                await db.connection(execution_options={"takes_write_lock": write})
            except (
                Exception
            ) as error:  # each driver has its own: refused, unknown database, wrong password ...
                cause = error.orig if isinstance(error, DBAPIError) else error
                raise DatabaseUnavailable(f"the database cannot be reached: {cause}") from error
            try:
                yield db
            except DBAPIError as error:
                raise _translated(error) from error

    async def _try_file(self) -> None:
        """Fails where the SQLite file cannot be opened: the asynchronous driver would leave a thread behind."""
        if self._untried_file is not None:
            await asyncio.to_thread(lambda path: sqlite3.connect(path).close(), self._untried_file)
            self._untried_file = None

    async def check(self) -> None:
        """For `/readyz`. Raises `DatabaseUnavailable` or `SchemaOutdated`."""
        async with self.reading() as db:
            connection = await db.connection()
            found = await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
        if found != _newest_step():
            there = f"schema {found}" if found else "no schema yet"
            raise SchemaOutdated(f"the database has {there}, this release needs {_newest_step()}: {_REMEDY}")

    async def close(self) -> None:
        """Closes every connection."""
        await self.engine.dispose()


def _translated(error: DBAPIError) -> Exception:
    """The error of ours that a driver's error means; a broken constraint or statement stays what it is."""
    cause = str(error.orig)
    if "no such table" in cause or "UndefinedTable" in type(error.orig).__name__ or "UndefinedTable" in cause:
        return SchemaOutdated(f"the database has not been migrated: {cause}")
    if error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError)):
        return DatabaseUnavailable(f"the database cannot be reached: {cause}")
    return error


def open_database(url: str) -> Database:
    """A database from a plain URL; connects on first use. It must have been migrated.

    `sqlite:///relative/path.db`, `sqlite:////absolute/path.db`, `postgresql://user:password@host:port/name`
    (`?search_path=schema` puts every table into that schema, `?sslmode=require` encrypts).
    Raises `DatabaseUrlInvalid`.
    """
    address = read_address(url)
    if address.dialect == "sqlite":
        engine = create_async_engine(address.url)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return Database(engine)
    return Database(create_async_engine(address.url, connect_args=address.options, pool_pre_ping=True))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's idea of when a transaction begins lets reads slip out of it: we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("takes_write_lock", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


async def migrate(url: str) -> None:
    """Brings the schema up to date, creates it in an empty database.

    An SQLite file is made with its folder, readable for its owner only. Safe to call from several processes
    at once. Raises `DatabaseUrlInvalid`, `DatabaseUnavailable`.
    """
    database = open_database(url)
    try:
        if database.dialect == "sqlite":
            await asyncio.to_thread(_make_file, Path(str(database.engine.url.database)))
        async with database.transaction() as db:
            if database.dialect == "postgresql":
                await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            await (await db.connection()).run_sync(_upgrade)
    finally:
        await database.close()


def _make_file(path: Path) -> None:
    """Chats are nobody else's business: only the owner may read the file. Raises `DatabaseUnavailable`."""
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailable(f"the database file {path} cannot be made: {error.strerror}") from error


def _upgrade(connection: Connection) -> None:
    config = _alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


@cache
def _newest_step() -> str | None:
    return ScriptDirectory.from_config(_alembic_config()).get_current_head()
