"""`mingjian eval`: rules and judges measured against labelled cases."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from api.commands import options
from api.commands.output import say, written
from api.judges import open_judge
from calibration.eval_sets import FOLDER, load_eval_set, set_names
from calibration.metrics import Estimate
from calibration.runs import RuleFigures, RunReport, run_eval_set
from evaluators.catalogue import load_catalogue

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("list")
def list_sets() -> int:
    """The eval sets there are, with cases per split and where their labels come from."""
    for name in set_names(FOLDER):
        sets = [load_eval_set(name, "dev"), load_eval_set(name, "test")]
        sizes = "\t".join(f"{each.split} {len(each.cases)}" for each in sets)
        print(f"{name}\t{sizes}\t{sets[0].info.source}\t{sets[0].info.title}")
    return 0


@app.command("run")
def run(
    eval_set: Annotated[
        str, typer.Option("--set", metavar="NAME", help="A set's name or folder; `all` for every set.")
    ],
    rules: options.RuleNames = None,
    split: Annotated[
        Literal["dev", "test"], typer.Option(help="Iterate on dev; test is for looking at rarely.")
    ] = "dev",
    judge: options.JudgeName = "baseline",
    base_url: options.BaseUrl = None,
    model: options.Model = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the whole report goes.")
    ] = Path("report.json"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the report instead of the table.")] = False,
) -> int:
    """Judge the cases of a set; figures per rule with 95 % intervals, every case in the report."""
    catalogue = load_catalogue(derived=True)
    opened = open_judge(judge, base_url=base_url, model=model)
    reports = []
    for name in set_names(FOLDER) if eval_set == "all" else [eval_set]:
        loaded = load_eval_set(name, split)
        reports.append(asyncio.run(run_eval_set(loaded, options.rules_of(rules) or [], catalogue, opened)))
    document = msgspec.json.format(msgspec.json.encode(reports[0] if len(reports) == 1 else reports))
    with written(output) as file:
        file.write(document)
    if as_json:
        sys.stdout.buffer.write(document + b"\n")
    else:
        print_table(reports)
        say(f"every case: {output}")
    return 0


COLUMNS = (
    "rule", "labels", "n", "hit", "no_hit", "undetermined", "precision", "recall", "F1", "kappa", "AC1", "ECE",
)  # fmt: skip


def print_table(reports: list[RunReport]) -> None:
    """One line per rule, tab-separated: shares as `value [low, high] numerator/denominator`."""
    print("\t".join(COLUMNS))
    for report in reports:
        for figures in report.rules:
            print("\t".join(_row(report, figures)))
    methods = {e.interval.method for r in reports for f in r.rules for e in (f.precision, f.f1) if e.interval}
    say(f"intervals: 95 %, {'; '.join(sorted(methods)) or 'none'}")


def _row(report: RunReport, figures: RuleFigures) -> list[str]:
    open_ones = ", ".join(f"{reason} {count}" for reason, count in sorted(figures.undetermined.items()))
    return [
        figures.rule_id, report.source, str(figures.n), str(figures.hits), str(figures.no_hits), open_ones or "0",
        _share(figures.precision), _share(figures.recall), _share(figures.f1),
        _number(figures.kappa), _number(figures.ac1), _number(figures.calibration_error),
    ]  # fmt: skip


def _share(estimate: Estimate) -> str:
    if estimate.value is None or estimate.interval is None:
        return "–"
    interval = estimate.interval
    counts = f"{estimate.numerator}/{estimate.denominator}"
    return f"{estimate.value:.2f} [{interval.low:.2f}, {interval.high:.2f}] {counts}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
