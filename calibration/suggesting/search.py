"""Rewords a prompt by what it got wrong on dev (GEPA, Agrawal et al. 2025), within a budget of tokens."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from gepa.api import optimize
from gepa.core.adapter import EvaluationBatch, ProposalFn
from gepa.core.result import GEPAResult
from gepa.core.state import GEPAState
from gepa.logging.logger import LoggerProtocol

from calibration.eval_sets import Case
from calibration.runs.judged import Attempt, Judged, together
from calibration.runs.subjects import attempt_at, subject_of
from calibration.suggesting.wording import Wording, read_wording, write_draft
from evaluators.judges.port import Judge
from prompts.library import Prompt

#: Wrong verdicts a model is shown at a time.
_SHOWN = 6
_REFLECT = """\
下面是一个客服会话质检项的判定文字，供另一个模型逐会话判断。现在的文字：
<curr_param>

用它判断的会话、判断的结果、以及标注：
<side_info>

请改写这段文字，使判断与标注一致，不改变质检项的含义。写一般规律，不照抄会话原文，不超过200字，只写中文，不用花括号。
把新的文字放在 ``` 之间。"""


class Budget:
    """Tokens that may be spent, and are, on judging and on rewording. What has begun is finished: a batch of cases.

    After `rounds` it is over, too: where answers are remembered, judging the same again costs nothing.
    """

    def __init__(self, tokens: int, rounds: int = 200) -> None:
        self.tokens, self.rounds, self.spent = tokens, rounds, 0

    @property
    def is_over(self) -> bool:
        """Whether nobody may be asked any more."""
        return self.spent >= self.tokens

    def is_spent(self, gepa_state: GEPAState[Any, Any]) -> bool:
        """Whether to stop, asked after each round."""
        self.rounds -= 1
        return self.is_over or self.rounds < 0


class Counted(Protocol):
    """A judge for one wording, and what it costs."""

    @property
    def judge(self) -> Judge:
        """Who is asked."""
        ...

    def tokens(self) -> int:
        """What it has cost so far."""
        ...

    async def close(self) -> None:
        """It is not asked any more."""
        ...


Open = Callable[[Mapping[str, Prompt]], Counted]
Reword = Callable[[str], str]


class Search(NamedTuple):
    """What to reword, by whom. `reword`: instructions to a new text; it counts its own tokens."""

    prompt: Prompt
    rule_id: str
    open_judge: Open
    reword: Reword
    budget: Budget


class _Silent(LoggerProtocol):
    def log(self, message: str) -> None:
        return


class Trial(NamedTuple):
    case: Case
    judged: Judged


class _Adapter:
    """The bridge to the optimiser: candidates are `Wording`s, examples are labelled cases."""

    propose_new_texts: ProposalFn | None = None

    def __init__(self, search: Search) -> None:
        self._search = search

    def evaluate(
        self, batch: list[Case], candidate: dict[str, str], capture_traces: bool = False
    ) -> EvaluationBatch[Trial, str]:
        trials = asyncio.run(judge_cases(self._search, candidate, batch))
        scores = [float(_is_right(trial.judged)) for trial in trials]
        return EvaluationBatch(
            outputs=[trial.judged.verdict for trial in trials], scores=scores,
            trajectories=list(trials) if capture_traces else None,
        )  # fmt: skip

    def make_reflective_dataset(
        self,
        candidate: dict[str, str],
        eval_batch: EvaluationBatch[Trial, str],
        components_to_update: list[str],
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        trials = sorted(eval_batch.trajectories or [], key=lambda trial: _is_right(trial.judged))[:_SHOWN]
        shown = [
            {
                "会话": "\n".join(f"{each.sender}: {each.text}" for each in trial.case.session.messages),
                "判断": trial.judged.verdict,
                "标注": trial.judged.expected,
                "标注依据": "；".join(trial.judged.label_quotes),
            }
            for trial in trials
        ]
        return dict.fromkeys(components_to_update, shown)


def find_wording(search: Search, dev: Sequence[Case], seed: int = 0) -> Wording:
    """The wording that does best on the second half of dev, reworded by the mistakes on the first (halves by turns)."""
    labelled = [case for case in dev if case.expected(search.rule_id) is not None]
    # Every second one: hits and others in both halves.
    labelled.sort(key=lambda case: (case.expected(search.rule_id) == "hit", case.case_id))
    start = read_wording(search.prompt)
    found: GEPAResult[str, Any] = optimize(
        seed_candidate=start, trainset=labelled[::2], valset=labelled[1::2], adapter=_Adapter(search),
        reflection_lm=lambda told: search.reword(told if isinstance(told, str) else told[-1]["content"]),
        reflection_prompt_template=_REFLECT, stop_callbacks=search.budget.is_spent, seed=seed,
        reflection_minibatch_size=_SHOWN, logger=_Silent(),
    )  # fmt: skip
    best = found.best_candidate
    return dict(best) if isinstance(best, dict) else start


async def judge_cases(search: Search, wording: Mapping[str, str], cases: Sequence[Case]) -> list[Trial]:
    """Every case under that wording. A wording that is no valid prompt, or that comes too late for the budget, decides
    nothing."""
    with tempfile.TemporaryDirectory() as folder:
        standard = write_draft(search.prompt, wording, Path(folder))
    if standard is None or search.budget.is_over:
        return [_trial(search, case, _undecided(search, case)) for case in cases]
    subject = subject_of(search.rule_id, standard.catalogue, standard.prompts)
    opened = search.open_judge(standard.prompts)
    try:
        attempts = await asyncio.gather(*(attempt_at(case, subject, opened.judge, "") for case in cases))
    finally:
        search.budget.spent += opened.tokens()
        await opened.close()
    return [_trial(search, case, attempt) for case, attempt in zip(cases, attempts, strict=True)]


def _undecided(search: Search, case: Case) -> Attempt:
    return Attempt(
        key="",
        case_id=case.case_id,
        rule_id=search.rule_id,
        verdict="undetermined",
        reason_code="not_configured",
    )


def _trial(search: Search, case: Case, attempt: Attempt) -> Trial:
    return Trial(case, together([attempt], case, search.rule_id, case.expected(search.rule_id) or ""))


def _is_right(judged: Judged) -> bool:
    return judged.verdict != "undetermined" and (judged.verdict == "hit") == (judged.expected == "hit")
