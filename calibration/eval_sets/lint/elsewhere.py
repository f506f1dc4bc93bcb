"""Cases of other sets that a set names as holding its act: they must be there, and must not say so themselves."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from calibration.errors import EvalSetInvalid
from calibration.eval_sets.files import load_info
from calibration.eval_sets.lint.lines import Line


def find_wrong_names(places: Sequence[Path], lines: Sequence[Line]) -> Iterator[EvalSetInvalid]:
    """`also_in` that is no dev case of any set, or has a label for the act. `places`, `lines`: of all the sets."""
    dev = {line.case.case_id: line for line in lines if line.split == "dev"}
    for place in places:
        info, path = load_info(place), str(place / "set.toml")
        for case_id in info.also_in:
            if case_id not in dev:
                yield EvalSetInvalid(f"no dev case {case_id!r}", path=path, field="also_in")
            elif any(label.rule_id in info.rules for label in dev[case_id].case.labels):
                reason = f"{case_id!r} has a label of its own: {dev[case_id].place}"
                yield EvalSetInvalid(reason, path=path, field="also_in")
