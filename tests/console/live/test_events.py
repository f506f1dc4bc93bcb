"""The stream of events: one per change, none without, and it ends when the service stops."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.testclient import TestClient

from api.console.live.events import look_at
from api.errors import TooManyWatchers
from api.settings import Settings
from api.watchers import Watchers, changes
from storage.db import open_database
from tests.api.building import a_session


class Looking:
    """Answers with one mark after the other, then stops the service."""

    def __init__(self, *marks: str) -> None:
        self.marks, self.watchers = list(marks), Watchers()

    async def __call__(self) -> str:
        if len(self.marks) == 1:
            self.watchers.stopping.set()
        return self.marks.pop(0)


async def told(events: AsyncIterator[str]) -> list[str]:
    return [line for each in [event async for event in events] for line in each.splitlines() if line]


def test_a_change_is_told_once_with_its_mark() -> None:
    look = Looking("a", "a", "b", "b")
    lines = asyncio.run(told(changes(look, look.watchers, pause=0.001)))
    assert lines[:4] == ["retry: 1", "id: a", "event: begin", "data: "]
    assert lines[4:] == ["id: b", "event: changed", "data: "]
    assert look.watchers.open == 0


def test_a_browser_that_comes_back_is_told_what_it_missed() -> None:
    look = Looking("b")
    lines = asyncio.run(told(changes(look, look.watchers, known="a", pause=0.001)))
    assert lines[4:] == ["id: b", "event: changed", "data: "]


def test_a_quiet_stream_gives_signs_of_life() -> None:
    look = Looking(*["a"] * 18)
    lines = asyncio.run(told(changes(look, look.watchers, pause=0.001)))
    assert lines.count(": still here") == 2
    assert "event: changed" not in lines


def test_only_so_many_pages_follow() -> None:
    watchers = Watchers(most=1)
    watchers.admit()
    with watchers.watching(), pytest.raises(TooManyWatchers, match="Too many pages"):
        watchers.admit()
    watchers.admit()


def test_a_page_too_many_is_told_so(console: TestClient) -> None:
    console.app.state.service.watchers.most = 0  # type: ignore[attr-defined]
    answer = console.get("/live/events")
    assert answer.status_code == 503
    assert "服务暂时不可用" in answer.text


async def mark_of(database_url: str) -> str:
    database = open_database(database_url)
    try:
        return await look_at(database)()
    finally:
        await database.close()


def test_the_mark_changes_with_what_is_handed_in_and_inspected(
    console: TestClient, settings: Settings
) -> None:
    marks = [asyncio.run(mark_of(settings.database_url))]
    console.post("/v1/sessions", json=[a_session("s-1")])
    marks.append(asyncio.run(mark_of(settings.database_url)))
    console.post("/v1/sessions/s-1/inspect")
    marks.append(asyncio.run(mark_of(settings.database_url)))
    console.get("/live")
    assert len(set(marks)) == 3
    assert asyncio.run(mark_of(settings.database_url)) == marks[-1]
