"""Rewords a prompt by what it got wrong on dev (GEPA, Agrawal et al. 2025), within a budget of tokens."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gepa.api import optimize
from gepa.core.adapter import EvaluationBatch, ProposalFn
from gepa.core.result import GEPAResult
from gepa.logging.logger import LoggerProtocol

from calibration.errors import BudgetTooSmall
from calibration.eval_sets import Case
from calibration.suggesting.budget import Budget
from calibration.suggesting.judging import NOT_ASKED, Search, Trial, judge_cases, undetermined_of
from calibration.suggesting.rewording import instructions, read_rewording
from calibration.suggesting.wording import Wording, is_prompt, read_wording
from evaluators.errors import JudgeUnusable

#: Cases a wording is first tried on, and wrong verdicts a model is shown at a time.
SHOWN = 6
_SHOWN_AS = "case"


class OnDev(NamedTuple):
    """The best wording, and on the half of dev that chose it: how many cases it and the published one got right.

    `undetermined`: what the published wording left open there, by cause.
    """

    wording: Wording
    cases: int
    right: int
    right_before: int
    undetermined: dict[str, int]


class _Silent(LoggerProtocol):
    def log(self, message: str) -> None:
        return


class _Adapter:
    """The bridge to the optimiser: candidates are `Wording`s, examples are labelled cases."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self.propose_new_texts: ProposalFn | None = self._propose
        #: What the published wording says of the half that chooses: asked about first.
        self.before: list[Trial] = []

    def evaluate(
        self, batch: list[Case], candidate: dict[str, str], capture_traces: bool = False
    ) -> EvaluationBatch[Trial, str]:
        search = self._search
        trials = search.run(judge_cases(search, candidate, batch))
        if not self.before:
            self.before = trials
            if any(each.judged.reason_code == NOT_ASKED for each in trials):
                raise _too_small(search.budget, len(trials))
        return EvaluationBatch(
            outputs=[trial.judged.verdict for trial in trials], scores=[float(each.is_right) for each in trials],
            trajectories=list(trials) if capture_traces else None,
        )  # fmt: skip

    def make_reflective_dataset(
        self,
        candidate: dict[str, str],
        eval_batch: EvaluationBatch[Trial, str],
        components_to_update: list[str],
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        trials = sorted(eval_batch.trajectories or [], key=lambda trial: trial.is_right)[:SHOWN]
        return {name: [{_SHOWN_AS: each.shown()} for each in trials] for name in components_to_update}

    def _propose(
        self,
        candidate: dict[str, str],
        reflective_dataset: Mapping[str, Sequence[Mapping[str, Any]]],
        components_to_update: list[str],
    ) -> dict[str, str]:
        """Nothing where no text can be used: then no case is judged by it."""
        found = {
            name: self._reword(candidate, name, [each[_SHOWN_AS] for each in reflective_dataset[name]])
            for name in components_to_update
        }
        return {name: text for name, text in found.items() if text}

    def _reword(self, candidate: Mapping[str, str], name: str, shown: Sequence[str]) -> str:
        search, rewordings = self._search, self._search.rewordings
        try:
            told = search.reword(instructions(candidate[name], shown)) if not rewordings.failure else None
        except JudgeUnusable as error:
            # The optimiser would swallow it and ask again.
            rewordings.failure = str(error)
            told = None
        if told is None:
            return ""
        text, cause = read_rewording(told, candidate[name])
        if not cause and not is_prompt(search.prompt, {**candidate, name: text}):
            text, cause = "", "no_valid_prompt"
        rewordings.count(cause)
        search.watch()
        return text


def find_wording(search: Search, dev: Sequence[Case], seed: int = 0) -> OnDev:
    """The wording that does best on the second half of dev, reworded by the mistakes on the first (halves by turns).

    Raises `BudgetTooSmall`, and `JudgeUnusable` where nobody could be asked for a rewording.
    """
    reworded_by, chosen_by = halves(search.rule_id, dev)
    check_budget(search.budget, len(chosen_by))
    adapter, start = _Adapter(search), read_wording(search.prompt)
    found: GEPAResult[str, Any] = optimize(
        seed_candidate=start, trainset=reworded_by, valset=chosen_by, adapter=adapter,
        stop_callbacks=lambda state: search.rewordings.failure is not None or search.budget.is_spent(state),
        seed=seed, reflection_minibatch_size=SHOWN, logger=_Silent(),
    )  # fmt: skip
    if search.rewordings.failure and not search.rewordings.asked:
        raise JudgeUnusable(search.rewordings.failure)
    best = found.best_candidate
    return OnDev(
        wording=dict(best) if isinstance(best, dict) else start, cases=len(chosen_by),
        right=round(found.val_aggregate_scores[found.best_idx] * len(chosen_by)),
        right_before=sum(each.is_right for each in adapter.before), undetermined=undetermined_of(adapter.before),
    )  # fmt: skip


def halves(rule_id: str, dev: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Every second labelled case, hits and others in both halves."""
    labelled = [case for case in dev if case.expected(rule_id) is not None]
    labelled.sort(key=lambda case: (case.expected(rule_id) == "hit", case.case_id))
    return labelled[::2], labelled[1::2]


def check_budget(budget: Budget, cases: int) -> None:
    """Raises `BudgetTooSmall` where judging so many cases of dev, and trying one rewording, is more than it allows."""
    if budget.least(cases + 2 * SHOWN) > budget.tokens:
        raise _too_small(budget, cases)


def _too_small(budget: Budget, cases: int) -> BudgetTooSmall:
    return BudgetTooSmall(
        f"{budget.tokens:,} tokens are too few: judging {cases} cases of dev takes about {budget.expected(cases):,}, and a "
        f"rewording has to be tried on some more: at least {budget.least(cases + 2 * SHOWN):,}"
    )
