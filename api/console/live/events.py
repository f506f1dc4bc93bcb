"""What the live board and other pages look at to know that something changed; they then ask for what they show."""

from api.watchers import Look
from storage import live_board
from storage.db import Database


def look_at(database: Database) -> Look:
    """Reads the mark in a transaction of its own: no connection is kept between two looks."""

    async def look() -> str:
        async with database.reading() as db:
            return await live_board.mark(db)

    return look
