"""The judge's own noise on the cases that are compared: asked again, how often does it say something else?"""

from collections.abc import Sequence

from calibration.comparison.pairing import Pair, by_key, two_way
from calibration.errors import RunInvalid
from calibration.runs import Judged, RunReport
from calibration.runs.judged import FAILURES
from calibration.statistics.comparison import SelfFlips, self_flips
from calibration.statistics.intervals import wilson

#: The judge that always says the same of the same.
_STEADY = "baseline"


def own_noise(
    pairs: Sequence[Pair],
    before: Sequence[RunReport],
    after: Sequence[RunReport],
    again: Sequence[RunReport] = (),
) -> SelfFlips | None:
    """The larger of both runs' noise, out of their votes; of the later one also out of a repetition (`again`).

    None where neither was asked twice. Code and the baseline are steady: there it is 0 and need not be measured.
    """
    if all(map(_judged_by_nobody, (*before, *after))) or all(map(_steady, pairs)):
        return SelfFlips(0.0, 0, len(pairs), wilson(0, len(pairs)))
    repeated = by_key(again)
    told = [self_flips({pair.key: _votes(pair.before) for pair in pairs})]
    told.append(self_flips({pair.key: _votes(pair.after) for pair in pairs}))
    told.append(
        self_flips(
            {
                pair.key: [two_way(pair.after.verdict), two_way(other.verdict)]
                for pair in pairs
                if (
                    other := repeated.get((pair.eval_set, pair.split, pair.after.case_id, pair.after.rule_id))
                )
            }
        )
    )
    measured = [each for each in told if each.rate is not None]
    return max(measured, key=lambda each: each.rate or 0.0) if measured else None


def check_repetition(after: Sequence[RunReport], again: Sequence[RunReport], path: str) -> None:
    """Raises `RunInvalid` if `again` is no repetition of `after`: other pins, or its verdicts taken from there."""
    if [each.pins for each in after] != [each.pins for each in again]:
        raise RunInvalid("is no repetition of the later run: its pins differ", path=path)
    if any(each.reused for each in again):
        raise RunInvalid("its verdicts come from an earlier run: mingjian eval run --fresh", path=path)


def _judged_by_nobody(report: RunReport) -> bool:
    return report.pins is not None and report.pins.judge is None


def _steady(pair: Pair) -> bool:
    """Whether neither verdict is one that a judge, asked again, might not repeat."""
    return all(
        each.reason_code not in FAILURES and (each.judge is None or each.judge.name == _STEADY)
        for each in (pair.before, pair.after)
    )


def _votes(case: Judged) -> list[str]:
    return [two_way(verdict) for verdict, count in case.votes.items() for _ in range(count)]
