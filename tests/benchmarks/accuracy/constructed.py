"""Constructed cases nobody was fitted on, and beside the judge what the length of messages alone would give.

In some sets hits are longer than negatives. A judge that does not beat the longest message has learnt nothing.
"""

from collections.abc import Iterable
from typing import NamedTuple

from scipy.stats import mannwhitneyu

from calibration.eval_sets import Case, EvalSet, load_eval_set, set_names
from evaluators.judges.port import Judge
from evaluators.timeline.timeline import Timeline
from prompts.library import Prompt, load_prompts
from tests.benchmarks.accuracy.research_chats import Chat
from tests.benchmarks.accuracy.table import Line, mean, share, told

_DATA = "constructed, test split"


class _Act(NamedTuple):
    """The area under the ROC curve of the judge's probability and of length, and how often the judge was right."""

    judged: float
    length: float
    right: int
    cases: int


def measure(judge: Judge) -> Iterable[Line]:
    """Over all acts: how well hits stand apart from negatives, most of which are hard."""
    sets, prompts = [load_eval_set(name, "test") for name in set_names()], load_prompts()
    names = [(each, act) for each in sets for act in each.info.rules if act in prompts]
    acts = [found for each, act in names if (found := _act(judge, each, prompts[act])) is not None]
    undecided = len(names) - len(acts)
    yield mean(_DATA, "area under ROC, mean over acts", [each.judged for each in acts], undecided)
    yield mean(_DATA, "the same for the longest message's length", [each.length for each in acts], undecided)
    yield share(
        _DATA,
        "acts on which the judge beats length",
        sum(e.judged > e.length for e in acts),
        len(acts),
        undecided,
    )
    yield share(
        _DATA, "cases judged right", sum(e.right for e in acts), sum(e.cases for e in acts), undecided
    )


def _act(judge: Judge, eval_set: EvalSet, prompt: Prompt) -> _Act | None:
    cases = [case for case in eval_set.cases if case.expected(prompt.id) is not None]
    said = told(judge, [Chat(case.session, {}) for case in cases], [prompt.id])
    decided = [
        (case.expected(prompt.id) == "hit", value, _longest(case, prompt))
        for case, each in zip(cases, said, strict=True)
        if (value := each[prompt.id]) is not None
    ]
    hits, others = [each for each in decided if each[0]], [each for each in decided if not each[0]]
    if not hits or not others:
        return None
    areas = [
        float(mannwhitneyu([each[place] for each in hits], [each[place] for each in others]).statistic)
        / (len(hits) * len(others))
        for place in (1, 2)
    ]
    right = sum((value >= 0.5) == is_hit for is_hit, value, _ in decided)
    return _Act(areas[0], areas[1], right, len(decided))


def _longest(case: Case, prompt: Prompt) -> int:
    """Code points of the longest message of the act's role."""
    customers = prompt.by == "customer"
    messages = Timeline(case.session).messages
    own = [len(each.text) for each in messages if (each.sender == "customer") == customers]
    return max(own, default=0)
