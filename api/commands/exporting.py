"""`mingjian export`: the database into files."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, get_args

import typer

from api.commands import options
from api.commands.importing import DatabaseUrl
from api.commands.output import progress, written
from api.exports.files import row_writer
from api.exports.rows import Row, What, json_lines, rows_of
from api.exports.stored import Kept, read_stored
from api.settings import load_settings
from evaluators.catalogue.loading import load_catalogue
from storage.db import open_database
from storage.sessions import SessionFilters

app = typer.Typer(add_completion=False)
FORMATS = ("jsonl", "csv", "xlsx", "parquet")


@app.command("export")
def export(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="sessions, outcomes or scorecards.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="A .jsonl, .csv, .xlsx or .parquet file; else standard output.",
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="NAME", help="jsonl, csv, xlsx or parquet; default by FILE, else jsonl."
        ),
    ] = None,
    shop: Annotated[str | None, typer.Option(metavar="ID", help="Only of this shop.")] = None,
    group: Annotated[
        str | None, typer.Option(metavar="ID", help="Only of this customer-service group.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option(metavar="ID", help="Only sessions that this agent served.")
    ] = None,
    started_from: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Started at or after this.")
    ] = None,
    started_to: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Started before this.")
    ] = None,
    rule_hit: Annotated[
        str | None, typer.Option(metavar="RULE", help="Only sessions in which this rule hit.")
    ] = None,
    database: DatabaseUrl = None,
    timezone: options.Timezone = None,
) -> None:
    """Write sessions, outcomes or scorecards out of the database.

    Of each session the newest content and its latest inspection, newest session first.
    """
    if what not in get_args(What):
        raise typer.BadParameter(f"expected one of {', '.join(get_args(What))}, got {what!r}")
    settings = load_settings(**({} if database is None else {"database_url": database}))
    catalogue = load_catalogue(derived=True)
    zone = options.zone_of(timezone)
    filters = SessionFilters(
        shop=shop, group=group, agent=agent, rule_hit=catalogue.find(rule_hit).id if rule_hit else None,
        started_from=options.instant_of(started_from, zone, "--from"),
        started_to=options.instant_of(started_to, zone, "--to"),
    )  # fmt: skip
    rules = {rule.id: rule for rule in catalogue.rules}
    asyncio.run(
        _export(
            settings.database_url, filters, output, _format_of(format, output), (what, rows_of(what, rules))
        )
    )


def _format_of(name: str | None, output: Path | None) -> str:
    found = name or (output.suffix.lower().removeprefix(".") if output and output.suffix else "jsonl")
    if found not in FORMATS:
        raise typer.BadParameter(f"expected one of {', '.join(FORMATS)}, got {found!r}")
    if found in ("xlsx", "parquet") and output is None and sys.stdout.isatty():
        raise typer.BadParameter(f"{found} is not for the terminal: give --output")
    return found


async def _export(
    url: str, filters: SessionFilters, output: Path | None, format: str,
    asked: tuple[str, Callable[[Kept], Iterator[Row]]],
) -> None:  # fmt: skip
    what, rows = asked
    database = open_database(url)
    try:
        await database.check()
        with written(output) as out, progress(f"导出 {what}") as shown:
            if format == "jsonl":
                async for kept in read_stored(database, filters):
                    out.write(json_lines(what, kept))
                    shown.advance()
                return
            with row_writer(format, out, what) as writer:
                async for kept in read_stored(database, filters):
                    writer.write(rows(kept))
                    shown.advance()
    finally:
        await database.close()
