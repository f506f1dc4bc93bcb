"""Published texts: when they take effect, who wins, and that nothing of them can be changed afterwards."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import audit, publications
from storage.db import Database
from storage.errors import PublicationConflict, PublicationNotFound
from storage.publications import Publication

pytestmark = pytest.mark.anyio
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 1, 10, 30, tzinfo=SHANGHAI)
MIDNIGHT = datetime(2026, 11, 2, tzinfo=SHANGHAI)
TICK = timedelta(microseconds=1)


async def _publish(
    database: Database, words: str | None, base: int, subject: str = "r", **options: Any
) -> Publication:
    given = {"author": "lead", "reason": "why", "timezone": SHANGHAI, "now": NOW, "based_on": "sha256:f"}
    async with database.transaction() as db:
        return await publications.publish(db, subject, words, base_version=base, **given | options)


async def _texts(database: Database, instant: datetime | None) -> dict[str, str | None]:
    async with database.reading() as db:
        everything = await publications.everything(db)
    return {each.subject: each.text for each in publications.in_force(everything, instant)}


async def test_a_text_holds_from_the_next_local_midnight(database: Database) -> None:
    made = await _publish(database, "one", 0)
    assert (made.label, made.effective_from) == ("r@1", MIDNIGHT)
    assert await _texts(database, MIDNIGHT - TICK) == {}
    assert await _texts(database, MIDNIGHT) == {"r": "one"}
    assert await _texts(database, None) == {"r": "one"}


async def test_what_is_published_before_midnight_takes_the_place_of_what_was(database: Database) -> None:
    await _publish(database, "one", 0)
    await _publish(database, "two", 1, now=NOW + timedelta(hours=1))
    assert await _texts(database, MIDNIGHT) == {"r": "two"}
    await _publish(database, None, 2, now=NOW + timedelta(hours=2))
    assert await _texts(database, MIDNIGHT) == {}, "the file again"
    await _publish(database, "four", 3, now=NOW + timedelta(days=1))
    assert await _texts(database, MIDNIGHT + timedelta(hours=23)) == {}
    assert await _texts(database, MIDNIGHT + timedelta(days=1)) == {"r": "four"}


async def test_texts_are_apart(database: Database) -> None:
    await _publish(database, "one", 0)
    await _publish(database, "other", 0, subject="a")
    assert await _texts(database, MIDNIGHT) == {"a": "other", "r": "one"}
    async with database.reading() as db:
        assert [each.label for each in await publications.history(db, "r")] == ["r@1"]
        assert await publications.number(db) == 2
        with pytest.raises(PublicationNotFound, match="no version 2 of r"):
            await publications.get(db, "r", 2)


async def test_two_who_started_from_the_same_text_do_not_both_win(database: Database) -> None:
    found = await asyncio.gather(
        *(_publish(database, words, 0) for words in ("one", "two")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in found) == ["Publication", "PublicationConflict"]
    with pytest.raises(PublicationConflict, match="r is at version 1 by now, not at 0"):
        await _publish(database, "three", 0)


async def test_what_stands_in_for_an_unusable_text_holds_since_that_one_did(database: Database) -> None:
    await _publish(database, "one", 0)
    later = NOW + timedelta(days=30)
    made = await _publish(database, "mended", 1, now=later, in_place_of_unusable=True)
    assert made.effective_from == MIDNIGHT
    assert await _texts(database, MIDNIGHT) == {"r": "mended"}


async def test_every_publication_is_audited(database: Database) -> None:
    await _publish(database, "one", 0, reason="clearer")
    async with database.reading() as db:
        [entry] = await audit.entries(db, subject="rule:r")
    assert (entry.action, entry.actor, entry.reason) == ("rule.publish", "lead", "clearer")
    assert entry.details["version"] == 1


@pytest.mark.parametrize("statement", ["UPDATE publications SET text = 'x'", "DELETE FROM publications"])
async def test_a_published_text_stays(database: Database, statement: str) -> None:
    await _publish(database, "one", 0)
    with pytest.raises(DBAPIError, match="publications is append-only"):
        async with database.transaction() as db:
            await db.execute(text(statement))
