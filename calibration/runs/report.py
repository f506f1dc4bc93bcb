"""`report.json`: the pins of a run, figures per rule, and every case."""

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from calibration.errors import RunInvalid
from calibration.runs.costs import RunCost
from calibration.runs.figures import RuleFigures
from calibration.runs.judged import Judged
from calibration.runs.pins import Pins
from evaluators.types import JudgeRef

NAME = "report.json"


class RunReport(Struct, frozen=True, kw_only=True):
    """One split of one set. `stale`: labels left out because their rule means something else by now.

    `looks`: how often its test split was looked at from here, this time included. `reused`: verdicts taken from
    earlier runs. `cost`: None in reports of before it was accounted for.
    """

    eval_set: str
    split: str
    set_version: str
    source: str
    catalogue_version: str
    judges: list[JudgeRef]
    started_at: datetime
    rules: list[RuleFigures]
    cases: list[Judged]
    pins: Pins | None = None
    stale: int = 0
    looks: int = 0
    reused: int = 0
    cost: RunCost | None = None


_decode = msgspec.json.Decoder(RunReport | list[RunReport]).decode


def load_reports(place: Path) -> list[RunReport]:
    """The reports in a file, or in the folder of a run. Raises `RunInvalid`."""
    path = place / NAME if place.is_dir() else place
    try:
        found = _decode(path.read_bytes())
    except OSError as error:
        raise RunInvalid(f"cannot be read: {error.strerror}", path=str(path)) from error
    except msgspec.MsgspecError as error:
        raise RunInvalid(str(error), path=str(path)) from error
    return found if isinstance(found, list) else [found]


def encoded(reports: list[RunReport]) -> bytes:
    """One report as an object, several as a list."""
    return msgspec.json.format(msgspec.json.encode(reports[0] if len(reports) == 1 else reports))
