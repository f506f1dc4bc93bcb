"""A prompt reworded through vLLM servers: one that judges, one (maybe the same) that writes."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

import openai

from api.errors import SettingsInvalid
from api.judging.vllm import judge_settings, open_vllm_judge, servers_of
from api.settings import load_settings
from calibration.drafts import Standard, published
from calibration.errors import WordingFixed
from calibration.eval_sets import EvalSet
from calibration.runs.subjects import acts_asked, subject_of
from calibration.suggesting import (
    Budget,
    OnDev,
    Rewordings,
    Search,
    Suggestion,
    Told,
    accepted,
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

#: Tokens of a new wording at most: some more than it may have characters.
_LONGEST = 320
#: Cases that are looked at before a search begins.
_AHEAD = 16


class Servers(NamedTuple):
    """Who judges and who writes; what is not given is taken from the settings, the writer's from the judge's."""

    base_url: str | None
    model: str | None
    writer_url: str | None
    writer_model: str | None


class Found(NamedTuple):
    """`suggestion`: None where no wording did better on dev."""

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
    rule: str,
    dev: EvalSet,
    test: EvalSet,
    servers: Servers,
    tokens: int,
    output: Path,
    seed: int,
    watched: Watched,
) -> Found:
    """Searches on dev within a budget of tokens, tests on test, writes the draft.

    Raises `WordingFixed`, `SettingsInvalid`, `JudgeUnusable`, `BudgetTooSmall`.
    """
    standard, settings = published(), load_settings()
    rule_id = subject_of(rule, standard.catalogue, standard.prompts).rule_id
    prompt = standard.prompts.get(rule_id)
    if prompt is None:
        raise WordingFixed(f"{rule_id} is decided by code: it has no wording")
    before = read_wording(prompt)
    urls = ",".join(servers_of(servers.base_url or settings.judge_base_url))

    judge = open_vllm_judge(
        urls, servers.model, settings=settings, prompts=standard.prompts, must_answer=False
    )

    def opened(prompts: Mapping[str, Prompt]) -> CountedVllm:
        return CountedVllm(judge.reading(prompts))

    client, model = _client(servers, urls)
    budget = Budget(tokens, _per_case(judge, standard, rule_id, dev, watched))
    writer, rewordings = _Writer(client, model, budget), Rewordings()
    with watched.begin(rewordings, budget) as done:
        search = Search(prompt, rule_id, opened, writer, budget, rewordings, done)
        on_dev, spent = find_wording(search, dev.cases, seed), budget.spent
        if on_dev.wording == before:
            return Found(on_dev, rewordings, spent, None)
        write_draft(prompt, on_dev.wording, output)
        return Found(
            on_dev, rewordings, spent, asyncio.run(accepted(search, before, on_dev.wording, test.cases))
        )


def _per_case(
    judge: VllmJudge, standard: Standard, rule_id: str, dev: EvalSet, watched: Watched
) -> float | None:
    """Tokens that judging a case is expected to take; None where no server can tell."""
    _, cases = halves(rule_id, dev.cases)
    subject = subject_of(rule_id, standard.catalogue, standard.prompts)
    asked = [(case.session, acts) for case in cases if (acts := acts_asked(case, subject))]
    if not asked:
        return 0.0
    sample = asked[:: max(1, len(asked) // _AHEAD)][:_AHEAD]
    try:
        expected = asyncio.run(estimate(judge, sample, len(asked)))
    except JudgeUnusable as error:
        watched.expect(len(cases), None, str(error))
        return None
    watched.expect(len(cases), expected, "")
    return (expected.usage.prompt + expected.usage.generated) / len(cases)


class _Writer:
    """A chat model; what it costs comes out of the budget."""

    def __init__(self, client: openai.OpenAI, model: str, budget: Budget) -> None:
        self._client, self._model, self._budget = client, model, budget

    def __call__(self, instructions: str) -> Told | None:
        # A token is at least a byte; of Chinese at least most of a character.
        if not self._budget.allows(more=len(instructions) + _LONGEST):
            return None
        try:
            told = self._client.chat.completions.create(
                model=self._model, messages=[{"role": "user", "content": instructions}], max_tokens=_LONGEST,
                extra_body={"chat_template_kwargs": {"enable_thinking": False}},
            )  # fmt: skip
        except openai.OpenAIError as error:
            raise JudgeUnusable(f"{self._client.base_url}: cannot write: {error}") from error
        if not told.choices:
            raise JudgeUnusable(f"{self._client.base_url}: cannot write: the answer has no choices")
        self._budget.spend(told.usage.total_tokens if told.usage is not None else len(instructions))
        return Told(told.choices[0].message.content or "", whole=told.choices[0].finish_reason != "length")


def _client(servers: Servers, urls: str) -> tuple[openai.OpenAI, str]:
    """Who rewords, and with which model. Raises `SettingsInvalid`."""
    asked = judge_settings(load_settings(), servers.model)
    model = servers.writer_model or asked.model
    if not model:
        raise SettingsInvalid("who rewords? --writer-model NAME, or --model NAME")
    url = servers.writer_url or urls.split(",")[0]
    return openai.OpenAI(base_url=url, api_key=asked.api_key or "none", max_retries=2), model
