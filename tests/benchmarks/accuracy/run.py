"""How right a judge is: `./dev bench accuracy [--judge NAME] [--base-url URL] [--all-acts] [--json]`.

On constructed cases it was not fitted on, with what message length alone would give beside it; and on real chats
with human labels (`MINGJIAN_DATA`, default `../shared/data`, skipped where absent):
STC-3: Spearman of (expected number of pleased acts minus that of displeased ones) with the mean of 19 raters, one
rater and the thanks alone beside it, and the share of right signs on the dialogues where at least 13 of 19 agree.
ChineseHarm: abuse against no violation.
JDDC: complaints were scrubbed, so a hit there is nearly always false; the rate of sessions hit is shown.
Every number carries its n and a 95 % interval; what could not be decided is counted, never guessed.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from scipy.stats import bootstrap, spearmanr

from api.judging.judges import open_judge
from calibration.statistics.metrics import Pair, f1, matrix_of, precision, recall
from evaluators.judges.baseline.judge import BaselineJudge
from evaluators.judges.baseline.shipped import load_models
from evaluators.judges.port import Judge
from tests.benchmarks.accuracy import constructed, references
from tests.benchmarks.accuracy.research_chats import chats, folder
from tests.benchmarks.accuracy.table import Line, nothing, share, told, written

PLEASED = ("customer_satisfied", "customer_grateful")
DISPLEASED = (
    "dissatisfied_with_attitude", "dissatisfied_with_logistics", "dissatisfied_with_product", "dissatisfied_other",
    "complaint_mentioned", "third_party_exposure", "customer_abuse",
)  # fmt: skip
RARE = (
    "customer_abuse", "agent_abuse", "complaint_mentioned", "third_party_exposure", "dissatisfied_with_attitude",
)  # fmt: skip
CONSENSUS = 13
ABUSE = "customer_abuse"


def _balance(said: dict[str, float | None]) -> float | None:
    pleased = [value for act in PLEASED if (value := said[act]) is not None]
    displeased = [value for act in DISPLEASED if (value := said[act]) is not None]
    return sum(pleased) - sum(displeased) if pleased and displeased else None


def satisfaction(judge: Judge, limit: int) -> Iterator[Line]:
    """STC-3 against the mean of 19 raters."""
    dialogues = list(chats("stc3_dev"))[:limit]
    balances = [_balance(each) for each in told(judge, dialogues, [*PLEASED, *DISPLEASED])]
    pairs = [
        (balance, chat.labels["quality"]["S"])
        for balance, chat in zip(balances, dialogues, strict=True)
        if balance is not None
    ]
    undecided = len(dialogues) - len(pairs)
    yield _spearman([balance for balance, _ in pairs], [rated["mean"] for _, rated in pairs], undecided)
    agreed = [(b > 0, s["pos"] >= CONSENSUS) for b, s in pairs if max(s["pos"], s["neg"]) >= CONSENSUS]
    right = sum(mine == theirs for mine, theirs in agreed)
    yield share("STC-3", f"right sign where {CONSENSUS} of 19 agree", right, len(agreed), undecided)


def _spearman(balances: list[float], rated: list[float], undecided: int) -> Line:
    what = ("STC-3", "Spearman with mean of 19 raters")
    if len(balances) < 10:
        return nothing(*what, len(balances), undecided, "too few decided")
    x, y = np.array(balances), np.array(rated)
    sampled = bootstrap(
        (x, y), lambda a, b: spearmanr(a, b).statistic, paired=True, vectorized=False, n_resamples=1000,
        method="percentile", rng=0,
    ).confidence_interval  # fmt: skip
    limits = float(sampled.low), float(sampled.high)
    return Line(*what, float(spearmanr(x, y).statistic), *limits, len(x), undecided, "paired bootstrap")


def abuse(judge: Judge, limit: int) -> Iterator[Line]:
    """ChineseHarm: abuse against no violation."""
    chosen = [chat for chat in chats("chineseharm_dev") if chat.labels["category"] in ("谩骂引战", "不违规")]
    texts = chosen[:limit]
    matrix = matrix_of(
        Pair("hit" if chat.labels["category"] == "谩骂引战" else "no_hit", _verdict(each[ABUSE]))
        for chat, each in zip(texts, told(judge, texts, [ABUSE]), strict=True)
    )
    undecided = sum(matrix.undetermined.values())
    for name, estimate in (("precision", precision(matrix)), ("recall", recall(matrix))):
        yield share("ChineseHarm", f"{ABUSE} {name}", estimate.numerator, estimate.denominator, undecided)
    both = f1(matrix)
    low, high = (both.interval.low, both.interval.high) if both.interval else (None, None)
    what = ("ChineseHarm", f"{ABUSE} F1 (keywords .54, Qwen2.5-7B prompted .42/.48)")
    yield Line(*what, both.value, low, high, matrix.n, undecided, "Wilson on TP/(TP+FP+FN)")


def false_positives(judge: Judge, limit: int) -> Iterator[Line]:
    """JDDC: how many sessions are hit where nearly nothing should be."""
    said = told(judge, list(chats("jddc_unlabelled"))[:limit], RARE)
    for act in RARE:
        decided = [value for each in said if (value := each[act]) is not None]
        hits = sum(value >= 0.5 for value in decided)
        yield share("JDDC", f"{act} sessions hit", hits, len(decided), len(said) - len(decided))


def _verdict(value: float | None) -> str:
    if value is None:
        return "undetermined"
    return "hit" if value >= 0.5 else "no_hit"


class _Part(NamedTuple):
    """A measurement and the file it needs."""

    file: str
    measure: Callable[[Judge, int], Iterable[Line]]


PARTS = (
    _Part("stc3_dev", satisfaction),
    _Part("stc3_dev", references.measure),
    _Part("chineseharm_dev", abuse),
    _Part("jddc_unlabelled", false_positives),
)


def measured(judge: Judge, limit: int) -> Iterator[Line]:
    """All lines. A part without its data is skipped, and said."""
    yield from constructed.measure(judge)
    for part in PARTS:
        place = folder() / f"{part.file}.jsonl"
        if place.is_file():
            yield from part.measure(judge, limit)
        else:
            print(f"skipped: no {place} (MINGJIAN_DATA)", file=sys.stderr)


def all_acts() -> Judge:
    """The baseline, judging what it does not trust itself with, too."""
    models = load_models()
    acts = {act: replace(each, threshold=each.threshold or 0.5) for act, each in models.acts.items()}
    return BaselineJudge(replace(models, acts=acts))


def main() -> int:
    """Prints the table; exit status 1 without a judge to measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--judge", default="baseline")
    parser.add_argument("--base-url")
    parser.add_argument("--model")
    parser.add_argument("--limit", type=int, default=10**9, help="chats per data set")
    parser.add_argument(
        "--all-acts", action="store_true", help="the baseline on what it leaves undecided, too"
    )
    parser.add_argument("--json", action="store_true", help="the lines as JSON")
    options = parser.parse_args()
    if options.all_acts and options.judge != "baseline":
        parser.error("--all-acts is about the baseline")
    judge = open_judge(options.judge, base_url=options.base_url, model=options.model)
    if judge is None:
        print("--judge none has no answers to measure", file=sys.stderr)
        return 1
    lines = list(measured(all_acts() if options.all_acts else judge, options.limit))
    if options.json:
        print(json.dumps([line._asdict() for line in lines], ensure_ascii=False))
        return 0
    print(f"judge: {options.judge}{', acts it leaves undecided included' if options.all_acts else ''}")
    print(*written(lines), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
