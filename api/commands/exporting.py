"""`mingjian export`: the database into files."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import typer

from api.commands import options
from api.commands.importing import DatabaseUrl
from api.commands.output import progress, written
from api.exports.files import row_writer
from api.exports.kinds import Export, labels_export, sessions_export
from api.exports.rows import What
from api.settings import load_settings
from evaluators.catalogue.loading import Catalogue, load_catalogue
from storage.db import open_database
from storage.labels import Source
from storage.sessions import SessionFilters

app = typer.Typer(add_completion=False)
FORMATS = ("jsonl", "csv", "xlsx", "parquet")
LABELS = "labels"
WHAT = (*get_args(What), LABELS)


@app.command("export")
def export(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="sessions, outcomes, scorecards or labels.")],
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
    rule: Annotated[str | None, typer.Option(metavar="RULE", help="Only labels of this rule.")] = None,
    source: Annotated[
        Source | None, typer.Option(help="Only labels of cases that came up like this.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Corrected and withdrawn labels, too.")] = False,
    database: DatabaseUrl = None,
    timezone: options.Timezone = None,
) -> None:
    """Write sessions, outcomes, scorecards or labels out of the database.

    Of each session the newest content and its latest inspection, newest session first; labels in the order in which they
    were given.
    """
    if what not in WHAT:
        raise typer.BadParameter(f"expected one of {', '.join(WHAT)}, got {what!r}")
    if what != LABELS and (rule is not None or source is not None or everything):
        raise typer.BadParameter(f"--rule, --source and --all are about labels, not {what}")
    settings = load_settings(**({} if database is None else {"database_url": database}))
    catalogue = load_catalogue(derived=True)
    zone = options.zone_of(timezone)
    filters = SessionFilters(
        shop=shop, group=group, agent=agent, rule_hit=catalogue.find(rule_hit).id if rule_hit else None,
        started_from=options.instant_of(started_from, zone, "--from"),
        started_to=options.instant_of(started_to, zone, "--to"),
    )  # fmt: skip
    rules = {each.id: each for each in catalogue.rules}
    if what == LABELS:
        asked = labels_export(
            filters, rules, rule_id=_labelled(rule, catalogue), source=source, current=not everything
        )
    else:
        asked = sessions_export(msgspec.convert(what, What), filters, rules)
    asyncio.run(_export(settings.database_url, asked, output, _format_of(format, output)))


def _labelled(name: str | None, catalogue: Catalogue) -> str | None:
    """A rule's id by its R-number; labels may be about rules that are not in the catalogue any more."""
    numbers = {rule.number: rule.id for rule in catalogue.rules if rule.number}
    return None if name is None else numbers.get(name.upper(), name)


def _format_of(name: str | None, output: Path | None) -> str:
    found = name or (output.suffix.lower().removeprefix(".") if output and output.suffix else "jsonl")
    if found not in FORMATS:
        raise typer.BadParameter(f"expected one of {', '.join(FORMATS)}, got {found!r}")
    if found in ("xlsx", "parquet") and output is None and sys.stdout.isatty():
        raise typer.BadParameter(f"{found} is not for the terminal: give --output")
    return found


async def _export(url: str, asked: Export, output: Path | None, format: str) -> None:
    database = open_database(url)
    try:
        await database.check()
        with written(output) as out, progress(f"导出 {asked.name}") as shown:
            if format == "jsonl":
                async for each in asked.read(database):
                    out.write(asked.lines(each))
                    shown.advance()
                return
            with row_writer(format, out, asked.name) as writer:
                async for each in asked.read(database):
                    writer.write(asked.rows(each))
                    shown.advance()
    finally:
        await database.close()
