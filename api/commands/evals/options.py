"""Options that commands of `mingjian eval` share."""

from pathlib import Path
from typing import Annotated, get_args

import typer

from calibration.eval_sets import FOLDER, Split, place_of, set_names
from calibration.eval_sets.splitting import By
from calibration.labelling import Format

StateFolder = Annotated[
    Path, typer.Option("--state", metavar="DIR", help="Where runs and looks at test splits are kept.")
]
STATE = Path(".mingjian")
SetName = Annotated[str, typer.Option("--set", metavar="NAME", help="A set's name or folder.")]
Draft = Annotated[
    Path | None,
    typer.Option("--draft", metavar="DIR", help="Rules and prompts that replace those of the same id."),
]
LabelFormat = Annotated[
    Format | None, typer.Option("--format", help="Default: .jsonl, .csv, or .json for Label Studio.")
]
TestShare = Annotated[float, typer.Option(metavar="SHARE", min=0.05, max=0.95, help="Of the test split.")]
Seed = Annotated[int, typer.Option(metavar="N", help="The same seed divides the same cases the same way.")]
KeptTogether = Annotated[
    By,
    typer.Option(
        "--by",
        help="Kept on one side, besides sessions, customers and near-duplicates; auto: if there are 8.",
    ),
]
SPLITS: tuple[Split, ...] = get_args(Split)


def sets_of(name: str) -> list[str]:
    """One set, or every shipped one for `all`."""
    return set_names(FOLDER) if name == "all" else [name]


def set_place(name: str, *, must_exist: bool = True) -> Path:
    """The folder of a set. A name without a folder of its own is looked for, or made, beside the shipped ones."""
    if must_exist or Path(name).is_dir():
        return place_of(name)
    return Path(name) if "/" in name else FOLDER / name
