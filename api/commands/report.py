"""`mingjian report`: sessions in, the report on them out."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from api.commands import options
from api.commands.output import progress, say, skipped
from api.commands.watching import watch
from api.inspecting.batch import BatchInspector, Inspected
from api.judging.judges import open_judge
from api.reporting.layout import lay_out
from api.reporting.show import show
from api.reporting.tally import Inspected as InTime
from api.reporting.tally import Tally
from api.reporting.workbook import write_workbook
from evaluators.catalogue.loading import load_catalogue, prompts_for
from evaluators.profiles import load_profile
from evaluators.types import ChatSession
from storage.intake.reading import read_all
from storage.intake.records import BadRecord

app = typer.Typer(add_completion=False)


@app.command("report")
def report(
    sources: options.SessionFiles,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE.xlsx", help="Write the report as a workbook."),
    ] = None,
    rules: options.RuleNames = None,
    judge: options.JudgeName = "none",
    base_url: options.BaseUrl = None,
    model: options.Model = None,
    profile: options.ProfileName = "default",
    catalogue: options.CatalogueFolders = None,
    derived: options.Derived = False,
    format: options.Format = None,
    mapping: options.MappingFile = None,
    timezone: options.Timezone = None,
    as_of: options.AsOf = None,
) -> int:
    """Inspect sessions from files and print the report on them.

    Tables on a terminal, tab-separated values in a pipe.
    """
    zone = options.zone_of(timezone)
    inspector = BatchInspector(
        load_catalogue(catalogue, derived=derived),
        load_profile(profile),
        options.rules_of(rules),
        options.instant_of(as_of, zone),
    )
    wordings = prompts_for(catalogue) if catalogue else None
    opened = open_judge(judge, base_url=base_url, model=model, prompts=wordings)
    tally, bad = Tally(), 0
    run = watch(opened, options.places_of(sources))
    found: Iterable[ChatSession | BadRecord] = read_all(
        options.places_of(sources), format=format, timezone=zone, mapping=mapping
    )
    if run is not None:
        found = run.begin(found, inspector)
    with progress("质检会话 sessions", run.line if run is not None else None) as shown:
        items = inspector.inspect_all(found, opened)
        for item in items if run is None else run.counting(items):
            if isinstance(item, BadRecord):
                bad += 1
                say(str(item))
                tally.reject()
                continue
            tally.add(in_time(item))
            shown.advance()
    if run is not None:
        run.end()
    sections = lay_out(tally.report())
    if output is not None:
        write_workbook(sections, output)
    else:
        show(sections, sys.stdout)
    status = skipped(bad)
    if run is not None:
        run.say_waiting()
    return status


def in_time(item: Inspected) -> InTime:
    """What the tally adds up."""
    settings, plan = item.standard
    return InTime(item.session, item.outcomes, item.scorecard(), settings, plan.timeline(item.session))
