"""`mingjian inspect`: sessions in, outcomes out."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, BinaryIO, TypeVar

import msgspec
import typer

from api.commands import options
from api.commands.output import Line, progress, say, skipped, written
from api.commands.watching import watch
from api.inspecting.batch import BatchInspector, Inspected
from api.judging.judges import open_judge
from evaluators.catalogue.loading import load_catalogue, prompts_for
from evaluators.profiles import load_profile
from evaluators.types import ChatSession
from storage.intake.reading import read_all
from storage.intake.records import BadRecord

app = typer.Typer(add_completion=False)
VERDICTS = ("hit", "no_hit", "not_applicable", "undetermined")
T = TypeVar("T")
_encoder = msgspec.json.Encoder()


class Totals(msgspec.Struct):
    """What was done so far: `verdicts` over all outcomes, counted only where somebody reads the summary."""

    sessions: int = 0
    skipped: int = 0
    verdicts: Counter[str] = msgspec.field(default_factory=Counter)


@app.command("inspect")
def inspect(
    sources: options.SessionFiles,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="OUT", help="Outcomes as JSONL; default standard output."),
    ] = None,
    scorecards: Annotated[Path | None, typer.Option(metavar="FILE", help="Scorecards as JSONL.")] = None,
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
    """Inspect sessions from files: outcomes out, one per session and rule.

    A record that cannot be used is reported with file, line and field, and skipped; the exit status is then 2.
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
    run = watch(opened, options.places_of(sources))
    found: Iterable[ChatSession | BadRecord] = read_all(
        options.places_of(sources), format=format, timezone=zone, mapping=mapping
    )
    if run is not None:
        found = run.begin(found, inspector)
    began = time.monotonic()
    with ExitStack() as stack:
        out = stack.enter_context(written(output))
        cards = stack.enter_context(written(scorecards)) if scorecards is not None else None
        if opened is None and cards is None:
            totals = write_lines(inspector, found, out)
        else:
            items = inspector.inspect_all(found, opened)
            if run is not None:
                items = run.counting(items)
            totals = write_all(items, out, cards, run.line if run is not None else None)
    if run is not None:
        run.end()
    if sys.stderr.isatty():
        say(summary(totals, time.monotonic() - began))
    status = skipped(totals.skipped)
    if run is not None:
        run.say_waiting()
    return status


def write_lines(inspector: BatchInspector, found: Iterable[ChatSession | BadRecord], out: BinaryIO) -> Totals:
    """Inspects and writes every session; says which records were skipped and why."""
    totals = Totals()
    tally = totals.verdicts if sys.stderr.isatty() else None
    with progress("质检会话 sessions") as shown:
        for lines in inspector.lines(usable(found, totals), tally):
            totals.sessions += 1
            out.write(lines)
            shown.advance()
    return totals


def write_all(
    items: Iterable[Inspected | BadRecord], out: BinaryIO, cards: BinaryIO | None, line: Line | None
) -> Totals:
    """Writes every outcome and card; says which records were skipped and why, and in `line` how far it is."""
    totals = Totals()
    counted = sys.stderr.isatty()
    with progress("质检会话 sessions", line) as shown:
        for item in usable(items, totals):
            totals.sessions += 1
            out.write(_encoder.encode_lines(item.outcomes))
            if counted:
                totals.verdicts.update([outcome.verdict for outcome in item.outcomes])
            if cards is not None:
                cards.write(_encoder.encode(item.scorecard()) + b"\n")
            shown.advance()
    return totals


def usable(items: Iterable[T | BadRecord], totals: Totals) -> Iterator[T]:
    """All but the bad records, which are counted and said."""
    for item in items:
        if isinstance(item, BadRecord):
            totals.skipped += 1
            say(str(item))
        else:
            yield item


def summary(totals: Totals, seconds: float) -> str:
    """What was done, in one line."""
    each = ", ".join(f"{totals.verdicts[verdict]:,} {verdict}" for verdict in VERDICTS)
    return f"{totals.sessions:,} sessions, {totals.verdicts.total():,} outcomes ({each}) in {seconds:.1f} s"
