"""How often somebody has looked at a test split: each look makes it a little more like a dev split.

Looks are lines of a file that only grows, in the state folder of whoever looks; nobody else's are known there.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from calibration.errors import RunInvalid
from calibration.eval_sets.cases import EvalSet

NAME = "looks.jsonl"


class Look(Struct, frozen=True, kw_only=True):
    """Verdicts on the test split of that version of the set were shown to somebody."""

    eval_set: str
    version: str
    rules: tuple[str, ...]
    judge: str
    looked_at: datetime


def record_look(state: Path, eval_set: EvalSet, rules: Iterable[str], judge: str) -> None:
    """One more line, if the split is test."""
    if eval_set.split != "test":
        return
    look = Look(
        eval_set=eval_set.name, version=eval_set.version, rules=tuple(rules), judge=judge,
        looked_at=datetime.now(UTC),
    )  # fmt: skip
    state.mkdir(parents=True, exist_ok=True)
    with (state / NAME).open("ab") as file:
        file.write(msgspec.json.encode(look) + b"\n")


def count_looks(state: Path) -> Counter[str]:
    """Looks at the test split by set, whatever its version. Raises `RunInvalid` for a file that is none."""
    path = state / NAME
    if not path.is_file():
        return Counter()
    try:
        return Counter(look.eval_set for look in msgspec.json.Decoder(Look).decode_lines(path.read_bytes()))
    except msgspec.MsgspecError as error:
        raise RunInvalid(str(error), path=str(path)) from error
