"""Opening, migrating and checking a database; what the database itself refuses."""

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.db import Database, migrate, open_database
from storage.errors import DatabaseUnavailable, DatabaseUrlInvalid, SchemaOutdated
from storage.tables import schema

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no url",
        "mysql://localhost/x",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+pysqlite:///x.db",
        "postgresql://",
    ],
)
def test_refuses_a_url_it_cannot_use(url: str) -> None:
    with pytest.raises(DatabaseUrlInvalid, match="expected"):
        open_database(url)


@pytest.mark.parametrize("url", ["mysql://me:sesame@localhost/x", "postgresql://me:sesame@localhost:port/x"])
def test_a_refused_url_does_not_show_its_password(url: str) -> None:
    with pytest.raises(DatabaseUrlInvalid) as refused:
        open_database(url)
    assert "sesame" not in str(refused.value)


async def test_sslmode_require_encrypts_or_does_not_connect(migrated_postgres: str) -> None:
    database = open_database(f"{migrated_postgres}&sslmode=require")
    encrypted, refused = False, ""
    try:
        async with database.reading() as db:
            query = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            encrypted = (await db.execute(query)).scalar_one()
    except DatabaseUnavailable as error:
        refused = str(error)
    await database.close()
    assert encrypted or "rejected SSL" in refused


async def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "x.db"
    with pytest.raises(DatabaseUnavailable, match=f"the database file {path} cannot be made: "):
        await migrate(f"sqlite:///{path}")


async def test_a_file_that_is_no_database_is_told_in_the_words_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("no database " * 100)
    database = open_database(f"sqlite:///{path}")
    with pytest.raises(DatabaseUnavailable) as refused:
        async with database.reading():
            pass
    await database.close()
    assert str(refused.value) == "the database cannot be reached: file is not a database"


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql://nobody@127.0.0.1:1/none"])
async def test_an_unreachable_database_says_so(url: str) -> None:
    database = open_database(url)
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        await database.check()
    await database.close()


async def test_a_database_that_was_never_migrated_is_outdated(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(SchemaOutdated, match=r"needs 00\d\d"):
        await database.check()
    with pytest.raises(SchemaOutdated, match="has not been migrated"):
        async with database.reading() as db:
            await db.execute(text("SELECT * FROM sessions"))
    await database.close()


async def test_migrating_creates_the_folder_and_is_repeatable(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/some/where/new.db"
    await migrate(url)
    await migrate(url)
    database = open_database(url)
    await database.check()
    await database.close()
    assert (tmp_path / "some/where/new.db").stat().st_mode & 0o077 == 0, "nobody else reads the chats"


async def test_several_processes_may_migrate_at_once(url: str) -> None:
    await asyncio.gather(*(migrate(url) for _ in range(4)))


async def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), schema.metadata))

    async with database.reading() as db:
        assert await (await db.connection()).run_sync(differences) == []


async def test_a_block_that_raises_leaves_nothing(database: Database) -> None:
    async def interrupted() -> None:
        async with database.transaction() as db:
            await db.execute(text("INSERT INTO jobs VALUES ('j', 'inspect', 0, '{}')"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await interrupted()
    async with database.reading() as db:
        assert (await db.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == 0


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.transaction() as writer:
        await writer.execute(text("INSERT INTO jobs VALUES ('j', 'inspect', 0, '{}')"))
        async with asyncio.timeout(2), database.reading() as db:
            assert (await db.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == 0


async def test_writers_queue_up_instead_of_failing(database: Database) -> None:
    async def add(number: int) -> None:
        async with database.transaction() as db:
            count = (await db.execute(text("SELECT count(*) FROM jobs"))).scalar_one()
            await asyncio.sleep(0.001)
            await db.execute(text(f"INSERT INTO jobs VALUES ('j{number}', '{count}', 0, '{{}}')"))

    await asyncio.gather(*(add(number) for number in range(10)))
    async with database.reading() as db:
        assert (await db.execute(text("SELECT count(*) FROM jobs"))).scalar_one() == 10


ROWS = {
    "profile_versions": "('p', 1, 0, 0, 'me', '', false, '{}')",
    "profile_assignments": "(1, 'shop', 'p', 0)",
    "audit_entries": "(1, 0, 'me', 'x', 'y', '', '{}')",
}


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("statement", ["DELETE FROM {table}", "UPDATE {table} SET {column} = {column}"])
async def test_history_cannot_be_rewritten(database: Database, table: str, statement: str) -> None:
    async with database.transaction() as db:
        await db.execute(text(f"INSERT INTO {table} VALUES {ROWS[table]}"))
    column = schema.metadata.tables[table].columns.keys()[0]

    async def change() -> None:
        async with database.transaction() as db:
            await db.execute(text(statement.format(table=table, column=column)))

    with pytest.raises(DBAPIError, match=f"{table} is append-only"):
        await change()


async def test_sqlite_keeps_what_was_committed_even_through_a_power_cut(tmp_path: Path) -> None:
    await migrate(f"sqlite:///{tmp_path}/x.db")
    database = open_database(f"sqlite:///{tmp_path}/x.db")
    async with database.reading() as db:
        found = [
            (await db.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    await database.close()
    assert found == ["wal", 2, 1]
