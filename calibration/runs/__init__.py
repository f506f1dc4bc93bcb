"""Runs: rules and acts over eval sets, with everything pinned that their verdicts depend on."""

from calibration.runs.figures import Figures, RuleFigures, SliceFigures, figures_of
from calibration.runs.judged import Attempt, Judged, Verdicts
from calibration.runs.pins import JudgePins, Pins
from calibration.runs.report import RunReport, load_reports
from calibration.runs.running import keys_of, run_eval_set
from calibration.runs.store import OpenRun, open_run
from calibration.runs.work import Setup

__all__ = [
    "Attempt",
    "Figures",
    "JudgePins",
    "Judged",
    "OpenRun",
    "Pins",
    "RuleFigures",
    "RunReport",
    "Setup",
    "SliceFigures",
    "Verdicts",
    "figures_of",
    "keys_of",
    "load_reports",
    "open_run",
    "run_eval_set",
]
