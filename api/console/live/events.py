"""Server-sent events: tells a page that something changed; the page then asks for what it shows."""

from collections.abc import AsyncIterator, Awaitable, Callable

from api.watchers import Watchers
from storage import live_board
from storage.db import Database

#: Seconds between two looks, and after how many of them a sign of life is sent.
PAUSE, SIGN_OF_LIFE = 2.0, 8
Look = Callable[[], Awaitable[str]]


def look_at(database: Database) -> Look:
    """Reads the mark in a transaction of its own: no connection is kept between two looks."""

    async def look() -> str:
        async with database.reading() as db:
            return await live_board.mark(db)

    return look


async def changes(
    look: Look, watchers: Watchers, *, known: str = "", pause: float = PAUSE
) -> AsyncIterator[str]:
    """`changed` whenever the mark is another one, until the service stops or nobody reads any more.

    The mark is the id of the event: a browser that connects again names it (`known`) and misses nothing.
    """
    with watchers.watching():
        before, looks = known or await look(), 0
        yield f"retry: {round(pause * 1000)}\nid: {before}\n\n"
        while True:
            now = await look()
            if now != before:
                before = now
                yield f"id: {now}\nevent: changed\ndata: \n\n"
            elif looks % SIGN_OF_LIFE == SIGN_OF_LIFE - 1:
                yield ": still here\n\n"
            looks += 1
            if not await watchers.pause(pause):
                return
