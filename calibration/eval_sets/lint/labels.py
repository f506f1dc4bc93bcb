"""Labels that name what does not exist, prove nothing, or are for a rule that reads differently by now."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from calibration.errors import EvalSetInvalid
from calibration.eval_sets.cases import Label
from calibration.eval_sets.files import find_label_problems
from calibration.eval_sets.lint.lines import Line
from calibration.eval_sets.meaning import NAME, Change, undeclared


def find_label_findings(
    line: Line, versions: Mapping[str, str], acts: Collection[str]
) -> Iterator[EvalSetInvalid]:
    """What is wrong with the labels of a case. `acts`: what is done in messages, so that a hit has to cite one."""
    if not line.case.labels:
        yield line.wrong("no label", "labels")
    for field, reason in find_label_problems(line.case):
        yield line.wrong(reason, field)
    said: dict[tuple[str, str], int] = {}
    for at, label in enumerate(line.case.labels):
        place = f"labels[{at}]"
        if label.rule_id not in versions:
            yield line.wrong(f"no rule or act {label.rule_id!r}", f"{place}.rule_id")
        if label.verdict == "hit" and label.rule_id in acts and not label.message_ids:
            yield line.wrong("a hit without a message that shows it", f"{place}.message_ids")
        before = said.setdefault((label.rule_id, label.labeller), at)
        if before != at and _contradicts(line.case.labels[before], label):
            yield line.wrong(
                f"{label.labeller} says {label.verdict}, and {line.case.labels[before].verdict} in "
                f"labels[{before}], of the same version of {label.rule_id}",
                f"{place}.verdict",
            )


def _contradicts(first: Label, second: Label) -> bool:
    return first.verdict != second.verdict and first.rule_version == second.rule_version


def find_version_findings(
    place: Path, changes: Sequence[Change], versions: Mapping[str, str]
) -> Iterator[EvalSetInvalid]:
    """Rules that have been changed since somebody last said what a change means for the labels."""
    for rule_id in dict.fromkeys(change.rule_id for change in changes):
        if rule_id in versions and undeclared(rule_id, versions[rule_id], changes):
            yield EvalSetInvalid(
                f"{rule_id} has changed; say what that means for its labels: mingjian eval changed {rule_id}",
                path=str(place / NAME),
            )
