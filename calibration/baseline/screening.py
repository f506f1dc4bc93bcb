"""How much a screen would save and what it would cost, act by act, on labelled cases the models never saw.

Cut-offs are tried from a grid that does not depend on the data, lowest first, until one is not proven any more.
What is lost only grows with the cut-off, so the first failure ends it and the error of the whole walk is that of
one test (fixed-sequence testing; Angelopoulos et al. 2021, "Learn then Test"). The bound of each is exact
(Clopper and Pearson 1934).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from calibration.eval_sets import FOLDER, EvalSet, load_eval_set, set_names
from calibration.statistics.intervals import clopper_pearson
from evaluators.judges.baseline.judge import probabilities
from evaluators.judges.baseline.model import ActModel, BaselineModels
from evaluators.judges.screen import Certificate, Certificates
from evaluators.timeline.timeline import Timeline
from prompts.library import Prompt, load_prompts

#: Fixed beforehand, so that choosing among them costs no confidence.
CUT_OFFS = (0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


class Scored(NamedTuple):
    """A labelled case: whether it holds the act, and the highest probability of one of its messages."""

    is_hit: bool
    probability: float


class Screening(Struct, frozen=True, kw_only=True):
    """One act at its cut-off. `saved` of `cases` fall below it, `missed` of `hits` among them; with the asked
    confidence no more than the share `lost` of all hits does. Where nothing is certified, the cut-off is the
    highest that missed no hit (None: there is none), for information."""

    act: str
    cases: int
    hits: int
    cut_off: float | None
    saved: int
    missed: int
    lost: float
    certified: bool
    source: str


def screen_acts(
    models: BaselineModels, *, most_lost: float, confidence: float, folder: Path = FOLDER
) -> list[Screening]:
    """Every act with a model and labels, on the test splits."""
    sets, prompts = (
        [load_eval_set(name, "test", folder).fresh() for name in set_names(folder)],
        load_prompts(),
    )
    acts = sorted({act for each in sets for act in each.rules()} & set(models.acts) & set(prompts))
    return [
        screen_act(
            act, score_cases(sets, models.acts[act], prompts[act]), most_lost=most_lost, confidence=confidence,
            source="+".join(sorted({each.info.source for each in sets if act in each.rules()})),
        )
        for act in acts
    ]  # fmt: skip


def score_cases(sets: Iterable[EvalSet], model: ActModel, prompt: Prompt) -> list[Scored]:
    """The labelled cases, scored as the screen scores a session. One without a message of the role scores 0."""
    found = []
    for case in (case for each in sets for case in each.cases):
        verdict = case.expected(model.act)
        if verdict is not None:
            told = probabilities(Timeline(case.session), model, prompt.by, prompt.settings.phrases)
            found.append(Scored(verdict == "hit", max(told.values(), default=0.0)))
    return found


def screen_act(
    act: str, cases: Sequence[Scored], *, most_lost: float, confidence: float, source: str
) -> Screening:
    """The highest cut-off that loses no more than `most_lost` of the hits, with that confidence."""
    hits = [case.probability for case in cases if case.is_hit]
    # Without a missed hit the bound depends on their number alone: it may be asked for beforehand, too.
    proven = _walk(hits, most_lost, confidence)
    shown = proven if proven is not None else _walk(hits, upper_bound(0, len(hits), confidence), confidence)
    missed = _below(hits, shown or 0.0)
    return Screening(
        act=act, cases=len(cases), hits=len(hits), cut_off=shown, missed=missed,
        saved=_below([case.probability for case in cases], shown or 0.0),
        lost=upper_bound(missed, len(hits), confidence), certified=proven is not None, source=source,
    )  # fmt: skip


def _walk(hits: Sequence[float], most_lost: float, confidence: float) -> float | None:
    chosen = None
    for cut_off in CUT_OFFS:
        if upper_bound(_below(hits, cut_off), len(hits), confidence) > most_lost:
            break
        chosen = cut_off
    return chosen


def upper_bound(missed: int, hits: int, confidence: float) -> float:
    """No more than this share is missed, with that confidence (one-sided, exact); 1 where nothing is known."""
    interval = clopper_pearson(missed, hits, 2 * confidence - 1)
    return 1.0 if interval is None else interval.high


def _below(probabilities: Iterable[float], cut_off: float) -> int:
    return sum(each < cut_off for each in probabilities)


def certificates_of(
    screenings: Iterable[Screening], models: BaselineModels, *, most_lost: float, confidence: float
) -> Certificates:
    """A certificate for each act that has earned one."""
    return Certificates(
        acts={
            each.act: Certificate(
                act=each.act, prompt_version=models.acts[each.act].prompt_version, model_version=models.version,
                cut_off=each.cut_off, hits=each.hits, missed=each.missed, most_lost=most_lost,
                confidence=confidence, source=each.source,
            )
            for each in screenings
            if each.certified and each.cut_off is not None
        }
    )  # fmt: skip
