"""Versions of profiles: when they take effect, who wins, what is refused."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage import audit, profiles
from storage.db import Database
from storage.errors import ProfileConflict, ProfileVersionNotFound

pytestmark = pytest.mark.anyio
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 1, 10, 30, tzinfo=SHANGHAI)
MIDNIGHT = datetime(2026, 11, 2, tzinfo=SHANGHAI)
TICK = timedelta(microseconds=1)


async def _put(database: Database, document: dict[str, Any], **options: Any) -> profiles.ProfileVersion:
    given = {"author": "lead", "timezone": SHANGHAI, "now": NOW} | options
    async with database.transaction() as db:
        return await profiles.put_profile(db, "default", document, **given)


async def _at(database: Database, instant: datetime, shop: str | None = "shop-a") -> int | None:
    async with database.reading() as db:
        name = await profiles.name_at(db, shop, instant) or "default"
        found = await profiles.as_of(db, name, instant)
    return found.version if found else None


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2026-11-01T15:59:59.999999+00:00", "Asia/Shanghai", "2026-11-01T16:00:00+00:00"),
        ("2026-11-01T16:00:00+00:00", "Asia/Shanghai", "2026-11-02T16:00:00+00:00"),
        ("2026-11-01T12:00:00+08:00", "UTC", "2026-11-02T00:00:00+00:00"),
        ("2026-10-24T20:00:00+02:00", "Europe/Berlin", "2026-10-24T22:00:00+00:00"),
        ("2026-10-25T20:00:00+01:00", "Europe/Berlin", "2026-10-25T23:00:00+00:00"),
    ],
)
async def test_a_version_takes_effect_at_the_next_local_midnight(
    database: Database, now: str, zone: str, expected: str
) -> None:
    version = await _put(database, {}, now=datetime.fromisoformat(now), timezone=ZoneInfo(zone))
    assert version.effective_from == datetime.fromisoformat(expected)
    assert not version.hot_fix


async def test_the_day_goes_on_under_the_old_version(database: Database) -> None:
    first = await _put(database, {"rules": {}})
    assert (first.label, first.document) == ("default@1", {"rules": {}})
    assert await _at(database, MIDNIGHT - TICK) is None
    assert await _at(database, MIDNIGHT) == 1


async def test_the_last_change_of_a_day_is_the_one_that_takes_effect(database: Database) -> None:
    await _put(database, {"n": 1})
    await _put(database, {"n": 2}, now=NOW + timedelta(hours=1))
    await _put(database, {"n": 3}, now=NOW + timedelta(days=1))
    assert await _at(database, MIDNIGHT) == 2
    assert await _at(database, MIDNIGHT + timedelta(days=1)) == 3
    async with database.reading() as db:
        assert [each.version for each in await profiles.history(db, "default")] == [3, 2, 1]


async def test_the_same_document_again_is_the_same_version(database: Database) -> None:
    first = await _put(database, {"a": 1, "b": [1]})
    assert await _put(database, {"b": [1], "a": 1}, now=NOW + timedelta(hours=1)) == first
    async with database.reading() as db:
        assert len(await audit.entries(db)) == 1


async def test_an_edit_of_what_is_no_longer_the_newest_is_a_conflict(database: Database) -> None:
    await _put(database, {"n": 1}, base_version=0)
    with pytest.raises(ProfileConflict, match="at version 1 by now, not at 0"):
        await _put(database, {"n": 2}, base_version=0)
    assert (await _put(database, {"n": 2}, base_version=1)).version == 2


async def test_two_who_change_a_profile_at_once_do_not_overwrite_each_other(database: Database) -> None:
    puts = [_put(database, {"n": n}, base_version=0) for n in range(5)]
    found = await asyncio.gather(*puts, return_exceptions=True)
    assert [type(each) for each in found].count(profiles.ProfileVersion) == 1
    assert [type(each) for each in found].count(ProfileConflict) == 4


async def test_a_hot_fix_is_in_force_at_once_and_audited(database: Database) -> None:
    await _put(database, {"n": 1}, now=NOW - timedelta(days=9))
    fix = await _put(database, {"n": 2}, hot_fix=True, reason="red line missing")
    assert (fix.effective_from, fix.hot_fix) == (NOW, True)
    assert (await _at(database, NOW - TICK), await _at(database, NOW)) == (1, 2)
    async with database.reading() as db:
        entry = (await audit.entries(db, action="profile.hot_fix"))[0]
    assert (entry.actor, entry.subject, entry.reason) == ("lead", "profile:default@2", "red line missing")
    assert entry.details == {"effective_from": NOW.isoformat(), "replaces": "default@1"}
    assert entry.at == NOW


@pytest.mark.parametrize("reason", ["", " \n"])
async def test_a_hot_fix_needs_a_reason(database: Database, reason: str) -> None:
    with pytest.raises(ProfileConflict, match="needs a reason"):
        await _put(database, {}, hot_fix=True, reason=reason)


async def test_a_hot_fix_does_not_silently_meet_a_pending_version(database: Database) -> None:
    await _put(database, {"n": 1})
    with pytest.raises(ProfileConflict, match="default@1 takes effect at 2026-11-01T16:00:00"):
        await _put(database, {"n": 2}, hot_fix=True, reason="urgent")
    await _put(database, {"n": 2}, hot_fix=True, reason="urgent", replaces_pending=True)
    assert (await _at(database, NOW), await _at(database, MIDNIGHT)) == (2, 2)


async def test_a_pending_document_can_be_brought_forward(database: Database) -> None:
    await _put(database, {"n": 1})
    fix = await _put(database, {"n": 1}, hot_fix=True, reason="now", replaces_pending=True)
    assert (fix.version, fix.effective_from) == (2, NOW)


async def test_a_change_that_is_rolled_back_is_not_audited(database: Database) -> None:
    async with database.transaction() as db:
        await profiles.put_profile(db, "default", {}, author="lead", timezone=SHANGHAI, now=NOW)
        await db.rollback()
    async with database.reading() as db:
        assert await audit.entries(db) == ()
        assert await profiles.names(db) == ()


async def test_what_is_not_there_is_not_found(database: Database) -> None:
    await _put(database, {})
    async with database.reading() as db:
        with pytest.raises(ProfileVersionNotFound, match="profile 'other'"):
            await profiles.get_version(db, "other")
        with pytest.raises(ProfileVersionNotFound, match="version 2 of profile 'default'"):
            await profiles.get_version(db, "default", 2)
        assert await profiles.history(db, "other") == ()
        assert await profiles.as_of(db, "other", MIDNIGHT) is None
        assert (await profiles.get_version(db, "default")).version == 1


async def test_a_shop_uses_what_it_was_assigned(database: Database) -> None:
    async def assign(shop: str | None, name: str, now: datetime) -> datetime:
        async with database.transaction() as db:
            return await profiles.assign_profile(db, shop, name, author="lead", timezone=SHANGHAI, now=now)

    async def name_at(shop: str | None, instant: datetime) -> str | None:
        async with database.reading() as db:
            return await profiles.name_at(db, shop, instant)

    assert await assign("shop-a", "ten_nodes", NOW) == MIDNIGHT
    await assign("shop-a", "strict", NOW + timedelta(days=1))
    await assign(None, "mild", NOW + timedelta(days=2))
    day = timedelta(days=1)
    assert [await name_at("shop-a", MIDNIGHT + n * day) for n in (-1, 0, 1, 2)] == [
        None,
        "ten_nodes",
        "strict",
        "strict",
    ]
    assert [await name_at("shop-b", MIDNIGHT + n * day) for n in (1, 2)] == [None, "mild"]
    assert await name_at(None, MIDNIGHT + 2 * day) == "mild"
    async with database.transaction() as db:
        await profiles.put_profile(db, "strict", {"x": 1}, author="lead", timezone=SHANGHAI, now=NOW)
    await _put(database, {"y": 1})
    assert await _at(database, MIDNIGHT) is None, "the built-in ten_nodes, not the stored default"
    async with database.reading() as db:
        found = await profiles.as_of(db, "strict", MIDNIGHT + day)
        assert found is not None
        assert found.label == "strict@1"
        assert [entry.subject for entry in await audit.entries(db, action="profile.assign")] == [
            "shops",
            "shop:shop-a",
            "shop:shop-a",
        ]


async def test_audit_entries_page_backwards(database: Database) -> None:
    async with database.transaction() as db:
        ids = [
            await audit.record(
                db, actor="me", action="a", subject=f"s:{n}", details={"n": n}, now=datetime.now(UTC)
            )
            for n in range(3)
        ]
    async with database.reading() as db:
        assert [entry.entry_id for entry in await audit.entries(db, limit=2)] == ids[:0:-1]
        assert [entry.details for entry in await audit.entries(db, before=ids[1])] == [{"n": 0}]
        assert [entry.entry_id for entry in await audit.entries(db, subject="s:1")] == [ids[1]]
