"""What a run says of cases that nobody judged: their figures speak of none of them."""

from collections.abc import Iterator, Sequence

from calibration.runs import RuleFigures, RunReport
from calibration.runs.judged import UNANSWERED

_HINTS = {
    "not_configured": "the judge has not learned the question, or learned it in another wording; the baseline reads none, "
    "so a draft of a prompt is judged with --judge vllm --base-url URL",
    "judge_unavailable": "no judge answered: --judge, or is its server up?",
}


def unanswered(reports: Sequence[RunReport]) -> Iterator[str]:
    """A line per rule of which a case in ten or more went without a judge."""
    for report in reports:
        for rule in report.rules:
            yield from _of_rule(rule)


def _of_rule(rule: RuleFigures) -> Iterator[str]:
    cases = rule.n + sum(rule.undetermined.values())
    for cause in sorted(UNANSWERED & set(rule.undetermined)):
        count = rule.undetermined[cause]
        if count * 10 >= cases:
            yield f"{rule.rule_id}: nobody judged {count} of {cases} cases ({cause}): {_HINTS[cause]}"
