"""Constructed cases nobody was fitted on, and beside the judge what the length of messages alone would give.

In some sets hits are longer than negatives. A judge that does not beat the longest message has learnt nothing.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from calibration.eval_sets import Case as LabelledCase
from calibration.eval_sets import load_eval_set, set_names
from evaluators.judges.port import Judge
from evaluators.timeline.timeline import Timeline
from prompts.library import Prompt, load_prompts
from tests.benchmarks.accuracy.asking import told
from tests.benchmarks.accuracy.research_chats import Chat
from tests.benchmarks.accuracy.table import Case, Line, area, classified, counted, mean, share

_DATA, _LABELS = "constructed, test split", "the project itself: nobody independent"


class _Act(NamedTuple):
    """The area under the ROC curve of the judge's probability and of length, and the verdicts."""

    judged: float
    length: float
    cases: list[Case]
    undetermined: list[str | None]


def measure(judge: Judge) -> Iterator[Line]:
    """Over all acts: how well hits stand apart from negatives, most of which are hard."""
    sets, prompts = [load_eval_set(name, "test") for name in set_names()], load_prompts()
    # Cases of one set may be labelled for acts of others, too.
    labelled = dict.fromkeys(act for each in sets for act in each.rules() if act in prompts)
    found = [_act(judge, [case for each in sets for case in each.cases], prompts[act]) for act in labelled]
    acts = [each for each in found if isinstance(each, _Act)]
    left = counted(each for each in found if isinstance(each, str))
    areas = mean([each.judged for each in acts])
    length = mean([each.length for each in acts])
    beats = share(sum(each.judged > each.length for each in acts), len(acts))
    told_of = "–" if length.value is None else f"{length.value:.2f} [{length.low:.2f}, {length.high:.2f}]"
    yield Line(
        "all acts it judges", f"{_DATA}: acts", _LABELS, len(acts), None,
        {"area under ROC, mean": areas, "acts that beat length": beats}, left,
        f"length of the longest message: area {told_of}",
    )  # fmt: skip
    cases = [case for each in acts for case in each.cases]
    causes = counted(cause for each in acts for cause in each.undetermined)
    yield classified("all acts it judges", f"{_DATA}: cases", _LABELS, cases, causes)


def _act(judge: Judge, all_cases: Sequence[LabelledCase], prompt: Prompt) -> _Act | str:
    """Or why the judge cannot tell its hits and negatives apart: the most frequent cause."""
    cases = [case for case in all_cases if case.expected(prompt.id) is not None]
    said = [each[prompt.id] for each in told(judge, [Chat(case.session, {}) for case in cases], [prompt.id])]
    decided = [
        (case.expected(prompt.id) == "hit", each.value, _longest(case, prompt))
        for case, each in zip(cases, said, strict=True)
        if each.value is not None
    ]
    hits, others = [each for each in decided if each[0]], [each for each in decided if not each[0]]
    if not hits or not others:
        causes = [each.cause for each in said if each.cause is not None]
        return max(set(causes), key=causes.count) if causes else "no_hits_or_no_negatives"
    judged, length = (area([each[at] for each in hits], [each[at] for each in others]) for at in (1, 2))
    verdicts = [Case(is_hit, value >= 0.5) for is_hit, value, _ in decided]
    return _Act(judged, length, verdicts, [each.cause for each in said])


def _longest(case: LabelledCase, prompt: Prompt) -> int:
    """Code points of the longest message of the act's role."""
    customers = prompt.by == "customer"
    messages = Timeline(case.session).messages
    own = [len(each.text) for each in messages if (each.sender == "customer") == customers]
    return max(own, default=0)
