"""How right a judge is: `./dev bench accuracy [--judge NAME] [--base-url URL] [--all-acts] [--markdown] [--json]`.

On constructed cases it was not fitted on, with what message length alone would give beside it; and on real texts and
chats with human labels (`MINGJIAN_DATA`, default `../shared/data`, skipped where absent):
STC-3: satisfaction as Spearman with the mean of 19 raters, and by sign where at least 13 of them agree.
JDDC (USS annotations): satisfaction of dialogues, and pleased or displeased message by message.
ChineseHarm: abuse against no violation. COLD: offensive texts, hate of groups included, which our rule does not mean.
U-NEED: what agents do before a sale, message by message; five sessions.
JDDC: complaints were scrubbed, so a hit there is nearly always false; the rate of sessions hit is shown.
One table. Every number carries its n and a 95 % interval; what could not be decided is counted by cause, never guessed;
what the more frequent answer, keywords or people reach stands beside it. It only measures: nothing is tuned on it.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from api.judging.judges import open_judge
from evaluators.judges.baseline.judge import BaselineJudge
from evaluators.judges.baseline.shipped import load_models
from evaluators.judges.port import Judge
from tests.benchmarks.accuracy import abuse, constructed, presale_acts, satisfaction
from tests.benchmarks.accuracy.research_chats import folder
from tests.benchmarks.accuracy.table import Line, written


class _Part(NamedTuple):
    """A measurement and the file it needs."""

    file: str
    measure: Callable[[Judge, int], Iterable[Line]]


PARTS = (
    _Part("stc3_dev", satisfaction.stc3),
    _Part("jddc_uss_dev", satisfaction.uss),
    _Part("chineseharm_dev", abuse.chineseharm),
    _Part("cold_dev", abuse.cold),
    _Part("uneed_dev", presale_acts.uneed),
    _Part("jddc_unlabelled", abuse.false_positives),
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
    parser.add_argument("--markdown", action="store_true", help="the table for a document")
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
        print(json.dumps([line.document() for line in lines], ensure_ascii=False))
        return 0
    print(f"judge: {options.judge}{', acts it leaves undecided included' if options.all_acts else ''}")
    print(*written(lines, markdown=options.markdown), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
