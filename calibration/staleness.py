"""Labels given for what a rule no longer means, as the smallest list to look at again."""

from typing import NamedTuple

from calibration.eval_sets import EvalSet, Label


class Stale(NamedTuple):
    """A case whose labels of that rule may be wrong by now. One fresh label settles it."""

    eval_set: str
    split: str
    case_id: str
    rule_id: str
    verdicts: tuple[str, ...]
    reason: str


def find_stale(eval_set: EvalSet) -> list[Stale]:
    """One entry per case and rule: only verdicts that the change can have turned, and only cases that nobody has
    labelled since."""
    found = []
    for case in eval_set.cases:
        for rule_id in dict.fromkeys(label.rule_id for label in case.labels):
            own = [label for label in case.labels if label.rule_id == rule_id]
            old = [label for label in own if eval_set.is_stale(label)]
            if old and len(old) == len(own):
                verdicts = tuple(dict.fromkeys(label.verdict for label in old))
                reason = _reason(eval_set, old[-1])
                found.append(Stale(eval_set.name, eval_set.split, case.case_id, rule_id, verdicts, reason))
    return found


def _reason(eval_set: EvalSet, label: Label) -> str:
    """The latest change of meaning."""
    changes = [each for each in eval_set.changes if each.rule_id == label.rule_id and each.kind != "wording"]
    return f"{changes[-1].kind}: {changes[-1].reason}"
