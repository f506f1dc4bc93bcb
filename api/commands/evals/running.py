"""`mingjian eval run | runs`: verdicts on labelled cases, and how well they agree."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec.structs import replace

from api.commands import options as shared
from api.commands.evals import options
from api.commands.output import progress, say, written
from api.judging.pins import open_judges
from api.reporting.evals.figures import figure_sections, runs_section
from api.reporting.evals.unanswered import unanswered
from api.reporting.show import show
from calibration.drafts import drafted
from calibration.eval_sets import EvalSet, load_eval_set
from calibration.eval_sets.looks import count_looks, record_look
from calibration.runs import OpenRun, RunReport, Setup, load_reports, open_run, run_eval_set
from calibration.runs.report import encoded
from calibration.runs.store import list_runs
from calibration.runs.work import Work, questions_of, work_of

if TYPE_CHECKING:
    from api.commands.evals.costs import JudgedSets


def run(
    eval_set: Annotated[
        str, typer.Option("--set", metavar="NAME", help="A set's name or folder; `all` for every set.")
    ],
    rules: shared.RuleNames = None,
    split: Annotated[
        Literal["dev", "test"], typer.Option(help="Iterate on dev; test is for looking at rarely.")
    ] = "dev",
    judge: shared.JudgeName = "baseline",
    base_url: shared.BaseUrl = None,
    model: shared.Model = None,
    draft: options.Draft = None,
    votes: Annotated[
        int, typer.Option(metavar="K", min=1, max=25, help="Ask the judge so often: stability per case.")
    ] = 1,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the whole report goes.")
    ] = Path("report.json"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the report instead of the table.")] = False,
    slices: Annotated[
        bool, typer.Option("--slices", help="Also by shop, group, tier, category, length, source, hard.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Judge again what earlier runs have judged.")
    ] = False,
    state: options.StateFolder = options.STATE,
) -> int:
    """Judge the cases of a set; figures per rule with 95 % intervals, every case in the report.

    Only what changed is judged: a verdict with the same rule, session, judge and parameters is taken from earlier
    runs. A run that was killed goes on where it was.
    """
    standard = drafted(draft)
    opened = open_judges(
        judge, base_url=base_url, model=model, votes=votes, prompts=standard.prompts, fresh=fresh
    )
    setup = Setup(standard.catalogue, standard.prompts, opened.judges, opened.pins)
    sets = [load_eval_set(name, split) for name in options.sets_of(eval_set)]
    chosen = shared.rules_of(rules) or []
    with open_run(state, setup.pins(sets, chosen), fresh=fresh) as store:
        reports = _run_all(sets, chosen, setup, store)
        for each in sets:
            record_look(state, each, chosen or each.rules(), judge)
        looks = count_looks(state)
        reports = [replace(each, looks=looks[each.eval_set]) for each in reports]
        store.finish(reports)
    document = encoded(reports)
    with written(output) as file:
        file.write(document)
    if as_json:
        sys.stdout.buffer.write(document + b"\n")
    else:
        show(figure_sections(reports, slices=slices), sys.stdout)
        for warning in unanswered(reports):
            say(warning)
        say(
            f"{store.kept} judged, {store.reused} as in earlier runs; every case: {output}, run {store.run_id}"
        )
    return 0


def _run_all(sets: Sequence[EvalSet], rules: Sequence[str], setup: Setup, store: OpenRun) -> list[RunReport]:
    work = {each.name: work_of(each, rules, setup) for each in sets}
    left = sum(one.is_open(store) for each in work.values() for one in each)
    watched = _watched(setup, work, left, store)
    reports = []
    # Each set in an event loop of its own: whoever shows progress asks servers, too.
    with progress("评测用例 cases", watched.line if watched is not None else None, total=left) as shown:
        for each in sets:
            told = asyncio.run(
                run_eval_set(each, rules, setup, store=store, progress=lambda *_: shown.advance())
            )
            reports.append(told if watched is None else replace(told, cost=watched.cost_of(each.name)))
    if watched is None:
        say(f"judge: nothing is charged: {setup.judge.name if setup.judge else 'code'} runs in this process")
    else:
        watched.end()
    return reports


def _watched(
    setup: Setup, work: Mapping[str, Sequence[Work]], left: int, store: OpenRun
) -> "JudgedSets | None":
    """None where nothing is charged."""
    served = [each for each in setup.judges if each is not None and each.name == "vllm"]
    if not served:
        return None
    from api.commands.evals.costs import JudgedSets

    watched = JudgedSets(served, {name: list(questions_of(each, store)) for name, each in work.items()}, left)
    watched.begin()
    return watched


def runs(state: options.StateFolder = options.STATE) -> int:
    """The runs that are kept, oldest first."""
    found = [(place.name, load_reports(place)) for place in list_runs(state)]
    show([runs_section(found)], sys.stdout)
    return 0
