"""A prompt reworded through vLLM servers: one that judges, one (maybe the same) that writes."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

from api.judging.vllm import open_vllm_judge, servers_of
from api.judging.writing import Writer
from api.settings import Settings
from calibration.drafts import Standard
from calibration.errors import WordingFixed
from calibration.eval_sets import EvalSet
from calibration.runs.subjects import acts_asked, subject_of
from calibration.suggesting import (
    Budget,
    OnDev,
    Rewordings,
    Run,
    Search,
    Suggestion,
    Wording,
    accepted,
    check_budget,
    find_wording,
    halves,
    read_wording,
    write_draft,
)
from evaluators.errors import JudgeUnusable
from evaluators.judges.vllm.accounting import Estimate
from evaluators.judges.vllm.estimate import estimate
from evaluators.judges.vllm.judge import VllmJudge
from prompts.library import Prompt

#: Cases that are looked at before a search begins.
_AHEAD = 16


class Servers(NamedTuple):
    """Who judges and who writes; what is not given is taken from the settings, the writer's from the judge's."""

    base_url: str | None
    model: str | None
    writer_url: str | None
    writer_model: str | None


class Task(NamedTuple):
    """What to reword, by what it gets wrong on dev. `tokens`: the budget for that. `standard`: what the rule is part of."""

    rule: str
    dev: EvalSet
    test: EvalSet
    tokens: int
    servers: Servers
    standard: Standard
    settings: Settings
    seed: int = 0


class Found(NamedTuple):
    """`prompt`: what was to be reworded. `suggestion`: None where no wording did better on dev."""

    prompt: Prompt
    on_dev: OnDev
    rewordings: Rewordings
    spent: int
    suggestion: Suggestion | None


class Watched(Protocol):
    """Somebody who is told what will be done and how far it is."""

    def expect(self, cases: int, expected: Estimate | None, why: str) -> None:
        """Before the search: what judging so many cases of dev once will cost; None: that cannot be said, and `why`."""
        ...

    def begin(self, rewordings: Rewordings, budget: Budget) -> AbstractContextManager[Callable[[], None]]:
        """While the search runs; what it gives is called whenever something was done."""
        ...


class CountedVllm:
    """A vLLM judge with what it has cost."""

    def __init__(self, judge: VllmJudge) -> None:
        self._judge = judge

    @property
    def judge(self) -> VllmJudge:
        return self._judge

    def tokens(self) -> int:
        """Prompt tokens, cached ones included, and generated ones."""
        usage = self._judge.figures.usage
        return usage.prompt + usage.generated

    async def close(self) -> None:
        """Gives its connections back."""
        await self._judge.close()


def suggest_wording(
    task: Task, watched: Watched, output: Path | None = None, run: Run = asyncio.run
) -> Found:
    """Searches on dev within the budget, tests on test. `output`: the folder that the draft goes to before the test.

    Raises `RuleNotFound`, `WordingFixed`, `SettingsInvalid`, `JudgeUnusable`, `BudgetTooSmall`.
    """
    ready = _made_ready(task, watched, run)
    prompt, budget, rewordings = ready.prompt, ready.budget, Rewordings()

    def opened(prompts: Mapping[str, Prompt]) -> CountedVllm:
        return CountedVllm(ready.judge.apart(prompts))

    with watched.begin(rewordings, budget) as done:
        search = Search(
            prompt, ready.rule_id, opened, ready.writer, budget, rewordings, done, task.standard, run
        )
        on_dev, spent = find_wording(search, task.dev.cases, task.seed), budget.spent
        done()
        if on_dev.wording == ready.before:
            return Found(prompt, on_dev, rewordings, spent, None)
        if output is not None:
            write_draft(prompt, on_dev.wording, output)
        tested = run(accepted(search, ready.before, on_dev.wording, task.test.cases))
        return Found(prompt, on_dev, rewordings, spent, tested)


def check_task(task: Task, watched: Watched) -> None:
    """Raises what `suggest_wording` raises before anybody judges. A server that is away is no reason yet."""
    ready = _made_ready(task, watched, asyncio.run)
    _, cases = halves(ready.rule_id, task.dev.cases)
    check_budget(ready.budget, len(cases))


class _Ready(NamedTuple):
    prompt: Prompt
    rule_id: str
    before: Wording
    judge: VllmJudge
    writer: Writer
    budget: Budget


def _made_ready(task: Task, watched: Watched, run: Run) -> _Ready:
    standard, settings, servers = task.standard, task.settings, task.servers
    rule_id = subject_of(task.rule, standard.catalogue, standard.prompts).rule_id
    prompt = standard.prompts.get(rule_id)
    if prompt is None:
        raise WordingFixed(f"{rule_id} is decided by code: it has no wording")
    before = read_wording(prompt)
    urls = servers_of(servers.base_url or settings.judge_base_url)
    judge = open_vllm_judge(
        ",".join(urls), servers.model, settings=settings, prompts=standard.prompts, must_answer=False
    )
    budget = Budget(task.tokens)
    writer = Writer(
        servers.writer_url or urls[0], servers.writer_model or servers.model, settings, budget, run
    )
    budget.per_case = _per_case(judge, task, rule_id, watched, run)
    return _Ready(prompt, rule_id, before, judge, writer, budget)


def _per_case(judge: VllmJudge, task: Task, rule_id: str, watched: Watched, run: Run) -> float | None:
    """Tokens that judging a case is expected to take; None where no server can tell."""
    _, cases = halves(rule_id, task.dev.cases)
    subject = subject_of(rule_id, task.standard.catalogue, task.standard.prompts)
    asked = [(case.session, acts) for case in cases if (acts := acts_asked(case, subject))]
    if not asked:
        return 0.0
    sample = asked[:: max(1, len(asked) // _AHEAD)][:_AHEAD]

    async def look_ahead() -> Estimate:
        try:
            return await estimate(judge, sample, len(asked))
        finally:
            await judge.close()

    try:
        expected = run(look_ahead())
    except JudgeUnusable as error:
        watched.expect(len(cases), None, str(error))
        return None
    watched.expect(len(cases), expected, "")
    return (expected.usage.prompt + expected.usage.generated) / len(cases)
