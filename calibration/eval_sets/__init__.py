"""Eval sets: labelled cases in a folder `eval_sets/<name>/` with `dev.jsonl`, `test.jsonl` and `set.toml`.

Labels are facts: several labellers on one case are all kept, none is merged into another or with a verdict.
"""

from calibration.eval_sets.cases import (
    Case,
    EvalSet,
    Label,
    LabelVerdict,
    SetInfo,
    Source,
    Split,
)
from calibration.eval_sets.files import FOLDER, load_eval_set, place_of, set_names

__all__ = [
    "FOLDER",
    "Case",
    "EvalSet",
    "Label",
    "LabelVerdict",
    "SetInfo",
    "Source",
    "Split",
    "load_eval_set",
    "place_of",
    "set_names",
]
