"""What agents are called, on both databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from storage import agent_names, sessions
from storage.db import Database, migrate
from tests.storage.building import a_document

pytestmark = pytest.mark.anyio


def served(session_id: str, **names: str | None) -> dict[str, Any]:
    return a_document(session_id, agents=[{"agent_id": agent, "name": name} for agent, name in names.items()])


async def submit(database: Database, *documents: dict[str, Any]) -> None:
    async with database.transaction() as db:
        await sessions.submit(db, documents)


async def known(database: Database, *agents: str) -> dict[str, str]:
    async with database.reading() as db:
        return dict(await agent_names.names_of(db, agents))


async def test_the_last_word_holds_and_silence_changes_nothing(database: Database) -> None:
    await submit(database, served("s-1", x=" 阿凯 ", y=None, z=" "), served("s-2", w="小满"))
    assert await known(database, "x", "y", "z", "nobody") == {"x": "阿凯"}
    await submit(database, served("s-3", x=None, y="小满"), a_document("s-4"))
    assert await known(database, "x", "y") == {"x": "阿凯", "y": "小满"}
    await submit(database, served("s-3", x="凯哥"))
    assert await known(database, "x") == {"x": "凯哥"}
    assert await known(database) == {}


async def test_sessions_kept_before_names_were_are_asked_for_them(database: Database, url: str) -> None:
    await submit(database, served("s-1", x="阿凯", y=None), served("s-2", y="小满"), a_document("s-3"))
    async with database.transaction() as db:
        for table in ("agent_names", "publications"):
            await db.execute(text(f"DROP TABLE {table}"))
        await db.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    await migrate(url)
    assert await known(database, "x", "y", "a-1") == {"x": "阿凯", "y": "小满"}


async def test_writers_who_name_the_same_agents_do_not_stop_each_other(database: Database) -> None:
    names = {f"a-{number}": f"名{number}" for number in range(20)}
    backwards = dict(reversed(names.items()))
    await asyncio.gather(
        *(
            submit(database, served(f"s-{number}", **(names if number % 2 else backwards)))
            for number in range(8)
        )
    )
    assert await known(database, *names) == names
