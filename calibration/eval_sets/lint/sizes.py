"""Sets too small, or too easy, to say anything."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from calibration.errors import EvalSetInvalid
from calibration.eval_sets.cases import SetInfo
from calibration.eval_sets.lint.lines import Line

#: Fewer hits than this, or fewer others, and an interval of precision or recall is most of 0..1.
FEWEST = 10
#: Of constructed negatives, the least share that resembles a hit: easy ones flatter.
HARD_SHARE = 0.2


def find_small(place: Path, lines: Sequence[Line], info: SetInfo) -> Iterator[EvalSetInvalid]:
    """Per split and rule the set is about: too few cases of either kind, and too few hard negatives.

    Labels of further rules help the sets that are about those.
    """
    for split in ("dev", "test"):
        path = str(place / f"{split}.jsonl")
        own = [line.case for line in lines if line.split == split]
        rules = info.rules or dict.fromkeys(label.rule_id for case in own for label in case.labels)
        for rule_id in rules:
            said = [(case.expected(rule_id), case.hard) for case in own]
            counts = Counter(expected == "hit" for expected, _ in said if expected is not None)
            if min(counts[True], counts[False]) < FEWEST:
                reason = (
                    f"{rule_id}: {counts[True]} hits and {counts[False]} others; it takes {FEWEST} of each"
                )
                yield EvalSetInvalid(reason, path=path)
            hard = sum(is_hard for expected, is_hard in said if expected not in (None, "hit"))
            if info.source == "constructed" and counts[False] and hard < HARD_SHARE * counts[False]:
                reason = f"{rule_id}: {hard} of {counts[False]} negatives are hard; at least {HARD_SHARE:.0%} should be"
                yield EvalSetInvalid(reason, path=path)
