"""`mingjian import`: files into the database."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, NamedTuple

import msgspec
import typer

from api.commands import options
from api.commands.output import Progress, progress, say, skipped
from api.settings import Settings, load_settings
from evaluators.types import ChatSession
from storage import sessions
from storage.db import migrate as bring_up_to_date
from storage.db import open_database
from storage.intake.reading import Found, read_all
from storage.intake.records import BadRecord

app = typer.Typer(add_completion=False)
#: Sessions per transaction and job.
BATCH = 500
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", help="sqlite:///… or postgresql://…; else MINGJIAN_DATABASE_URL."
    ),
]


class Imported(NamedTuple):
    """What became of the records: `created`, `revised` or `unchanged`; `skipped` could not be used."""

    kept: Counter[str]
    skipped: int


@app.command("import")
def import_sessions(
    sources: options.SessionFiles,
    database: DatabaseUrl = None,
    format: options.Format = None,
    mapping: options.MappingFile = None,
    timezone: options.Timezone = None,
) -> int:
    """Store sessions from files in the database.

    A running service or worker inspects them. Doing it twice changes nothing.
    """
    settings = load_settings(**({} if database is None else {"database_url": database}))
    zone = options.zone_of(timezone)
    found = read_all(options.places_of(sources), format=format, timezone=zone, mapping=mapping)
    with progress("导入会话 sessions") as shown:
        imported = asyncio.run(store(found, settings, shown))
    kept = imported.kept
    say(
        f"{kept.total():,} sessions: {kept['created']:,} new, {kept['revised']:,} changed, {kept['unchanged']:,} known"
    )
    return skipped(imported.skipped)


async def store(found: Found, settings: Settings, shown: Progress) -> Imported:
    """Keeps the sessions batch by batch, each with its job in one transaction. Says what is wrong with the others."""
    await bring_up_to_date(settings.database_url)
    database = open_database(settings.database_url)
    kept: Counter[str] = Counter()
    bad = 0
    try:
        for items in _batches(found):
            broken = [item for item in items if isinstance(item, BadRecord)]
            documents: list[Any] = [
                msgspec.to_builtins(item) for item in items if isinstance(item, ChatSession)
            ]
            for record in broken:
                say(str(record))
            bad += len(broken)
            async with database.transaction() as db:
                submission = await sessions.submit(db, documents)
            kept.update(record.status for record in submission.records)
            for _ in documents:
                shown.advance()
    finally:
        await database.close()
    return Imported(kept, bad)


def _batches(found: Found) -> Iterator[list[ChatSession | BadRecord]]:
    while batch := list(islice(found, BATCH)):
        yield batch
