"""`mingjian eval report`: a run to read, to send on, and to keep."""

import io
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.commands.evals import options
from api.commands.output import say, written
from api.reporting.evals.curves import past_of
from api.reporting.evals.report import html, markdown, report_sections
from api.reporting.show import show
from calibration.runs import load_reports
from calibration.runs.report import encoded
from calibration.runs.store import find_run, list_runs

Format = Literal["text", "json", "md", "html"]
_SUFFIXES: dict[str, Format] = {".html": "html", ".md": "md", ".json": "json", ".txt": "text"}


def report(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's id, its folder, a report.json, or `last`.")
    ],
    format: Annotated[
        Format | None,
        typer.Option(help="Default: what the name of the output says, else text."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default standard output.")
    ] = None,
    state: options.StateFolder = options.STATE,
) -> int:
    """A run as tables, JSON, Markdown, or a page with charts that needs nothing but itself."""
    place = find_run(state, run)
    reports = load_reports(place)
    chosen = format or _format_of(output)
    if chosen == "text" and output is None:
        show(report_sections(reports), sys.stdout)
        return 0
    if chosen == "text":
        told = io.StringIO()
        show(report_sections(reports), told)
        content = told.getvalue().encode()
    elif chosen == "json":
        content = encoded(reports)
    elif chosen == "md":
        content = markdown(reports).encode()
    else:
        content = html(reports, past_of(list_runs(state), reports)).encode()
    with written(output) as file:
        file.write(content)
    if output is not None:
        say(f"{output}: {len(content) / 1024:,.0f} KiB")
    return 0


def _format_of(output: Path | None) -> Format:
    if output is None:
        return "text"
    if output.suffix not in _SUFFIXES:
        raise typer.BadParameter(
            f"expected a file named {', '.join(_SUFFIXES)}, or --format, got {output.name!r}",
            param_hint="'--output'",
        )
    return _SUFFIXES[output.suffix]
