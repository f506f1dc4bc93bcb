"""`mingjian eval`: rules and judges measured against labelled cases."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from api.commands import options
from api.commands.output import say, written
from api.commands.watching import watch
from api.judges import open_judge
from api.reporting.section import Section, heads
from api.reporting.show import show
from calibration.eval_sets import FOLDER, EvalSet, load_eval_set, set_names
from calibration.metrics import Estimate
from calibration.runs import RuleFigures, RunReport, run_eval_set
from evaluators.catalogue.loading import Catalogue, load_catalogue
from evaluators.judges.port import Judge

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("list")
def list_sets() -> int:
    """The eval sets there are, with cases per split and where their labels come from."""
    rows = []
    for name in set_names(FOLDER):
        dev, test = load_eval_set(name, "dev"), load_eval_set(name, "test")
        rows.append((name, str(len(dev.cases)), str(len(test.cases)), dev.info.source, dev.info.title))
    columns = heads("评测集 set | 开发 dev > | 测试 test > | 标注 labels | 标题 title")
    show([Section(title="评测集", english="Eval sets", columns=columns, rows=tuple(rows))], sys.stdout)
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
    names = set_names(FOLDER) if eval_set == "all" else [eval_set]
    sets = [load_eval_set(name, split) for name in names]
    run = watch(opened, eval_set)
    reports = asyncio.run(_run_all(sets, options.rules_of(rules) or [], catalogue, opened))
    if run is not None:
        run.end()
    document = msgspec.json.format(msgspec.json.encode(reports[0] if len(reports) == 1 else reports))
    with written(output) as file:
        file.write(document)
    if as_json:
        sys.stdout.buffer.write(document + b"\n")
    else:
        show([laid_out(reports)], sys.stdout)
        say(f"every case: {output}")
    return 0


async def _run_all(
    sets: Sequence[EvalSet], rules: Sequence[str], catalogue: Catalogue, judge: Judge | None
) -> list[RunReport]:
    return [await run_eval_set(each, rules, catalogue, judge) for each in sets]


COLUMNS = heads(
    "规则 rule | 标注 labels | 用例 n > | 命中 hit > | 未命中 no_hit > | 待定 undetermined | 精确率 precision > | "
    "召回率 recall > | F1 F1 > | kappa kappa > | AC1 AC1 > | ECE ECE >"
)
_SEEN = (
    "基线判断器就是由这些用例拟合的,看 --split test the baseline was fitted on these cases: see --split test"
)


def laid_out(reports: Sequence[RunReport]) -> Section:
    """One row per rule and set: shares as `value [low, high] numerator/denominator`."""
    figures = [(report, each) for report in reports for each in report.rules]
    methods = {e.interval.method for _, f in figures for e in (f.precision, f.f1) if e.interval}
    judges = sorted({" ".join(filter(None, (j.name, j.model))) for report in reports for j in report.judges})
    notes = [
        f"判断器 judge: {'、'.join(judges) or 'none'}",
        f"区间 intervals: 95 %, {'; '.join(sorted(methods)) or 'none'}",
    ]
    if any(
        report.split == "dev" and judge.name == "baseline" for report in reports for judge in report.judges
    ):
        notes.append(_SEEN)
    splits = "、".join(sorted({report.split for report in reports}))
    return Section(
        title=f"评测 {splits}", english="Evaluation", columns=COLUMNS,
        rows=tuple(_row(report, each) for report, each in figures), notes=tuple(notes),
    )  # fmt: skip


def _row(report: RunReport, figures: RuleFigures) -> tuple[str, ...]:
    open_ones = ", ".join(f"{reason} {count}" for reason, count in sorted(figures.undetermined.items()))
    return (
        figures.rule_id, report.source, str(figures.n), str(figures.hits), str(figures.no_hits), open_ones or "0",
        _share(figures.precision), _share(figures.recall), _share(figures.f1),
        _number(figures.kappa), _number(figures.ac1), _number(figures.calibration_error),
    )  # fmt: skip


def _share(estimate: Estimate) -> str:
    if estimate.value is None or estimate.interval is None:
        return "–"
    interval = estimate.interval
    counts = f"{estimate.numerator}/{estimate.denominator}"
    return f"{estimate.value:.2f} [{interval.low:.2f}, {interval.high:.2f}] {counts}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
