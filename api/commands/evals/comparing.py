"""`mingjian eval compare`: whether a change made it better, case by case."""

import sys
from typing import Annotated

import msgspec
import typer

from api.commands.evals import options
from api.commands.output import FOUND_SOMETHING, say
from api.reporting.evals.comparison import GATES, comparison_sections
from api.reporting.show import show
from calibration.comparison import Comparison, RuleComparison, compare_runs
from calibration.comparison.noise import check_repetition
from calibration.errors import GateUndecided
from calibration.runs import load_reports
from calibration.runs.store import find_run
from calibration.statistics.comparison import GatePolicy

Run = Annotated[str, typer.Argument(help="A run's id, its folder, a report.json, or `last`.")]


def compare(
    before: Run,
    after: Run,
    gate: Annotated[
        bool,
        typer.Option(
            "--gate", help="Exit 2 if it got worse beyond tolerance, chance and the judge's own noise."
        ),
    ] = False,
    tolerance: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="Loss of accuracy that is accepted.")
    ] = GatePolicy().tolerance,
    alpha: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0.001, max=0.5, help="How often chance alone may stop a change."),
    ] = GatePolicy().alpha,
    again: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="AFTER run once more with --fresh: measures the judge's own noise."),
    ] = None,
    most: Annotated[int, typer.Option("--show", metavar="N", min=0, help="Most cases printed.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
    state: options.StateFolder = options.STATE,
) -> int:
    """Two runs over the same cases: what is fixed and what is broken, with quotes; exact McNemar; self-flips.

    With --gate the exit status is 2 for a loss that is above the tolerance, significant, and above the judge's own
    noise, and 1 where that noise would decide and is not known.
    """
    first, second = (load_reports(find_run(state, each)) for each in (before, after))
    repeated = load_reports(find_run(state, again)) if again is not None else []
    if again is not None:
        check_repetition(second, repeated, again)
    found = compare_runs(first, second, again=repeated, policy=GatePolicy(tolerance, alpha))
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    else:
        show(comparison_sections(found, most), sys.stdout)
    return _gated(found) if gate else 0


def _gated(found: Comparison) -> int:
    say(f"门槛 gate: {GATES[found.verdict]}")
    why = [
        f"{each.rule_id or 'all rules'}: {each.gate.reason}{_how_many(each)}"
        for each in found.gates
        if each.gate.verdict == found.verdict
    ]
    if found.verdict == "undetermined":
        raise GateUndecided("; ".join(why))
    if found.verdict == "pass":
        return 0
    for each in why:
        say(each)
    return FOUND_SOMETHING


def _how_many(each: RuleComparison) -> str:
    return f" ({each.one_sided} of {each.n + each.one_sided})" if each.one_sided else ""
